//! The command `vitrine`: brings packs, looks into model files, checks, runs and measures packs with the code that the
//! page uses.
//!
//! What scripts may rely on: `--json` prints one JSON object to stdout and nothing else; progress and errors go to
//! stderr, an error as one line; the exit code is 0 on success, 2 for bad input, 1 for everything else.

mod catalogue;
#[cfg(feature = "models")]
mod clips;
#[cfg(feature = "train")]
mod columns_and_rows;
mod commands;
#[cfg(feature = "models")]
mod dataset;
mod digest;
mod download;
mod failure;
mod files;
mod folders;
#[cfg(feature = "models")]
mod given;
mod installed;
mod mirror;
mod output;
mod problems;
#[cfg(feature = "models")]
mod runner;
#[cfg(feature = "models")]
mod saved;
#[cfg(feature = "models")]
mod sized;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = match commands::Vitrine::try_parse() {
        Ok(vitrine) => vitrine.run(),
        Err(usage) if usage.use_stderr() => Err(failure::usage(&usage)),
        // --help and --version are no errors.
        Err(help) => output::text(&help.render().to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(&format!("error: {}", failure::one_line(&error)));
            ExitCode::from(failure::exit_code(&error))
        }
    }
}
