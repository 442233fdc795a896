//! Accuracy of a recogniser of actions on a folder of clips, and its agreement with a reference.

use super::median;
use crate::failure::bad_input;
use crate::runner::Runner;
use crate::{given, output};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::path::{Component, Path};
use vitrine_protocol::{Device, RankedClass};

/// From which probability on the reference is sure enough to be compared with.
const SURE: f64 = 0.3;

/// A row of clips.csv.
#[derive(Debug, Deserialize)]
struct Row {
    file: String,
    /// English names of the classes that are right, divided by `|`; empty where none is known.
    #[serde(alias = "labels")]
    kinetics600_labels: String,
    /// Best class and its probability after the last frame, by a reference runtime.
    #[serde(default)]
    float_model_top1: Option<String>,
    #[serde(default)]
    float_model_p: Option<f64>,
}

#[derive(Debug, Serialize)]
struct Report {
    pack: String,
    device: Device,
    adapter: String,
    /// Clips that were read.
    n: usize,
    /// Median time of a clip, and the median of a frame's share of it.
    millis_median: f64,
    frame_millis_median: f64,
    /// Clips with accepted labels, and the shares of them whose best class, or one of the best five, is accepted.
    labelled: usize,
    top1: Option<f64>,
    top5: Option<f64>,
    /// Agreement with the reference in clips.csv, where it has one whose probability is at least 0.3.
    reference: Agreement,
    clips: Vec<Measured>,
    /// Files that could not be used, and why.
    skipped: Vec<Skipped>,
}

#[derive(Debug, Serialize)]
struct Agreement {
    n: usize,
    same_top1: usize,
    /// Largest difference of the probabilities of the reference's best class, if it is among the five best here.
    probability_max_diff: Option<f64>,
}

/// What one clip gave.
#[derive(Debug, Serialize)]
struct Measured {
    file: String,
    frames: usize,
    millis: f64,
    accepted: Vec<String>,
    ranked: Vec<RankedClass>,
    reference: Option<Reference>,
}

#[derive(Debug, Serialize)]
struct Reference {
    name: String,
    confidence: f64,
}

#[derive(Debug, Serialize)]
struct Skipped {
    file: String,
    cause: String,
}

