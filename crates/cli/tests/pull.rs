//! `vitrine packs` and `vitrine pull` with a pack that consists of three bytes.

#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::vitrine;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// SHA-256 of "abc": FIPS 180-2, appendix B.1.
const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

/// A folder with a pack's description in `toy/` and a mirror in `mirror/toy/`, whose file is `bytes`.
fn toy(bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let street = common::root().join("assets/packs/street-deeplab-slim/pack.json");
    let mut pack: Value = serde_json::from_str(&fs::read_to_string(street).unwrap()).unwrap();
    pack["id"] = json!("toy");
    pack["model"]["file"] = json!("abc.tflite");
    pack["model"]["bytes"] = json!(3);
    pack["model"]["sha256"] = json!(ABC);
    // RFC 6761: names in .invalid are never resolved.
    pack["model"]["address"] = json!("https://models.invalid/abc.tflite");
    for (path, bytes) in
        [("toy/pack.json", pack.to_string().as_bytes()), ("mirror/toy/other-name.tflite", bytes)]
    {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// All files below a folder, in order.
fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() { files.extend(tree(&entry.path())) } else { files.push(entry.path()) }
    }
    files.sort();
    files
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap()
}

#[test]
fn a_model_file_comes_from_the_mirror_whatever_its_name_there() {
    let folder = toy(b"abc");
    let done = vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]);
    assert_eq!(done.text(), "");
    assert_eq!(read(&folder, "public/packs/toy/abc.tflite"), "abc");
    assert_eq!(read(&folder, "public/packs/toy/pack.json"), read(&folder, "toy/pack.json"));
    assert_eq!(read(&folder, "public/packs.json"), r#"["toy"]"#);
    assert_eq!(tree(&folder.path().join("public")).len(), 3, "no temporary file is left");
}

#[test]
fn a_pack_that_is_here_needs_no_mirror() {
    let folder = toy(b"abc");
    vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]).text();
    fs::remove_dir_all(folder.path().join("mirror")).unwrap();
    let done = vitrine(folder.path(), &["pull", "toy"]);
    assert_eq!(done.text(), "");
    assert!(done.stderr.contains("already here"), "{}", done.stderr);
}

#[test]
fn a_damaged_file_is_replaced() {
    let folder = toy(b"abc");
    vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]).text();
    fs::write(folder.path().join("public/packs/toy/abc.tflite"), "abd").unwrap();
    vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]).text();
    assert_eq!(read(&folder, "public/packs/toy/abc.tflite"), "abc");
}

#[test]
fn a_tampered_file_is_refused_with_both_digests() {
    let folder = toy(b"abd");
    let done = vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]);
    let error = done.error(2);
    // printf abd | sha256sum
    assert!(error.contains("a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9"), "{error}");
    assert!(error.contains(ABC), "{error}");
    assert_eq!(read(&folder, "public/packs.json"), "[]");
    assert_eq!(tree(&folder.path().join("public")).len(), 1, "nothing but the index is written");
}

#[test]
fn the_index_forgets_a_pack_whose_model_is_damaged() {
    let folder = toy(b"abc");
    vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]).text();
    fs::write(folder.path().join("public/packs/toy/abc.tflite"), "abd").unwrap();
    fs::write(folder.path().join("mirror/toy/other-name.tflite"), "abd").unwrap();
    vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]).error(2);
    assert_eq!(read(&folder, "public/packs.json"), "[]");
}

#[test]
fn an_address_that_does_not_answer_is_named_with_a_remedy() {
    let folder = toy(b"abc");
    fs::remove_file(folder.path().join("mirror/toy/other-name.tflite")).unwrap();
    let done = vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]);
    let error = done.error(1);
    assert!(error.contains("https://models.invalid/abc.tflite") && error.contains("--mirror"), "{error}");
}

