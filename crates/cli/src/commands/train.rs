//! `vitrine train`: a recipe to a trained pack.

use crate::failure::bad_input;
use crate::output;
use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::{Path, PathBuf};
use vitrine_train::{EpochRecord, Error, Outcome, Place, Recipe, train};

#[derive(Args, Debug)]
pub struct Arguments {
    /// What to train on what, and how: see recipes/
    #[arg(value_name = "RECIPE.toml")]
    recipe: PathBuf,
    /// Folder for log, checkpoints and pack; a run that was interrupted there goes on [default: runs/<recipe's id>]
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
    test_pictures: usize,
    /// Between the exported graph, run by the engine, and the trained network.
    parity: Option<f32>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let recipe = Recipe::read(&arguments.recipe).map_err(told)?;
    let beside = arguments.recipe.parent().unwrap_or(Path::new("")).to_owned();
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("runs").join(&recipe.id));
    let place = Place {
        data: arguments.data.clone().unwrap_or(beside),
        out: out.clone(),
        device: arguments.device.open(),
        stop_after: arguments.stop_after,
        export_now: arguments.export,
    };
    let epochs = recipe.schedule.epochs;
    output::note(&format!(
        "{}: {}, {} epochs, into {}",
        recipe.id,
        recipe.network.name(),
        epochs,
        out.display()
    ));
    let outcome = train(&recipe, &place, &mut |record| output::note(&line(record, epochs))).map_err(told)?;
    let report = report(&recipe, out, outcome);
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
    format!(
        "epoch {}/{epochs}  loss {:.4}  validation: pixel accuracy {:.4}, mIoU {:.4}  {:.0} s",
        record.epoch, record.loss, record.validation_pixel_accuracy, record.validation_miou, record.secs
    )
}

fn report(recipe: &Recipe, out: PathBuf, outcome: Outcome) -> Report {
    Report {
        recipe: recipe.id.clone(),
        parameters: outcome.parameters,
        pack: outcome.exported.as_ref().map(|_| out.join("pack")),
        test_pixel_accuracy: outcome.test.as_ref().and_then(|test| test.pixel_accuracy()),
        test_miou: outcome.test.as_ref().and_then(|test| test.miou()),
        test_pictures: outcome.test_pictures,
        parity: outcome.exported.map(|exported| exported.difference),
        epochs: outcome.epochs,
        out,
    }
}

fn human(report: &Report) -> String {
    let Report { recipe, parameters, epochs, .. } = report;
    let mut text = format!("{recipe}: {parameters} parameters, {} epochs", epochs.len());
    match (&report.pack, report.test_pixel_accuracy, report.test_miou) {
        (Some(pack), Some(accuracy), Some(miou)) => {
            text += &format!(
                "\ntest, {} pictures at the network's size: pixel accuracy {accuracy:.4}, mIoU {miou:.4}\npack: {}",
                report.test_pictures,
                pack.display()
            );
        }
        _ => text += &format!("\nstopped early; checkpoints are in {}", report.out.display()),
    }
    text
}
