//! `vitrine bench`: how long networks take on a device, without decoding and drawing.

mod measure;

use crate::failure::bad_input;
use crate::folders::PacksFolder;
use crate::installed::{State, all_in};
use crate::runner::DeviceName;
use crate::{given, output};
use anyhow::{Context, Result};
use clap::Args;
use measure::{Measured, Network};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use vitrine_engine::Device;

/// Sides of the squares that `--sizes` measures, in pixels, of one picture.
const SIDES: [usize; 6] = [128, 224, 320, 512, 768, 1024];
/// Pictures that `--sizes` measures at once, of [`BATCH_SIDE`] pixels a side.
const BATCHES: [usize; 4] = [1, 2, 4, 8];
/// See [`BATCHES`].
const BATCH_SIDE: usize = 224;

#[derive(Args, Debug)]
pub struct Arguments {
    /// Ids of packs, folders that hold a pack.json, or model files [default: all installed packs]
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Where to compute
    #[arg(long, value_enum, value_name = "DEVICE", default_value = "cpu")]
    device: DeviceName,
    /// Timed runs, after the first one
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    runs: u32,
    /// Measure squares of 128 to 1024 pixels, and 1 to 8 pictures at once, in place of the network's own size
    #[arg(long)]
    sizes: bool,
    /// Also list the steps of each network by the time that they take alone
    #[arg(long)]
    steps: bool,
    #[command(flatten)]
    packs: PacksFolder,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    device: vitrine_protocol::Device,
    adapter: String,
    runs: u32,
    results: Vec<Measured>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let named = networks(arguments)?;
    if named.is_empty() {
        return Err(bad_input("no pack is installed: run `vitrine pull`, or name a model file"));
    }
    let device = arguments.device.open()?;
    let mut results = vec![];
    for (name, bytes) in named {
        let network = Network::read(name.clone(), &bytes).with_context(|| format!("cannot read {name}"))?;
        for size in sizes(arguments) {
            output::note(&match size {
                Some([batch, side]) => format!("{name}: {batch} x {side} x {side}"),
                None => name.clone(),
            });
            match measured(&network, size, &device, arguments) {
                Ok(measured) => results.push(measured),
                // A network may have no other size: the others are measured all the same.
                Err(error) if size.is_some() => output::note(&format!("not measured: {error:#}")),
                Err(error) => return Err(error),
            }
        }
    }
    let adapter = device.name().to_owned();
    let report = Report { device: arguments.device.into(), adapter, runs: arguments.runs, results };
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

fn measured(
    network: &Network,
    size: Option<[usize; 2]>,
    device: &Device,
    arguments: &Arguments,
) -> Result<Measured> {
    network.sized(size)?.measure(device, arguments.runs, arguments.steps)
}

/// Batch and side; none for the network's own size.
fn sizes(arguments: &Arguments) -> Vec<Option<[usize; 2]>> {
    if !arguments.sizes {
        return vec![None];
    }
    let sides = SIDES.iter().map(|&side| [1, side]);
    let batches = BATCHES.iter().map(|&batch| [batch, BATCH_SIDE]).filter(|size| size[0] > 1);
    sides.chain(batches).map(Some).collect()
}

/// Names and model files.
fn networks(arguments: &Arguments) -> Result<Vec<(String, Vec<u8>)>> {
    let folder = arguments.packs.path();
    if arguments.ids.is_empty() {
        let installed = all_in(&folder).into_iter().filter(|found| found.state() == State::Installed);
        return installed.map(|found| Ok((found.pack.id.clone(), given::model_bytes(&found)?))).collect();
    }
    let network = |id: &String| {
        if Path::new(id).is_file() {
            let bytes = fs::read(id).map_err(|error| bad_input(format!("cannot read {id}: {error}")))?;
            return Ok((id.clone(), bytes));
        }
        let found = given::pack(id, &folder)?;
        Ok((found.pack.id.clone(), given::model_bytes(&found)?))
    };
    arguments.ids.iter().map(network).collect()
}

fn human(report: &Report) -> String {
    let titles = [
        "network",
        "input",
        "load, ms",
        "first, ms",
        "a run, ms",
        "least, ms",
        "MACs",
        "GMAC/s",
        "values, MB",
    ];
    let row = |found: &Measured| {
        let shape: Vec<String> = found.input.iter().map(ToString::to_string).collect();
        vec![
            found.network.clone(),
            shape.join("x"),
            format!("{:.1}", found.load_ms),
            format!("{:.1}", found.first_ms),
            format!("{:.2}", found.median_ms),
            format!("{:.2}", found.least_ms),
            found.macs.to_string(),
            format!("{:.2}", found.macs as f64 / found.median_ms / 1e6),
            format!("{:.1}", found.peak_bytes as f64 / 1e6),
        ]
    };
    let rows = [titles.map(str::to_owned).to_vec()].into_iter().chain(report.results.iter().map(row));
    let table = output::table(&rows.collect::<Vec<_>>(), &[2, 3, 4, 5, 6, 7, 8]);
    let steps: String = report.results.iter().filter(|found| !found.steps.is_empty()).map(steps).collect();
    format!("{}, medians of {} runs\n\n{table}{steps}", report.adapter, report.runs)
}

/// Steps of one operation and size are one line; the longest come first.
fn steps(found: &Measured) -> String {
    let mut lines: BTreeMap<_, (usize, f64)> = BTreeMap::new();
    for step in &found.steps {
        let line = lines.entry((&step.operation, &step.input, &step.output)).or_default();
        (line.0, line.1) = (line.0 + 1, line.1 + step.least_ms);
    }
    let all: f64 = found.steps.iter().map(|step| step.least_ms).sum();
    let mut lines: Vec<_> = lines.into_iter().collect();
    lines.sort_by(|(_, one), (_, other)| other.1.total_cmp(&one.1));
    let row = |((operation, input, output), (count, millis)): (_, (usize, f64))| {
        let shape = |shape: &[usize]| shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x");
        let (operation, input, output): (&String, &Vec<usize>, &Vec<usize>) = (operation, input, output);
        vec![
            operation.clone(),
            shape(input),
            shape(output),
            count.to_string(),
            format!("{millis:.2}"),
            format!("{:.1}", 100.0 * millis / all),
        ]
    };
    let titles = ["operation", "input", "output", "steps", "ms", "%"].map(str::to_owned).to_vec();
    let rows: Vec<_> = std::iter::once(titles).chain(lines.into_iter().map(row)).collect();
    format!("\n\n{}, step by step: {all:.1} ms\n\n{}", found.network, output::table(&rows, &[3, 4, 5]))
}
