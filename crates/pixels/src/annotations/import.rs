//! Gathers annotation files into one set.

use super::problem::{Lines, quoted};
use super::{Annotations, Class, Format, Image, Object, Problem, coco_read, voc_read, yolo};
use crate::boxes::Extent;
use std::collections::HashMap;

/// Bytes of one file that are read at most; COCO's largest, of 118,287 images, has 448 MB.
pub const MAX_BYTES: usize = 512 << 20;
/// Problems that are listed; more are counted.
const MAX_PROBLEMS: usize = 1000;
/// Classes that there can be: detections number them with 16 bits.
const MAX_CLASSES: usize = 1 << 16;
/// Longest name of a class or image that is taken, in bytes.
const MAX_NAME: usize = 1024;

/// A share of a side by which a box may leave the image through rounding alone: half a unit of YOLO's six decimals, for
/// the centre and for the half width.
const ROUNDING: f64 = 2e-6;
/// The same for double precision: such a box is left as it is.
const NOISE: f64 = 1e-9;

/// An image that a caller found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundImage {
    /// Its file's name, with its extension.
    pub file: String,
    /// Width and height in pixels, upright.
    pub size: [u32; 2],
}

/// Reads any number of files of any of the formats.
#[derive(Debug, Default)]
pub struct Import {
    pub(super) annotations: Annotations,
    problems: Vec<Problem>,
    unlisted: usize,
    class_by_name: HashMap<String, usize>,
    image_by_file: HashMap<String, usize>,
    /// Class by the number in YOLO's files; none before `classes.txt` was read.
    pub(super) yolo_classes: Option<Vec<usize>>,
    /// Whether YOLO's numbers are the classes' names, for lack of `classes.txt`.
    pub(super) yolo_numbers: bool,
}

impl Import {
    /// Reads YOLO's `classes.txt` (a name a line), in place of one that was read before. To be called before the files
    /// that refer to it.
    pub fn read_classes(&mut self, file: &str, bytes: &[u8]) {
        let Some(text) = self.text(file, bytes) else { return };
        let names = text.trim_end().lines().map(str::trim);
        self.yolo_numbers = false;
        self.yolo_classes = Some(names.map_while(|name| self.class(name, file, None)).collect());
    }

    /// Reads a file of annotations, whichever format its content is in. `find_image` is asked for the image of a YOLO
    /// file (by that file's name) and for images whose size a file does not tell (by the image's name).
    pub fn read(&mut self, file: &str, bytes: &[u8], find_image: &dyn Fn(&str) -> Option<FoundImage>) {
        let Some(text) = self.text(file, bytes) else { return };
        match Format::of(text) {
            Format::Yolo => yolo::read(self, file, text, find_image),
            Format::Voc => voc_read::read(self, file, text, find_image),
            Format::Coco => coco_read::read(self, file, text, find_image),
        }
    }

    /// What was read, and what was wrong.
    pub fn finish(mut self) -> (Annotations, Vec<Problem>) {
        if self.unlisted > 0 {
            let cause = format!("{} further problems are not listed", self.unlisted);
            let (file, remedy) = ("all files".to_owned(), "solve those above first");
            self.problems.push(Problem { file, line: None, cause, remedy, lost: true });
        }
        (self.annotations, self.problems)
    }

