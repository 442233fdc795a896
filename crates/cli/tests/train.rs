//! `vitrine train` and `vitrine convert`. What needs published weights skips without them.

#![cfg(feature = "train")]
#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

mod common;

use common::vitrine;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use vitrine_fixtures::shared;
use vitrine_pixels::Frame;
use vitrine_pixels::codecs::{encode_png_grey, encode_png_rgba};

const RECIPE: &str = r##"
id = "halves"
seed = 2
title = { en = "Halves", fr = "Moitiés" }
summary = { en = "Sees halves.", fr = "Reconnaît des moitiés." }
data = { name = "drawn halves", folder = "data", train = "a", validation = "a", test = "a", width = 32, height = 32, ignored = [0], mean = [128.0, 128.0, 128.0], std = [64.0, 64.0, 64.0] }
network = { kind = "unet", channels = 4, levels = 2, stem_stride = 2, up = "bilinear" }
schedule = { epochs = 40, batch = 2, learning_rate = 0.03, weight_decay = 0.0 }
loss = { cross_entropy = 1.0 }
classes = [
    { id = 1, name = { en = "dark", fr = "sombre" }, colour = "#202020" },
    { id = 2, name = { en = "bright", fr = "clair" }, colour = "#f0f0f0" },
]
licence = { name = "MIT OR Apache-2.0", terms = { en = "Free.", fr = "Libre." } }
"##;

/// Two pictures, bright on the left and on the right of a column, with their masks.
fn draw(folder: &Path) {
    for inner in ["data/a/images", "data/a/labels8"] {
        fs::create_dir_all(folder.join(inner)).unwrap();
    }
    for (name, edge, left_is_bright) in [("p", 12, true), ("q", 20, false)] {
        let bright = |place: u32| (place % 32 < edge) == left_is_bright;
        let level = |place: u32| if bright(place) { 210 } else { 30 };
        let rgba = (0..1024).flat_map(|place| [level(place), level(place), level(place), 255]).collect();
        let ids: Vec<u8> = (0..1024).map(|place| 1 + u8::from(bright(place))).collect();
        let frame = Frame::new(32, 32, rgba).unwrap();
        let file = |part: &str| folder.join(format!("data/a/{part}/{name}.png"));
        fs::write(file("images"), encode_png_rgba(&frame).unwrap()).unwrap();
        fs::write(file("labels8"), encode_png_grey(32, 32, &ids).unwrap()).unwrap();
    }
    fs::write(folder.join("recipe.toml"), RECIPE).unwrap();
}

