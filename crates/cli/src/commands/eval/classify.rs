//! Accuracy of a classifier.

use super::{Arguments, median};
use crate::dataset::{Labelled, Skipped, class_folders};
use crate::failure::bad_input;
use crate::installed::PackFolder;
use crate::output;
use crate::runner::Runner;
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeMap;
use vitrine_packs::Pack;
use vitrine_protocol::{Answer, Device, RankedClass};

/// What is measured. Shares are 0..1.
#[derive(Serialize)]
struct Report {
    pack: String,
    device: Device,
    adapter: String,
    /// Photos.
    n: usize,
    #[serde(flatten)]
    score: Score,
    /// Share of the photos of each class that are recognised, by English name; only of classes that occur.
    recall: BTreeMap<String, f64>,
    /// Names of the rows and columns of `confusion`.
    classes: Vec<String>,
    /// Photos: a row for each true class, in it a column for each predicted one.
    confusion: Vec<Vec<u32>>,
    items: Vec<Item>,
    skipped: Vec<Skipped>,
}

/// Figures of one pass over a set.
#[derive(Serialize)]
pub struct Score {
    pub resolution: u32,
    pub crops: u32,
    /// Share of the photos whose best class is the true one.
    pub top1: f64,
    /// Share of the photos whose true class is among the five best.
    pub top5: f64,
    /// Share of the photos for which "may be none of these" is shown.
    pub doubtful: f64,
    pub millis_median: f64,
}

/// One photo.
#[derive(Serialize)]
pub struct Item {
    /// Path below the set.
    file: String,
    /// English name of the true class.
    truth: String,
    /// Its index in the pack's classes.
    truth_class: u32,
    /// The five best classes, highest confidence first.
    ranked: Vec<RankedClass>,
    outside: f64,
    doubtful: bool,
}

/// One pass over a set.
pub struct Measured {
    pub items: Vec<Item>,
    pub skipped: Vec<Skipped>,
    millis: Vec<f64>,
}

