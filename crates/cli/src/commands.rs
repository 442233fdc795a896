//! The sub-commands, a file each.

#[cfg(feature = "models")]
mod annotations;
#[cfg(feature = "models")]
mod bench;
#[cfg(feature = "models")]
mod check;
#[cfg(feature = "models")]
mod conformance;
#[cfg(feature = "train")]
mod convert;
#[cfg(feature = "models")]
mod draw;
#[cfg(feature = "models")]
mod eval;
#[cfg(feature = "models")]
mod flow;
#[cfg(feature = "models")]
mod inspect;
mod packs;
mod pull;
#[cfg(feature = "models")]
pub mod run;
mod samples;
#[cfg(feature = "train")]
mod train;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Brings vision models, checks them, runs them and measures them.
#[derive(Debug, Parser)]
#[command(name = "vitrine", version, arg_required_else_help = false, disable_help_subcommand = true)]
pub struct Vitrine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Lists what is installed, and what could be pulled
    Packs(packs::Arguments),
    /// Brings model files (and sample media), verified
    Pull(pull::Arguments),
    /// Shows a model file's operators, parameters, cost, and what is unsupported
    #[cfg(feature = "models")]
    Inspect(inspect::Arguments),
    /// Measures how long networks take on a device
    #[cfg(feature = "models")]
    Bench(bench::Arguments),
    /// Compares a device's values with the pack's reference values
    #[cfg(feature = "models")]
    Check(check::Arguments),
    /// Runs ONNX backend test cases: passed, failed, unsupported
    #[cfg(feature = "models")]
    Conformance(conformance::Arguments),
    /// Answers for images
    #[cfg(feature = "models")]
    Run(run::Arguments),
    /// Optical flow of videos as pairs of 8-bit planes
    #[cfg(feature = "models")]
    Flow(flow::Arguments),
    /// Measures accuracy on a labelled folder
    #[cfg(feature = "models")]
    Eval(eval::Arguments),
    /// Draws scenes with labels from seeds: clips of a shop, or streets
    #[cfg(feature = "models")]
    Draw(draw::Arguments),
    /// Converts boxes between YOLO text, Pascal VOC XML and COCO JSON
    #[cfg(feature = "models")]
    Annotations(annotations::Arguments),
    /// Makes a pack of published PyTorch weights
    #[cfg(feature = "train")]
    Convert(convert::Arguments),
    /// Trains what a recipe says, reports, and exports a pack
    #[cfg(feature = "train")]
    Train(train::Arguments),
}

impl Vitrine {
    /// Does what was asked.
    pub fn run(self) -> Result<()> {
        match self.command {
            Command::Packs(arguments) => packs::run(&arguments),
            Command::Pull(arguments) => pull::run(arguments),
            #[cfg(feature = "models")]
            Command::Inspect(arguments) => inspect::run(&arguments),
            #[cfg(feature = "models")]
            Command::Bench(arguments) => bench::run(&arguments),
            #[cfg(feature = "models")]
            Command::Check(arguments) => check::run(&arguments),
            #[cfg(feature = "models")]
            Command::Conformance(arguments) => conformance::run(&arguments),
            #[cfg(feature = "models")]
            Command::Run(arguments) => run::run(&arguments),
            #[cfg(feature = "models")]
            Command::Flow(arguments) => flow::run(&arguments),
            #[cfg(feature = "models")]
            Command::Eval(arguments) => eval::run(&arguments),
            #[cfg(feature = "models")]
            Command::Draw(arguments) => draw::run(&arguments),
            #[cfg(feature = "models")]
            Command::Annotations(arguments) => annotations::run(&arguments),
            #[cfg(feature = "train")]
            Command::Convert(arguments) => convert::run(&arguments),
            #[cfg(feature = "train")]
            Command::Train(arguments) => train::run(&arguments),
        }
    }
}
