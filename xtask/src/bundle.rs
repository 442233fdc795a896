//! The `dist` folder: the page and the CPU worker by Trunk, the GPU worker beside them.

use crate::args::BuildOptions;
use crate::steps::Steps;
use crate::{chunks, gpu, packs, shell, tools};
use anyhow::Result;
use std::process::Command;

/// How far the wasm files are made smaller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// As the compiler leaves them: soonest ready.
    Quick,
    /// Through wasm-opt, and scripts minified: what a host serves.
    Small,
}

/// Fills `dist` for a static host.
///
/// # Errors
/// A tool cannot be had, or the build fails.
pub fn build(options: &BuildOptions) -> Result<()> {
    let mut steps = Steps::begin();
    let outcome = build_in(&mut steps, options);
    steps.print();
    outcome?;
    println!("\ndist/ is ready: any static host can serve it.");
    Ok(())
}

/// The same as a part of something longer.
///
/// # Errors
/// Those of [`build`].
pub fn build_in(steps: &mut Steps, options: &BuildOptions) -> Result<()> {
    steps.step("tools", || {
        tools::ensure_wasm_target()?;
        tools::ensure_wasm_bindgen()?;
        tools::ensure_trunk()?;
        tools::ensure_wasm_opt()?;
        tools::forget_build_folder();
        Ok(())
    })?;
    if options.pull {
        steps.step("model files", || {
            packs::pull();
            Ok(())
        })?;
    }
    steps.step("page and CPU worker", || page_and_cpu_worker(Finish::Small))?;
    if options.gpu {
        steps.step("GPU worker", || gpu::worker(Finish::Small))?;
    }
    Ok(())
}

/// Runs Trunk, which empties `dist` first, and lays the page's chunks beside what it made.
///
/// # Errors
/// Compilation fails.
pub fn page_and_cpu_worker(finish: Finish) -> Result<()> {
    let mut trunk = shell::program("trunk");
    // Without a network Trunk must not look for tools: all of them are on PATH by now.
    trunk.args(["build", "--offline"]);
    match finish {
        // Trunk calls wasm-opt only for `--release`; the profile alone is optimised all the same.
        Finish::Quick => trunk.args(["--cargo-profile", "release"]),
        Finish::Small => trunk.arg("--release"),
    };
    shell::run(&mut trunk)?;
    chunks::bring(finish)
}

/// Compiles what Trunk will ask for, in the same words, so that it finds it ready; useful while Trunk itself is being
/// installed.
///
/// # Errors
/// Compilation fails.
pub fn compile_ahead() -> Result<()> {
    shell::run(cargo_for_wasm().args(["--profile", "page", "--manifest-path", "Cargo.toml"]))?;
    shell::run(cargo_for_wasm().args([
        "--profile",
        "worker-cpu",
        "--manifest-path",
        "crates/worker/Cargo.toml",
        "--no-default-features",
        "--features",
        "cpu",
        "--bin",
        "worker-cpu",
    ]))?;
    let media = ["--profile", "page", "--manifest-path", "crates/media/Cargo.toml", "--bin", "worker-media"];
    shell::run(cargo_for_wasm().args(media))
}

/// `cargo build` as Trunk calls it.
pub fn cargo_for_wasm() -> Command {
    let mut cargo = shell::cargo();
    cargo.args(["build", "--target=wasm32-unknown-unknown"]);
    cargo
}