pub fn run(arguments: &Arguments, folder: &PackFolder) -> Result<()> {
    let set = class_folders(&arguments.dataset, &folder.pack)?;
    let runner = Runner::load(folder, &arguments.options)?;
    let report = report(&folder.pack, measure(&set, &runner)?, &runner);
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

/// Classifies every photo. What cannot be read is left out.
pub fn measure(set: &Labelled, runner: &Runner) -> Result<Measured> {
    let mut measured = Measured { items: Vec::new(), skipped: set.skipped.clone(), millis: Vec::new() };
    let bar = output::file_bar(set.photos.len());
    for photo in &set.photos {
        bar.inc(1);
        let frame = match photo.frame() {
            Ok(frame) => frame,
            Err(skipped) => {
                measured.skipped.push(skipped);
                continue;
            }
        };
        let answered = runner.run(&frame)?;
        let Answer::Classify(answer) = answered.answer else { continue };
        measured.millis.push(answered.timings.total_millis);
        measured.items.push(Item {
            file: photo.file.clone(),
            truth: runner.pack().classes[photo.truth].name.en.clone(),
            truth_class: photo.truth as u32,
            ranked: answer.ranked,
            outside: answer.outside,
            doubtful: answer.doubtful,
        });
    }
    bar.finish_and_clear();
    if measured.items.is_empty() {
        let cause = measured.skipped.last().map_or("there is none", |skipped| &skipped.cause);
        return Err(bad_input(format!("no photo of the set can be used: {cause}")));
    }
    Ok(measured)
}

impl Item {
    /// Whether the true class is among the `count` best.
    fn is_found(&self, count: usize) -> bool {
        self.ranked.iter().take(count).any(|ranked| ranked.class == self.truth_class)
    }
}

impl Measured {
    /// Its figures.
    pub fn score(&self, resolution: u32, crops: u32) -> Score {
        let share = |holds: &dyn Fn(&Item) -> bool| {
            self.items.iter().filter(|item| holds(item)).count() as f64 / self.items.len() as f64
        };
        Score {
            resolution,
            crops,
            top1: share(&|item| item.is_found(1)),
            top5: share(&|item| item.is_found(5)),
            doubtful: share(&|item| item.doubtful),
            millis_median: median(&mut self.millis.clone()),
        }
    }
}

fn report(pack: &Pack, measured: Measured, runner: &Runner) -> Report {
    let classes = pack.classes.len();
    let mut confusion = vec![vec![0; classes]; classes];
    for item in &measured.items {
        if let Some(best) = item.ranked.first() {
            confusion[item.truth_class as usize][best.class as usize] += 1;
        }
    }
    let recall = pack.classes.iter().enumerate().filter_map(|(class, it)| {
        let all: u32 = confusion[class].iter().sum();
        (all > 0).then(|| (it.name.en.clone(), f64::from(confusion[class][class]) / f64::from(all)))
    });
    Report {
        pack: pack.id.clone(),
        device: runner.device(),
        adapter: runner.adapter().to_owned(),
        n: measured.items.len(),
        score: measured.score(runner.resolution(), runner.crops),
        recall: recall.collect(),
        classes: pack.classes.iter().map(|class| class.name.en.clone()).collect(),
        confusion,
        items: measured.items,
        skipped: measured.skipped,
    }
}

/// How many lines of classes and mistakes a person is shown.
const SHOWN: usize = 12;

fn human(report: &Report) -> String {
    let score = &report.score;
    let mut text = format!(
        "{} on {}, {} photos at {}, crops: {}, median {:.1} ms\n\ntop-1     {:.4}\ntop-5     {:.4}\ndoubtful  {:.4}",
        report.pack,
        report.adapter,
        report.n,
        score.resolution,
        score.crops,
        score.millis_median,
        score.top1,
        score.top5,
        score.doubtful
    );
    let mut weakest: Vec<_> = report.recall.iter().filter(|(_, recall)| **recall < 1.0).collect();
    weakest.sort_by(|a, b| a.1.total_cmp(b.1));
    let row = |(name, recall): (&String, &f64)| vec![name.clone(), format!("{recall:.2}")];
    push_table(&mut text, "weakest classes, recall", weakest.into_iter().map(row).collect());
    push_table(&mut text, "most frequent mistakes, true and predicted", mistakes(report));
    let row = |skipped: &Skipped| vec![skipped.file.clone(), skipped.cause.clone()];
    push_table(&mut text, "skipped", report.skipped.iter().map(row).collect());
    text
}

fn mistakes(report: &Report) -> Vec<Vec<String>> {
    let pairs = report.confusion.iter().enumerate().flat_map(|(truth, row)| {
        row.iter()
            .enumerate()
            .filter_map(move |(best, &count)| (truth != best && count > 0).then_some((count, truth, best)))
    });
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_by_key(|&(count, ..)| std::cmp::Reverse(count));
    let name = |class: usize| report.classes[class].clone();
    pairs.iter().map(|&(count, truth, best)| vec![count.to_string(), name(truth), name(best)]).collect()
}

fn push_table(text: &mut String, title: &str, mut rows: Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let more = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    text.push_str(&format!("\n\n{title}\n{}", output::table(&rows, &[])));
    if more > 0 {
        text.push_str(&format!("\nand {more} more"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(truth: u32, ranked: &[u32]) -> Item {
        let one = |&class: &u32| RankedClass { class, name: class.to_string(), confidence: 0.1 };
        Item {
            file: String::new(),
            truth: truth.to_string(),
            truth_class: truth,
            ranked: ranked.iter().map(one).collect(),
            outside: 0.5,
            doubtful: truth == 3,
        }
    }

    #[test]
    fn the_best_class_counts_for_top_1_and_the_five_best_for_top_5() {
        let items =
            vec![item(1, &[1, 2]), item(2, &[1, 3, 4, 5, 2]), item(3, &[1, 2, 4, 5, 6]), item(4, &[4])];
        let measured = Measured { items, skipped: Vec::new(), millis: vec![1.0, 2.0, 6.0, 9.0] };
        let score = measured.score(224, 1);
        assert_eq!((score.top1, score.top5, score.doubtful), (0.5, 0.75, 0.25));
        assert_eq!(score.millis_median, 4.0);
    }
}