    fn text<'a>(&mut self, file: &str, bytes: &'a [u8]) -> Option<&'a str> {
        if bytes.len() > MAX_BYTES {
            let cause = format!("it has {} MB, and at most {} are read", bytes.len() >> 20, MAX_BYTES >> 20);
            self.lost(file, None, cause, "split it");
            return None;
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
                let line = Lines::new(valid).line_of(valid.len());
                self.lost(file, Some(line), "this is no UTF-8".to_owned(), "save the file as UTF-8");
                None
            }
        }
    }

    /// Lists a problem through which something is left out.
    pub(super) fn lost(&mut self, file: &str, line: Option<usize>, cause: String, remedy: &'static str) {
        self.list(Problem { file: file.to_owned(), line, cause, remedy, lost: true });
    }

    pub(super) fn list(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS { self.problems.push(problem) } else { self.unlisted += 1 }
    }

    /// Lists that an image's size is missing, which only some formats need.
    pub(super) fn no_size(&mut self, file: &str, line: Option<usize>) {
        let cause = "the image's size is missing".to_owned();
        let remedy = "write it, put the image beside the file, or name the folder of images";
        self.list(Problem { file: file.to_owned(), line, cause, remedy, lost: false });
    }

    /// The class of this name, new if need be. None, after listing why, if it cannot be one.
    pub(super) fn class(&mut self, name: &str, file: &str, line: Option<usize>) -> Option<usize> {
        if let Some(&class) = self.class_by_name.get(name) {
            return Some(class);
        }
        let class = self.annotations.classes.len();
        if class == MAX_CLASSES || name.len() > MAX_NAME {
            let cause = format!("the class {} is one too many or has too long a name", quoted(name));
            self.lost(file, line, cause, "use at most 65536 classes with names below 1 KB");
            return None;
        }
        self.annotations.classes.push(Class { name: name.to_owned(), ..Class::default() });
        self.class_by_name.insert(name.to_owned(), class);
        Some(class)
    }

    /// The image of this name, new if need be. None, after listing why, if it cannot be one.
    pub(super) fn image(&mut self, name: &str, size: Option<[u32; 2]>, file: &str) -> Option<usize> {
        if let Some(&image) = self.image_by_file.get(name) {
            let known = &mut self.annotations.images[image].size;
            *known = known.or(size);
            return Some(image);
        }
        if name.is_empty() || name.len() > MAX_NAME {
            self.lost(
                file,
                None,
                "an image has no name, or one above 1 KB".to_owned(),
                "name the image's file",
            );
            return None;
        }
        let image = self.annotations.images.len();
        self.annotations.images.push(Image { file: name.to_owned(), size, ..Image::default() });
        self.image_by_file.insert(name.to_owned(), image);
        Some(image)
    }

    /// Adds an object if its box is one; what leaves the image is cut off.
    pub(super) fn object(&mut self, image: usize, mut object: Object, file: &str, line: Option<usize>) {
        let size = self.annotations.images[image].size;
        match settle(&mut object.extent, size) {
            Ok(beyond) => {
                if let Some(beyond) = beyond {
                    let cause = format!("the box leaves the image by {beyond:.2} pixels, which are cut off");
                    let remedy = "check its numbers and the image's size";
                    self.list(Problem { file: file.to_owned(), line, cause, remedy, lost: false });
                }
                self.annotations.images[image].objects.push(object);
            }
            Err(cause) => self.lost(file, line, cause, "correct the box's numbers or delete it"),
        }
    }
}

/// Cuts a box at the image's borders. By how many pixels, if that was more than rounding.
fn settle(extent: &mut Extent, size: Option<[u32; 2]>) -> Result<Option<f64>, String> {
    let Extent { left, top, width, height } = *extent;
    let numbers = [left, top, width, height];
    if numbers.iter().any(|number| !number.is_finite() || number.abs() > 1e9) {
        return Err("the box has numbers out of range".to_owned());
    }
    if width <= 0.0 || height <= 0.0 {
        return Err(format!("the box is {width} pixels wide and {height} high"));
    }
    let [image_width, image_height] = size.map_or([f64::INFINITY; 2], |size| size.map(f64::from));
    let (across, down) = (cut(left, width, image_width), cut(top, height, image_height));
    let (Some(across), Some(down)) = (across, down) else {
        return Err(format!("the box lies outside the image, {image_width} x {image_height} pixels"));
    };
    *extent = Extent { left: across.low, width: across.span, top: down.low, height: down.span };
    let noticed = |cut: &Cut, side: f64| cut.beyond > ROUNDING * side.min(1e6);
    let noticed = noticed(&across, image_width) || noticed(&down, image_height);
    Ok(noticed.then_some(across.beyond.max(down.beyond)))
}

/// One axis of a box, cut.
struct Cut {
    low: f64,
    span: f64,
    beyond: f64,
}

/// None if nothing is left.
fn cut(low: f64, span: f64, side: f64) -> Option<Cut> {
    let beyond = (-low).max(low + span - side).max(0.0);
    if beyond <= NOISE * side.min(1e6) && low >= 0.0 {
        return Some(Cut { low, span, beyond: 0.0 });
    }
    let (from, to) = (low.max(0.0), (low + span).min(side));
    (from < to).then_some(Cut { low: from, span: to - from, beyond })
}
