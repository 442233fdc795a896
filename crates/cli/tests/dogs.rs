//! Breeds of dog: `vitrine run` and `eval` of classifiers. What needs the reference models and data skips without them.

#![cfg(feature = "models")]
#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::{Done, vitrine};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use vitrine_fixtures::shared;
use vitrine_pixels::codecs::{Limits, decode, encode_png_rgba};
use vitrine_pixels::{Frame, test_card};

const PACKS: [&str; 2] = ["dogs-mobilenet-edgetpu", "dogs-mobilenetv2"];

/// A folder with both packs in `public/packs`, if their models are on this machine.
fn with_dogs() -> Option<TempDir> {
    let mirror = shared("models")?;
    let folder = tempfile::tempdir().unwrap();
    let arguments: [OsString; 5] =
        ["pull".into(), PACKS[0].into(), PACKS[1].into(), "--mirror".into(), mirror.into()];
    vitrine(folder.path(), &arguments).text();
    Some(folder)
}

fn run(folder: &TempDir, pack: &str, files: &[PathBuf], options: &[&str]) -> Done {
    let mut arguments: Vec<OsString> = vec!["run".into(), pack.into()];
    arguments.extend(files.iter().map(OsString::from));
    arguments.extend(options.iter().map(OsString::from));
    vitrine(folder.path(), &arguments)
}

/// The COCO photos that show one of these, by their annotations.
fn coco_with(categories: &[&str]) -> Option<Vec<PathBuf>> {
    let set = shared("data/coco")?;
    let instances: Value = serde_json::from_slice(&fs::read(set.join("instances.json")).unwrap()).unwrap();
    let list = |name: &str| instances[name].as_array().unwrap().clone();
    let named = |it: &Value| categories.contains(&it["name"].as_str().unwrap());
    let ids: Vec<Value> =
        list("categories").iter().filter(|it| named(it)).map(|it| it["id"].clone()).collect();
    let annotations = list("annotations");
    let shown = |image: &Value| {
        annotations.iter().any(|it| it["image_id"] == image["id"] && ids.contains(&it["category_id"]))
    };
    let name = |image: &Value| set.join("images").join(image["file_name"].as_str().unwrap());
    Some(list("images").iter().filter(|image| shown(image)).map(name).collect())
}

fn write_png(folder: &Path, name: &str, frame: &Frame) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, encode_png_rgba(frame).unwrap()).unwrap();
    path
}

/// A picture of one colour.
fn blank(colour: [u8; 3]) -> Frame {
    let pixel = [colour[0], colour[1], colour[2], 255];
    Frame::new(320, 240, pixel.repeat(320 * 240)).unwrap()
}

/// A house with a sun, drawn with straight lines on white paper.
fn drawing() -> Frame {
    let (width, height) = (320_i32, 240_i32);
    let colour = |x: i32, y: i32| -> [u8; 4] {
        let sun = (x - 270).pow(2) + (y - 40).pow(2) < 25 * 25;
        let wall = (100..220).contains(&x) && (110..210).contains(&y);
        let roof = (50..110).contains(&y) && (x - 160).abs() < y - 45;
        let door = (145..175).contains(&x) && (150..210).contains(&y);
        match (sun, door, wall, roof) {
            (true, ..) => [255, 220, 0, 255],
            (_, true, ..) => [120, 70, 20, 255],
            (_, _, true, _) => [240, 200, 160, 255],
            (_, _, _, true) => [200, 40, 40, 255],
            _ => [255; 4],
        }
    };
    let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| colour(x, y)));
    Frame::new(width as u32, height as u32, pixels.collect()).unwrap()
}

#[test]
fn the_processor_computes_what_onnx_runtime_does() {
    let Some(folder) = with_dogs() else { return };
    for pack in PACKS {
        let report = vitrine(folder.path(), &["check", pack, "--json"]).json();
        assert_eq!((&report["ok"], &report["argmax_agreement"]), (&true.into(), &1.0.into()), "{pack}");
        assert!(report["max_abs_diff"].as_f64().unwrap() < 1e-3, "{report}");
    }
}

#[test]
fn what_is_no_dog_is_doubtful() {
    let (Some(folder), Some(cats), Some(cars)) = (with_dogs(), coco_with(&["cat"]), coco_with(&["car"]))
    else {
        return;
    };
    let mut files = [cats, cars].concat();
    for (index, colour) in [[0, 0, 0], [255, 255, 255], [128, 128, 128], [90, 60, 40]].into_iter().enumerate()
    {
        files.push(write_png(folder.path(), &format!("blank-{index}.png"), &blank(colour)));
    }
    files.push(write_png(folder.path(), "drawing.png", &drawing()));
    files.push(write_png(folder.path(), "card.png", &test_card(320, 240)));
    for pack in PACKS {
        let report = run(&folder, pack, &files, &["--json"]).json();
        for result in report["results"].as_array().unwrap() {
            assert_eq!(result["answer"]["doubtful"], true, "{pack}: {}", result["file"]);
        }
    }
}

