//! A whole two-stream training on a few drawn clips, in one go and interrupted. A file of its own: random weights come from one
//! generator for the whole process, which other tests would draw from.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use vitrine_packs::Pack;
use vitrine_train::clips::{ClipOutcome, ClipRecipe, train_clips};
use vitrine_train::{Device, Error, Place};

/// The project's recipe, made small enough for seconds.
fn recipe(changes: &[(&str, &str)]) -> Result<ClipRecipe, Error> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/shop-two-stream.toml");
    let mut table: toml::Table = toml::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let small = [
        ("data.clips", "{ train = 3, validation = 1, test = 1 }"),
        ("data.drawn_side", "32"),
        ("data.side", "32"),
        ("data.frames_per_second", "4.0"),
        ("data.windows_per_epoch", "48"),
        ("network.rgb_channels", "8"),
        ("network.flow_channels", "8"),
        ("rgb.epochs", "4"),
        ("flow.epochs", "4"),
        ("rgb.batch", "16"),
        ("flow.batch", "16"),
        ("rgb.warmup_steps", "2"),
        ("flow.warmup_steps", "2"),
    ];
    for (key, value) in small.iter().chain(changes) {
        let value = format!("value = {value}").parse::<toml::Table>().unwrap().remove("value").unwrap();
        let (part, key) = key.split_once('.').unwrap();
        table[part].as_table_mut().unwrap().insert(key.to_owned(), value);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recipe.toml");
    fs::write(&path, toml::to_string(&table).unwrap()).unwrap();
    ClipRecipe::read(&path)
}

fn train(
    recipe: &ClipRecipe,
    data: &Path,
    out: &Path,
    stop_after: Option<usize>,
) -> Result<ClipOutcome, Error> {
    let place = Place {
        data: data.to_owned(),
        out: out.to_owned(),
        device: Device::flex(),
        stop_after,
        export_now: false,
    };
    train_clips(recipe, &place, &|_| ())
}

#[test]
fn a_recipe_becomes_a_pack_and_an_interrupted_training_goes_on_to_the_same_curves() {
    let recipe = recipe(&[]).unwrap();
    let [data, whole, parts] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let straight = train(&recipe, data.path(), whole.path(), None).unwrap();
    assert!(straight.epochs.iter().all(|epochs| epochs.len() == 4 && epochs[3].loss < epochs[0].loss));
    let first = train(&recipe, data.path(), parts.path(), Some(2)).unwrap();
    assert!(first.exported.is_none() && first.epochs.iter().all(|epochs| epochs.len() == 2));
    // What a kill leaves behind.
    fs::create_dir(parts.path().join("flow/last.new")).unwrap();
    let resumed = train(&recipe, data.path(), parts.path(), None).unwrap();
    for (straight, resumed) in straight.epochs.iter().flatten().zip(resumed.epochs.iter().flatten()) {
        assert!((straight.loss - resumed.loss).abs() < 1e-4, "{straight:?} {resumed:?}");
    }
    let exported = straight.exported.unwrap();
    assert!(exported.difference <= 1e-4);
    let folder = whole.path().join("pack");
    let pack = Pack::from_json(&fs::read_to_string(folder.join("pack.json")).unwrap()).unwrap();
    assert_eq!(pack, exported.pack);
    let bytes = |name: &str| fs::metadata(folder.join(name)).unwrap().len();
    assert_eq!((pack.model.bytes, pack.flow().unwrap().model.bytes), (bytes("rgb.onnx"), bytes("flow.onnx")));
    let [counted, all] = straight.test.unwrap().counts();
    assert_eq!(
        pack.metrics.iter().map(|metric| metric.n).collect::<Vec<_>>(),
        [[Some(counted as u32); 3], [Some(all as u32); 3]].concat()
    );
    let report = fs::read_to_string(whole.path().join("report.html")).unwrap();
    assert!(report.contains("synthetic") && report.matches("data:image/png;base64,").count() >= 4);
}

#[test]
fn what_makes_no_sense_is_refused_with_a_remedy() {
    let cases = [
        ("data.overlap", "5", "frame_step"),
        ("data.side", "40", "multiple of 16"),
        ("network.rgb_channels", "4", "8 to 256"),
        ("data.min_share", "2.0", "min_share"),
        ("data.clips", "{ train = 0, validation = 1, test = 1 }", "clips"),
    ];
    for (key, value, words) in cases {
        let said = recipe(&[(key, value)]).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn clips_that_would_fill_the_disk_are_not_drawn() {
    let recipe =
        recipe(&[("data.cache_megabytes", "0"), ("data.side", "128"), ("data.drawn_side", "128")]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let said = train(&recipe, folder.path(), folder.path(), None).unwrap_err().to_string();
    assert!(said.contains("data.cache_megabytes"), "{said}");
}
