//! Boxes become annotation files.

use super::store::{self, Work};
use crate::save;
use crate::studio::{Photo, Studio};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use std::collections::HashSet;
use std::io::{Cursor, Write};
use std::sync::Arc;
use vitrine_pixels::annotations::{self, Annotations, Class, Format, Image, Object, Problem, Written};
use vitrine_pixels::boxes::edit::Editor;
use web_sys::Blob;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Hands the boxes of photos to the browser: one file, or several in a ZIP file.
pub fn save(studio: Studio, photos: &[(Photo, Work)], format: Format) {
    let annotations = gathered(photos, &store::desk().classes.get_untracked());
    let written = annotations::write(&annotations, format);
    store::desk().losses.set(listed(&written, format));
    let name = |ending: &str| match photos {
        [(photo, _)] => format!("{}-{ending}", stem(&photo.name)),
        _ => format!("boxes-{ending}"),
    };
    match written.files.as_slice() {
        [(file, text)] => {
            let name = if format == Format::Coco { name("coco.json") } else { file.clone() };
            let kind = if format == Format::Coco { "application/json" } else { "text/xml" };
            save::offer(studio, save::blob(text, kind), name);
        }
        files => {
            let name = name(if format == Format::Yolo { "yolo.zip" } else { "voc.zip" });
            save::offer(studio, zipped(files).ok().and_then(|bytes| zip_blob(&bytes)), name);
        }
    }
}

/// All boxes as one set. Classes are in the order in which they came to be known, those of a file or a detector first, and
/// up to the last one that is used: so they keep their numbers.
fn gathered(photos: &[(Photo, Work)], known: &[Arc<str>]) -> Annotations {
    let editors: Vec<Editor> = photos.iter().map(|(_, work)| work.editor.get_untracked()).collect();
    let used = || editors.iter().flat_map(Editor::boxes).map(|it| &it.labelled.class);
    let mut names = known.to_vec();
    for class in used() {
        if !names.contains(class) {
            names.push(class.clone());
        }
    }
    let used: HashSet<&Arc<str>> = used().collect();
    names.truncate(names.iter().rposition(|name| used.contains(name)).map_or(0, |last| last + 1));
    let image = |((photo, work), editor): (&(Photo, Work), &Editor)| Image {
        file: photo.name.clone(),
        size: Some(work.size),
        objects: objects(editor, &names),
        ..Image::default()
    };
    let images = photos.iter().zip(&editors).map(image).collect();
    let class = |name: &Arc<str>| Class { name: name.to_string(), ..Class::default() };
    Annotations { classes: names.iter().map(class).collect(), images, ..Annotations::default() }
}

fn objects(editor: &Editor, names: &[Arc<str>]) -> Vec<Object> {
    let object = |it: &vitrine_pixels::boxes::edit::EditedBox| Object {
        extent: it.labelled.extent,
        class: names.iter().position(|name| *name == it.labelled.class).unwrap_or_default(),
        confidence: it.labelled.confidence,
        ..Object::default()
    };
    editor.boxes().iter().map(object).collect()
}

/// What was lost, and images with another name. That XML numbers no classes is no loss to anybody here.
fn listed(written: &Written, format: Format) -> Vec<Problem> {
    let losses = written.losses.iter().filter(|loss| !loss.what.contains("classes"));
    let name = match format {
        Format::Yolo => "YOLO",
        Format::Voc => "Pascal VOC",
        Format::Coco => "COCO",
    };
    let lost = losses.map(|loss| Problem {
        file: name.to_owned(),
        line: None,
        cause: format!("the format has no place for {loss}"),
        remedy: "save COCO JSON too if you need them",
        lost: true,
    });
    written.problems.iter().cloned().chain(lost).collect()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The files stored as they are: texts of a few lines.
fn zipped(files: &[(String, String)]) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, text) in files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn zip_blob(bytes: &[u8]) -> Option<Blob> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/zip");
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}
