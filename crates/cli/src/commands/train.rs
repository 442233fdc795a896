//! `vitrine train`: a recipe to a trained pack.

mod clips;
mod compare;

use crate::failure::bad_input;
use crate::output;
use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::{Path, PathBuf};
use vitrine_train::clips::ClipRecipe;
use vitrine_train::{EpochRecord, Error, Outcome, Place, Recipe, train};

#[derive(Args, Debug)]
pub struct Arguments {
    /// What to train on what, and how: see recipes/. Several only with --compare
    #[arg(value_name = "RECIPE.toml", required = true)]
    recipes: Vec<PathBuf>,
    #[command(flatten)]
    comparison: compare::Comparison,
    /// Folder for log, checkpoints and pack; a run that was interrupted there goes on [default: runs/<recipe's id>, or
    /// runs/compare]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Folder of the data, in place of the recipe's
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t = Device::Cpu)]
    device: Device,
    /// End after this epoch, though the recipe has more; the same command without it goes on
    #[arg(long, value_name = "N")]
    stop_after: Option<usize>,
    /// Train no further: test the best weights so far and write the report and the pack
    #[arg(long, conflicts_with = "stop_after")]
    export: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Device {
    Cpu,
    #[cfg(feature = "webgpu")]
    Webgpu,
}

impl Device {
    fn open(self) -> vitrine_train::Device {
        match self {
            Self::Cpu => vitrine_train::Device::flex(),
            #[cfg(feature = "webgpu")]
            Self::Webgpu => vitrine_train::Device::wgpu(vitrine_train::DeviceKind::DefaultDevice),
        }
    }
}

#[derive(Serialize)]
struct Report {
    recipe: String,
    out: PathBuf,
    parameters: usize,
    epochs: Vec<EpochRecord>,
    /// Folder of the pack; null if the training was stopped early.
    pack: Option<PathBuf>,
    /// At the network's size, 0..1.
    test_pixel_accuracy: Option<f64>,
    test_miou: Option<f64>,
    /// Shares of the test pictures, 0..1, where a picture as a whole has a class.
    test_top1: Option<f64>,
    test_top5: Option<f64>,
    test_pictures: usize,
    /// Between the exported graph, run by the engine, and the trained network.
    parity: Option<f32>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let [first, others @ ..] = &arguments.recipes[..] else { return Err(bad_input("name a recipe")) };
    if ClipRecipe::is_one(first) {
        return match others {
            [] => clips::run(arguments, first),
            _ => Err(bad_input("a two-stream recipe is trained by itself: name no other recipe")),
        };
    }
    let beside = first.parent().unwrap_or(Path::new("")).to_owned();
    let place = |out: PathBuf| Place {
        data: arguments.data.clone().unwrap_or(beside),
        out: arguments.out.clone().unwrap_or(Path::new("runs").join(out)),
        device: arguments.device.open(),
        stop_after: arguments.stop_after,
        export_now: arguments.export,
    };
    if arguments.comparison.compare {
        let place = place(PathBuf::from("compare"));
        return compare::run(&arguments.comparison, &arguments.recipes, &place, arguments.json);
    }
    if !others.is_empty() {
        return Err(bad_input(
            "one recipe is trained at a time; several are trained side by side with --compare",
        ));
    }
    let recipe = Recipe::read(first).map_err(told)?;
    let place = place(PathBuf::from(&recipe.id));
    let epochs = recipe.schedule.epochs;
    let name = recipe.network.name();
    output::note(&format!("{}: {name}, {epochs} epochs, into {}", recipe.id, place.out.display()));
    let outcome = train(&recipe, &place, &mut |record| output::note(&line(record, epochs))).map_err(told)?;
    let report = report(&recipe, place.out, outcome);
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

/// What a person can change is bad input; a full disk is not.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Recipe { .. }
        | Error::Data { .. }
        | Error::Diverged { .. }
        | Error::File { doing: "read", .. } => bad_input(error.to_string()),
        other => other.into(),
    }
}

fn line(record: &EpochRecord, epochs: usize) -> String {
    let accuracy = record.validation_pixel_accuracy;
    let validation = match record.validation_top5 {
        Some(top5) => format!("top-1 {accuracy:.4}, top-5 {top5:.4}"),
        None => format!("pixel accuracy {accuracy:.4}, mIoU {:.4}", record.validation_miou),
    };
    let EpochRecord { epoch, loss, secs, .. } = record;
    format!("epoch {epoch}/{epochs}  loss {loss:.4}  validation: {validation}  {secs:.0} s")
}

fn report(recipe: &Recipe, out: PathBuf, outcome: Outcome) -> Report {
    let accuracy = outcome.test.as_ref().and_then(|test| test.pixel_accuracy());
    let classifies = recipe.network.classifies();
    Report {
        recipe: recipe.id.clone(),
        parameters: outcome.parameters,
        pack: outcome.exported.as_ref().map(|_| out.join("pack")),
        test_pixel_accuracy: accuracy.filter(|_| !classifies),
        test_miou: outcome.test.as_ref().filter(|_| !classifies).and_then(|test| test.miou()),
        test_top1: accuracy.filter(|_| classifies),
        test_top5: outcome.top5,
        test_pictures: outcome.test_pictures,
        parity: outcome.exported.map(|exported| exported.difference),
        epochs: outcome.epochs,
        out,
    }
}

fn human(report: &Report) -> String {
    let Report { recipe, parameters, epochs, .. } = report;
    let mut text = format!("{recipe}: {parameters} parameters, {} epochs", epochs.len());
    let measured = match report {
        Report { test_top1: Some(top1), test_top5: Some(top5), .. } => {
            format!("top-1 {top1:.4}, top-5 {top5:.4}")
        }
        Report { test_pixel_accuracy: Some(accuracy), test_miou: Some(miou), .. } => {
            format!("pixel accuracy {accuracy:.4}, mIoU {miou:.4}")
        }
        _ => return text + &format!("\nstopped early; checkpoints are in {}", report.out.display()),
    };
    let pictures = report.test_pictures;
    text += &format!("\ntest, {pictures} pictures at the network's size: {measured}");
    report.pack.as_ref().map_or(text.clone(), |pack| format!("{text}\npack: {}", pack.display()))
}
