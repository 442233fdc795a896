//! Packs that lie in a folder, ready to be used.

use crate::digest;
use crate::failure::bad_input;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use vitrine_packs::{ModelFile, Pack};

/// A folder with a valid `pack.json`.
#[derive(Debug)]
pub struct PackFolder {
    /// The folder.
    pub path: PathBuf,
    /// What its `pack.json` says.
    pub pack: Pack,
    /// The text of its `pack.json`.
    pub json: String,
}

impl PackFolder {
    /// Reads the `pack.json` in `path`.
    pub fn open(path: &Path) -> Result<Self> {
        let file = path.join("pack.json");
        let json = fs::read_to_string(&file)
            .map_err(|error| bad_input(format!("cannot read {}: {error}", file.display())))?;
        let pack =
            Pack::from_json(&json).map_err(|error| bad_input(format!("{}: {error}", path.display())))?;
        Ok(Self { path: path.to_owned(), pack, json })
    }

    /// Whether the model files are here and are those that the pack names: what is known about the worst of them.
    pub fn state(&self) -> State {
        state_of_all(&self.path, &self.pack)
    }
}

/// What is known about a model file in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is here and is the one that the pack names.
    Installed,
    /// It is not here.
    Missing,
    /// A file has its name but not its digest.
    Damaged,
}

impl State {
    /// One word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Missing => "missing",
            Self::Damaged => "damaged",
        }
    }
}

/// What is known about the worst of a pack's model files in `folder`.
pub fn state_of_all(folder: &Path, pack: &Pack) -> State {
    pack.model_files().map(|model| state_of(folder, model)).max().unwrap_or(State::Missing)
}

/// What is known about the file `model` in `folder`.
pub fn state_of(folder: &Path, model: &ModelFile) -> State {
    let path = folder.join(&model.file);
    match fs::metadata(&path) {
        Err(_) => State::Missing,
        Ok(found) if found.len() != model.bytes => State::Damaged,
        Ok(_) => match digest::of_file(&path) {
            Ok(found) if found == model.sha256 => State::Installed,
            _ => State::Damaged,
        },
    }
}

/// The packs in `packs` whose folder is named after them, by id.
pub fn all_in(packs: &Path) -> Vec<PackFolder> {
    let entries = fs::read_dir(packs).into_iter().flatten().flatten();
    let folders = entries.filter_map(|entry| PackFolder::open(&entry.path()).ok());
    let mut folders: Vec<_> =
        folders.filter(|folder| folder.path.file_name() == Some(folder.pack.id.as_ref())).collect();
    folders.sort_by(|a, b| a.pack.id.cmp(&b.pack.id));
    folders
}
