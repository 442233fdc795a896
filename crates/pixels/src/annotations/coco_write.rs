//! COCO's JSON. What COCO has no field for (`score`, `difficult`, `truncated`, `occluded`, `pose`) stands in further
//! fields of the annotations, where its readers pass over it and ours finds it.

use super::export::Writing;
use super::yolo::decimals;
use super::{Annotations, Image, Object, Problem, RawFields};
use std::collections::HashSet;
use std::fmt::Write;

/// `instances.json`.
pub fn write(annotations: &Annotations, writing: &mut Writing) {
    let Annotations { classes, images, other } = annotations;
    let class_ids = ids(classes.iter().map(|class| class.id));
    let image_ids = ids(images.iter().map(|image| image.id));
    let objects = || images.iter().flat_map(|image| &image.objects);
    let object_ids = ids(objects().map(|object| object.id));

    let categories = classes.iter().zip(&class_ids).map(|(class, id)| {
        let mut fields = format!("{{\"id\":{id},\"name\":{}", string(&class.name));
        further(&mut fields, &class.other);
        fields + "}"
    });
    let pictures = images.iter().zip(&image_ids).map(|(image, id)| picture(image, *id, writing));
    let pictures: Vec<String> = pictures.collect();
    let mut numbers = object_ids.iter();
    let mut boxes = vec![];
    for (image, image_id) in images.iter().zip(&image_ids) {
        for object in &image.objects {
            let (Some(id), Some(class_id)) = (numbers.next(), class_ids.get(object.class)) else { continue };
            boxes.push(annotation(object, *id, *image_id, *class_id));
        }
    }

    let mut text = String::from("{");
    for (name, value) in &other.0 {
        let _ = writeln!(text, "{}:{value},", string(name));
    }
    list(&mut text, "images", pictures);
    text.push_str(",\n");
    list(&mut text, "annotations", boxes);
    text.push_str(",\n");
    list(&mut text, "categories", categories.collect());
    text.push_str("}\n");
    writing.files.push(("instances.json".to_owned(), text));
}

/// Ids as they were; new ones, from 1, where there was none or another has it.
fn ids(given: impl Iterator<Item = Option<u64>> + Clone) -> Vec<u64> {
    let mut free = (1..).filter({
        let taken: HashSet<u64> = given.clone().flatten().collect();
        move |id| !taken.contains(id)
    });
    let mut used = HashSet::new();
    given.map(|id| id.filter(|&id| used.insert(id)).or_else(|| free.next()).unwrap_or_default()).collect()
}

fn picture(image: &Image, id: u64, writing: &mut Writing) -> String {
    let mut fields = format!("{{\"id\":{id},\"file_name\":{}", string(&image.file));
    if let Some([width, height]) = image.size {
        let _ = write!(fields, ",\"width\":{width},\"height\":{height}");
    } else {
        let cause = "the image's size is missing, which COCO's readers may need".to_owned();
        let remedy = "put the image beside the annotations, or name the folder of images";
        writing.problems.push(Problem { file: image.file.clone(), line: None, cause, remedy, lost: false });
    }
    further(&mut fields, &image.other);
    fields + "}"
}

fn annotation(object: &Object, id: u64, image: u64, class: u64) -> String {
    let extent = &object.extent;
    let sides = [extent.left, extent.top, extent.width, extent.height].map(|side| decimals(side, 6));
    let area = object.area.filter(|area| area.is_finite());
    let area = area.map_or_else(|| decimals(extent.area(), 6), |area| area.to_string());
    let mut fields = format!(
        "{{\"id\":{id},\"image_id\":{image},\"category_id\":{class},\"bbox\":[{}],\"area\":{area},\"iscrowd\":{}",
        sides.join(","),
        u8::from(object.crowd),
    );
    let flags =
        [("difficult", object.difficult), ("truncated", object.truncated), ("occluded", object.occluded)];
    for (name, _) in flags.iter().filter(|(_, set)| *set) {
        let _ = write!(fields, ",\"{name}\":1");
    }
    if let Some(confidence) = object.confidence.filter(|confidence| confidence.is_finite()) {
        let _ = write!(fields, ",\"score\":{confidence}");
    }
    if let Some(pose) = &object.pose {
        let _ = write!(fields, ",\"pose\":{}", string(pose));
    }
    further(&mut fields, &object.other);
    fields + "}"
}

fn further(text: &mut String, other: &RawFields) {
    for (name, value) in &other.0 {
        let _ = write!(text, ",{}:{value}", string(name));
    }
}

/// An item a line, so that messages can name lines.
fn list(text: &mut String, name: &str, items: Vec<String>) {
    let _ = write!(text, "\"{name}\":[\n{}\n]", items.join(",\n"));
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
