//! Bad data ends a training before its first step, with file, cause and remedy.

#![allow(clippy::unwrap_used, reason = "clippy.toml allows it in test functions, not in their helpers")]

use crate::common::{RECIPE, data, place, recipe_with};
use std::fs;
use std::path::Path;
use vitrine_pixels::codecs::encode_png_grey;
use vitrine_train::{Recipe, train};

/// What a training says after `spoil` has been at its data.
fn said(recipe: &Recipe, spoil: impl Fn(&Path)) -> String {
    let (data, out) = (data(), tempfile::tempdir().unwrap());
    spoil(data.path());
    let error = train(recipe, &place(data.path(), out.path()), &mut |_| panic!("it began")).unwrap_err();
    error.to_string()
}

fn contains(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{text:?} does not say {part:?}");
    }
}

#[test]
fn a_missing_mask_is_named() {
    let said = said(&recipe_with("seed", "seed"), |data| {
        fs::remove_file(data.join("train/labels8/02.png")).unwrap()
    });
    contains(&said, &["02.png", "no mask", "add one"]);
}

#[test]
fn a_missing_folder_is_named_with_the_layout() {
    let said =
        said(&recipe_with("seed", "seed"), |data| fs::remove_dir_all(data.join("val/images")).unwrap());
    contains(&said, &["images", "labels8/"]);
}

#[test]
fn sizes_that_differ_are_told() {
    let said = said(&recipe_with("seed", "seed"), |data| {
        let mask = encode_png_grey(16, 8, &[1; 128]).unwrap();
        fs::write(data.join("train/labels8/01.png"), mask).unwrap();
    });
    contains(&said, &["01.png", "16 x 8", "32 x 32"]);
}

#[test]
fn an_unknown_value_is_told_even_in_the_test_part() {
    let said = said(&recipe_with("seed", "seed"), |data| {
        let mut ids = [1; 1024];
        ids[500] = 9;
        fs::write(data.join("test/labels8/07.png"), encode_png_grey(32, 32, &ids).unwrap()).unwrap();
    });
    contains(&said, &["07.png", "value 9", "data.ignored"]);
}

#[test]
fn a_class_without_a_pixel_is_named() {
    let third = "{ id = 2, name = { en = \"square\", fr = \"carré\" }, colour = \"#f0f0f0\" },";
    let more = format!(
        "{third}\n{{ id = 3, name = {{ en = \"ghost\", fr = \"fantôme\" }}, colour = \"#ffffff\" }},"
    );
    contains(&said(&recipe_with(third, &more), |_| ()), &["ghost", "take it out"]);
}

#[test]
fn a_picture_that_breaks_off_is_named() {
    let said = said(&recipe_with("seed", "seed"), |data| {
        let image = data.join("train/images/00.png");
        let bytes = fs::read(&image).unwrap();
        fs::write(image, &bytes[..bytes.len() / 2]).unwrap();
    });
    contains(&said, &["00.png"]);
}

#[test]
fn recipes_that_make_no_sense_are_refused_with_the_field() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recipe.toml");
    for (what, by, word) in [
        ("batch = 2", "batch = 0", "batch"),
        ("width = 32", "width = 33", "multiples of 4"),
        ("cross_entropy = 1.0, dice = 0.5", "cross_entropy = 0.0, dice = 0.0", "loss"),
        ("ignored = [0]", "ignored = [0, 1]", "ignored"),
        ("seed = 7", "sed = 7", "sed"),
        ("kind = \"unet\"", "kind = \"unut\"", "unut"),
        ("zoom = 1.2", "zoom = 90.0", "zoom"),
    ] {
        fs::write(&path, RECIPE.replacen(what, by, 1)).unwrap();
        contains(&Recipe::read(&path).unwrap_err().to_string(), &["recipe.toml", word]);
    }
}
