//! Packs that lie in a folder, ready to be used.

use crate::catalogue;
use crate::digest;
use crate::failure::bad_input;
use anyhow::{Context, Result};
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

    /// `id` is the name of a pack in `packs`, or a folder that holds a `pack.json`.
    pub fn find(id: &str, packs: &Path) -> Result<Self> {
        let given = Path::new(id);
        if given.join("pack.json").is_file() {
            return Self::open(given);
        }
        if given.is_dir() {
            return Err(bad_input(format!(
                "the folder {id} has no pack.json: give the id or the folder of a pack"
            )));
        }
        let folder = packs.join(id);
        // A path would lead out of the folder, and no id is one.
        if id.contains(['/', '\\', '.']) || !folder.join("pack.json").is_file() {
            return Err(absent(id)?);
        }
        Self::open(&folder)
    }

    /// Whether the model file is here and is the one that the pack names.
    pub fn state(&self) -> State {
        state_of(&self.path, &self.pack.model)
    }

    /// The model's bytes.
    ///
    /// # Errors
    /// The file is missing or is not the one that the pack names.
    pub fn model_bytes(&self) -> Result<Vec<u8>> {
        let (model, id) = (&self.pack.model, &self.pack.id);
        let path = self.path.join(&model.file);
        let bytes = fs::read(&path).map_err(|error| {
            bad_input(format!("cannot read {}: {error}: run `vitrine pull {id}`", path.display()))
        })?;
        let found = digest::of_bytes(&bytes);
        if found != model.sha256 {
            let path = path.display();
            return Err(bad_input(format!(
                "{path} has the sha256 {found}, and pack.json says {}: run `vitrine pull {id}` to bring the right file",
                model.sha256
            )));
        }
        Ok(bytes)
    }
}

/// What is known about a model file in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
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

fn absent(id: &str) -> Result<anyhow::Error> {
    let known: Vec<String> = catalogue::all()?.into_iter().map(|described| described.pack.id).collect();
    let message = if known.iter().any(|known| known == id) {
        format!("{id} is not installed: run `vitrine pull {id}`")
    } else {
        let known = known.join(", ");
        format!(
            "there is no pack {id:?}, neither installed nor to be pulled: give a folder with a pack.json, or one of {known}"
        )
    };
    Ok(bad_input(message))
}

/// Wraps an error of reading a file that the person named.
pub fn read_given(path: &Path) -> Result<Vec<u8>> {
    fs::read(path)
        .map_err(|error| bad_input(error.to_string()))
        .with_context(|| format!("cannot read {}", path.display()))
}
