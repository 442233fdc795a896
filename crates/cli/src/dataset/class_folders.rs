//! Photos in a folder for each class: `n02085620-Chihuahua/a.jpg`, or `Chihuahua/a.jpg`.

use crate::failure::bad_input;
use crate::{folders, given};
use anyhow::Result;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use vitrine_packs::{Class, Pack};
use vitrine_pixels::Frame;

/// A labelled set.
pub struct Labelled {
    /// The photos, by folder and name.
    pub photos: Vec<Photo>,
    /// What was left out.
    pub skipped: Vec<Skipped>,
}

/// A photo and what it shows.
pub struct Photo {
    /// Its path below the set, with slashes.
    pub file: String,
    /// Index into the pack's classes.
    pub truth: usize,
    path: PathBuf,
}

/// A file or folder that was not measured.
#[derive(Clone, Debug, Serialize)]
pub struct Skipped {
    /// Its path below the set, with slashes.
    pub file: String,
    /// Why, in one line.
    pub cause: String,
}

impl Photo {
    /// Decodes the photo.
    ///
    /// # Errors
    /// Why it is left out.
    pub fn frame(&self) -> Result<Frame, Skipped> {
        given::frame(&self.path).map_err(|error| {
            // The outermost line names the path, which the file does.
            let cause = error.root_cause().to_string();
            Skipped { file: self.file.clone(), cause }
        })
    }
}

/// The photos in the folders that are called as a class of the pack: by its key, followed by anything, or by one of its
/// names, however it is spaced and capitalised. Other folders are left out.
///
/// # Errors
/// No folder is called so, or none of them has a file.
pub fn class_folders(set: &Path, pack: &Pack) -> Result<Labelled> {
    let mut labelled = Labelled { photos: Vec::new(), skipped: Vec::new() };
    for folder in subfolders(set)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match pack.classes.iter().position(|class| is_called(class, &name)) {
            Some(truth) => labelled.photos.extend(photos(&folder, &name, truth)),
            None => labelled
                .skipped
                .push(Skipped { file: name, cause: format!("no class of {} is called so", pack.id) }),
        }
    }
    if labelled.photos.is_empty() {
        let example = pack.classes.first().map_or("", |class| &class.name.en);
        return Err(bad_input(format!(
            "{} has no photos in folders that are called as the classes of {}: a labelled set for classification has a \
             folder for each class, such as {example:?}",
            set.display(),
            pack.id
        )));
    }
    Ok(labelled)
}

fn photos(folder: &Path, name: &str, truth: usize) -> Vec<Photo> {
    let photo = |path: PathBuf| {
        let file = path.file_name()?.to_string_lossy().into_owned();
        (!file.starts_with('.')).then(|| Photo { file: format!("{name}/{file}"), truth, path })
    };
    folders::files_in(folder).into_iter().filter_map(photo).collect()
}

fn subfolders(set: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(set)
        .map_err(|error| bad_input(format!("cannot read the folder {}: {error}", set.display())))?;
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let mut folders: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir() && !hidden(path)).collect();
    folders.sort();
    Ok(folders)
}

fn is_called(class: &Class, folder: &str) -> bool {
    let keyed = class.key.as_ref().and_then(|key| folder.strip_prefix(key.as_str()));
    let by_key = keyed.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    by_key || [&class.name.en, &class.name.fr].iter().any(|name| plain(name) == plain(folder))
}

/// Letters and digits alone, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    fn dogs() -> Pack {
        let mut packs = catalogue::all().unwrap().into_iter();
        packs.find(|described| described.pack.id == "dogs-mobilenetv2").unwrap().pack
    }

    fn set(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"not a picture").unwrap();
        }
        folder
    }

    #[test]
    fn folders_are_classes_by_key_or_by_name_in_either_language() {
        let files = [
            "n02093256-Staffordshire_bullterrier/a.jpg",
            "golden_retriever/.hidden",
            "golden_retriever/b.png",
            "Berger allemand/c.jpg",
            "n020932560/d.jpg",
            "cats/e.jpg",
        ];
        let folder = set(&files);
        let pack = dogs();
        let labelled = class_folders(folder.path(), &pack).unwrap();
        let found: Vec<_> = labelled
            .photos
            .iter()
            .map(|photo| (photo.file.as_str(), pack.classes[photo.truth].name.en.as_str()))
            .collect();
        let expected = [
            ("Berger allemand/c.jpg", "German shepherd"),
            ("golden_retriever/b.png", "Golden retriever"),
            ("n02093256-Staffordshire_bullterrier/a.jpg", "Staffordshire bull terrier"),
        ];
        assert_eq!(found, expected);
        let skipped: Vec<_> = labelled.skipped.iter().map(|skipped| skipped.file.as_str()).collect();
        assert_eq!(skipped, ["cats", "n020932560"]);
    }

    #[test]
    fn a_file_that_is_no_picture_says_why_it_is_skipped() {
        let folder = set(&["Pug/a.jpg"]);
        let labelled = class_folders(folder.path(), &dogs()).unwrap();
        let skipped = labelled.photos[0].frame().unwrap_err();
        assert_eq!(skipped.file, "Pug/a.jpg");
        assert!(!skipped.cause.is_empty() && !skipped.cause.contains(&*folder.path().to_string_lossy()));
    }

    #[test]
    fn a_set_without_a_class_is_refused() {
        for files in [&["cats/a.jpg"][..], &["a.jpg"], &["Pug/.hidden"]] {
            assert!(class_folders(set(files).path(), &dogs()).is_err(), "{files:?}");
        }
        assert!(class_folders(Path::new("no-such-folder"), &dogs()).is_err());
    }
}
