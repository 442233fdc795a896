//! What a person names on the command line: packs and files.

use crate::failure::bad_input;
use crate::installed::PackFolder;
use crate::{catalogue, digest};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use vitrine_packs::ModelFile;
use vitrine_pixels::Frame;
use vitrine_pixels::codecs::{self, Limits};

/// Finds a pack: `id` is its name in the folder `packs`, or a folder that holds a `pack.json`.
pub fn pack(id: &str, packs: &Path) -> Result<PackFolder> {
    let given = Path::new(id);
    if given.join("pack.json").is_file() {
        return PackFolder::open(given);
    }
    if given.is_dir() {
        return Err(bad_input(format!(
            "the folder {id} has no pack.json: give the id or the folder of a pack"
        )));
    }
    let folder = packs.join(id);
    // No id has these: a path would lead out of the folder of packs.
    if id.contains(['/', '\\', '.']) || !folder.join("pack.json").is_file() {
        return Err(absent(id, packs)?);
    }
    PackFolder::open(&folder)
}

fn absent(id: &str, packs: &Path) -> Result<anyhow::Error> {
    let known: Vec<String> = catalogue::all()?.into_iter().map(|described| described.pack.id).collect();
    let message = if known.iter().any(|known| known == id) {
        format!("{id} is not installed in {}: run `vitrine pull {id}`", packs.display())
    } else {
        let known = known.join(", ");
        format!("there is no pack {id:?}: give a folder that holds a pack.json, or one of {known}")
    };
    Ok(bad_input(message))
}

/// The bytes of a pack's model file.
///
/// # Errors
/// The file is missing or is not the one that the pack names.
pub fn model_bytes(folder: &PackFolder) -> Result<Vec<u8>> {
    file_bytes(folder, &folder.pack.model)
}

/// The bytes of one of a pack's model files.
///
/// # Errors
/// As [`model_bytes`].
pub fn file_bytes(folder: &PackFolder, model: &ModelFile) -> Result<Vec<u8>> {
    let id = &folder.pack.id;
    let path = folder.path.join(&model.file);
    let remedy = format!("run `vitrine pull {id}` to bring the right file");
    let bytes = fs::read(&path)
        .map_err(|error| bad_input(format!("cannot read {}: {error}: {remedy}", path.display())))?;
    let found = digest::of_bytes(&bytes);
    if found != model.sha256 {
        let (path, named) = (path.display(), &model.sha256);
        return Err(bad_input(format!(
            "{path} is refused: its sha256 is {found}, and pack.json names {named}: {remedy}"
        )));
    }
    Ok(bytes)
}

/// A file's bytes.
pub fn bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| bad_input(format!("cannot read {}: {error}", path.display())))
}

/// The picture in an image file.
pub fn frame(path: &Path) -> Result<Frame> {
    let decoded = codecs::decode(&bytes(path)?, &Limits::default());
    let decoded = decoded.map_err(|error| bad_input(error.to_string()));
    Ok(decoded.with_context(|| format!("cannot read {}", path.display()))?.frame)
}
