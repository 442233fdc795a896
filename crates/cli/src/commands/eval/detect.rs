//! Average precision of a detector, as COCO defines it.

use super::median;
use crate::failure::bad_input;
use crate::runner::Runner;
use crate::{given, output};
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use vitrine_packs::{Output, Pack};
use vitrine_pixels::annotations::{Annotations, Image, Import};
use vitrine_pixels::boxes::{Decay, Suppression};
use vitrine_pixels::metrics::coco::{CocoEvaluation, CocoSummary};
use vitrine_pixels::metrics::matching::{Prediction, Truth};
use vitrine_protocol::Device;
use vitrine_tasks::{Beside, detect};

/// Detections of an image that COCO counts.
const DETECTIONS_MAX: usize = 100;

/// What is measured, 0..1; null where nothing was there to be found.
#[derive(Debug, Serialize)]
struct Report {
    pack: String,
    device: Device,
    adapter: String,
    /// Images.
    n: usize,
    millis_median: f64,
    #[serde(flatten)]
    summary: CocoSummary,
    /// `ap` by class, of which there was an object.
    ap_by_class: BTreeMap<String, f64>,
    /// Files that could not be used, and why.
    skipped: Vec<Skipped>,
}

#[derive(Debug, Serialize)]
struct Skipped {
    file: String,
    cause: String,
}

/// What the images of a set gave.
#[derive(Default)]
struct Measured {
    evaluation: CocoEvaluation,
    millis: Vec<f64>,
    skipped: Vec<Skipped>,
}

/// Measures a detector on `images/` and `instances.json`.
///
/// # Errors
/// The folder has not this layout, or no image can be used.
pub fn run(dataset: &Path, runner: &Runner, json: bool) -> Result<()> {
    let annotations = read(dataset)?;
    let pack = runner.pack();
    let classes = class_table(&annotations, pack);
    let mut images: Vec<&Image> = annotations.images.iter().collect();
    // As pycocotools: of equally confident detections those of the lower id rank higher.
    images.sort_by_key(|image| image.id);
    let mut measured = Measured::default();
    let bar = output::file_bar(images.len());
    for image in images {
        let path = dataset.join("images").join(&image.file);
        if let Err(error) = measure(&mut measured, image, &path, runner, &classes) {
            let cause = crate::failure::one_line(&error);
            measured.skipped.push(Skipped { file: image.file.clone(), cause });
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if measured.millis.is_empty() {
        let cause = measured.skipped.first().map_or("there is none", |it| &it.cause);
        return Err(bad_input(format!("no image of {} can be used: {cause}", dataset.display())));
    }
    let report = report(runner, measured);
    if json { output::json(&report) } else { output::text(&human(&report)) }
}

fn measure(
    measured: &mut Measured,
    image: &Image,
    path: &Path,
    runner: &Runner,
    classes: &[Option<u16>],
) -> Result<()> {
    let answered = runner.run(&given::frame(path)?)?;
    let Beside::Candidates(candidates) = answered.beside else { return Ok(()) };
    let found = suppression(runner.pack()).apply(&candidates);
    let truths = image.objects.iter().filter_map(|object| {
        let class = classes[object.class]?;
        Some(Truth { class, ..object.truth() })
    });
    let (truths, predictions): (Vec<_>, Vec<_>) =
        (truths.collect(), found.iter().map(Prediction::from).collect());
    measured.evaluation.add(&truths, &predictions);
    measured.millis.push(answered.timings.total_millis);
    Ok(())
}

/// The pack's, down to the least confident candidate: precision is measured at every recall.
fn suppression(pack: &Pack) -> Suppression {
    let max_iou = match pack.output {
        Output::Boxes { max_iou, .. } => max_iou,
        _ => 1.0,
    };
    Suppression {
        min_confidence: detect::FLOOR,
        max_iou,
        across_classes: false,
        decay: Decay::Drop,
        max_count: DETECTIONS_MAX,
    }
}

fn read(dataset: &Path) -> Result<Annotations> {
    let file: PathBuf = dataset.join("instances.json");
    if !file.is_file() || !dataset.join("images").is_dir() {
        return Err(bad_input(format!(
            "{} is no labelled set for detection: it has images/ and instances.json (COCO); `vitrine annotations` \
             converts others",
            dataset.display()
        )));
    }
    let mut import = Import::default();
    import.read(&file.display().to_string(), &given::bytes(&file)?, &|_| None);
    let (annotations, problems) = import.finish();
    for problem in problems.iter().take(10) {
        output::note(&problem.to_string());
    }
    if annotations.images.is_empty() {
        return Err(bad_input(format!("there is no image in {}", file.display())));
    }
    Ok(annotations)
}

/// The pack's class for each class of the set, by name. What the pack does not know is left out and remarked upon.
fn class_table(annotations: &Annotations, pack: &Pack) -> Vec<Option<u16>> {
    let find = |name: &str| {
        let name = name.trim();
        pack.classes.iter().position(|class| class.name.en.eq_ignore_ascii_case(name))
    };
    let class = |name: &str| find(name).and_then(|place| u16::try_from(place).ok());
    let table: Vec<Option<u16>> = annotations.classes.iter().map(|it| class(&it.name)).collect();
    let unknown = table.iter().filter(|class| class.is_none()).count();
    if unknown > 0 {
        output::note(&format!("classes that {} does not know, left out: {unknown}", pack.id));
    }
    table
}

fn report(runner: &Runner, mut measured: Measured) -> Report {
    let pack = runner.pack();
    let summary = measured.evaluation.summary();
    let by_class = measured.evaluation.ap_by_class().into_iter();
    let name = |class: u16| pack.classes[usize::from(class)].name.en.clone();
    Report {
        pack: pack.id.clone(),
        device: runner.device(),
        adapter: runner.adapter().to_owned(),
        n: measured.evaluation.images(),
        millis_median: median(&mut measured.millis),
        summary,
        ap_by_class: by_class.map(|(class, ap)| (name(class), ap)).collect(),
        skipped: measured.skipped,
    }
}

fn human(report: &Report) -> String {
    let share = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
    let row = |name: &str, value| vec![name.to_owned(), share(value)];
    let figures = [
        row("AP .50:.95", report.summary.ap),
        row("AP .50", report.summary.ap50),
        row("AP .75", report.summary.ap75),
        row("AP small", report.summary.ap_small),
        row("AP medium", report.summary.ap_medium),
        row("AP large", report.summary.ap_large),
        row("AR 1", report.summary.ar1),
        row("AR 10", report.summary.ar10),
        row("AR 100", report.summary.ar100),
        row("AR small", report.summary.ar_small),
        row("AR medium", report.summary.ar_medium),
        row("AR large", report.summary.ar_large),
    ];
    let mut blocks = vec![
        format!(
            "{} on {}, {} images, median {:.0} ms",
            report.pack, report.adapter, report.n, report.millis_median
        ),
        output::table(&figures, &[1]),
    ];
    if !report.skipped.is_empty() {
        let lines = report.skipped.iter().map(|it| format!("{}: {}", it.file, it.cause));
        blocks.push(format!("skipped:\n{}", lines.collect::<Vec<_>>().join("\n")));
    }
    blocks.join("\n\n")
}
