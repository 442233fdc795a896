//! The GPU worker. Trunk does not build it, because the page is to be ready before it: it takes minutes.

use crate::bundle::{Finish, cargo_for_wasm};
use crate::optimise::optimise;
use crate::shell;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// Of the program, and of the profile that it is built with.
const NAME: &str = "worker-gpu";

/// Builds the worker and puts it into `dist`, its script last, so that whoever finds the script finds everything.
///
/// # Errors
/// Compilation or a tool fails.
pub fn worker(finish: Finish) -> Result<()> {
    shell::run(cargo_for_wasm().args([
        "--profile",
        NAME,
        "--package",
        "vitrine-worker",
        "--no-default-features",
        "--features",
        "webgpu",
        "--bin",
        NAME,
    ]))?;
    let compiled =
        shell::target_folder().join("wasm32-unknown-unknown").join(NAME).join(format!("{NAME}.wasm"));
    let wasm = fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    ensure!(
        !runs_constructors(&wasm),
        "every call of {NAME} runs all constructors: does `worker::browser::start` still call `__wasm_call_ctors`?"
    );
    let bound = bind(&compiled, finish)?;
    let dist = shell::dist();
    fs::create_dir_all(&dist)?;
    for name in [format!("{NAME}_bg.wasm"), format!("{NAME}.js")] {
        replace(&bound.join(&name), &dist.join(&name))?;
    }
    Ok(())
}

/// Whether the linker has wrapped the exports of a program, whose functions have names, so that each call from JavaScript runs
/// its constructors first.
fn runs_constructors(wasm: &[u8]) -> bool {
    const WRAPPED: &[u8] = b".command_export";
    wasm.windows(WRAPPED.len()).any(|bytes| bytes == WRAPPED)
}

/// Runs wasm-bindgen and, for [`Finish::Small`], wasm-opt; returns the folder that holds the files. What is newer than
/// `compiled` is kept: wasm-opt takes longer than everything else here.
fn bind(compiled: &Path, finish: Finish) -> Result<PathBuf> {
    let folder = shell::target_folder().join("worker-gpu").join(match finish {
        Finish::Quick => "quick",
        Finish::Small => "small",
    });
    let done = folder.join("done");
    if is_newer(&done, compiled) {
        return Ok(folder);
    }
    fs::create_dir_all(&folder)?;
    shell::run(
        shell::program("wasm-bindgen")
            .args(["--target", "no-modules", "--no-typescript", "--out-dir"])
            .arg(&folder)
            .arg(compiled),
    )?;
    if finish == Finish::Small {
        let wasm = folder.join(format!("{NAME}_bg.wasm"));
        let small = folder.join("small.wasm");
        // Its other levels take several times as long, and what they leave out brotli had packed away already.
        optimise("-O1", &wasm, &small)?;
        fs::rename(&small, &wasm)?;
    }
    fs::write(&done, "")?;
    Ok(folder)
}

fn is_newer(made: &Path, source: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    matches!((time(made), time(source)), (Some(made), Some(source)) if made > source)
}

/// Copies beside the target and renames, so that a page which is loading never reads half a file.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let unfinished = to.with_extension("part");
    fs::copy(from, &unfinished).with_context(|| format!("cannot copy {}", from.display()))?;
    fs::rename(&unfinished, to)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::runs_constructors;

    #[test]
    fn wrapped_exports_are_seen_by_their_names() {
        assert!(runs_constructors(b"\0asm\x01\0\0\0 main.command_export main"));
        assert!(!runs_constructors(b"\0asm\x01\0\0\0 main .command_expor"));
    }
}
