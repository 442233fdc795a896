//! `cargo xtask test`: the native tests, then the page in a real browser.

use crate::args::{BuildOptions, TestOptions};
use crate::steps::Steps;
use crate::tally::{self, CargoReader, Tally};
use crate::{browser, bundle, packs, shell};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// Runs what `options` names and ends with one line of counts.
///
/// # Errors
/// A test failed, or could not be run.
pub fn run(options: &TestOptions) -> Result<()> {
    let mut steps = Steps::begin();
    let mut tally = Tally::default();
    let mut broken = Vec::new();
    if options.native && options.browser {
        // Its software Vulkan lets the native tests of the GPU kernels run too. What is amiss is told below.
        let _ = steps.step("browser", browser::ensure);
    }
    if options.native {
        collect(native(&mut steps), &mut tally, &mut broken);
    }
    if options.browser {
        collect(in_browser(&mut steps), &mut tally, &mut broken);
    }
    steps.print();
    // What could not be run at all has not passed.
    tally.failed += u32::try_from(broken.len()).unwrap_or(u32::MAX);
    for error in &broken {
        eprintln!("error: {error:#}");
    }
    println!("\n{tally}");
    if tally.failed > 0 {
        bail!("not all tests passed");
    }
    Ok(())
}

fn collect(outcome: Result<Tally>, tally: &mut Tally, broken: &mut Vec<anyhow::Error>) {
    match outcome {
        Ok(counted) => *tally += counted,
        Err(error) => broken.push(error),
    }
}

/// `cargo test` over the workspace.
///
/// # Errors
/// It does not compile, or a test program crashed.
pub fn native(steps: &mut Steps) -> Result<Tally> {
    steps.step("compile native tests", || {
        shell::run(shell::cargo().args(["test", "--workspace", "--no-run"]))
    })?;
    steps.step("native tests", || {
        let mut cargo = shell::cargo();
        cargo.args(["test", "--workspace", "--no-fail-fast", "--", "--show-output"]).stdout(Stdio::piped());
        if let Some(variables) = browser::software_vulkan() {
            cargo.envs(variables);
        }
        let mut child = cargo.spawn().context("cannot start cargo")?;
        let mut reader = CargoReader::default();
        for line in BufReader::new(child.stdout.take().context("cargo has no output")?).lines() {
            let line = line?;
            println!("{line}");
            reader.line(&line);
        }
        let status = child.wait()?;
        let tally = reader.tally();
        if !status.success() && tally.failed == 0 {
            bail!("`cargo test` failed ({status}) without a failed test");
        }
        Ok(tally)
    })
}

/// `tests/e2e` against a fresh `dist`.
fn in_browser(steps: &mut Steps) -> Result<Tally> {
    let chromium = steps.step("browser", browser::ensure)?;
    bundle::build_in(steps, &BuildOptions { pull: true, gpu: true })?;
    let vitrine = steps.step("vitrine command", packs::build_command)?;
    steps.step("browser tests", || {
        let folder = shell::root().join("tests/e2e");
        let report = folder.join("out/report.tap");
        fs::create_dir_all(folder.join("out"))?;
        // A report of an earlier run must not be counted.
        let _ = fs::remove_file(&report);
        let outcome = shell::run(
            shell::program("node")
                .args(["--test", "--test-concurrency=1"])
                .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
                .arg("--test-reporter=tap")
                .arg(format!("--test-reporter-destination={}", report.display()))
                .args(browser::test_files()?)
                .env("CHROMIUM", chromium)
                .env("VITRINE", vitrine),
        );
        let tally = tally::from_tap(&fs::read_to_string(&report).unwrap_or_default());
        if tally.failed == 0 {
            outcome.context("the browser tests did not run to their end")?;
        }
        Ok(tally)
    })
}
