//! `vitrine annotations`: what is converted, what is lost, what is refused.

#![cfg(feature = "models")]
#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::vitrine;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use vitrine_fixtures::shared;
use vitrine_pixels::codecs::encode_png_rgba;
use vitrine_pixels::test_card;

/// A YOLO set in Ultralytics' layout: a photo of 200 x 100 with two boxes.
fn yolo_set() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "set/images/train/a.png", &encode_png_rgba(&test_card(200, 100)).unwrap());
    write(&folder, "set/labels/train/a.txt", b"1 0.5 0.5 0.25 0.5\n0 0.1 0.2 0.1 0.2\n");
    write(&folder, "set/labels/classes.txt", b"cat\nguide dog\n");
    folder
}

fn write(folder: &TempDir, path: &str, bytes: &[u8]) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn read(folder: &TempDir, path: &str) -> String {
    fs::read_to_string(folder.path().join(path)).unwrap()
}

fn parsed(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn yolo_becomes_coco_with_the_sizes_of_the_images() {
    let folder = yolo_set();
    let arguments = ["annotations", "set/labels/train/a.txt", "--to", "coco", "--out", "out", "--json"];
    let report = vitrine(folder.path(), &arguments).json();
    assert_eq!(
        (&report["images"], &report["objects"], &report["to"]),
        (&json!(1), &json!(2), &json!("coco"))
    );
    assert_eq!(report["classes"], json!(["cat", "guide dog"]));
    assert_eq!((&report["losses"], &report["problems"]), (&json!([]), &json!([])));
    let coco = parsed(&folder.path().join("out/instances.json"));
    assert_eq!(coco["images"][0], json!({"id": 1, "file_name": "a.png", "width": 200, "height": 100}));
    // Centre 100, 50; a quarter of 200 wide, half of 100 high.
    assert_eq!(coco["annotations"][0]["bbox"], json!([75, 25, 50, 50]));
    assert_eq!(coco["categories"][1], json!({"id": 2, "name": "guide dog"}));
}

#[test]
fn a_chain_of_formats_ends_where_it_began() {
    let folder = yolo_set();
    let steps = [
        ["annotations", "set/labels/train", "--to", "voc", "--out", "voc"],
        ["annotations", "voc", "--to", "coco", "--out", "coco"],
        ["annotations", "coco/instances.json", "--to", "yolo", "--out", "yolo"],
    ];
    for step in steps {
        vitrine(folder.path(), &step).text();
    }
    assert!(read(&folder, "voc/a.xml").contains("<xmin>75</xmin>"));
    // VOC knows names, not numbers: the first class met is the first.
    assert_eq!(read(&folder, "yolo/classes.txt"), "guide dog\ncat\n");
    assert_eq!(read(&folder, "yolo/a.txt"), "0 0.5 0.5 0.25 0.5\n1 0.1 0.2 0.1 0.2\n");
}

#[test]
fn the_good_rest_of_a_bad_file_is_written_and_the_problems_are_listed() {
    let folder = yolo_set();
    write(&folder, "set/labels/train/a.txt", b"1 0.5 0.5 0.25 0.5\n1 0.5 0.5\n7 0.5 0.5 0.1 0.1\n");
    let arguments = ["annotations", "set/labels/train/a.txt", "--to", "voc", "--out", "out", "--json"];
    let done = vitrine(folder.path(), &arguments);
    assert_eq!(done.code, Some(2), "{}", done.stderr);
    let notes: Vec<&str> = done.stderr.lines().collect();
    assert!(
        notes[0].starts_with("set/labels/train/a.txt, line 2: 3 columns instead of 5: write"),
        "{notes:?}"
    );
    assert!(notes[1].starts_with("set/labels/train/a.txt, line 3: the class 7 is unknown"), "{notes:?}");
    assert_eq!(notes[2], "error: left out for the problems above: 2; the rest is in out");
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!((&report["objects"], &report["problems"][0]["line"]), (&json!(1), &json!(2)));
    assert!(read(&folder, "out/a.xml").contains("<name>guide dog</name>"));
}

#[test]
fn a_file_with_nothing_good_in_it_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "a.xml", b"<annotation>\n<object></annotation>");
    write(&folder, "a.json", b"[]");
    write(&folder, "a.txt", b"0 0.5 0.5 0.5 0.5\n");
    for (file, said) in [
        ("a.xml", "a.xml, line 2: the XML is malformed"),
        ("a.json", "a.json, line 1: the JSON is malformed"),
        ("a.txt", "a.txt: the image's size is missing"),
        ("absent.txt", "cannot read absent.txt"),
    ] {
        let done = vitrine(folder.path(), &["annotations", file, "--to", "coco", "--out", "out", "--json"]);
        assert!(done.error(2).contains(said), "{}", done.stderr);
        assert!(!folder.path().join("out/instances.json").exists(), "{file}");
    }
    let done = vitrine(folder.path(), &["annotations", "a.xml", "--to", "csv", "--out", "out"]);
    assert!(done.error(2).contains("csv"), "{}", done.stderr);
    let done = vitrine(
        folder.path(),
        &["annotations", "a.xml", "--to", "voc", "--out", "out", "--images", "nowhere"],
    );
    assert!(done.error(2).contains("nowhere"), "{}", done.stderr);
}

