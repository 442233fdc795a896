//! Model files from a folder on this machine: `<mirror>/<id>/` holds them under any name.

use crate::failure::bad_input;
use crate::{catalogue, digest, folders};
use anyhow::Result;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use vitrine_packs::{ModelFile, Pack};

/// A folder of model files.
pub struct Mirror {
    folder: PathBuf,
    /// Whether a person named it: then a file in it that is not the right one is an error, not a miss.
    named: bool,
}

/// What a mirror has for a pack.
#[derive(Debug)]
pub enum Found {
    /// The right file.
    File(PathBuf),
    /// Nothing.
    Nothing,
}

impl Mirror {
    /// The mirror that was given, or that `VITRINE_MIRROR` names, or `shared/models` beside the workspace if it exists.
    ///
    /// # Errors
    /// A named mirror is no folder.
    pub fn choose(given: Option<PathBuf>) -> Result<Option<Self>> {
        let named = given
            .or_else(|| env::var_os("VITRINE_MIRROR").filter(|name| !name.is_empty()).map(PathBuf::from));
        match named {
            Some(folder) if folder.is_dir() => Ok(Some(Self { folder, named: true })),
            Some(folder) => Err(bad_input(format!("the mirror {} is no folder", folder.display()))),
            None => {
                let beside = folders::workspace().map(|root| root.join("../shared/models"));
                Ok(beside.filter(|folder| folder.is_dir()).map(|folder| Self { folder, named: false }))
            }
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Looks for one of the pack's model files by length and digest.
    ///
    /// # Errors
    /// In a mirror that a person named: the pack's folder holds a file of the kind, and none is the right one.
    pub fn find(&self, pack: &Pack, model: &ModelFile) -> Result<Found> {
        let mut files = folders::files_in(&self.folder.join(&pack.id));
        if files.is_empty() {
            // Packs may share a file; the mirror has it for one of them.
            for other in catalogue::all()?.iter().filter(|other| other.pack.model.sha256 == model.sha256) {
                files.extend(folders::files_in(&self.folder.join(&other.pack.id)));
            }
        }
        let is_model = |path: &Path| {
            fs::metadata(path).is_ok_and(|found| found.len() == model.bytes)
                && digest::of_file(path).is_ok_and(|found| found == model.sha256)
        };
        if let Some(path) = files.iter().find(|path| is_model(path)) {
            return Ok(Found::File(path.clone()));
        }
        let kind = Path::new(&model.file).extension();
        match files.iter().find(|path| path.extension() == kind) {
            Some(other) if self.named => Err(bad_input(format!(
                "{} is refused: its sha256 is {}, and pack.json names {}: put the published file there, or pull \
                 without this mirror",
                other.display(),
                digest::of_file(other)?,
                model.sha256
            ))),
            _ => Ok(Found::Nothing),
        }
    }
}
