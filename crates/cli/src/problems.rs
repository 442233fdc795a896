//! What is wrong with folders of packs, a line each: which field, and what to do.

use crate::installed::{PackFolder, State};
use crate::{catalogue, folders};
use serde::Serialize;
use std::path::Path;
use vitrine_packs::Pack;
use vitrine_packs::archive::{self, Archive, Limits};

/// Hosts of static files often refuse larger files.
const HOSTS_MAX: u64 = 25 << 20;

/// A folder of packs that the page will refuse, or may not get.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The folder's name, or the zip file's.
    pub folder: String,
    /// What is wrong, and what to do about it.
    pub problem: String,
}

/// The problems of all folders in `packs`, by name, then those of zip files that lie beside them.
pub fn all_in(packs: &Path) -> Vec<Problem> {
    let known: Vec<String> =
        catalogue::all().map(|all| all.into_iter().map(|it| it.pack.id).collect()).unwrap_or_default();
    let of = |path: &Path| {
        let folder = path.file_name()?.to_string_lossy().into_owned();
        Some(Problem { problem: problem_of(path, &folder, known.contains(&folder))?, folder })
    };
    let mut problems: Vec<Problem> = folders::folders_in(packs).iter().filter_map(|path| of(path)).collect();
    problems.extend(folders::files_in(packs).iter().filter_map(|path| zipped(path)));
    problems
}

/// What is wrong with a zip file: at least that it is one.
fn zipped(path: &Path) -> Option<Problem> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    if !name.to_ascii_lowercase().ends_with(".zip") {
        return None;
    }
    let limits = Limits::default();
    let problem = match std::fs::metadata(path).map(|it| it.len()) {
        Ok(bytes) if bytes > limits.bytes => format!("has {bytes} bytes: zip the folder of one pack alone"),
        _ => match archive::read(&std::fs::read(path).ok()?, &limits) {
            Ok(Archive { pack_json, .. }) => match pack_json.as_deref().map(Pack::from_json) {
                Some(Err(error)) => error.to_string(),
                _ => "is a zip file: unpack it, so that its pack.json lies in a folder of its own".to_owned(),
            },
            Err(error) => error.to_string(),
        },
    };
    Some(Problem { folder: name, problem })
}

fn problem_of(path: &Path, name: &str, of_the_project: bool) -> Option<String> {
    if !path.join("pack.json").is_file() {
        // A folder that is being pulled has its model first.
        return (!of_the_project).then(|| "has no pack.json: put one beside the model file".to_owned());
    }
    let folder = match PackFolder::open(path) {
        Ok(folder) => folder,
        // The folder is named already.
        Err(error) => {
            return Some(error.to_string().trim_start_matches(&format!("{}: ", path.display())).to_owned());
        }
    };
    let Pack { id, model, .. } = &folder.pack;
    if id != name {
        return Some(format!("pack.json: `id` is {id:?}: rename the folder, or write the folder's name"));
    }
    match folder.state() {
        State::Missing if !of_the_project => {
            Some(format!("`model.file` is {:?}, which is not there: put it there", model.file))
        }
        State::Damaged => Some(format!(
            "{} is not the file that `model.sha256` names: bring the right file, or write its length and sha256",
            model.file
        )),
        State::Installed if !of_the_project => does_not_fit(&folder).or_else(|| large(model.bytes)),
        State::Missing | State::Installed => None,
    }
}

fn large(bytes: u64) -> Option<String> {
    let megabytes = bytes as f64 / 1e6;
    (bytes > HOSTS_MAX)
        .then(|| format!("its model has {megabytes:.1} MB: hosts may refuse files above 25 MB, so ask yours"))
}

/// Why the model cannot be used as the pack says, such as labels that do not match its outputs.
#[cfg(feature = "models")]
fn does_not_fit(folder: &PackFolder) -> Option<String> {
    let bytes = std::fs::read(folder.path.join(&folder.pack.model.file)).ok()?;
    let device = vitrine_engine::Device::cpu();
    vitrine_tasks::Model::load(&folder.pack, bytes, &device, Default::default())
        .err()
        .map(|it| it.to_string())
}

#[cfg(not(feature = "models"))]
fn does_not_fit(_: &PackFolder) -> Option<String> {
    None
}