#[test]
fn what_the_format_cannot_hold_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let coco = json!({
        "images": [{"id": 4, "file_name": "a.jpg", "width": 20, "height": 10}],
        "categories": [{"id": 18, "name": "dog"}],
        "annotations": [{"id": 1, "image_id": 4, "category_id": 18, "bbox": [1, 2, 3, 4], "area": 7, "iscrowd": 1}],
    });
    write(&folder, "a.json", coco.to_string().as_bytes());
    let done = vitrine(folder.path(), &["annotations", "a.json", "--to", "yolo", "--out", "out"]);
    for line in ["ids of classes: 1", "ids of images: 1", "areas of outlines: 1", "crowd flags: 1"] {
        assert!(
            done.text().contains(&format!("lost: {line}\n")) || done.text().ends_with(line),
            "{}",
            done.text()
        );
    }
    assert_eq!(read(&folder, "out/a.txt"), "0 0.125 0.4 0.15 0.4\n");
}

#[test]
fn the_subset_of_coco_survives_in_coco_and_its_boxes_in_the_others() {
    let Some(instances) = shared("data/coco/instances.json") else { return };
    let folder = tempfile::tempdir().unwrap();
    let convert = |from: &str, to: &str, out: &str| {
        let arguments = ["annotations", from, "--to", to, "--out", out, "--json"];
        vitrine(folder.path(), &arguments).json()
    };
    let report = convert(instances.to_str().unwrap(), "coco", "again");
    assert_eq!((&report["images"], &report["objects"]), (&json!(79), &json!(707)));
    let (given, again) = (parsed(&instances), parsed(&folder.path().join("again/instances.json")));
    assert_eq!(sorted(&again["images"]), sorted(&given["images"]));
    assert_eq!(again["categories"], given["categories"]);
    assert_eq!((&again["info"], &again["licenses"]), (&given["info"], &given["licenses"]));
    assert_eq!(sorted(&again["annotations"]), sorted(&given["annotations"]));

    convert(instances.to_str().unwrap(), "voc", "voc");
    convert("voc", "coco", "from-voc");
    let from_voc = parsed(&folder.path().join("from-voc/instances.json"));
    assert_eq!(boxes(&from_voc), boxes(&given));
}

/// By id, numbers as floats: `1` and `1.0` are the same.
fn sorted(items: &Value) -> Vec<Value> {
    let mut items = items.as_array().unwrap().clone();
    items.iter_mut().for_each(in_floats);
    items.sort_by_key(|item| item["id"].as_f64().unwrap() as u64);
    items
}

fn in_floats(value: &mut Value) {
    match value {
        Value::Number(number) => *value = json!(number.as_f64()),
        Value::Array(items) => items.iter_mut().for_each(in_floats),
        Value::Object(fields) => fields.values_mut().for_each(in_floats),
        _ => {}
    }
}

/// File, class and box of each annotation, in some order.
fn boxes(set: &Value) -> Vec<String> {
    let named = |list: &str, id: &Value, field: &str| {
        let mut items = set[list].as_array().unwrap().iter();
        items.find(|item| item["id"] == *id).unwrap()[field].as_str().unwrap().to_owned()
    };
    let annotations = set["annotations"].as_array().unwrap().iter().map(|item| {
        let sides: Vec<String> = item["bbox"]
            .as_array()
            .unwrap()
            .iter()
            .map(|side| format!("{:.5}", side.as_f64().unwrap()))
            .collect();
        let file = named("images", &item["image_id"], "file_name");
        format!("{file} {} {}", named("categories", &item["category_id"], "name"), sides.join(" "))
    });
    let mut boxes: Vec<String> = annotations.collect();
    boxes.sort();
    boxes
}
