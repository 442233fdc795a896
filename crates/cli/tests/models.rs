//! `vitrine inspect`, `check`, `run` and `eval`. What needs the reference model and data skips without them.

#![cfg(feature = "models")]
#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::{Done, root, vitrine};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use vitrine_fixtures::shared;
use vitrine_pixels::codecs::{Limits, decode, decode_labels, encode_png_grey, encode_png_rgba};
use vitrine_pixels::test_card;

const STREET: &str = "street-deeplab-slim";

/// A folder with the street pack in `public/packs`, if its model is on this machine.
fn with_street() -> Option<TempDir> {
    let mirror = shared("models")?;
    let folder = tempfile::tempdir().unwrap();
    run(&folder, &["pull".into(), STREET.into(), "--mirror".into(), mirror.into()]).text();
    Some(folder)
}

fn run(folder: &TempDir, arguments: &[OsString]) -> Done {
    vitrine(folder.path(), arguments)
}

fn write(folder: &TempDir, path: &str, bytes: &[u8]) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_pack_that_is_not_installed_is_named_with_the_command_that_brings_it() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "photo.png", &encode_png_rgba(&test_card(64, 32)).unwrap());
    write(&folder, "set/images/a.png", b"");
    write(&folder, "set/labels8/a.png", b"");
    for arguments in [&["check", STREET][..], &["run", STREET, "photo.png"], &["eval", STREET, "set"]] {
        let done = vitrine(folder.path(), arguments);
        let error = done.error(2);
        assert!(
            error.contains("not installed") && error.contains("vitrine pull street-deeplab-slim"),
            "{error}"
        );
    }
    assert!(vitrine(folder.path(), &["check", "no-such-pack"]).error(2).contains("no-such-pack"));
    assert!(vitrine(folder.path(), &["check", "../../etc"]).error(2).contains("../../etc"));
    assert!(vitrine(folder.path(), &["check", STREET, "--device", "abacus"]).error(2).contains("abacus"));
}

#[test]
fn a_model_file_that_is_not_the_packs_is_refused_with_both_digests() {
    let folder = tempfile::tempdir().unwrap();
    let pack = fs::read_to_string(root().join("assets/packs/street-deeplab-slim/pack.json")).unwrap();
    write(&folder, "my-pack/pack.json", pack.as_bytes());
    assert!(vitrine(folder.path(), &["check", "my-pack"]).error(2).contains("vitrine pull"));
    write(&folder, "my-pack/deeplab_mobilenet_edgetpu_slim_cityscapes_quant.tflite", b"abc");
    let done = vitrine(folder.path(), &["check", "my-pack"]);
    let error = done.error(2);
    // FIPS 180-2, appendix B.1, and the digest in pack.json.
    assert!(error.contains("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), "{error}");
    assert!(error.contains("322fe29945cb1693f426952f2a330ab67ea5678545ddee6f2548e0cfd0ca03e5"), "{error}");
}

#[test]
fn what_is_no_model_cannot_be_inspected() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "empty.tflite", b"");
    write(&folder, "text.tflite", b"This is no model at all, only a text.");
    write(&folder, "broken.tflite", b"\xff\xff\xff\x7fTFL3\xff\xff\xff\xff");
    for file in ["empty.tflite", "text.tflite", "broken.tflite", "absent.tflite"] {
        let done = vitrine(folder.path(), &["inspect", file, "--json"]);
        assert!(done.error(2).contains(file));
    }
}

#[test]
fn inspect_counts_what_the_models_author_built() {
    let Some(model) = shared("models/street-deeplab-slim/original.tflite") else { return };
    let folder = tempfile::tempdir().unwrap();
    let report = run(&folder, &["inspect".into(), model.into(), "--json".into()]).json();
    assert_eq!(report["supported"], true);
    assert_eq!(report["unsupported"], Value::Array(vec![]));
    // The source.json of the reference model, made with other tools: 62 convolutions, 15 additions, 4.316 GMACs.
    assert_eq!(report["operators"]["Conv"], 62);
    assert_eq!(report["operators"]["Add"], 15);
    assert_eq!((report["macs"].as_f64().unwrap() / 1e6).round() / 1e3, 4.316);
    assert_eq!(report["inputs"][0]["shape"], serde_json::json!([1, 513, 513, 3]));
    assert_eq!(report["outputs"][0]["shape"], serde_json::json!([1, 513, 513]));
}

