//! `vitrine check` on WebGPU. What needs the reference models, or an adapter, skips without them.

#![cfg(feature = "webgpu")]
#![allow(clippy::print_stdout, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::{Done, vitrine};
use serde_json::{Value, json};
use std::path::Path;
use vitrine_fixtures::shared;

/// `vitrine check` of a pulled pack on WebGPU; none, after saying so, where there is no such adapter.
fn checked(folder: &Path, id: &str, device: &str) -> Option<Done> {
    let done = vitrine(folder, &["check", id, "--device", device, "--json"]);
    if done.code == Some(2) {
        println!("skipped on {device}: {}", done.stderr.trim_end());
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
        let Some(done) = checked(folder.path(), id, "webgpu") else { return };
        let report = done.json();
        assert_eq!((&report["device"], &report["ok"]), (&"webgpu".into(), &true.into()), "{report}");
        assert_eq!(report["argmax_agreement"], 1.0);
    }
    let path = folder.path().join("public/packs/dogs-mobilenetv2/pack.json");
    let mut pack: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    pack["self_test"]["values"][0] = 99.0.into();
    std::fs::write(&path, pack.to_string()).unwrap();
    let Some(done) = checked(folder.path(), "dogs-mobilenetv2", "webgpu") else { return };
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    assert!(done.stderr.contains("the reference has 99"), "{}", done.stderr);
}

/// Sixteen bits are held to the limit that a pack has for them, or else to that of full precision.
#[test]
fn numbers_of_16_bits_pass_where_the_pack_allows_them() {
    let folder = tempfile::tempdir().unwrap();
    vitrine(folder.path(), &["pull", "street-unet-mini"]).text();
    let path = folder.path().join("public/packs/street-unet-mini/pack.json");
    let mut pack: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let mut limited = |full: f64, half: Option<f64>| {
        pack["self_test"]["tolerance"] = full.into();
        pack["self_test"]["half"] = half.map(|limit| json!({ "sums": false, "tolerance": limit })).into();
        std::fs::write(&path, pack.to_string()).unwrap();
        checked(folder.path(), "street-unet-mini", "webgpu-f16")
    };
    let Some(allowed) = limited(1e-4, Some(0.0881)) else { return };
    let report = allowed.json();
    assert_eq!(report["ok"], true, "{report}");
    let found = report["max_abs_diff"].as_f64().unwrap();
    assert!(found > 1e-3, "32 bits come nearer: {found}");
    let refused = limited(1e-4, None).unwrap();
    assert_eq!(refused.code, Some(1), "{}", refused.stderr);
    assert!(refused.stderr.contains("the limit is 0.0001"), "{}", refused.stderr);
}
