//! Pascal VOC's XML files, an image each.

use super::export::{Names, Writing};
use super::yolo::decimals;
use super::{Annotations, Image, Object};
use quick_xml::escape::escape;
use std::fmt::Write;

/// `<image>.xml` for each image.
pub fn write(annotations: &Annotations, writing: &mut Writing) {
    let mut names = Names::default();
    for image in &annotations.images {
        let mut text = String::from("<annotation>\n");
        head(&mut text, image);
        for object in &image.objects {
            let class = annotations.classes.get(object.class).map_or("", |class| &class.name);
            one(&mut text, object, class);
        }
        text.push_str("</annotation>\n");
        let name = names.unique(&image.file, "xml", writing);
        writing.files.push((name, text));
    }
}

// Writing to a string cannot fail.
fn head(text: &mut String, image: &Image) {
    let _ = writeln!(text, "\t<filename>{}</filename>", words(&image.file));
    if let Some([width, height]) = image.size {
        let _ = writeln!(text, "\t<size>\n\t\t<width>{width}</width>\n\t\t<height>{height}</height>");
        text.push_str("\t\t<depth>3</depth>\n\t</size>\n");
    }
    text.push_str("\t<segmented>0</segmented>\n");
}

fn one(text: &mut String, object: &Object, class: &str) {
    let pose = object.pose.as_deref().unwrap_or("Unspecified");
    let _ = writeln!(text, "\t<object>\n\t\t<name>{}</name>\n\t\t<pose>{}</pose>", words(class), words(pose));
    let _ = writeln!(text, "\t\t<truncated>{}</truncated>", u8::from(object.truncated));
    if object.occluded {
        text.push_str("\t\t<occluded>1</occluded>\n");
    }
    let _ = writeln!(text, "\t\t<difficult>{}</difficult>\n\t\t<bndbox>", u8::from(object.difficult));
    let extent = &object.extent;
    let corners =
        [("xmin", extent.left), ("ymin", extent.top), ("xmax", extent.right()), ("ymax", extent.bottom())];
    for (name, corner) in corners {
        let _ = writeln!(text, "\t\t\t<{name}>{}</{name}>", decimals(corner, 6));
    }
    text.push_str("\t\t</bndbox>\n\t</object>\n");
}

/// XML has no control characters.
fn words(text: &str) -> String {
    let allowed = |character: char| {
        let forbidden = character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}');
        if forbidden { ' ' } else { character }
    };
    escape(text.chars().map(allowed).collect::<String>()).into_owned()
}
