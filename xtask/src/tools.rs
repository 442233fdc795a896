//! The tools that a build needs, installed into `target/tools` where the machine has not got them.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

const TRUNK_VERSION: &str = "0.21.14";
const CARGO_DENY_VERSION: &str = "0.20.2";
/// What our own wasm-bindgen adds to its version. The published one does not cut chunks.
const BINDGEN_REVISION: &str = "vitrine-1";
const BINARYEN_VERSION: &str = "132.0.0";
/// The runtimes that the workers are measured beside.
const RIVALS: [[&str; 2]; 2] = [["onnxruntime-web", "1.30.0"], ["@litertjs/core", "2.5.3"]];
/// Older ones refuse what current compilers write (bulk memory, sign extension, their section of features).
const OLDEST_WASM_OPT: u32 = 116;

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The compiler's standard library for wasm.
///
/// # Errors
/// It is missing and there is no rustup, or rustup fails.
pub fn ensure_wasm_target() -> Result<()> {
    let sysroot =
        shell::output(shell::program("rustc").args(["--print", "sysroot"])).context("rustc is missing")?;
    let library = std::path::Path::new(sysroot.trim()).join("lib/rustlib").join(WASM_TARGET);
    if library.is_dir() {
        return Ok(());
    }
    shell::run(shell::program("rustup").args(["target", "add", WASM_TARGET])).with_context(|| {
        format!("the Rust target {WASM_TARGET} is missing: install it with rustup or your system's packages")
    })
}

/// Trunk: it puts the page together from `index.html`.
///
/// # Errors
/// It is missing and cannot be built.
pub fn ensure_trunk() -> Result<()> {
    if version_of("trunk").as_deref() == Some(TRUNK_VERSION) {
        return Ok(());
    }
    install("trunk", TRUNK_VERSION)
}

/// Our own wasm-bindgen in the version that `Cargo.lock` names: the two halves must be the same.
///
/// # Errors
/// It is missing and cannot be built.
pub fn ensure_wasm_bindgen() -> Result<()> {
    let wanted = locked_version("wasm-bindgen-shared")?;
    let found = shell::output(shell::program("wasm-bindgen").arg("--version")).unwrap_or_default();
    if found.trim_end() == format!("wasm-bindgen {wanted} {BINDGEN_REVISION}") {
        return Ok(());
    }
    let begun = announce("wasm-bindgen", &wanted);
    let built = quickly_built(&["--package", "xtask", "--features", "bindgen"], "bindgen")?;
    let folder = shell::tools_folder().join("bin");
    fs::create_dir_all(&folder)?;
    fs::copy(built, folder.join(format!("wasm-bindgen{EXE_SUFFIX}")))?;
    took("wasm-bindgen", begun);
    Ok(())
}

/// wasm-opt of Binaryen, from npm where the machine has none or an old one.
///
/// # Errors
/// It is missing and npm fails, or there is no npm.
pub fn ensure_wasm_opt() -> Result<()> {
    let found = version_of("wasm-opt").and_then(|version| version.parse::<u32>().ok());
    if found.is_some_and(|version| version >= OLDEST_WASM_OPT) {
        return Ok(());
    }
    let tools = shell::tools_folder();
    fs::create_dir_all(&tools)?;
    let begun = announce("wasm-opt", BINARYEN_VERSION);
    shell::run_quietly(
        shell::program("npm")
            .args(["install", "--no-audit", "--no-fund", "--prefix"])
            .arg(&tools)
            .arg(format!("binaryen@{BINARYEN_VERSION}")),
    )
    .context(
        "wasm-opt is missing: install Binaryen 116 or newer, or Node.js with npm, from which it is taken",
    )?;
    took("wasm-opt", begun);
    Ok(())
}