#[test]
fn the_processor_computes_what_onnx_runtime_does() {
    let Some(folder) = with_street() else { return };
    let report = vitrine(folder.path(), &["check", STREET, "--device", "cpu", "--json"]).json();
    assert_eq!(report["ok"], true);
    assert_eq!(report["argmax_agreement"], 1.0);
    assert!(report["max_abs_diff"].as_f64().unwrap() < 0.005, "{report}");
    assert!(report["max_rel_diff"].is_number());
}

#[test]
fn a_device_that_differs_from_the_reference_fails() {
    let Some(folder) = with_street() else { return };
    let path = folder.path().join("public/packs/street-deeplab-slim/pack.json");
    let mut pack: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    pack["self_test"]["values"][0] = serde_json::json!(99.0);
    fs::write(&path, pack.to_string()).unwrap();
    let done = vitrine(folder.path(), &["check", STREET, "--json"]);
    assert_eq!(done.code, Some(1), "{}", done.stderr);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(report["ok"], false);
    assert!(done.stderr.starts_with("error: "), "{}", done.stderr);
}

#[test]
fn accuracy_on_the_street_frames_reaches_that_of_onnx_runtime() {
    let (Some(folder), Some(street)) = (with_street(), shared("data/street")) else { return };
    let arguments =
        ["eval".into(), STREET.into(), street.into(), "--device".into(), "cpu".into(), "--json".into()];
    let report = run(&folder, &arguments).json();
    assert_eq!(
        (&report["pack"], &report["device"], &report["n"]),
        (&STREET.into(), &"cpu".into(), &8.into())
    );
    // ONNX Runtime on the network in float32, frames read in two square tiles: 0.968 and 0.847.
    assert!(report["pixel_accuracy"].as_f64().unwrap() >= 0.965, "{report}");
    assert!(report["miou"].as_f64().unwrap() >= 0.84, "{report}");
    assert!(report["millis_median"].as_f64().unwrap() > 0.0);
    let iou = report["iou"].as_object().unwrap();
    let names: Vec<&str> = iou.keys().map(String::as_str).collect();
    assert_eq!(names, ["construction", "flat", "human", "nature", "object", "sky", "vehicle"]);
    let mean = iou.values().map(|value| value.as_f64().unwrap()).sum::<f64>() / 7.0;
    assert!((mean - report["miou"].as_f64().unwrap()).abs() < 1e-9);
    // All of 8 frames of 2048 x 1024 but void.
    let rows: Vec<Vec<u64>> = serde_json::from_value(report["confusion"].clone()).unwrap();
    assert_eq!((rows.len(), rows[0].iter().sum::<u64>()), (8, 0));
    let counted: u64 = rows.iter().flatten().sum();
    assert!(counted > 8 * 2048 * 1024 * 3 / 4 && counted < 8 * 2048 * 1024, "{counted}");
}

