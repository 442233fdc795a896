//! Running other programs, and where things lie.

use anyhow::{Context, Result, bail};
use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The workspace's root folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where the tools lie that this crate installed. It is inside `target`, so that nothing global is touched.
pub fn tools_folder() -> PathBuf {
    root().join("target/tools")
}

/// Cargo's target folder.
pub fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// The folder that a static host serves.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// A program that runs in the workspace's root, finds the installed tools first, and never waits for input.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    if let Some(path) = path_with_tools() {
        command.env("PATH", path);
    }
    command
}

/// The Cargo that runs this crate. Unless asked to, it keeps nothing for compiling parts of a crate again: that would take
/// gigabytes, and the machine that runs all tests has few.
pub fn cargo() -> Command {
    let mut cargo = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    if env::var_os("CARGO_INCREMENTAL").is_none() {
        cargo.env("CARGO_INCREMENTAL", "0");
    }
    cargo
}

fn path_with_tools() -> Option<std::ffi::OsString> {
    let tools = tools_folder();
    let own = [tools.join("bin"), tools.join("node_modules/.bin")];
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(own.into_iter().chain(env::split_paths(&inherited))).ok()
}

/// Runs `command` with its output shown.
///
/// # Errors
/// It cannot be started, or does not exit with 0.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", words(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", words(command));
    }
    Ok(())
}

/// Runs `command` and returns what it wrote to its standard output; nothing if it cannot be started or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs `command` quietly; its output is shown only if it fails.
///
/// # Errors
/// It cannot be started, or does not exit with 0; the error ends with the last lines that it wrote.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("cannot start `{}`", words(command)))?;
    if output.status.success() {
        return Ok(());
    }
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    bail!("`{}` failed ({})\n{}", words(command), output.status, last_lines(&text, 30));
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}
