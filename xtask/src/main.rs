//! Developer commands: `cargo xtask run`, `build`, `test`, `check`, `budget` and
//! `bench-web`.
//!
//! What lives here: getting tools, building the `dist` folder, serving it, running every check. What does not: anything
//! that the page or the `vitrine` command needs at run time.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks to its terminal")]

mod again;
mod args;
mod bench;
mod browser;
mod budget;
mod bundle;
mod check;
mod chunks;
mod gpu;
mod growth;
mod optimise;
mod packs;
mod run;
mod serve;
mod shell;
mod steps;
mod tally;
mod test;
mod tools;

use args::Command;
use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = match args::parse() {
        Ok(Command::Help) => {
            print!("{}", args::HELP);
            Ok(())
        }
        Ok(Command::Run(options)) => run::run(&options),
        Ok(Command::Build(options)) => bundle::build(&options),
        Ok(Command::Test(options)) => test::run(&options),
        Ok(Command::Check) => check::run(),
        Ok(Command::Budget(options)) => budget::run(&options),
        Ok(Command::BenchWeb(options)) => bench::run(&options),
        Err(error) => {
            eprintln!("{error:#}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
