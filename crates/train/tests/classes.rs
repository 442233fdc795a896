//! Classes of whole pictures: folders of photos become a classifier's pack.

#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

use crate::common::{CLASSES_RECIPE, photos, place, read};
use std::fs;
use std::path::Path;
use vitrine_packs::{Output, Pack, Resize, Task};
use vitrine_train::{Recipe, train};

fn recipe() -> Recipe {
    read(CLASSES_RECIPE, "seed", "seed").unwrap()
}

/// FixRes: it is trained at 32 pixels, and the pack reads 64.
#[test]
fn class_folders_become_a_pack_that_classifies_at_a_larger_size() {
    let (data, out) = (photos(), tempfile::tempdir().unwrap());
    let outcome = train(&recipe(), &place(data.path(), out.path()), &mut |_| ()).unwrap();
    assert_eq!(
        (outcome.test_pictures, outcome.top5, outcome.epochs[0].validation_top5),
        (6, Some(1.0), Some(1.0))
    );
    assert_eq!(outcome.test.unwrap().pixels(), 6, "pictures are counted, not pixels");
    let pack = Pack::from_json(&fs::read_to_string(out.path().join("pack/pack.json")).unwrap()).unwrap();
    assert_eq!((pack.task, pack.input.width, pack.input.height), (Task::Classify, 64, 64));
    assert_eq!(pack.input.resize, Resize::Crop { share: 1.0 });
    assert!(matches!(
        pack.output,
        Output::Logits { columns: 3, features: Some(_), probabilities: false, .. }
    ));
    assert_eq!((pack.classes[0].key.as_deref(), pack.groups.len()), (Some("n01"), 0));
    assert_eq!((pack.metrics[0].name.as_str(), pack.metrics[0].n), ("top-1 accuracy", Some(6)));
    assert_eq!(pack.self_test.unwrap().indices, [0, 1, 2]);
    let report = fs::read_to_string(out.path().join("report.html")).unwrap();
    assert!(report.contains("test top-1 accuracy") && report.contains("<td>green</td>"));
}

/// What a training says after `spoil` has been at its photos.
fn said(recipe: &Recipe, spoil: impl Fn(&Path)) -> String {
    let (data, out) = (photos(), tempfile::tempdir().unwrap());
    spoil(data.path());
    let begun = &mut |_: &vitrine_train::EpochRecord| panic!("it began");
    train(recipe, &place(data.path(), out.path()), begun).unwrap_err().to_string()
}

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{text:?} does not say {part:?}");
    }
}

#[test]
fn a_folder_that_no_class_is_called_like_is_named() {
    let said = said(&recipe(), |data| fs::create_dir(data.join("train/cats")).unwrap());
    contains(&said, &["cats", "no class of the recipe", "move the folder away"]);
}

#[test]
fn a_class_without_a_photo_is_named_with_the_folder_that_it_wants() {
    let emptied = said(&recipe(), |data| {
        fs::remove_dir_all(data.join("train/n03")).unwrap();
        fs::create_dir(data.join("train/n03")).unwrap();
    });
    contains(&emptied, &["train", "no photo of the class blue", "\"n03\""]);
    contains(&said(&recipe(), |data| fs::remove_dir_all(data.join("train/Green")).unwrap()), &["green"]);
}

#[test]
fn a_photo_that_cannot_be_read_ends_it_before_the_first_step() {
    for part in ["train/Green/01.png", "test/n03/01.png"] {
        let said = said(&recipe(), |data| {
            let bytes = fs::read(data.join(part)).unwrap();
            fs::write(data.join(part), &bytes[..bytes.len() / 2]).unwrap();
        });
        contains(&said, &["01.png", "take it away"]);
    }
}

#[test]
fn recipes_that_mix_layouts_are_refused_with_the_field() {
    let two = "    { name = { en = \"green\", fr = \"vert\" } },\n    { key = \"n03\", name = { en = \"blue\", fr = \"bleu\" } },\n";
    for (what, by, word) in [
        (two, "", "2 to 255"),
        ("kind = \"classifier\", backbone = \"resnet18\"", "kind = \"vgg16-unet\"", "class folders"),
        ("layout = \"class-folders\", ", "", "an id each"),
        ("cross_entropy = 1.0", "cross_entropy = 1.0, dice = 0.5", "loss.dice"),
        ("test_size = [64, 64]", "test_size = [64, 32]", "data.test_size"),
        ("test_size = [64, 64]", "test_size = [65, 65]", "multiples of 32"),
        ("test = \"test\", ", "", "data.split"),
        ("split = { validation = 0.2 }", "split = { validation = 0.2, test = 0.2 }", "data.split"),
        ("key = \"n03\"", "key = \"n01\"", "same key"),
    ] {
        contains(&read(CLASSES_RECIPE, what, by).unwrap_err().to_string(), &["recipe.toml", word]);
    }
}
