//! Whatever bytes an ONNX file holds: an error or a graph, in bounded time and memory.
//!
//! `cargo +nightly fuzz run onnx -- -timeout=10 -rss_limit_mb=1024`, in the crate's folder. Without cargo-fuzz, in `fuzz`:
//!
//! ```sh
//! coverage="-Cllvm-args=-sanitizer-coverage"
//! export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module $coverage-level=4 $coverage-inline-8bit-counters \
//!     $coverage-pc-table $coverage-trace-compares"
//! cargo +nightly run --release --target x86_64-unknown-linux-gnu --bin onnx -- corpus/onnx -timeout=10
//! ```
//!
//! ONNX's backend test cases, `onnx/backend/test/data/node/*/model.onnx`, are a good corpus to start from.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vitrine_graph::{cost, passes, read};

fuzz_target!(|bytes: &[u8]| {
    if bytes.get(4..8) == Some(b"TFL3") {
        return;
    }
    if let Ok(mut graph) = read(bytes) {
        passes::optimise(&mut graph);
        cost(&graph);
    }
});
