//! A drawn data set and a recipe that learns it in seconds.
#![allow(dead_code, clippy::unwrap_used, reason = "helpers of tests; each file of tests uses a part")]

use std::fs;
use std::path::Path;
use vitrine_pixels::Frame;
use vitrine_pixels::codecs::{encode_png_grey, encode_png_rgba};
use vitrine_train::{Device, Error, Place, Recipe};

pub const SIDE: u32 = 32;

/// A bright square (class 2) on dark ground (class 1), with a rim of void; another place for each index.
pub fn draw(folder: &Path, name: &str, index: u32) {
    let inside = |x: u32, y: u32| x.abs_diff(8 + index * 5 % 16) < 6 && y.abs_diff(10 + index * 3 % 12) < 7;
    let places: Vec<(u32, u32)> = (0..SIDE * SIDE).map(|place| (place % SIDE, place / SIDE)).collect();
    let level = |&(x, y): &(u32, u32)| {
        let level = if inside(x, y) { 200 } else { 40 } + (x * 7 + y * 3 + index) as u8 % 16;
        [level, level, 255 - level, 255]
    };
    let id = |&(x, y): &(u32, u32)| if x == 0 { 0 } else { 1 + u8::from(inside(x, y)) };
    let frame = Frame::new(SIDE, SIDE, places.iter().flat_map(level).collect()).unwrap();
    let ids: Vec<u8> = places.iter().map(id).collect();
    for inner in ["images", "labels8"] {
        fs::create_dir_all(folder.join(inner)).unwrap();
    }
    fs::write(folder.join("images").join(format!("{name}.png")), encode_png_rgba(&frame).unwrap()).unwrap();
    fs::write(folder.join("labels8").join(format!("{name}.png")), encode_png_grey(SIDE, SIDE, &ids).unwrap())
        .unwrap();
}

/// Four pictures to train with, two each to validate and test.
pub fn data() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (part, indices) in [("train", 0..4), ("val", 4..6), ("test", 6..8)] {
        for index in indices {
            draw(&folder.path().join(part), &format!("{index:02}"), index);
        }
    }
    folder
}

pub const RECIPE: &str = r##"
id = "squares"
seed = 7
title = { en = "Squares", fr = "Carrés" }
summary = { en = "Sees squares.", fr = "Reconnaît des carrés." }
data = { name = "drawn squares", folder = ".", train = "train", validation = "val", test = "test", width = 32, height = 32, ignored = [0], mean = [128.0, 128.0, 128.0], std = [64.0, 64.0, 64.0] }
network = { kind = "unet", channels = 4, levels = 2, stem_stride = 2, up = "bilinear" }
schedule = { epochs = 4, batch = 2, learning_rate = 0.02, weight_decay = 0.0001, max_gradient_norm = 5.0 }
loss = { cross_entropy = 1.0, dice = 0.5, balance = 0.3 }
augmentation = { mirror = true, zoom = 1.2, brightness = 0.1 }
classes = [
    { id = 1, name = { en = "ground", fr = "fond" }, colour = "#202020" },
    { id = 2, name = { en = "square", fr = "carré" }, colour = "#f0f0f0" },
]
licence = { name = "MIT OR Apache-2.0", terms = { en = "Free.", fr = "Libre." } }
"##;

/// [`RECIPE`] with a text replaced.
pub fn recipe_with(what: &str, by: &str) -> Recipe {
    read(RECIPE, what, by).unwrap()
}

/// A recipe's text with a part replaced.
pub fn read(recipe: &str, what: &str, by: &str) -> Result<Recipe, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recipe.toml");
    assert!(recipe.contains(what));
    fs::write(&path, recipe.replacen(what, by, 1)).unwrap();
    Recipe::read(&path)
}

pub fn place(data: &Path, out: &Path) -> Place {
    let (data, out) = (data.to_owned(), out.to_owned());
    Place { data, out, device: Device::flex(), stop_after: None, export_now: false }
}

/// Photos of one class: stripes of its colour, `count` of them, `side` pixels square.
pub fn draw_photos(folder: &Path, class: usize, count: u32, side: u32) {
    fs::create_dir_all(folder).unwrap();
    for index in 0..count {
        let level = |place: u32| {
            let mut pixel = [40, 40, 40, 255];
            pixel[class % 3] = if (place % side + index) % 8 < 5 { 220 } else { 120 + (index * 9) as u8 };
            pixel
        };
        let frame = Frame::new(side, side, (0..side * side).flat_map(level).collect()).unwrap();
        fs::write(folder.join(format!("{index:02}.png")), encode_png_rgba(&frame).unwrap()).unwrap();
    }
}

/// Three classes: five photos each to train and validate with, two to test.
pub fn photos() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (class, name) in ["n01-red", "Green", "n03"].into_iter().enumerate() {
        draw_photos(&folder.path().join("train").join(name), class, 5, 64);
        draw_photos(&folder.path().join("test").join(name), class, 2, 64);
    }
    folder
}

pub const CLASSES_RECIPE: &str = r##"
id = "stripes"
seed = 5
title = { en = "Stripes", fr = "Rayures" }
summary = { en = "Tells stripes apart.", fr = "Distingue des rayures." }
data = { name = "drawn stripes", layout = "class-folders", folder = ".", train = "train", test = "test", split = { validation = 0.2 }, width = 32, height = 32, test_size = [64, 64], mean = [128.0, 128.0, 128.0], std = [64.0, 64.0, 64.0] }
network = { kind = "classifier", backbone = "resnet18" }
schedule = { epochs = 2, batch = 4, learning_rate = 0.001, weight_decay = 0.0 }
loss = { cross_entropy = 1.0 }
augmentation = { mirror = true, crop_area = 0.5 }
classes = [
    { key = "n01", name = { en = "red", fr = "rouge" } },
    { name = { en = "green", fr = "vert" } },
    { key = "n03", name = { en = "blue", fr = "bleu" } },
]
licence = { name = "MIT OR Apache-2.0", terms = { en = "Free.", fr = "Libre." } }
"##;