#[test]
fn a_model_that_nobody_publishes_says_what_it_is_made_from_and_fails_only_where_it_was_named() {
    let folder = toy(b"abc");
    let mut pack: Value = serde_json::from_str(&read(&folder, "toy/pack.json")).unwrap();
    pack["model"].as_object_mut().unwrap().remove("address");
    let how = "by hand, at night";
    pack["model"]["converted_from"] =
        json!({"address": "https://models.invalid/abc.pth", "sha256": ABC, "how": how});
    fs::write(folder.path().join("toy/pack.json"), pack.to_string()).unwrap();
    assert_eq!(vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]).text(), "");
    fs::remove_dir_all(folder.path().join("public")).unwrap();
    fs::remove_file(folder.path().join("mirror/toy/other-name.tflite")).unwrap();
    let done = vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]);
    let error = done.error(2);
    for word in ["https://models.invalid/abc.pth", how, ABC, "--mirror"] {
        assert!(error.contains(word), "{error}");
    }
    assert_eq!(read(&folder, "public/packs.json"), "[]");
}

#[test]
fn what_cannot_be_pulled_is_bad_input() {
    let folder = toy(b"abc");
    let unknown = vitrine(folder.path(), &["pull", "no-such-pack"]);
    assert!(unknown.error(2).contains("street-deeplab-slim"), "the known packs are named");
    let mirror = vitrine(folder.path(), &["pull", "toy", "--mirror", "no-such-folder"]);
    assert!(mirror.error(2).contains("no-such-folder"));
    fs::write(folder.path().join("toy/pack.json"), "{").unwrap();
    assert!(vitrine(folder.path(), &["pull", "toy"]).error(2).contains("pack.json"));
}

#[test]
fn samples_that_are_not_there_are_an_empty_list() {
    let folder = toy(b"abc");
    let done = vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror", "--samples"]);
    done.text();
    assert!(done.stderr.contains("samples: none"), "{}", done.stderr);
    assert_eq!(read(&folder, "public/samples/index.json"), "[]");
}

#[test]
fn packs_lists_the_projects_packs_and_what_else_is_installed() {
    let folder = toy(b"abc");
    vitrine(folder.path(), &["pull", "toy", "--mirror", "mirror"]).text();
    let listing = vitrine(folder.path(), &["packs", "--json"]).json();
    let packs = listing["packs"].as_array().unwrap();
    let state = |id: &str| packs.iter().find(|pack| pack["id"] == id).map(|pack| &pack["state"]);
    assert_eq!(state("toy"), Some(&json!("installed")));
    assert_eq!(state("street-deeplab-slim"), Some(&json!("missing")));
    let human = vitrine(folder.path(), &["packs"]);
    assert!(human.text().contains("street-deeplab-slim") && human.text().contains("vitrine pull"));
}

#[test]
fn wrong_arguments_are_one_line_and_help_is_none() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&[][..], &["--no-such-option"], &["no-such-command"], &["pull", "--mirror"]] {
        let done = vitrine(folder.path(), arguments);
        done.error(2);
        assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
    }
    assert!(vitrine(folder.path(), &["--help"]).text().contains("pull"));
    assert!(vitrine(folder.path(), &["--version"]).text().starts_with("vitrine "));
}

#[test]
fn every_pack_is_the_file_that_its_author_published_and_streets_come_first() {
    let Some(mirror) = vitrine_fixtures::shared("models") else { return };
    let folder = tempfile::tempdir().unwrap();
    vitrine(folder.path(), &["pull".as_ref(), "--mirror".as_ref(), mirror.as_os_str()]).text();
    let listing = vitrine(folder.path(), &["packs", "--json"]).json();
    let packs = listing["packs"].as_array().unwrap();
    assert!(packs.iter().all(|pack| pack["state"] == "installed"), "{listing}");
    let index: Vec<String> = serde_json::from_str(&read(&folder, "public/packs.json")).unwrap();
    assert_eq!(index[..3], ["street-espnetv2", "street-espnetv2-s1", "street-deeplab-slim"]);
    assert_eq!(index.len(), packs.len());
}
