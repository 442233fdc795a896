//! Where things lie.

use clap::Args;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Which folder the installed packs are in.
#[derive(Args, Clone, Debug)]
pub struct PacksFolder {
    /// Folder of installed packs [default: public/packs here, or in the workspace]
    #[arg(long = "packs", value_name = "DIR", env = "VITRINE_PACKS", hide_env_values = true)]
    given: Option<PathBuf>,
}

impl PacksFolder {
    /// The folder that was given; else `public/packs` here if it exists; else `public/packs` in the workspace, which
    /// may not exist.
    pub fn path(&self) -> PathBuf {
        let here = PathBuf::from("public/packs");
        match &self.given {
            Some(given) => given.clone(),
            None if here.is_dir() => here,
            None => public().join("packs"),
        }
    }
}

/// The folder `public` of the workspace around the current folder; without a workspace, `public` here.
pub fn public() -> PathBuf {
    workspace().unwrap_or_default().join("public")
}

/// The project's workspace, if the current folder lies in it.
pub fn workspace() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors().find(|folder| is_workspace(folder)).map(Path::to_owned)
}

fn is_workspace(folder: &Path) -> bool {
    folder.join("assets/packs").is_dir() && folder.join("crates/packs").is_dir()
}

/// The folders in `folder` in the order of their names; empty if it cannot be read.
pub fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The files in `folder` in the order of their names; empty if it cannot be read.
pub fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}
