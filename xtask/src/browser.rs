//! What the browser tests need: Chromium, Node.js, and the packages of `tests/e2e`.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const DEBIAN: &str = "/etc/debian_version";
/// Where Vulkan's drivers are listed.
const DRIVERS: &str = "/usr/share/vulkan/icd.d";
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// Chromium's path, when everything is there.
///
/// # Errors
/// Something is missing that cannot be installed here; the error says what to install.
pub fn ensure() -> Result<PathBuf> {
    let mut missing = Vec::new();
    if find_chromium().is_none() {
        missing.extend(["chromium", "chromium-driver"]);
    }
    if find("node").is_none() || find("npm").is_none() {
        missing.extend(["nodejs", "npm"]);
    }
    // Clips for the tests of videos.
    if find("ffmpeg").is_none() {
        missing.push("ffmpeg");
    }
    if !missing.is_empty() {
        install(&missing)?;
    }
    if Path::new(DEBIAN).exists() && !Path::new(DRIVERS).exists() {
        // Mesa's program on the processor computes with numbers of 16 bits, which Chromium's does not. Tests do without.
        let _ = install(&["mesa-vulkan-drivers"]);
    }
    install_packages()?;
    find_chromium().context("Chromium is still missing: name one in the environment variable CHROMIUM")
}

/// The browser tests' files.
///
/// # Errors
/// The folder cannot be read.
pub fn test_files() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(shell::root().join("tests/e2e"))? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn find_chromium() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    NAMES
        .iter()
        .find_map(|name| find(name))
        .or_else(|| Some(PathBuf::from(MAC)).filter(|path| path.is_file()))
}

fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn install(packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !Path::new(DEBIAN).exists() || find("apt-get").is_none() {
        bail!(
            "missing: {list}. Install Chromium (or name one in CHROMIUM), Node.js 20 with npm, and ffmpeg, then run this again"
        );
    }
    let command = format!("apt-get update && apt-get install --no-install-recommends {list}");
    let user = shell::output(shell::program("id").arg("-u")).unwrap_or_default();
    if user.trim() != "0" {
        bail!("missing: {list}. Run this as root, then try again:\n  {command}");
    }
    println!("   installing {list} with apt-get");
    let apt = || {
        let mut apt = shell::program("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    // An index that is older than the packages still serves as long as they are in it.
    let _ = shell::run_quietly(apt().arg("update"));
    shell::run_quietly(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("install them by hand: {command}"))
}

/// `npm ci`, unless what is there is what the lock file asks for.
fn install_packages() -> Result<()> {
    let folder = shell::root().join("tests/e2e");
    let time = |path: PathBuf| fs::metadata(path).and_then(|data| data.modified()).ok();
    let installed = time(folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= time(folder.join("package-lock.json")) {
        return Ok(());
    }
    shell::run_quietly(
        shell::program("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
            .arg(&folder),
    )
}

/// Variables with which native programs find Vulkan as a program on the processor: Debian's Chromium brings it along.
/// None where other drivers are there, or neither.
pub fn software_vulkan() -> Option<[(&'static str, PathBuf); 2]> {
    let folder = Path::new("/usr/lib/chromium");
    let driver = folder.join("vk_swiftshader_icd.json");
    let real = [DRIVERS, "/etc/vulkan/icd.d"].iter().any(|folder| Path::new(folder).exists());
    (driver.exists() && !real).then(|| [("VK_ICD_FILENAMES", driver), ("LD_LIBRARY_PATH", folder.to_owned())])
}
