//! Accuracy of a segmenter.

use super::{Arguments, median};
use crate::dataset::{self, Pair};
use crate::failure::bad_input;
use crate::installed::PackFolder;
use crate::output;
use crate::runner::Runner;
use anyhow::{Context, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use vitrine_packs::Pack;
use vitrine_pixels::ClassMap;
use vitrine_pixels::metrics::Confusion;
use vitrine_protocol::Device;
use vitrine_tasks::Beside;

/// What is measured. Shares are 0..1 over all pixels of all images whose ground truth is not void.
#[derive(Debug, Serialize)]
struct Report {
    pack: String,
    device: Device,
    adapter: String,
    /// Images.
    n: usize,
    millis_median: f64,
    pixel_accuracy: Option<f64>,
    miou: Option<f64>,
    /// By English name; null where a category is neither there nor predicted.
    iou: BTreeMap<String, Option<f64>>,
    /// Names of the rows and columns of `confusion`.
    categories: Vec<String>,
    /// Pixels: a row for each true category, in it a column for each predicted one. The row of void is empty.
    confusion: Vec<Vec<u64>>,
}

pub fn run(arguments: &Arguments, folder: &PackFolder) -> Result<()> {
    let pairs = dataset::pairs(&arguments.dataset)?;
    let runner = Runner::load(folder, &arguments.options)?;
    let (confusion, millis) = measure(&folder.pack, &pairs, &runner)?;
    let report = report(&folder.pack, &confusion, millis, &runner);
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

fn measure(pack: &Pack, pairs: &[Pair], runner: &Runner) -> Result<(Confusion, Vec<f64>)> {
    let mut confusion = empty(pack);
    let mut millis = Vec::new();
    let bar = output::file_bar(pairs.len());
    for pair in pairs {
        let truth = pair.labels()?;
        let answer = runner.run(&pair.frame()?)?;
        let Beside::Classes(classes) = &answer.beside else { continue };
        count(pack, &mut confusion, &truth, classes)
            .with_context(|| format!("cannot use {}", pair.labels_path().display()))?;
        millis.push(answer.timings.total_millis);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok((confusion, millis))
}

/// A matrix of the pack's groups, by their ids.
fn empty(pack: &Pack) -> Confusion {
    let ids = pack.groups.iter().map(|group| usize::from(group.id) + 1);
    let void: Vec<u8> = pack.groups.iter().filter(|group| group.void).map(|group| group.id).collect();
    Confusion::new(ids.max().unwrap_or(0), &void)
}

/// Compares at the size of the ground truth.
fn count(pack: &Pack, confusion: &mut Confusion, truth: &ClassMap, classes: &ClassMap) -> Result<()> {
    let groups = classes.mapped(&pack.group_table()).resized(truth.width(), truth.height())?;
    confusion.add(truth, &groups).map_err(|error| bad_input(error.to_string()))
}

fn report(pack: &Pack, confusion: &Confusion, mut millis: Vec<f64>, runner: &Runner) -> Report {
    let name = |id: usize| {
        let group = u8::try_from(id).ok().and_then(|id| pack.group(id));
        group.map_or_else(|| id.to_string(), |group| group.name.en.clone())
    };
    let seen = pack.groups.iter().filter(|group| !group.void);
    Report {
        pack: pack.id.clone(),
        device: runner.device(),
        adapter: runner.adapter().to_owned(),
        n: millis.len(),
        millis_median: median(&mut millis),
        pixel_accuracy: confusion.pixel_accuracy(),
        miou: confusion.miou(),
        iou: seen.map(|group| (group.name.en.clone(), confusion.iou(group.id.into()))).collect(),
        categories: (0..confusion.classes()).map(name).collect(),
        confusion: confusion.rows().map(<[u64]>::to_vec).collect(),
    }
}

fn human(report: &Report) -> String {
    let share = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
    let mut rows = vec![vec!["category".to_owned(), "IoU".to_owned(), "pixels".to_owned()]];
    for (name, row) in report.categories.iter().zip(&report.confusion) {
        if let Some(&iou) = report.iou.get(name) {
            rows.push(vec![name.clone(), share(iou), row.iter().sum::<u64>().to_string()]);
        }
    }
    let mut confusion = vec![[vec!["true \\ predicted, %".to_owned()], report.categories.clone()].concat()];
    for (name, row) in
        report.categories.iter().zip(&report.confusion).filter(|(_, row)| row.iter().any(|&n| n > 0))
    {
        let whole = row.iter().sum::<u64>() as f64 / 100.0;
        let cells = row.iter().map(|&count| format!("{:.1}", count as f64 / whole));
        confusion.push([name.clone()].into_iter().chain(cells).collect());
    }
    let columns: Vec<usize> = (1..=report.categories.len()).collect();
    format!(
        "{} on {}, {} images, median {:.0} ms\n\npixel accuracy  {}\nmIoU            {}\n\n{}\n\n{}",
        report.pack,
        report.adapter,
        report.n,
        report.millis_median,
        share(report.pixel_accuracy),
        share(report.miou),
        output::table(&rows, &[1, 2]),
        output::table(&confusion, &columns),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    fn street() -> Pack {
        let mut packs = catalogue::all().unwrap().into_iter();
        packs.find(|described| described.pack.id == "street-deeplab-slim").unwrap().pack
    }

    #[test]
    fn classes_are_compared_as_groups_at_the_size_of_the_ground_truth() {
        let pack = street();
        // Road and building; the ground truth is twice as large: flat, void, construction, vehicle.
        let classes = ClassMap::new(2, 1, vec![0, 2]).unwrap();
        let truth = ClassMap::new(4, 1, vec![1, 0, 2, 7]).unwrap();
        let mut confusion = empty(&pack);
        count(&pack, &mut confusion, &truth, &classes).unwrap();
        assert_eq!(confusion.pixels(), 3);
        assert_eq!(confusion.iou(1), Some(1.0));
        assert_eq!(confusion.iou(2), Some(0.5));
        assert_eq!(confusion.iou(7), Some(0.0));
        assert_eq!(confusion.miou(), Some(0.5));
    }

    #[test]
    fn ground_truth_with_unknown_ids_is_refused() {
        let pack = street();
        let map = |id| ClassMap::new(1, 1, vec![id]).unwrap();
        assert!(count(&pack, &mut empty(&pack), &map(8), &map(0)).is_err());
    }
}
