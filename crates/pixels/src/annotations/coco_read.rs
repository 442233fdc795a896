//! COCO's JSON: `images`, `annotations` and `categories`. Items are taken apart one by one, so that a bad one costs only
//! itself and has a line; where the file breaks off, what stands before is kept.

use super::import::{FoundImage, Import};
use super::problem::Lines;
use super::raw::Fields;
use super::{Object, RawFields};
use crate::boxes::Extent;
use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::fmt;

const DATASET: &str = "give COCO's form: an object with the lists images, annotations and categories";

/// Reads a whole set.
pub fn read(import: &mut Import, file: &str, text: &str, find_image: &dyn Fn(&str) -> Option<FoundImage>) {
    let mut lists = Lists::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let outcome = (&mut lists).deserialize(&mut json).and_then(|()| json.end());
    if let Err(error) = outcome {
        let cause = error.to_string();
        let cause = cause.split(" at line ").next().unwrap_or_default();
        import.lost(file, Some(error.line()), format!("the JSON is malformed: {cause}"), DATASET);
    }
    let mut reading = Reading { import, file, text, classes: HashMap::new(), images: HashMap::new() };
    reading.categories(&lists.categories);
    reading.images(&lists.images, find_image);
    reading.annotations(&lists.annotations);
    if import.annotations.other.is_empty() {
        import.annotations.other = lists.other.rest();
    }
}

/// The file's parts, each item as its text.
#[derive(Default)]
struct Lists<'a> {
    images: Vec<&'a RawValue>,
    annotations: Vec<&'a RawValue>,
    categories: Vec<&'a RawValue>,
    other: Fields<'a>,
}

impl<'a> DeserializeSeed<'a> for &mut Lists<'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for &mut Lists<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object with the lists images, annotations and categories")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "images" => map.next_value_seed(Items(&mut self.images))?,
                "annotations" => map.next_value_seed(Items(&mut self.annotations))?,
                "categories" => map.next_value_seed(Items(&mut self.categories))?,
                _ => self.other.0.push((name, map.next_value()?)),
            }
        }
        Ok(())
    }
}

/// A list whose items are kept even if its end is missing.
struct Items<'a, 'b>(&'b mut Vec<&'a RawValue>);

impl<'a> DeserializeSeed<'a> for Items<'a, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'a> Visitor<'a> for Items<'a, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element()? {
            self.0.push(item);
        }
        Ok(())
    }
}

struct Reading<'a, 'b> {
    import: &'b mut Import,
    file: &'b str,
    text: &'a str,
    /// By category id.
    classes: HashMap<u64, usize>,
    /// By image id.
    images: HashMap<u64, usize>,
}

impl<'a> Reading<'a, '_> {
    /// Calls `take` with the fields and the line of each item; what it returns in error is listed.
    fn each(
        &mut self,
        items: &[&'a RawValue],
        mut take: impl FnMut(&mut Self, Fields<'a>, usize) -> Result<(), (String, &'static str)>,
    ) {
        let mut lines = Lines::new(self.text);
        for item in items {
            // The item is a part of the text.
            let offset = (item.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
            let line = lines.line_of(offset);
            let taken = match Fields::of(item) {
                Some(fields) => take(self, fields, line),
                None => Err(("the item is no object".to_owned(), DATASET)),
            };
            if let Err((cause, remedy)) = taken {
                self.import.lost(self.file, Some(line), cause, remedy);
            }
        }
    }

    fn categories(&mut self, items: &[&'a RawValue]) {
        self.each(items, |reading, mut fields, line| {
            let (Some(id), Some(name)) = (fields.whole("id"), fields.text("name")) else {
                return Err((
                    "the category has no id or no name".to_owned(),
                    "give it a whole number and a name",
                ));
            };
            let Some(class) = reading.import.class(&name, reading.file, Some(line)) else { return Ok(()) };
            let known = &mut reading.import.annotations.classes[class];
            if known.id.is_none() {
                (known.id, known.other) = (Some(id), fields.rest());
            }
            match reading.classes.insert(id, class) {
                None => Ok(()),
                Some(_) => {
                    Err((format!("the category id {id} is there twice"), "give each category its own id"))
                }
            }
        });
    }

    fn images(&mut self, items: &[&'a RawValue], find_image: &dyn Fn(&str) -> Option<FoundImage>) {
        self.each(items, |reading, mut fields, line| {
            let Some(id) = fields.whole("id") else {
                return Err(("the image has no id".to_owned(), "give it a whole number"));
            };
            let Some(name) = fields.text("file_name").filter(|name| !name.is_empty()) else {
                return Err(("the image has no file_name".to_owned(), "name its file"));
            };
            let side =
                |side: Option<u64>| side.and_then(|side| u32::try_from(side).ok()).filter(|&side| side > 0);
            let size = side(fields.whole("width")).zip(side(fields.whole("height"))).map(Into::into);
            let size = size.or_else(|| find_image(&name).map(|found| found.size));
            if size.is_none() {
                reading.import.no_size(reading.file, Some(line));
            }
            let Some(image) = reading.import.image(&name, size, reading.file) else { return Ok(()) };
            let known = &mut reading.import.annotations.images[image];
            if known.id.is_none() {
                (known.id, known.other) = (Some(id), fields.rest());
            }
            match reading.images.insert(id, image) {
                None => Ok(()),
                Some(_) => Err((format!("the image id {id} is there twice"), "give each image its own id")),
            }
        });
    }

    fn annotations(&mut self, items: &[&'a RawValue]) {
        self.each(items, |reading, mut fields, line| {
            let image = fields.whole("image_id").and_then(|id| reading.images.get(&id).copied());
            let Some(image) = image else {
                return Err((
                    "its image_id is missing or no image has it".to_owned(),
                    "list the image in images",
                ));
            };
            let class = fields.whole("category_id").and_then(|id| reading.classes.get(&id).copied());
            let Some(class) = class else {
                let remedy = "list the category in categories";
                return Err(("its category_id is missing or no category has it".to_owned(), remedy));
            };
            let Some([left, top, width, height]) = fields.numbers("bbox") else {
                let remedy = "write `\"bbox\": [left, top, width, height]` in pixels";
                return Err(("its bbox is missing or is not four numbers".to_owned(), remedy));
            };
            let extent = Extent { left, top, width, height };
            reading.import.object(image, object(extent, class, fields), reading.file, Some(line));
            Ok(())
        });
    }
}

fn object(extent: Extent, class: usize, mut fields: Fields) -> Object {
    let mut object = Object {
        extent,
        class,
        id: fields.whole("id"),
        area: fields.number("area"),
        confidence: fields.number("score"),
        crowd: fields.flag("iscrowd"),
        difficult: fields.flag("difficult"),
        truncated: fields.flag("truncated"),
        occluded: fields.flag("occluded"),
        pose: fields.text("pose"),
        other: RawFields::default(),
    };
    object.other = fields.rest();
    object
}
