//! Objects found, then named: the pack `dogs-found`. What needs the reference models and data skips without them.

#![cfg(feature = "models")]
#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::{root, vitrine};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use vitrine_fixtures::shared;
use vitrine_pixels::codecs::{Limits, decode, encode_png_rgba};
use vitrine_pixels::{Frame, boxes::Rect};

/// The photo of COCO with a dog.
fn photo() -> Option<PathBuf> {
    let coco = shared("data/coco")?;
    let set: Value = serde_json::from_slice(&fs::read(coco.join("instances.json")).unwrap()).unwrap();
    let dog = set["categories"].as_array().unwrap().iter().find(|it| it["name"] == "dog").unwrap();
    let object = set["annotations"].as_array().unwrap().iter().find(|it| it["category_id"] == dog["id"])?;
    let image = set["images"].as_array().unwrap().iter().find(|it| it["id"] == object["image_id"])?;
    Some(coco.join("images").join(image["file_name"].as_str()?))
}

/// A folder with the cascade in `public/packs`: naming it is enough.
fn with_cascade() -> Option<TempDir> {
    let mirror = shared("models")?;
    let folder = tempfile::tempdir().unwrap();
    run(&folder, &["pull".into(), "dogs-found".into(), "--mirror".into(), mirror.into()]);
    Some(folder)
}

fn run(folder: &TempDir, arguments: &[OsString]) -> String {
    vitrine(folder.path(), arguments).text().to_owned()
}

fn objects(folder: &TempDir, pack: &str, photo: &Path) -> Vec<Value> {
    let text = run(folder, &["run".into(), pack.into(), photo.into(), "--json".into()]);
    let report: Value = serde_json::from_str(&text).unwrap();
    report["results"][0]["answer"]["objects"].as_array().unwrap().clone()
}

#[test]
fn a_dog_is_named_as_the_breeds_pack_names_what_is_cut_out() {
    let (Some(folder), Some(photo)) = (with_cascade(), photo()) else { return };
    let found = objects(&folder, "dogs-found", &photo);
    let dogs: Vec<&Value> = found.iter().filter(|it| it["name"] == "dog").collect();
    assert!(!dogs.is_empty(), "{found:?}");
    assert!(found.iter().all(|it| it["name"] == "dog" || it.get("named").is_none()));
    for dog in dogs {
        let piece = folder.path().join("piece.png");
        fs::write(&piece, encode_png_rgba(&cut_out(&photo, dog)).unwrap()).unwrap();
        let text =
            run(&folder, &["run".into(), "dogs-mobilenet-edgetpu".into(), piece.into(), "--json".into()]);
        let alone: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(dog["named"], alone["results"][0]["answer"]["ranked"]);
    }
}

/// A square round the middle of the box, as long as its longer side and a tenth more at each end.
fn cut_out(photo: &Path, dog: &Value) -> Frame {
    let frame = decode(&fs::read(photo).unwrap(), &Limits::default()).unwrap().frame;
    let [left, top, width, height] =
        ["left", "top", "width", "height"].map(|side| dog[side].as_f64().unwrap() as f32);
    let half = width.max(height) * 0.6;
    let (x, y) = (left + width / 2.0, top + height / 2.0);
    frame.cropped(&Rect { left: x - half, top: y - half, right: x + half, bottom: y + half }).unwrap()
}

#[test]
fn a_cascade_without_its_second_pack_says_what_to_pull() {
    let (Some(folder), Some(photo)) = (with_cascade(), photo()) else { return };
    fs::remove_dir_all(folder.path().join("public/packs/dogs-mobilenet-edgetpu")).unwrap();
    let arguments: [OsString; 3] = ["run".into(), "dogs-found".into(), photo.into()];
    let done = vitrine(folder.path(), &arguments);
    let error = done.error(2);
    assert!(error.contains("vitrine pull dogs-mobilenet-edgetpu"), "{error}");
    // Nor is it offered to a visitor.
    let pulled: [OsString; 4] =
        ["pull".into(), "detect-picodet-s".into(), "--mirror".into(), shared("models").unwrap().into()];
    vitrine(folder.path(), &pulled).text();
    let index = fs::read_to_string(folder.path().join("public/packs.json")).unwrap();
    assert_eq!(index, r#"["detect-picodet-s"]"#);
    assert!(root().join("assets/packs/dogs-found/pack.json").is_file());
}
