//! `vitrine check`: parity with the pack's reference values.

use crate::folders::PacksFolder;
use crate::runner::{DeviceName, Options, Runner};
use crate::{given, output};
use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use vitrine_protocol::Device;
use vitrine_tasks::Difference;

#[derive(Args, Debug)]
pub struct Arguments {
    /// Id of a pack, or a folder that holds a pack.json
    #[arg(value_name = "ID")]
    id: String,
    /// Where to compute
    #[arg(long, value_enum, value_name = "DEVICE", default_value = "cpu")]
    device: DeviceName,
    #[command(flatten)]
    packs: PacksFolder,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    pack: String,
    device: Device,
    adapter: String,
    /// The runtime that the reference values come from.
    reference: Option<String>,
    max_abs_diff: f32,
    /// Relative to the largest reference value.
    max_rel_diff: f32,
    /// Share of the places where the best class is the reference's, 0..1.
    argmax_agreement: f64,
    ok: bool,
    /// The value that differs most.
    worst: Worst,
}

#[derive(Serialize)]
struct Worst {
    tensor: String,
    /// Flat, channels last.
    index: u32,
    expected: f32,
    found: f32,
    limit: f32,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let folder = given::pack(&arguments.id, &arguments.packs.path())?;
    // Reference values hold for the size of the pack's own input.
    let options = Options { device: arguments.device, tile: None, resolution: None, crops: None };
    let runner = Runner::load(&folder, &options)?;
    let check = runner.check()?;
    let said = check.worst.to_string();
    let Difference { place: (tensor, index), expected, found, limit } = check.worst;
    let report = Report {
        pack: folder.pack.id,
        device: runner.device(),
        adapter: runner.adapter().to_owned(),
        reference: folder.pack.self_test.map(|test| test.reference),
        max_abs_diff: check.max_abs_diff,
        max_rel_diff: check.max_rel_diff,
        argmax_agreement: check.argmax_agreement,
        ok: check.ok,
        worst: Worst { tensor, index, expected, found, limit },
    };
    if arguments.json {
        output::json(&report)?
    } else {
        output::text(&human(&report))?
    }
    if !report.ok {
        bail!("{} does not compute {} as the reference does: {said}", report.adapter, report.pack);
    }
    Ok(())
}

fn human(report: &Report) -> String {
    format!(
        "{} on {}: {}\nlargest difference  {:.2e} ({:.2e} of the largest value)\nsame best class     {:.1} %\nreference           {}",
        report.pack,
        report.adapter,
        if report.ok { "ok" } else { "NOT ok" },
        report.max_abs_diff,
        report.max_rel_diff,
        report.argmax_agreement * 100.0,
        report.reference.as_deref().unwrap_or("unknown")
    )
}