/// Other runtimes for the browser, from npm, and nothing of theirs is run while they are installed. Returns the folder of
/// their modules.
///
/// # Errors
/// There is no npm, or it fails.
pub fn ensure_rivals() -> Result<PathBuf> {
    let folder = shell::tools_folder().join("rivals");
    let modules = folder.join("node_modules");
    let is_there = |[name, version]: &[&str; 2]| {
        let package = fs::read_to_string(modules.join(name).join("package.json")).unwrap_or_default();
        package.contains(&format!("\"version\": \"{version}\""))
    };
    if RIVALS.iter().all(is_there) {
        return Ok(modules);
    }
    fs::create_dir_all(&folder)?;
    let begun = announce("onnxruntime-web and @litertjs/core", "for comparison");
    let words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"];
    let packages = RIVALS.iter().map(|[name, version]| format!("{name}@{version}"));
    shell::run_quietly(shell::program("npm").args(words).arg(&folder).args(packages))
        .context("the other runtimes are missing, which come from npm")?;
    took("other runtimes", begun);
    Ok(modules)
}

/// cargo-deny: it reads the licences of what we depend on.
///
/// # Errors
/// It is missing and cannot be built.
pub fn ensure_cargo_deny() -> Result<()> {
    if version_of("cargo-deny").is_some() {
        return Ok(());
    }
    install("cargo-deny", CARGO_DENY_VERSION)
}

/// `cargo install` into `target/tools`.
fn install(package: &str, version: &str) -> Result<()> {
    let begun = announce(package, version);
    let tools = shell::tools_folder();
    let mut command = shell::cargo();
    command
        .args(["install", "--locked", "--no-default-features", "--root"])
        .arg(&tools)
        .arg(format!("{package}@{version}"))
        .env("CARGO_TARGET_DIR", tools.join("build"));
    shell::run_quietly(compiled_quickly(&mut command, "0"))?;
    took(package, begun);
    Ok(())
}

/// Builds a program of this workspace that runs for seconds, and returns its path.
///
/// # Errors
/// Compilation fails.
pub fn quickly_built(words: &[&str], bin: &str) -> Result<PathBuf> {
    let folder = shell::target_folder().join("quick");
    let mut command = shell::cargo();
    command.args(["build", "--release", "--bin", bin]).args(words).env("CARGO_TARGET_DIR", &folder);
    shell::run_quietly(compiled_quickly(&mut command, "1"))?;
    Ok(folder.join("release").join(format!("{bin}{EXE_SUFFIX}")))
}

/// A tool runs for seconds here: the time to compile it counts, and its own speed hardly does.
fn compiled_quickly<'command>(command: &'command mut Command, optimisation: &str) -> &'command mut Command {
    command
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", optimisation)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
}

fn announce(tool: &str, version: &str) -> Instant {
    println!("   getting {tool} {version} into target/tools (once)");
    Instant::now()
}

fn took(tool: &str, begun: Instant) {
    println!("   {tool}: {:.0} s", begun.elapsed().as_secs_f64());
}

/// Throws away what is only needed while tools are built.
pub fn forget_build_folder() {
    // It stays behind at worst: a matter of disk space only.
    let _ = fs::remove_dir_all(shell::tools_folder().join("build"));
}

fn version_of(tool: &str) -> Option<String> {
    let text = shell::output(Command::arg(&mut shell::program(tool), "--version"))?;
    first_version(&text).map(str::to_owned)
}

/// The first word that starts with a digit: `wasm-opt version 132 (x)` -> `132`.
fn first_version(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(shell::root().join("Cargo.lock"))?;
    match version_in_lock(&lock, package) {
        Some(version) => Ok(version.to_owned()),
        None => bail!("Cargo.lock does not name {package}"),
    }
}

fn version_in_lock<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let heading = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != heading);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_tools_print() {
        assert_eq!(first_version("trunk 0.21.14\n"), Some("0.21.14"));
        assert_eq!(first_version("wasm-bindgen 0.2.130\n"), Some("0.2.130"));
        assert_eq!(first_version("wasm-opt version 108 (version_108)\n"), Some("108"));
        assert_eq!(first_version("no such thing"), None);
    }

    #[test]
    fn the_lock_file_names_the_version_of_the_package_that_is_asked_for() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }
}
