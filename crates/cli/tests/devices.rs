//! `vitrine check` on WebGPU. What needs the reference models, or an adapter, skips without them.

#![cfg(feature = "webgpu")]
#![allow(clippy::print_stdout, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::{Done, vitrine};
use serde_json::Value;
use std::path::Path;
use vitrine_fixtures::shared;

/// `vitrine check` of a pulled pack on WebGPU; none, after saying so, where there is no adapter.
fn checked(folder: &Path, id: &str) -> Option<Done> {
    let done = vitrine(folder, &["check", id, "--device", "webgpu", "--json"]);
    if done.code == Some(2) {
        println!("skipped on WebGPU: {}", done.stderr.trim_end());
        return None;
    }
    Some(done)
}

#[test]
fn the_gpu_computes_what_onnx_runtime_does_and_a_tampered_pack_is_refused() {
    let Some(mirror) = shared("models") else { return };
    let folder = tempfile::tempdir().unwrap();
    for id in ["dogs-mobilenetv2", "detect-yolox-nano"] {
        vitrine(folder.path(), &["pull", id, "--mirror", mirror.to_str().unwrap()]).text();
        let Some(done) = checked(folder.path(), id) else { return };
        let report = done.json();
        assert_eq!((&report["device"], &report["ok"]), (&"webgpu".into(), &true.into()), "{report}");
        assert_eq!(report["argmax_agreement"], 1.0);
    }
    let path = folder.path().join("public/packs/dogs-mobilenetv2/pack.json");
    let mut pack: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    pack["self_test"]["values"][0] = 99.0.into();
    std::fs::write(&path, pack.to_string()).unwrap();
    let Some(done) = checked(folder.path(), "dogs-mobilenetv2") else { return };
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    assert!(done.stderr.contains("the reference has 99"), "{}", done.stderr);
}
