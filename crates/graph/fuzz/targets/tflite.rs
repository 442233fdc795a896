//! Whatever bytes a TFLite file holds: an error or a graph, in bounded time and memory.
//!
//! As `onnx.rs` says, with `tflite` for `onnx`. A corpus to start from is what `cargo test --test tflite_operators` leaves in
//! the folder that the variable `VITRINE_CORPUS` names.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vitrine_graph::{cost, passes, read};

fuzz_target!(|bytes: &[u8]| {
    let mut file = bytes.to_vec();
    let Some(identifier) = file.get_mut(4..8) else { return };
    identifier.copy_from_slice(b"TFL3");
    if let Ok(mut graph) = read(&file) {
        passes::optimise(&mut graph);
        cost(&graph);
    }
});
