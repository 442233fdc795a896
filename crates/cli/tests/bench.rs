//! `vitrine bench`. What needs a reference model skips without it.

#![cfg(feature = "models")]

mod common;

use common::vitrine;
use vitrine_fixtures::shared;

#[test]
fn what_is_no_network_cannot_be_measured() {
    let folder = tempfile::tempdir().unwrap();
    assert!(vitrine(folder.path(), &["bench"]).error(2).contains("vitrine pull"));
    std::fs::write(folder.path().join("text.onnx"), "no model").unwrap();
    assert!(vitrine(folder.path(), &["bench", "text.onnx"]).error(2).contains("text.onnx"));
    assert!(vitrine(folder.path(), &["bench", "no-such-pack"]).error(2).contains("no-such-pack"));
}

/// Sandler et al. 2018, arXiv:1801.04381, table 4: MobileNetV2 has 300 million multiply-accumulates at 224 x 224.
#[test]
fn a_network_is_timed_with_its_work_and_its_memory() {
    let Some(models) = shared("models") else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = models.join("dogs-mobilenetv2/model.onnx");
    let arguments = ["bench", file.to_str().unwrap(), "--runs", "2", "--json"];
    let report = vitrine(folder.path(), &arguments).json();
    let found = &report["results"][0];
    assert_eq!((&report["device"], &found["input"]), (&"cpu".into(), &serde_json::json!([1, 3, 224, 224])));
    let macs = found["macs"].as_f64().unwrap() / 1e6;
    assert!((290.0..310.0).contains(&macs), "{macs}");
    // The widest layer's input and output, in bytes: 112 x 112 x (16 + 96) numbers.
    assert!(found["peak_bytes"].as_u64().unwrap() >= 112 * 112 * (16 + 96) * 4);
    let [median, least] = ["median_ms", "least_ms"].map(|name| found[name].as_f64().unwrap());
    assert!(0.0 < least && least <= median, "{found}");
    assert!(found.get("steps").is_none());
    let report = vitrine(folder.path(), &[&arguments[..], &["--steps"]].concat()).json();
    let steps = report["results"][0]["steps"].as_array().unwrap();
    let first = |operation: &str| steps.iter().position(|step| step["operation"] == operation).unwrap();
    assert!(first("Conv 3x3 / 2") < first("Conv 3x3 in 32 groups") && first("Conv 1x1") < first("Softmax"));
    assert_eq!(steps[first("Softmax")]["output"], serde_json::json!([1, 1001]));
    assert!(steps.iter().all(|step| step["least_ms"].as_f64().unwrap() >= 0.0));
}
