//! Annotation files: YOLO text, Pascal VOC XML, COCO JSON -> one [`Annotations`] -> any of the three.
//!
//! Boxes are in image space of the upright image, in pixels, sides between pixels allowed. Readers never fail as a whole:
//! what is wrong becomes a [`Problem`], and the rest is kept. Writers say what a format cannot hold ([`Loss`]). No file is
//! opened here: callers hand in text and a function that finds images.
//!
//! Pascal VOC's corners are read and written as distances from the picture's left and top, as LabelImg, CVAT and
//! FiftyOne do; the original devkit counted pixels from 1 and included the last.

mod coco_read;
mod coco_write;
mod export;
mod import;
mod problem;
mod raw;
mod voc_read;
mod voc_write;
mod yolo;

pub use export::{Written, write};
pub use import::{FoundImage, Import, MAX_BYTES};
pub use problem::{Loss, Problem};
pub use raw::RawFields;

use crate::boxes::Extent;

/// A file format of annotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A text file an image, a line a box: `class cx cy width height`, in shares of the image; `classes.txt` names the
    /// classes.
    Yolo,
    /// An XML file an image.
    Voc,
    /// One JSON file for a whole set.
    Coco,
}

impl Format {
    /// By the first character that is no white space: a text without any is an empty YOLO file.
    pub fn of(text: &str) -> Self {
        match text.trim_start().as_bytes().first() {
            Some(b'{' | b'[') => Self::Coco,
            Some(b'<') => Self::Voc,
            _ => Self::Yolo,
        }
    }
}

/// A labelled set of images.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// In the order in which they were named; objects refer to them by their place.
    pub classes: Vec<Class>,
    /// In the order in which they were read.
    pub images: Vec<Image>,
    /// Fields of a COCO file beside its lists, such as `info` and `licenses`.
    pub other: RawFields,
}

/// What objects can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Class {
    /// As labels show it.
    pub name: String,
    /// COCO's category id.
    pub id: Option<u64>,
    /// Further fields of a COCO category, such as `supercategory`.
    pub other: RawFields,
}

/// An image and what is on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    /// Its file, as the annotation names it: perhaps with folders, perhaps without an extension.
    pub file: String,
    /// Width and height in pixels, upright.
    pub size: Option<[u32; 2]>,
    /// COCO's image id.
    pub id: Option<u64>,
    /// Further fields of a COCO image, such as `license`.
    pub other: RawFields,
    /// In the order of the file.
    pub objects: Vec<Object>,
}

/// A box with a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Where it is, inside the image if its size is known.
    pub extent: Extent,
    /// Place in [`Annotations::classes`].
    pub class: usize,
    /// COCO's annotation id.
    pub id: Option<u64>,
    /// Of its outline, in square pixels, where it was given.
    pub area: Option<f64>,
    /// How sure a detector was, 0..1, where a detector made it.
    pub confidence: Option<f64>,
    /// COCO: a group that is not told apart.
    pub crowd: bool,
    /// Pascal VOC: may be missed without penalty.
    pub difficult: bool,
    /// Pascal VOC: reaches beyond the box, for instance over the border.
    pub truncated: bool,
    /// Pascal VOC: partly hidden.
    pub occluded: bool,
    /// Pascal VOC: seen from where, if specified.
    pub pose: Option<String>,
    /// Further fields of a COCO annotation, such as `segmentation`.
    pub other: RawFields,
}

impl Object {
    /// As the metrics take it: crowds and difficult objects need not be found.
    pub fn truth(&self) -> crate::metrics::matching::Truth {
        let area = self.area.unwrap_or_else(|| self.extent.area());
        let crowd = self.crowd || self.difficult;
        // Import lets no more classes in.
        let class = u16::try_from(self.class).unwrap_or(u16::MAX);
        crate::metrics::matching::Truth { extent: self.extent, class, area, crowd }
    }
}

#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod tests;
