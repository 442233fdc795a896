//! Annotation files that were dropped, and what they say of a photo. They are read in `reading`.

use std::sync::Arc;
use vitrine_pixels::annotations::Problem;
use vitrine_pixels::boxes::Extent;
use vitrine_pixels::boxes::edit::{Labelled, Origin};

/// The name of YOLO's list of classes.
const CLASSES: &str = "classes.txt";

/// A file that was dropped.
#[derive(Debug)]
pub struct Source {
    /// Its name, without folders.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A true box.
#[derive(Clone, Debug, PartialEq)]
pub struct TruthBox {
    /// Where it is, in image space.
    pub extent: Extent,
    /// Name of its class.
    pub class: Arc<str>,
    /// Whether it may be missed: a crowd, or a difficult object.
    pub free: bool,
}

/// What the files say of a photo.
#[derive(Debug, Default)]
pub struct Known {
    /// In the order of the files.
    pub boxes: Vec<TruthBox>,
    /// All classes that the files name, in their order.
    pub classes: Vec<Arc<str>>,
    /// What was wrong with the files.
    pub problems: Vec<Problem>,
}

impl Source {
    /// Whether it lists classes and nothing else.
    pub fn is_classes(&self) -> bool {
        self.name == CLASSES
    }

    /// Whether it may say something of the photo: it is called like it, or its text names it.
    pub fn concerns(&self, photo: &str) -> bool {
        let named = || self.bytes.windows(photo.len().max(1)).any(|part| part == photo.as_bytes());
        !self.is_classes() && (is_of(&self.name, photo) || !self.name.ends_with(".txt") && named())
    }
}

impl Known {
    /// As boxes that can be edited.
    pub fn as_boxes(&self) -> Vec<Labelled> {
        let labelled = |it: &TruthBox| Labelled {
            extent: it.extent,
            class: it.class.clone(),
            origin: Origin::Read,
            confidence: None,
        };
        self.boxes.iter().map(labelled).collect()
    }
}

/// Whether an annotation's name for an image, perhaps with folders, perhaps without an extension, means this photo.
pub fn is_of(name: &str, photo: &str) -> bool {
    stem(name) == stem(photo)
}

fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
