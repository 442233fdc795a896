//! The sub-commands, a file each.

mod packs;
mod pull;
mod samples;

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
}

impl Vitrine {
    /// Does what was asked.
    pub fn run(self) -> Result<()> {
        match self.command {
            Command::Packs(arguments) => packs::run(&arguments),
            Command::Pull(arguments) => pull::run(arguments),
        }
    }
}
