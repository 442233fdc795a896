//! `cargo xtask bench-web`: our workers beside other runtimes in one browser. `benches/web` measures; what it needs is
//! built and installed here.

use crate::args::{BenchOptions, BuildOptions};
use crate::{browser, bundle, shell, tools};
use anyhow::{Context, Result};
use std::path::Path;

/// Builds the page, gets the rivals, and measures.
///
/// # Errors
/// A tool cannot be had, the build fails, or the measuring does.
pub fn run(options: &BenchOptions) -> Result<()> {
    let chromium = browser::ensure()?;
    let modules = tools::ensure_rivals()?;
    if options.build {
        bundle::build(&BuildOptions { pull: false, gpu: options.gpu })?;
    }
    measure(&chromium, &modules, &options.words)
}

fn measure(chromium: &Path, modules: &Path, words: &[String]) -> Result<()> {
    let mut node = shell::program("node");
    node.arg("benches/web/main.mjs").arg("--modules").arg(modules).args(words).env("CHROMIUM", chromium);
    shell::run(&mut node)
        .context("nothing was measured: `cargo xtask bench-web --help` lists what can be said")
}
