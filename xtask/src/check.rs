//! `cargo xtask check`: what must hold before a commit.

use crate::args::{BudgetOptions, BuildOptions};
use crate::steps::Steps;
use crate::{budget, bundle, shell, test, tools};
use anyhow::{Result, bail};

/// Runs every check, also after one has failed, and names the failed ones at the end.
///
/// # Errors
/// A check failed.
pub fn run() -> Result<()> {
    let mut steps = Steps::begin();
    let mut failed = Vec::new();
    let mut check = |name: &'static str, outcome: Result<()>| {
        if let Err(error) = outcome {
            eprintln!("error: {error:#}");
            failed.push(name);
        }
    };
    check("format", steps.step("format", || shell::run(shell::cargo().args(["fmt", "--all", "--check"]))));
    check("clippy", steps.step("clippy", clippy_native));
    check("clippy for wasm", steps.step("clippy for wasm", clippy_wasm));
    check("licences", steps.step("licences, bans, sources", deny));
    check("native tests", native_tests(&mut steps));
    check("bundles", bundle::build_in(&mut steps, &BuildOptions { pull: false, gpu: true }));
    check("budgets", steps.step("budgets", || budget::run(&BudgetOptions { gpu: true, keep: false })));
    steps.print();
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    println!("\nEverything holds.");
    Ok(())
}

fn native_tests(steps: &mut Steps) -> Result<()> {
    let tally = test::native(steps)?;
    println!("{tally}");
    if tally.failed > 0 {
        bail!("not all tests passed");
    }
    Ok(())
}

fn clippy_native() -> Result<()> {
    shell::run(shell::cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The page and both workers as they are compiled for the browser.
fn clippy_wasm() -> Result<()> {
    tools::ensure_wasm_target()?;
    let clippy = |words: &[&str]| {
        let mut cargo = shell::cargo();
        cargo
            .args(["clippy", "--target", "wasm32-unknown-unknown"])
            .args(words)
            .args(["--", "-D", "warnings"]);
        shell::run(&mut cargo)
    };
    clippy(&["-p", "vitrine-page"])?;
    for (feature, bin) in [("cpu", "worker-cpu"), ("webgpu", "worker-gpu")] {
        clippy(&["-p", "vitrine-worker", "--no-default-features", "--features", feature, "--bin", bin])?;
    }
    Ok(())
}

/// Known vulnerabilities are looked up in a database that lies on the network; the rest needs only `deny.toml`.
fn deny() -> Result<()> {
    tools::ensure_cargo_deny()?;
    let fetched = shell::run_quietly(shell::program("cargo-deny").args(["fetch", "db"]));
    let mut words = vec!["check", "bans", "licenses", "sources"];
    match fetched {
        Ok(()) => words.push("advisories"),
        Err(_) => println!("   advisories skipped: their database cannot be fetched from here"),
    }
    shell::run(shell::program("cargo-deny").args(words))
}
