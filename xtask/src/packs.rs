//! Model files and sample photos, by the `vitrine` command.

use crate::{shell, tools};
use anyhow::Result;
use std::path::PathBuf;

/// Fetches what can be fetched. What cannot is named and is no failure: the page works without packs and says how to
/// get them.
pub fn pull() {
    // The command without its engine: it compiles in a fraction of the time.
    let vitrine = tools::quickly_built(&["--package", "vitrine-cli", "--no-default-features"], "vitrine");
    let pulled = vitrine.and_then(|vitrine| shell::run(shell::program(vitrine).args(["pull", "--samples"])));
    if let Err(error) = pulled {
        println!("   not everything could be fetched: {error:#}");
    }
}

/// Compiles the `vitrine` command with the settings that the tests use, and returns its path.
///
/// # Errors
/// Compilation fails.
pub fn build_command() -> Result<PathBuf> {
    shell::run(shell::cargo().args(["build", "--workspace", "--bin", "vitrine"]))?;
    Ok(shell::target_folder().join("debug").join(format!("vitrine{}", std::env::consts::EXE_SUFFIX)))
}
