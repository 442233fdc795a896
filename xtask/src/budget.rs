//! `cargo xtask budget`: what a visitor downloads, against the limits of the design.

use crate::args::BudgetOptions;
use crate::{chunks, growth, shell};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Prints the size of each file that is named on the command line as brotli makes it, one a line. At the highest quality,
/// as hosts compress files that they keep.
const BROTLI: &str = "
const { brotliCompressSync, constants } = require('node:zlib');
const { readFileSync } = require('node:fs');
const quality = { [constants.BROTLI_PARAM_QUALITY]: 11 };
for (const file of process.argv.slice(1)) {
  const bytes = readFileSync(file);
  const params = { ...quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  console.log(brotliCompressSync(bytes, { params }).length);
}";

/// Largest file that common static hosts take.
const LARGEST_FILE_BYTES: u64 = 25_000_000;

/// Of each part of the page that is fetched when it is first needed.
const CHUNK_LIMIT_BYTES: u64 = 150_000;

/// Files that share a limit.
struct Part {
    name: String,
    limit_bytes: u64,
    wanted: bool,
    files: Vec<PathBuf>,
}

/// Prints the table.
///
/// # Errors
/// A limit is exceeded, or a file is missing.
pub fn run(options: &BudgetOptions) -> Result<()> {
    let dist = shell::dist();
    let files = files_below(&dist).context("there is no dist folder: run `cargo xtask build` first")?;
    let mut broken = Vec::new();
    println!("{:<44} {:>11} {:>11} {:>11}", "", "raw", "brotli -11", "limit");
    for part in parts(&dist, &files, options) {
        broken.extend(report(&part)?);
    }
    let (largest, bytes) = largest(&files)?;
    let name = largest.strip_prefix(&dist).unwrap_or(&largest).display().to_string();
    println!("{:<44} {bytes:>11} {:>11} {LARGEST_FILE_BYTES:>11}", format!("largest file: {name}"), "");
    if bytes >= LARGEST_FILE_BYTES {
        broken.push(format!("{name} is too large for a static host"));
    }
    growth::report(options.keep)?;
    if !broken.is_empty() {
        bail!("{}", broken.join("; "));
    }
    Ok(())
}

/// Prints one line; what is wrong, if anything.
fn report(part: &Part) -> Result<Option<String>> {
    let has_wasm = part.files.iter().any(|file| has_extension(file, "wasm"));
    if !has_wasm {
        println!("{:<44} {:>11} {:>11} {:>11}", part.name, "missing", "", part.limit_bytes);
        return Ok(part.wanted.then(|| format!("{} is missing from dist", part.name)));
    }
    let mut raw = 0;
    for file in &part.files {
        raw += fs::metadata(file)?.len();
    }
    let packed: u64 = brotli_bytes(&part.files)?.iter().sum();
    println!("{:<44} {raw:>11} {packed:>11} {:>11}", part.name, part.limit_bytes);
    Ok((packed > part.limit_bytes).then(|| format!("{} exceeds its budget", part.name)))
}

fn parts(dist: &Path, files: &[PathBuf], options: &BudgetOptions) -> Vec<Part> {
    let worker_wasm = |name: &str| {
        let path = dist.join(format!("{name}_bg.wasm"));
        files.iter().filter(|file| **file == path).cloned().collect()
    };
    let page = files.iter().filter(|file| is_page_code(dist, file)).cloned().collect();
    let mut parts = vec![
        Part { name: "page, wasm and js".to_owned(), limit_bytes: 200_000, wanted: true, files: page },
        Part {
            name: "CPU worker, wasm".to_owned(),
            limit_bytes: 700_000,
            wanted: true,
            files: worker_wasm("worker-cpu"),
        },
        Part {
            name: "GPU worker, wasm".to_owned(),
            limit_bytes: 2_500_000,
            wanted: options.gpu,
            files: worker_wasm("worker-gpu"),
        },
        Part {
            name: "media worker, wasm".to_owned(),
            limit_bytes: 250_000,
            wanted: true,
            files: worker_wasm("worker-media"),
        },
    ];
    parts.extend(files.iter().filter_map(|file| chunk(file)));
    parts
}

fn chunk(file: &Path) -> Option<Part> {
    let name = format!("chunk `{}`, wasm", chunks::name(file)?);
    Some(Part { name, limit_bytes: CHUNK_LIMIT_BYTES, wanted: true, files: vec![file.to_owned()] })
}

/// Code that every visitor loads: neither a worker's nor part of a pack, nor a chunk.
fn is_page_code(dist: &Path, file: &Path) -> bool {
    let inside = file.strip_prefix(dist).unwrap_or(file).to_string_lossy();
    let code = ["wasm", "js", "mjs"].iter().any(|extension| has_extension(file, extension));
    code && chunks::name(file).is_none() && !inside.starts_with("worker-") && !inside.starts_with("packs")
}

fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

fn brotli_bytes(files: &[PathBuf]) -> Result<Vec<u64>> {
    let mut node = shell::program("node");
    let text = shell::output(node.args(["-e", BROTLI, "--"]).args(files));
    let text = text.context("Node.js is missing: its zlib has the brotli that sizes are measured with")?;
    text.lines().map(|line| line.parse().context("a size")).collect()
}

fn largest(files: &[PathBuf]) -> Result<(PathBuf, u64)> {
    let mut largest = (PathBuf::new(), 0);
    for file in files {
        let bytes = fs::metadata(file)?.len();
        if bytes >= largest.1 {
            largest = (file.clone(), bytes);
        }
    }
    Ok(largest)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
