//! `cargo xtask test`: the native tests, then the page in a real browser.

use crate::again::{self, Failure};
use crate::args::{BuildOptions, TestOptions};
use crate::steps::Steps;
use crate::tally::{self, CargoReader, Tally};
use crate::{browser, bundle, packs, shell};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
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
    let chosen = Suite { chromium, vitrine };
    let tally = steps.step("browser tests", || chosen.run())?;
    again::tally(tally, |failures| steps.step("failed browser tests again", || chosen.repeat(failures)))
}

/// What every run of the browser tests needs.
struct Suite {
    chromium: PathBuf,
    vitrine: PathBuf,
}

impl Suite {
    /// All files: counts, and which tests failed.
    fn run(&self) -> Result<(Tally, Vec<Failure>)> {
        let files = browser::test_files()?;
        let (report, outcome) = self.node("report.tap", &[], files.iter().map(PathBuf::as_path))?;
        let tally = tally::from_tap(&report);
        if tally.failed == 0 {
            outcome.context("the browser tests did not run to their end")?;
        }
        Ok((tally, again::failures(&report)))
    }

    /// These tests alone: how many of them held.
    fn repeat(&self, failures: &[Failure]) -> Result<u32> {
        let patterns: Vec<_> = failures.iter().map(Failure::pattern).collect();
        let files: BTreeSet<_> = failures.iter().map(|failure| failure.file.as_path()).collect();
        let (report, _) = self.node("again.tap", &patterns, files.into_iter())?;
        Ok(tally::from_tap(&report).passed)
    }

    /// Node's test runner over `files`: its report, and how it ended.
    fn node<'a>(
        &self,
        report: &str,
        options: &[String],
        files: impl Iterator<Item = &'a Path>,
    ) -> Result<(String, Result<()>)> {
        let report = shell::root().join("tests/e2e/out").join(report);
        fs::create_dir_all(report.parent().context("a report lies in a folder")?)?;
        // A report of an earlier run must not be counted.
        let _ = fs::remove_file(&report);
        let outcome = shell::run(
            shell::program("node")
                .args(["--test", "--test-concurrency=1"])
                .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
                .arg("--test-reporter=tap")
                .arg(format!("--test-reporter-destination={}", report.display()))
                .args(options)
                .args(files)
                .env("CHROMIUM", &self.chromium)
                .env("VITRINE", &self.vitrine),
        );
        Ok((fs::read_to_string(&report).unwrap_or_default(), outcome))
    }
}