/// Measures a recogniser on the clips that `clips.csv` names.
///
/// # Errors
/// The folder has no such table, it names a class that the pack does not know, or no clip can be used.
pub fn run(dataset: &Path, runner: &Runner, json: bool) -> Result<()> {
    let rows = read(dataset, runner)?;
    let (mut clips, mut skipped) = (Vec::new(), Vec::new());
    let bar = output::file_bar(rows.len());
    for row in rows {
        match measure(dataset, &row, runner) {
            Ok(measured) => clips.push(measured),
            Err(error) => {
                skipped.push(Skipped { file: row.file, cause: crate::failure::one_line(&error) });
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if clips.is_empty() {
        let cause = skipped.first().map_or("there is none", |it: &Skipped| &it.cause);
        return Err(bad_input(format!("no clip of {} can be used: {cause}", dataset.display())));
    }
    let report = report(runner, clips, skipped);
    if json { output::json(&report) } else { output::text(&human(&report)) }
}

fn read(dataset: &Path, runner: &Runner) -> Result<Vec<Row>> {
    let path = dataset.join("clips.csv");
    let named = path.display();
    if !path.is_file() {
        return Err(bad_input(format!(
            "{named} is missing: a labelled set of videos has a clips.csv with the columns file and kinetics600_labels"
        )));
    }
    let bytes = given::bytes(&path)?;
    let mut rows = Vec::new();
    for row in csv::Reader::from_reader(&bytes[..]).deserialize() {
        let row: Row = row.map_err(|error| bad_input(format!("{named}: {error}")))?;
        let known = |name: &str| runner.pack().classes.iter().any(|class| class.name.en == name);
        if let Some(name) = accepted(&row).iter().find(|name| !known(name)) {
            return Err(bad_input(format!("{named}: {:?} is no class of {}", name, runner.pack().id)));
        }
        rows.push(row);
    }
    Ok(rows)
}

fn accepted(row: &Row) -> Vec<String> {
    row.kinetics600_labels
        .split('|')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn measure(dataset: &Path, row: &Row, runner: &Runner) -> Result<Measured> {
    if !Path::new(&row.file).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(bad_input(format!("{:?} leads out of the folder", row.file)));
    }
    let (actions, timings) = runner.run_clip(&dataset.join(&row.file), |_| ())?;
    let reference = row.float_model_top1.clone().zip(row.float_model_p);
    Ok(Measured {
        file: row.file.clone(),
        frames: actions.windows.len(),
        millis: timings.total_millis,
        accepted: accepted(row),
        ranked: actions.ranked,
        reference: reference.map(|(name, confidence)| Reference { name, confidence }),
    })
}

impl Measured {
    /// Whether one of the `count` best classes is accepted.
    fn is_found(&self, count: usize) -> bool {
        self.ranked.iter().take(count).any(|ranked| self.accepted.contains(&ranked.name))
    }

    /// The reference, where it is sure.
    fn sure(&self) -> Option<&Reference> {
        self.reference.as_ref().filter(|reference| reference.confidence >= SURE)
    }

    fn is_same(&self, reference: &Reference) -> bool {
        self.ranked.first().is_some_and(|best| best.name == reference.name)
    }
}

fn report(runner: &Runner, clips: Vec<Measured>, skipped: Vec<Skipped>) -> Report {
    let labelled: Vec<&Measured> = clips.iter().filter(|clip| !clip.accepted.is_empty()).collect();
    let share = |count: usize| {
        let found = labelled.iter().filter(|clip| clip.is_found(count)).count();
        (!labelled.is_empty()).then(|| found as f64 / labelled.len() as f64)
    };
    let mut millis: Vec<f64> = clips.iter().map(|clip| clip.millis).collect();
    let mut of_frames: Vec<f64> = clips.iter().map(|clip| clip.millis / clip.frames.max(1) as f64).collect();
    Report {
        pack: runner.pack().id.clone(),
        device: runner.device(),
        adapter: runner.adapter().to_owned(),
        n: clips.len(),
        millis_median: median(&mut millis),
        frame_millis_median: median(&mut of_frames),
        labelled: labelled.len(),
        top1: share(1),
        top5: share(5),
        reference: agreement(&clips),
        clips,
        skipped,
    }
}

fn agreement(clips: &[Measured]) -> Agreement {
    let sure = || clips.iter().filter_map(|clip| Some((clip, clip.sure()?)));
    let difference = |(clip, reference): (&Measured, &Reference)| {
        let found = clip.ranked.iter().find(|ranked| ranked.name == reference.name)?;
        Some((found.confidence - reference.confidence).abs())
    };
    Agreement {
        n: sure().count(),
        same_top1: sure().filter(|(clip, reference)| clip.is_same(reference)).count(),
        probability_max_diff: sure().filter_map(difference).reduce(f64::max),
    }
}

fn human(report: &Report) -> String {
    let share = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
    let mut rows = vec![["clip", "frames", "answer", "p", "accepted"].map(str::to_owned).to_vec()];
    for clip in &report.clips {
        let (name, confidence) =
            clip.ranked.first().map_or(("-", 0.0), |best| (best.name.as_str(), best.confidence));
        let verdict = match (clip.accepted.is_empty(), clip.is_found(1)) {
            (true, _) => "-",
            (false, true) => "yes",
            (false, false) => "no",
        };
        rows.push(vec![
            clip.file.clone(),
            clip.frames.to_string(),
            name.to_owned(),
            format!("{confidence:.3}"),
            verdict.to_owned(),
        ]);
    }
    let Agreement { n, same_top1, probability_max_diff } = &report.reference;
    let mut blocks = vec![
        format!(
            "{} on {}, {} clips, median {:.0} ms, {:.1} ms a frame",
            report.pack, report.adapter, report.n, report.millis_median, report.frame_millis_median
        ),
        format!(
            "top-1  {} of {} labelled clips\ntop-5  {}\n\nsame best class as the reference on {same_top1} of {n} clips \
             where that gives it {SURE} or more; largest difference of its probability {}",
            share(report.top1),
            report.labelled,
            share(report.top5),
            share(*probability_max_diff),
        ),
        output::table(&rows, &[1, 3]),
    ];
    if !report.skipped.is_empty() {
        let lines = report.skipped.iter().map(|it| format!("{}: {}", it.file, it.cause));
        blocks.push(format!("skipped:\n{}", lines.collect::<Vec<_>>().join("\n")));
    }
    blocks.join("\n\n")
}
