//! `vitrine eval --sweep`: what test resolution and number of crops do to accuracy and time.

use super::Arguments;
use super::classify::{Score, measure};
use crate::dataset::{Skipped, class_folders};
use crate::installed::PackFolder;
use crate::output;
use crate::runner::{Options, Runner};
use anyhow::Result;
use serde::Serialize;
use vitrine_protocol::Device;

/// Resolutions that are measured if none are named.
pub const RESOLUTIONS: &str = "192,224,256,288,320,384";
/// Numbers of crops that are measured if none is named.
const CROPS: [u32; 3] = [1, 5, 10];

#[derive(Serialize)]
struct Report {
    pack: String,
    device: Device,
    adapter: String,
    /// Photos.
    n: usize,
    /// Resolution by resolution, in each by crops.
    sweep: Vec<Score>,
    skipped: Vec<Skipped>,
}

pub fn run(arguments: &Arguments, folder: &PackFolder, resolutions: &[u32]) -> Result<()> {
    let set = class_folders(&arguments.dataset, &folder.pack)?;
    let crops = arguments.options.crops.map_or(CROPS.to_vec(), |crops| vec![crops]);
    let mut report = Report {
        pack: folder.pack.id.clone(),
        device: arguments.options.device.into(),
        adapter: String::new(),
        n: 0,
        sweep: Vec::new(),
        skipped: Vec::new(),
    };
    for &resolution in resolutions {
        let mut runner =
            Runner::load(folder, &Options { resolution: Some(resolution), ..arguments.options })?;
        for &crops in &crops {
            runner.crops = crops;
            let measured = measure(&set, &runner)?;
            report.adapter = runner.adapter().to_owned();
            report.n = measured.items.len();
            report.sweep.push(measured.score(resolution, crops));
            report.skipped = measured.skipped;
        }
    }
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

fn human(report: &Report) -> String {
    let head = ["resolution", "crops", "top-1", "top-5", "median, ms"].map(str::to_owned).to_vec();
    let row = |score: &Score| {
        vec![
            score.resolution.to_string(),
            score.crops.to_string(),
            format!("{:.4}", score.top1),
            format!("{:.4}", score.top5),
            format!("{:.1}", score.millis_median),
        ]
    };
    let rows: Vec<_> = [head].into_iter().chain(report.sweep.iter().map(row)).collect();
    format!(
        "{} on {}, {} photos, {} skipped\n\n{}",
        report.pack,
        report.adapter,
        report.n,
        report.skipped.len(),
        output::table(&rows, &[0, 1, 2, 3, 4])
    )
}
