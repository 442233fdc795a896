//! Model files and sample photos, by the `vitrine` command.

use crate::shell;
use anyhow::Result;
use std::path::PathBuf;

/// Fetches what can be fetched. What cannot is printed by `vitrine` itself and is no failure: the page works without
/// packs and says how to get them.
///
/// # Errors
/// The command cannot be compiled.
pub fn pull() -> Result<()> {
    let vitrine = build_command()?;
    if let Err(error) = shell::run(shell::program(vitrine).args(["pull", "--samples"])) {
        println!("   not everything could be fetched: {error:#}");
    }
    Ok(())
}

/// Compiles the `vitrine` command with the settings that the tests use, and returns its path.
///
/// # Errors
/// Compilation fails.
pub fn build_command() -> Result<PathBuf> {
    shell::run(shell::cargo().args(["build", "--workspace", "--bin", "vitrine"]))?;
    Ok(shell::target_folder().join("debug").join(format!("vitrine{}", std::env::consts::EXE_SUFFIX)))
}