#[test]
fn a_dog_is_named_at_any_resolution_and_by_any_number_of_crops() {
    // Of the test photos one of those that the network is surest of.
    let photo = shared("data/dogs/test/n02102480-Sussex_spaniel/n02102480_4295.jpg");
    let (Some(folder), Some(photo)) = (with_dogs(), photo) else { return };
    for (resolution, crops, map) in [("160", "1", 5), ("161", "10", 6), ("225", "5", 8), ("448", "1", 14)] {
        let options = ["--resolution", resolution, "--crops", crops, "--json"];
        let report = run(&folder, PACKS[0], std::slice::from_ref(&photo), &options).json();
        let answer = &report["results"][0]["answer"];
        assert_eq!(answer["ranked"][0]["name"], "Sussex spaniel", "{resolution}, {crops}");
        assert_eq!(
            (&answer["resolution"], &answer["crops"]),
            (&resolution.parse::<u32>().unwrap().into(), &crops.parse::<u32>().unwrap().into())
        );
        // Five halvings, rounded up: the last map of MobileNets (Howard et al. 2017, table 1).
        assert_eq!(
            (&answer["activation"]["columns"], &answer["activation"]["rows"]),
            (&map.into(), &map.into())
        );
    }
}

#[test]
fn a_run_leaves_the_photo_with_its_heat_and_a_table_of_ranks() {
    let (Some(folder), Some(photo)) = (with_dogs(), shared("data/dogs/test/n02110958-pug")) else { return };
    let photo = fs::read_dir(photo).unwrap().next().unwrap().unwrap().path();
    fs::copy(&photo, folder.path().join("pug.jpg")).unwrap();
    run(&folder, PACKS[1], &["pug.jpg".into()], &["--out", "out"]).text();
    let read = |name: &str| fs::read(folder.path().join("out").join(name)).unwrap();
    let overlay = decode(&read("pug.overlay.png"), &Limits::default()).unwrap().frame;
    assert_eq!((overlay.width(), overlay.height()), (224, 224));
    let saved: Value = serde_json::from_slice(&read("pug.json")).unwrap();
    assert_eq!(saved["results"][0]["answer"]["task"], "classify");
    let table = String::from_utf8(read("all.csv")).unwrap();
    let mut lines = table.lines();
    assert!(
        lines.next().unwrap().starts_with("file,width,height,resolution,crops,outside,class_1,confidence_1,")
    );
    assert!(lines.next().unwrap().starts_with("pug.jpg,224,224,224,1,0."), "{table}");
}

#[test]
fn unreadable_files_are_skipped_with_their_causes() {
    let (Some(folder), Some(pugs)) = (with_dogs(), shared("data/dogs/test/n02110958-pug")) else { return };
    let set = folder.path().join("set");
    for class in ["n02110958-pug", "Chow chow", "not a breed"] {
        fs::create_dir_all(set.join(class)).unwrap();
    }
    for photo in fs::read_dir(pugs).unwrap().flatten() {
        fs::copy(photo.path(), set.join("n02110958-pug").join(photo.file_name())).unwrap();
    }
    fs::write(set.join("Chow chow/empty.jpg"), b"").unwrap();
    fs::write(set.join("Chow chow/text.jpg"), b"not a picture").unwrap();
    let report = vitrine(folder.path(), &["eval", PACKS[1], "set", "--json"]).json();
    assert_eq!((&report["n"], report["items"].as_array().unwrap().len()), (&4.into(), 4));
    let skipped = report["skipped"].as_array().unwrap();
    let files: Vec<&str> = skipped.iter().map(|it| it["file"].as_str().unwrap()).collect();
    assert_eq!(files, ["not a breed", "Chow chow/empty.jpg", "Chow chow/text.jpg"]);
    assert!(skipped.iter().all(|it| !it["cause"].as_str().unwrap().is_empty()));
    let right =
        report["items"].as_array().unwrap().iter().filter(|it| it["ranked"][0]["name"] == it["truth"]);
    assert_eq!(report["top1"].as_f64().unwrap(), right.count() as f64 / 4.0);
    assert_eq!(report["recall"]["Pug"], report["top1"]);
    let sweep =
        vitrine(folder.path(), &["eval", PACKS[1], "set", "--sweep", "160,192", "--crops", "1", "--json"]);
    let rows = sweep.json()["sweep"].as_array().unwrap().clone();
    assert_eq!(rows.iter().map(|row| row["resolution"].as_u64().unwrap()).collect::<Vec<_>>(), [160, 192]);
}

#[test]
fn options_of_another_task_are_refused() {
    let Some(folder) = with_dogs() else { return };
    let card = write_png(folder.path(), "card.png", &test_card(64, 48));
    let error =
        |options: &[&str]| run(&folder, PACKS[0], std::slice::from_ref(&card), options).error(2).to_owned();
    assert!(error(&["--tile", "224"]).contains("--resolution"));
    assert!(error(&["--crops", "3"]).contains("10"));
    assert!(error(&["--resolution", "7"]).contains('7'));
    assert!(
        vitrine(folder.path(), &["eval", PACKS[0], "public"]).error(2).contains("a folder for each class")
    );
}
