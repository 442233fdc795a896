//! Damaged reference models.

use super::limits::Taken;
use super::mutations::{flipped, truncated};
use std::fmt::Write as _;
use vitrine_fixtures::shared;

/// `VITRINE_FLIPS` says how often each file is changed at random.
const FLIPS: usize = 20;

fn files(extension: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = shared("models") else { return vec![] };
    let only = std::env::var("VITRINE_FLIPS_MODEL").unwrap_or_default();
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files =
        folders.filter(|folder| folder.is_dir()).flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut paths: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        path.extension().is_some_and(|e| e == extension) && path.to_string_lossy().contains(&only)
    });
    paths.sort();
    let name = |path: &std::path::PathBuf| {
        path.to_string_lossy().rsplit('/').take(2).collect::<Vec<_>>().join(" of ")
    };
    paths.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

fn damage(extension: &str, harm: impl Fn(&str, &[u8]) -> Taken) {
    let mut report = String::new();
    for (name, file) in files(extension) {
        let Taken { files, read, max_secs, max_bytes } = harm(&name, &file);
        let megabytes = max_bytes >> 20;
        writeln!(report, "{name}: {files} files, {read} read, {max_secs:.2} s, {megabytes} MiB").unwrap();
    }
    if let Some(path) = std::env::var_os("VITRINE_FLIPS_REPORT") {
        let old = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::write(path, old + &report).unwrap();
    }
}

fn flips() -> usize {
    std::env::var("VITRINE_FLIPS").ok().and_then(|flips| flips.parse().ok()).unwrap_or(FLIPS)
}

#[test]
fn reference_models_that_break_off() {
    damage("onnx", truncated);
    damage("tflite", truncated);
}

#[test]
fn onnx_models_with_random_changes() {
    damage("onnx", |name, file| flipped(name, file, flips()));
}

#[test]
fn tflite_models_with_random_changes() {
    damage("tflite", |name, file| flipped(name, file, flips()));
}
