//! `vitrine conformance`: ONNX's backend test cases on a device.

use crate::failure::bad_input;
use crate::output;
use crate::runner::DeviceName;
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

mod case;

use case::{Outcome, try_case};

#[derive(Args, Debug)]
pub struct Arguments {
    /// Folder of cases: each a folder with model.onnx and test_data_set_0/input_0.pb, output_0.pb, ..
    dir: PathBuf,
    /// Where to compute
    #[arg(long, value_enum, value_name = "DEVICE", default_value = "cpu")]
    device: DeviceName,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Default, Serialize)]
struct Report {
    device: String,
    passed: Vec<String>,
    failed: Vec<String>,
    unsupported: Vec<String>,
    /// Why cases failed or are unsupported, by name.
    causes: BTreeMap<String, String>,
    /// Steps of the passed cases, and how many of them the device computed itself; the host computed the others.
    steps: usize,
    device_steps: usize,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let cases = cases(&arguments.dir)?;
    let device = arguments.device.open()?;
    let mut report = Report { device: device.name().to_owned(), ..Report::default() };
    let bar = output::file_bar(cases.len());
    for folder in &cases {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // A panic is a fault of ours; it must not hide how the other cases do.
        let outcome = catch_unwind(AssertUnwindSafe(|| try_case(folder, &device)))
            .unwrap_or_else(|_| Outcome::Failed("it panicked".to_owned()));
        report.add(name, outcome);
        bar.inc(1);
    }
    bar.finish_and_clear();
    if arguments.json {
        output::json(&report)?;
    } else {
        output::text(&human(&report))?;
    }
    if report.failed.is_empty() { Ok(()) } else { bail!("{} cases failed", report.failed.len()) }
}

impl Report {
    fn add(&mut self, name: String, outcome: Outcome) {
        let (list, cause) = match outcome {
            Outcome::Passed { steps, device_steps } => {
                self.steps += steps;
                self.device_steps += device_steps;
                (&mut self.passed, None)
            }
            Outcome::Failed(cause) => (&mut self.failed, Some(cause)),
            Outcome::Unsupported(cause) => (&mut self.unsupported, Some(cause)),
        };
        list.push(name.clone());
        self.causes.extend(cause.map(|cause| (name, cause)));
    }
}

/// Folders that hold a model.onnx, in the folder or one below, by name.
fn cases(dir: &Path) -> Result<Vec<PathBuf>> {
    let folders = |dir: &Path| -> Result<Vec<PathBuf>> {
        let entries =
            fs::read_dir(dir).with_context(|| bad_input(format!("cannot read {}", dir.display())))?;
        Ok(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect())
    };
    let is_case = |folder: &PathBuf| folder.join("model.onnx").is_file();
    let mut cases = vec![];
    for folder in folders(dir)? {
        if is_case(&folder) {
            cases.push(folder)
        } else {
            cases.extend(folders(&folder)?.into_iter().filter(is_case))
        }
    }
    cases.sort();
    if cases.is_empty() { Err(bad_input(format!("no test cases in {}", dir.display()))) } else { Ok(cases) }
}

fn human(report: &Report) -> String {
    let mut text = String::new();
    for (list, word) in [(&report.failed, "failed"), (&report.unsupported, "unsupported")] {
        for name in list {
            text += &format!("{word}  {name}: {}\n", report.causes[name]);
        }
    }
    text += &format!(
        "{} passed, {} failed, {} unsupported on {}",
        report.passed.len(),
        report.failed.len(),
        report.unsupported.len(),
        report.device
    );
    text
}
