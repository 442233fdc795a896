//! `vitrine train` of a two-stream network on drawn clips.

use super::{Arguments, told};
use crate::output;
use anyhow::Result;
use serde::Serialize;
use std::path::Path;
use std::path::PathBuf;
use vitrine_train::Place;
use vitrine_train::clips::{ClipEpoch, ClipOutcome, ClipRecipe, Told, train_clips};

#[derive(Serialize)]
struct Report {
    recipe: String,
    out: PathBuf,
    /// Of the network that reads pictures, and of the one that reads flow.
    parameters: [usize; 2],
    epochs: [Vec<ClipEpoch>; 2],
    /// Folder of the pack; null if the training was stopped early.
    pack: Option<PathBuf>,
    test: Option<Test>,
    /// Between the exported graphs, run by the engine, and the trained networks.
    parity: Option<f32>,
}

/// Each list is of pictures alone, flow alone, both.
#[derive(Serialize)]
struct Test {
    /// Windows that one action fills for the recipe's share at least, and their accuracies.
    windows: u64,
    accuracy: [f64; 3],
    /// The same of all windows.
    all_windows: u64,
    all_accuracy: [f64; 3],
    /// Weights of pictures and flow.
    fusion: [f32; 2],
    /// Of the first kind of windows: truth in rows, answers in columns.
    confusion: [Vec<Vec<u64>>; 3],
}

/// Trains the recipe in the file `path`.
pub fn run(arguments: &Arguments, path: &Path) -> Result<()> {
    let recipe = ClipRecipe::read(path).map_err(told)?;
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("runs").join(&recipe.id));
    let place = Place {
        data: arguments.data.clone().unwrap_or_else(|| out.clone()),
        out: out.clone(),
        device: arguments.device.open(),
        stop_after: arguments.stop_after,
        export_now: arguments.export,
    };
    output::note(&format!("{}: two streams, into {}", recipe.id, out.display()));
    let outcome = train_clips(&recipe, &place, &|told| note(&recipe, &told)).map_err(told)?;
    let report = report(&recipe, out, outcome);
    if arguments.json { output::json(&report) } else { output::text(&human(&recipe, &report)) }
}

fn note(recipe: &ClipRecipe, told: &Told) {
    match told {
        Told::Drawn(done, all) if done == all || done.is_multiple_of(50) => {
            output::note(&format!("clips: {done} of {all}"));
        }
        Told::Drawn(..) => {}
        Told::Epoch(stream, record) => {
            let epochs = if *stream == "rgb" { recipe.rgb.epochs } else { recipe.flow.epochs };
            output::note(&format!(
                "{stream} epoch {}/{epochs}  loss {:.4}  validation accuracy {:.4}, of all windows {:.4}  {:.0} s",
                record.epoch,
                record.loss,
                record.validation_accuracy,
                record.validation_accuracy_all,
                record.secs
            ));
        }
    }
}

fn report(recipe: &ClipRecipe, out: PathBuf, outcome: ClipOutcome) -> Report {
    let test = outcome.test.map(|test| {
        let ([accuracy, all_accuracy], [windows, all_windows]) = (test.accuracies(), test.counts());
        let confusion = test.tables();
        Test { windows, accuracy, all_windows, all_accuracy, fusion: test.weights, confusion }
    });
    Report {
        recipe: recipe.id.clone(),
        parameters: outcome.parameters,
        epochs: outcome.epochs,
        pack: outcome.exported.as_ref().map(|_| out.join("pack")),
        test,
        parity: outcome.exported.map(|exported| exported.difference),
        out,
    }
}

fn human(recipe: &ClipRecipe, report: &Report) -> String {
    let [rgb, flow] = report.parameters;
    let mut text = format!("{}: {rgb} and {flow} parameters", report.recipe);
    let (Some(test), Some(pack)) = (&report.test, &report.pack) else {
        return text + &format!("\nstopped early; checkpoints are in {}", report.out.display());
    };
    let line = |what: &str, n: u64, [rgb, flow, both]: [f64; 3]| {
        format!("\ntest, {n} {what}: pictures {rgb:.4}, flow {flow:.4}, both {both:.4}")
    };
    let clear = format!("windows with a share of {} or more", recipe.data.min_share);
    text += &line(&clear, test.windows, test.accuracy);
    text += &line("windows, all", test.all_windows, test.all_accuracy);
    text += "\nboth, truth in rows, answers in columns:";
    let rows = test.confusion.last().into_iter().flatten().zip(&recipe.classes);
    for (row, class) in rows {
        let cells: String = row.iter().map(|count| format!("{count:>6}")).collect();
        text += &format!("\n{:>20} {cells}", class.name.en);
    }
    text + &format!("\npack: {}", pack.display())
}
