//! `vitrine packs` names what is wrong with folders of packs.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "clippy.toml allows it in test functions only")]

mod common;

use common::vitrine;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::tempdir;

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
