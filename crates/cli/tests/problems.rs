//! `vitrine packs` names what is wrong with folders of packs.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "clippy.toml allows it in test functions only")]

mod common;

use common::vitrine;
use serde_json::{Value, json};
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use tempfile::tempdir;
use vitrine_packs::archive;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const STREET: &str = include_str!("../../../assets/packs/street-deeplab-slim/pack.json");

/// A pack named after its folder, with a model of three bytes ("abc": FIPS 180-2, appendix B.1).
fn pack(id: &str) -> Value {
    let mut pack: Value = serde_json::from_str(STREET).unwrap();
    pack["id"] = id.into();
    pack["model"]["bytes"] = 3.into();
    pack["model"]["sha256"] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".into();
    pack
}

fn write(packs: &Path, folder: &str, json: &str) {
    let folder = packs.join(folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("pack.json"), json).unwrap();
    let model = pack("x")["model"]["file"].as_str().unwrap().to_owned();
    fs::write(folder.join(model), "abc").unwrap();
}

#[test]
fn each_bad_folder_gets_a_line_that_names_field_and_remedy() {
    let folder = tempdir().unwrap();
    let packs = folder.path().join("packs");
    let mut missing = pack("missing-field");
    missing.as_object_mut().unwrap().remove("classes");
    write(&packs, "missing-field", &missing.to_string());
    let mut wrong = pack("wrong-type");
    wrong["input"]["width"] = json!("wide");
    write(&packs, "wrong-type", &wrong.to_string());
    write(&packs, "other-name", &pack("its-name").to_string());
    write(&packs, "corrupt", &pack("corrupt").to_string());
    fs::create_dir_all(packs.join("empty")).unwrap();
    let arguments = ["packs", "--packs", packs.to_str().unwrap(), "--json"];
    let listing = vitrine(folder.path(), &arguments).json();
    let problems: Vec<(&str, &str)> = listing["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["folder"].as_str().unwrap(), it["problem"].as_str().unwrap()))
        .collect();
    let expected = [
        ("corrupt", "neither a TFLite nor an ONNX model"),
        ("empty", "has no pack.json: put one"),
        ("missing-field", "missing field `classes`"),
        ("other-name", "`id` is \"its-name\": rename the folder"),
        ("wrong-type", "invalid type: string \"wide\""),
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for ((folder, problem), (name, words)) in problems.into_iter().zip(expected) {
        assert_eq!(folder, name);
        assert!(problem.contains(words), "{problem}");
    }
}

/// The network of tests/own/make.py has six scores.
#[cfg(feature = "models")]
#[test]
fn labels_that_do_not_match_the_outputs_are_counted_and_large_files_are_warned_of() {
    let folder = tempdir().unwrap();
    let packs = folder.path().join("packs");
    let model = fs::read(common::root().join("tests/own/classifier.onnx")).unwrap();
    let describe = |id: &str, classes: usize, bytes: &[u8]| {
        let class =
            |index: usize| json!({"name": {"en": format!("class {index}"), "fr": format!("classe {index}")}});
        let pack = json!({
            "schema": 1, "id": id, "task": "classify",
            "title": {"en": "Six", "fr": "Six"}, "summary": {"en": "Six classes.", "fr": "Six classes."},
            "model": {"file": "classifier.onnx", "bytes": bytes.len(), "sha256": sha256(bytes), "licence": "CC0-1.0",
                "terms": {"en": "None.", "fr": "Aucune."}},
            "input": {"width": 224, "height": 224, "colour": "rgb", "mean": [0, 0, 0], "std": [255, 255, 255],
                "resize": {"rule": "squash"}},
            "output": {"kind": "logits", "tensor": "logits", "columns": classes},
            "classes": (0..classes).map(class).collect::<Vec<_>>(),
        });
        let place = packs.join(id);
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("pack.json"), pack.to_string()).unwrap();
        fs::write(place.join("classifier.onnx"), bytes).unwrap();
    };
    describe("five-labels", 5, &model);
    describe("good", 6, &model);
    // A field of protobuf that no reader knows, 26 MiB long.
    let large = [&model[..], &[0xfa, 0x3f, 0x80, 0x80, 0x80, 0x0d], &vec![0; 26 << 20]].concat();
    describe("large", 6, &large);
    let listing = vitrine(folder.path(), &["packs", "--packs", packs.to_str().unwrap(), "--json"]).json();
    let problems = listing["problems"].as_array().unwrap();
    let line = |index: usize| problems[index].to_string();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        line(0).contains("five-labels") && line(0).contains("gives 6 scores, the pack names 5"),
        "{}",
        line(0)
    );
    assert!(line(1).contains("large") && line(1).contains("above 25 MB, so ask yours"), "{}", line(1));
}

#[cfg(feature = "models")]
fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn paths_that_lead_out_and_zip_files_are_named_with_what_to_do() {
    let folder = tempdir().unwrap();
    let packs = folder.path().join("packs");
    let mut escape = pack("escape");
    escape["model"]["file"] = "../model.onnx".into();
    fs::create_dir_all(packs.join("escape")).unwrap();
    fs::write(packs.join("escape/pack.json"), escape.to_string()).unwrap();
    let good = archive::write("good", &pack("good").to_string(), ("model.tflite", b"abc")).unwrap();
    fs::write(packs.join("good.zip"), &good).unwrap();
    fs::write(packs.join("bomb.zip"), bomb()).unwrap();
    fs::write(packs.join("half.zip"), &good[..good.len() / 2]).unwrap();
    // The name of the model's entry as long as before, leading out of the archive.
    let mut outside = good.clone();
    for start in 0..outside.len() - 24 {
        if outside[start..].starts_with(b"packs/good/model.tflite") {
            outside[start..start + 23].copy_from_slice(b"../../good/model.tflite");
        }
    }
    fs::write(packs.join("outside.zip"), outside).unwrap();
    let done = vitrine(folder.path(), &["packs", "--packs", packs.to_str().unwrap()]);
    let text = done.text();
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with("problem: ")).collect();
    let expected = [
        ("escape: ", "`model.file` is \"../model.onnx\": write a plain name"),
        (
            "bomb.zip: ",
            "\"a.onnx\" grows more than 100 times, as a zip bomb does: zip it without compression",
        ),
        ("good.zip: ", "is a zip file: unpack it"),
        ("half.zip: ", "cannot be read"),
        ("outside.zip: ", "leads out"),
    ];
    assert_eq!(lines.len(), expected.len(), "{text}");
    for (line, (name, words)) in lines.iter().zip(expected) {
        assert!(line.contains(name) && line.contains(words), "{line}");
    }
}

/// 16 MiB of zeros in 16 KiB.
fn bomb() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    zip.start_file("a.onnx", SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![0; 16 << 20]).unwrap();
    zip.finish().unwrap().into_inner()
}
