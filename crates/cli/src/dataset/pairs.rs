//! Photos with a class for every pixel: `images/` and `labels8/`.

use crate::failure::bad_input;
use crate::{folders, given, output};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use vitrine_pixels::codecs::{Limits, decode_labels};
use vitrine_pixels::{ClassMap, Frame};

/// A photo and its ground truth: `images/<stem>.*` and `labels8/<stem>.png`.
pub struct Pair {
    image: PathBuf,
    labels: PathBuf,
}

impl Pair {
    /// Decodes the photo.
    pub fn frame(&self) -> Result<Frame> {
        given::frame(&self.image)
    }

    /// Decodes the ground truth: a group's id for every pixel.
    pub fn labels(&self) -> Result<ClassMap> {
        let labels = decode_labels(&given::bytes(&self.labels)?, &Limits::default());
        labels
            .map_err(|error| bad_input(error.to_string()))
            .with_context(|| format!("cannot read {}", self.labels.display()))
    }

    /// The ground truth's file, for messages.
    pub fn labels_path(&self) -> &Path {
        &self.labels
    }
}

/// The pairs of a segmentation set, in the order of their names. What has no partner is left out and remarked upon.
///
/// # Errors
/// The folder has not this layout, or there is no pair at all.
pub fn pairs(folder: &Path) -> Result<Vec<Pair>> {
    let (images, labels) = (by_stem(folder, "images")?, by_stem(folder, "labels8")?);
    let alone =
        images.len() + labels.len() - 2 * images.keys().filter(|stem| labels.contains_key(*stem)).count();
    let pair = |(stem, image): (OsString, PathBuf)| Some(Pair { image, labels: labels.get(&stem)?.clone() });
    let pairs: Vec<Pair> = images.into_iter().filter_map(pair).collect();
    if pairs.is_empty() {
        let folder = folder.display();
        return Err(bad_input(format!(
            "{folder} has no photo in images/ with a PNG of the same name in labels8/"
        )));
    }
    if alone > 0 {
        output::note(&format!("left out for lack of a partner in {}: {alone}", folder.display()));
    }
    Ok(pairs)
}

fn by_stem(folder: &Path, name: &str) -> Result<BTreeMap<OsString, PathBuf>> {
    let inner = folder.join(name);
    if !inner.is_dir() {
        return Err(bad_input(format!(
            "{} is no folder: a labelled set for segmentation has images/ and labels8/",
            inner.display()
        )));
    }
    let visible =
        |path: &PathBuf| !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let files = folders::files_in(&inner).into_iter().filter(visible);
    Ok(files.filter_map(|path| Some((path.file_stem()?.to_owned(), path))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_photo_is_paired_with_the_labels_of_the_same_name() {
        let folder = tempfile::tempdir().unwrap();
        for inner in ["images", "labels8"] {
            fs::create_dir(folder.path().join(inner)).unwrap();
        }
        for file in [
            "images/b.jpg",
            "images/a.webp",
            "images/c.png",
            "images/.hidden",
            "labels8/a.png",
            "labels8/b.png",
        ] {
            fs::write(folder.path().join(file), []).unwrap();
        }
        let pairs = pairs(folder.path()).unwrap();
        let names: Vec<_> = pairs.iter().map(|pair| pair.image.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["a.webp", "b.jpg"]);
    }

    #[test]
    fn a_folder_of_another_layout_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(pairs(folder.path()).is_err());
        fs::create_dir(folder.path().join("images")).unwrap();
        fs::create_dir(folder.path().join("labels8")).unwrap();
        assert!(pairs(folder.path()).is_err());
    }
}