#[test]
fn a_run_leaves_pictures_labels_and_tables() {
    let (Some(folder), Some(photos)) = (with_street(), shared("data/street/images")) else { return };
    fs::copy(photos.join("zurich_000116_000019.jpg"), folder.path().join("zurich.jpg")).unwrap();
    write(&folder, "card.png", &encode_png_rgba(&test_card(97, 61)).unwrap());
    let arguments = ["run", STREET, "zurich.jpg", "card.png", "--out", "out", "--json"];
    let report = vitrine(folder.path(), &arguments).json();
    assert_eq!((&report["pack"], &report["device"]), (&STREET.into(), &"cpu".into()));
    let results = report["results"].as_array().unwrap();
    let files: Vec<&str> = results.iter().map(|result| result["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["zurich.jpg", "card.png"]);
    for result in results {
        assert!(result["millis"].as_f64().unwrap() > 0.0);
        let categories = result["answer"]["categories"].as_array().unwrap();
        let shares: Vec<f64> =
            categories.iter().map(|category| category["share"].as_f64().unwrap()).collect();
        assert!(shares.is_sorted_by(|a, b| a >= b));
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
    assert_saved(&folder.path().join("out"), "zurich", [2048, 1024], &report);
    assert_saved(&folder.path().join("out"), "card", [97, 61], &report);
    let table = fs::read_to_string(folder.path().join("out/all.csv")).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "file,width,height,void,flat,construction,object,nature,sky,human,vehicle");
    assert!(lines[1].starts_with("zurich.jpg,2048,1024,0.000000,"));
    assert_eq!(lines.len(), 3);
}

fn assert_saved(out: &Path, stem: &str, [width, height]: [u32; 2], report: &Value) {
    let read = |kind: &str| fs::read(out.join(format!("{stem}.{kind}"))).unwrap();
    let overlay = decode(&read("overlay.png"), &Limits::default()).unwrap().frame;
    assert_eq!((overlay.width(), overlay.height()), (width, height));
    let labels = decode_labels(&read("labels.png"), &Limits::default()).unwrap();
    assert_eq!((labels.width(), labels.height()), (width, height));
    // Cityscapes' label ids of the 19 classes that are evaluated: cityscapesScripts, helpers/labels.py.
    const IDS: [u8; 19] = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33];
    assert!(labels.ids().iter().all(|id| IDS.contains(id)));
    let saved: Value = serde_json::from_slice(&read("json")).unwrap();
    let same = |result: &&Value| result["file"] == saved["results"][0]["file"];
    assert_eq!(Some(&saved["results"][0]), report["results"].as_array().unwrap().iter().find(same));
    assert_eq!(saved["pack"], STREET);
}

#[test]
fn bad_images_and_bad_ground_truth_are_one_line_each() {
    let Some(folder) = with_street() else { return };
    let card = encode_png_rgba(&test_card(64, 32)).unwrap();
    write(&folder, "text.jpg", b"not a picture");
    write(&folder, "empty.png", b"");
    write(&folder, "half.png", &card[..card.len() / 2]);
    for file in ["text.jpg", "empty.png", "half.png", "absent.png"] {
        assert!(vitrine(folder.path(), &["run", STREET, file, "--json"]).error(2).contains(file));
    }
    write(&folder, "set/images/a.png", &card);
    assert!(vitrine(folder.path(), &["eval", STREET, "set"]).error(2).contains("labels8"));
    write(&folder, "set/labels8/a.png", &card);
    assert!(
        vitrine(folder.path(), &["eval", STREET, "set"]).error(2).contains("a.png"),
        "colours are no ids"
    );
    write(&folder, "set/labels8/a.png", &encode_png_grey(2, 1, &[1, 99]).unwrap());
    assert!(vitrine(folder.path(), &["eval", STREET, "set"]).error(2).contains("99"));
}

#[test]
fn eval_compares_at_the_size_of_the_ground_truth() {
    let Some(folder) = with_street() else { return };
    write(&folder, "set/images/a.png", &encode_png_rgba(&test_card(64, 32)).unwrap());
    // Three pixels of ground truth, one of them void.
    write(&folder, "set/labels8/a.png", &encode_png_grey(3, 1, &[0, 1, 5]).unwrap());
    let report = vitrine(folder.path(), &["eval", STREET, "set", "--json"]).json();
    let rows: Vec<Vec<u64>> = serde_json::from_value(report["confusion"].clone()).unwrap();
    assert_eq!(rows.iter().flatten().sum::<u64>(), 2);
    assert!(vitrine(folder.path(), &["eval", STREET, "set"]).text().contains("mIoU"));
}