#[test]
fn a_recipe_becomes_a_pack_that_eval_measures() {
    let folder = tempfile::tempdir().unwrap();
    draw(folder.path());
    let report = vitrine(folder.path(), &["train", "recipe.toml", "--out", "run", "--json"]).json();
    assert_eq!((report["epochs"].as_array().unwrap().len(), &report["test_pictures"]), (40, &2.into()));
    assert!(report["parity"].as_f64().unwrap() <= 1e-4);
    let page = fs::read_to_string(folder.path().join("run/report.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("Halves"));

    let measured =
        vitrine(folder.path(), &["eval", "run/pack", "data/a", "--device", "cpu", "--json"]).json();
    assert_eq!(measured["n"], 2);
    assert!(measured["pixel_accuracy"].as_f64().unwrap() > 0.9, "{measured}");

    let check = vitrine(folder.path(), &["check", "run/pack", "--device", "cpu", "--json"]).json();
    assert_eq!(check["ok"], true, "{check}");
    assert!(check["reference"].as_str().unwrap().starts_with("Burn "));
}

const STRIPES: &str = r##"
id = "stripes"
seed = 5
title = { en = "Stripes", fr = "Rayures" }
summary = { en = "Tells stripes apart.", fr = "Distingue des rayures." }
data = { name = "drawn stripes", layout = "class-folders", folder = "data", train = "a", validation = "a", test = "a", width = 32, height = 32, test_size = [64, 64], mean = [128.0, 128.0, 128.0], std = [64.0, 64.0, 64.0] }
network = { kind = "classifier", backbone = "resnet18" }
schedule = { epochs = 2, batch = 4, learning_rate = 0.001, weight_decay = 0.0 }
loss = { cross_entropy = 1.0 }
classes = [{ key = "n1", name = { en = "red", fr = "rouge" } }, { name = { en = "blue", fr = "bleu" } }]
licence = { name = "MIT OR Apache-2.0", terms = { en = "Free.", fr = "Libre." } }
"##;

/// The engine counts what Burn counted in the training, and names the classes from the folders' names.
#[test]
fn class_folders_become_a_pack_that_eval_measures_alike() {
    let folder = tempfile::tempdir().unwrap();
    for (channel, class) in [(0, "n1-red"), (2, "blue")] {
        let inner = folder.path().join("data/a").join(class);
        fs::create_dir_all(&inner).unwrap();
        for photo in 0..4_u32 {
            let pixel = |place: u32| {
                let mut pixel = [60, 60, 60, 255];
                pixel[channel] = if (place + photo) % 7 < 4 { 230 } else { 90 };
                pixel
            };
            let frame = Frame::new(64, 64, (0..4096).flat_map(pixel).collect()).unwrap();
            fs::write(inner.join(format!("{photo}.png")), encode_png_rgba(&frame).unwrap()).unwrap();
        }
    }
    fs::write(folder.path().join("stripes.toml"), STRIPES).unwrap();
    let trained = vitrine(folder.path(), &["train", "stripes.toml", "--out", "run", "--json"]).json();
    assert!(trained["parity"].as_f64().unwrap() <= 1e-4);
    let run =
        |words: &[&str]| vitrine(folder.path(), &[words, &["--device", "cpu", "--json"]].concat()).json();
    let measured = run(&["eval", "run/pack", "data/a"]);
    assert_eq!((&measured["n"], &measured["top1"]), (&8.into(), &trained["test_top1"]), "{measured}");
    assert_eq!(run(&["check", "run/pack"])["ok"], true);
    let ran = run(&["run", "run/pack", "data/a/blue/0.png"]);
    assert!(ran["results"][0]["answer"]["activation"].is_object(), "{ran}");
}

#[test]
fn recipes_are_compared_by_one_command() {
    let folder = tempfile::tempdir().unwrap();
    draw(folder.path());
    let words = "train recipe.toml other.toml --compare --losses cross-entropy,dice --augmentation off --epochs 1 --out table --json";
    fs::write(folder.path().join("other.toml"), RECIPE.replace("\"halves\"", "\"others\"")).unwrap();
    let table = vitrine(folder.path(), &words.split(' ').collect::<Vec<_>>()).json();
    let rows: Vec<_> =
        table["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    let names = [
        "halves-cross-entropy-plain",
        "halves-dice-plain",
        "others-cross-entropy-plain",
        "others-dice-plain",
    ];
    assert_eq!(rows, names);
    assert!(
        fs::read_to_string(folder.path().join("table/comparison.md")).unwrap().contains("1 epochs in place")
    );
    let refused = vitrine(folder.path(), &["train", "recipe.toml", "other.toml"]);
    assert!(refused.error(2).contains("--compare"), "{}", refused.stderr);
}

#[test]
fn a_picture_without_a_mask_stops_a_training_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    draw(folder.path());
    fs::remove_file(folder.path().join("data/a/labels8/q.png")).unwrap();
    let done = vitrine(folder.path(), &["train", "recipe.toml", "--out", "run"]);
    let said = done.error(2);
    assert!(said.contains("q.png") && said.contains("no mask"), "{said}");
}

#[test]
fn what_holds_no_weights_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.pth"), "not weights").unwrap();
    let convert = |more: &[&str]| {
        vitrine(
            folder.path(),
            &[&["convert", "a.pth", "--network", "espnetv2", "--out", "pack"], more].concat(),
        )
    };
    assert!(convert(&[]).error(2).contains("--classes"));
    assert!(convert(&["--classes", "20"]).error(2).contains("a.pth"));
    assert!(!folder.path().join("pack").exists());
}

/// The reference values of the pack are ONNX Runtime's on the network that PyTorch exported.
#[test]
fn published_weights_become_the_pack_that_its_reference_values_describe() {
    let Some(models) = shared("models") else { return };
    let weights = models.join("street-espnetv2-s1/original.pth");
    let folder = tempfile::tempdir().unwrap();
    let words =
        ["convert", "--network", "espnetv2", "--out", "pack", "--json", "--golden"].map(OsString::from);
    let golden = models.join("street-espnetv2-s1/golden.npz");
    let report = vitrine(folder.path(), &[&words[..], &[golden.into(), weights.into()]].concat()).json();
    let [onnx, pytorch] = &report["golden"].as_array().unwrap()[..] else { panic!("{report}") };
    assert_eq!(
        (&onnx["array"], &pytorch["array"]),
        (&"ort_logits_stride16".into(), &"ref_logits_stride16".into())
    );
    for compared in [onnx, pytorch] {
        assert!(compared["max_rel_diff"].as_f64().unwrap() < 1e-3, "{compared}");
        assert!(compared["argmax_agreement"].as_f64().unwrap() > 0.999, "{compared}");
    }
    assert_eq!((&report["pack"], &report["known"]), (&"street-espnetv2-s1".into(), &true.into()));
    let check = vitrine(folder.path(), &["check", "pack", "--device", "cpu", "--json"]).json();
    assert_eq!(check["ok"], true, "{check}");
}
