//! Writes a set in one of the formats, and says what that format has no place for.

use super::{Annotations, Format, Loss, Object, Problem, coco_write, voc_write, yolo};
use std::collections::HashSet;

/// A set as files, not yet on any disk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// Names, without folders and different from each other, and contents.
    pub files: Vec<(String, String)>,
    /// What was in the set and is in none of the files.
    pub losses: Vec<Loss>,
    /// Images that could not be written, or got another name.
    pub problems: Vec<Problem>,
}

/// Writes a set: a file an image (YOLO with `classes.txt`, Pascal VOC), or `instances.json` (COCO). Sides are written to a
/// millionth of a pixel, YOLO's shares to twelve decimals.
pub fn write(annotations: &Annotations, format: Format) -> Written {
    let mut writing = Writing::default();
    match format {
        Format::Yolo => yolo::write(annotations, &mut writing),
        Format::Voc => voc_write::write(annotations, &mut writing),
        Format::Coco => coco_write::write(annotations, &mut writing),
    }
    Written { files: writing.files, losses: losses(annotations, format), problems: writing.problems }
}

/// What the writers of the formats fill.
#[derive(Default)]
pub struct Writing {
    pub files: Vec<(String, String)>,
    pub problems: Vec<Problem>,
}

/// Names of files that are in use, in lower case: some disks know no other.
#[derive(Default)]
pub struct Names(HashSet<String>);

impl Names {
    /// `<stem>.<extension>` after the image's file; numbered if another image has the stem, which is listed.
    pub fn unique(&mut self, image: &str, extension: &str, writing: &mut Writing) -> String {
        let stem = stem(image);
        let mut name = format!("{stem}.{extension}");
        let mut number = 1;
        while name == "classes.txt" || !self.0.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{stem}-{number}.{extension}");
        }
        if number > 1 {
            let cause = format!("another file is called {stem}.{extension}: this one is written as {name}");
            let (file, remedy) = (image.to_owned(), "rename the image");
            writing.problems.push(Problem { file, line: None, cause, remedy, lost: false });
        }
        name
    }
}

/// The last part of a path without its extension; never a name that leads elsewhere.
fn stem(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let allowed = |character: char| if character.is_control() || character == ':' { '_' } else { character };
    let stem: String = stem.chars().take(100).map(allowed).collect();
    if stem.chars().all(|character| character == '.' || character == ' ') { "image".to_owned() } else { stem }
}

/// What a format has no place for. COCO has one for everything, in fields of our own where need be.
fn losses(annotations: &Annotations, format: Format) -> Vec<Loss> {
    let mut losses = vec![];
    if format == Format::Coco {
        return losses;
    }
    let mut lose = |what, count| {
        if count > 0 {
            losses.push(Loss { what, count });
        }
    };
    let Annotations { classes, images, other } = annotations;
    let objects = || images.iter().flat_map(|image| &image.objects);
    let of = |has: fn(&Object) -> bool| objects().filter(|object| has(object)).count();
    let further = other.len()
        + classes.iter().map(|class| class.other.len()).sum::<usize>()
        + images.iter().map(|image| image.other.len()).sum::<usize>()
        + objects().map(|object| object.other.len()).sum::<usize>();
    lose("ids of classes", classes.iter().filter(|class| class.id.is_some()).count());
    lose("ids of images", images.iter().filter(|image| image.id.is_some()).count());
    lose("ids of objects", of(|object| object.id.is_some()));
    lose("areas of outlines", of(has_own_area));
    lose("crowd flags", of(|object| object.crowd));
    lose("confidences", of(|object| object.confidence.is_some()));
    lose("further fields of COCO (outlines, licences and the like)", further);
    if format == Format::Voc {
        let used: HashSet<usize> = objects().map(|object| object.class).collect();
        lose("numbers of classes", classes.len());
        lose("classes without an object", classes.len().saturating_sub(used.len()));
    } else {
        lose("difficult flags", of(|object| object.difficult));
        lose("truncated flags", of(|object| object.truncated));
        lose("occluded flags", of(|object| object.occluded));
        lose("poses", of(|object| object.pose.is_some()));
        lose("folders of images", images.iter().filter(|image| image.file.contains('/')).count());
        let spaced = |name: &str| yolo::one_line(name) != name;
        lose(
            "line breaks and double spaces in names",
            classes.iter().filter(|class| spaced(&class.name)).count(),
        );
    }
    losses
}

/// Whether the area is not simply the box's.
fn has_own_area(object: &Object) -> bool {
    object.area.is_some_and(|area| (area - object.extent.area()).abs() > 1e-6 * area.abs())
}
