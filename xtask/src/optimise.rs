//! wasm-opt, where we call it ourselves.

use crate::shell;
use anyhow::Result;
use std::path::Path;

/// What browsers with WebGPU have had for years. All that wasm-opt knows would let it write what they do not read yet.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Makes the program `from` smaller; `level` is wasm-opt's, such as `-Oz`.
///
/// # Errors
/// wasm-opt is missing or fails.
pub fn optimise(level: &str, from: &Path, to: &Path) -> Result<()> {
    shell::run(shell::program("wasm-opt").arg(level).args(FEATURES).arg(from).arg("-o").arg(to))
}
