//! Checkpoints: `last/` after every epoch, `best/` after those that validate best; `log.jsonl` and the recipe beside them.
//! A folder is written beside the old one and takes its place when it is whole.

use super::{Record, Trains};
use crate::Error;
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

const NETWORK: &str = "network.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const EPOCH: &str = "epoch.json";

/// The folder of a run.
#[derive(Debug)]
pub struct Checkpoints {
    folder: PathBuf,
}

impl Checkpoints {
    /// Makes the folder, or finds it.
    ///
    /// # Errors
    /// [`Error::Recipe`] if another recipe was trained there; [`Error::File`].
    pub fn open<R>(folder: &Path, recipe: &R) -> Result<Self, Error>
    where
        R: Serialize + DeserializeOwned + Trains,
    {
        fs::create_dir_all(folder).map_err(|error| Error::write(folder, &error))?;
        let path = folder.join("recipe.toml");
        let cause = |cause: String| Error::Recipe { path: path.clone(), cause };
        let text = toml::to_string_pretty(recipe).map_err(|error| cause(error.to_string()))?;
        match fs::read_to_string(&path) {
            Ok(before) if toml::from_str::<R>(&before).is_ok_and(|before| before.trains_as(recipe)) => {}
            Ok(_) => {
                let words =
                    "another recipe was trained in this folder: name another one with --out, or remove it";
                return Err(cause(words.to_owned()));
            }
            Err(_) => fs::write(&path, text).map_err(|error| Error::write(&path, &error))?,
        }
        let checkpoints = Self { folder: folder.to_owned() };
        ["last", "best"].into_iter().try_for_each(|name| checkpoints.recover(name))?;
        Ok(checkpoints)
    }

    /// A kill between the removal of the old folder and the renaming of the new one leaves the new one, which is whole: its
    /// last file is there.
    fn recover(&self, name: &str) -> Result<(), Error> {
        let (new, old) = (self.folder.join(format!("{name}.new")), self.folder.join(name));
        if old.is_dir() || !new.join(EPOCH).is_file() {
            return Ok(());
        }
        fs::rename(&new, &old).map_err(|error| Error::write(&old, &error))
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log.jsonl")
    }

    /// The epochs up to the last checkpoint; what the log has beyond them was not kept and is forgotten.
    pub fn records<E: Record>(&self) -> Result<Vec<E>, Error> {
        let path = self.folder.join("last").join(EPOCH);
        let Ok(text) = fs::read_to_string(&path) else { return Ok(Vec::new()) };
        let last: E = serde_json::from_str(&text).map_err(|error| Error::read(&path, error))?;
        let log = self.log();
        let text = fs::read_to_string(&log).map_err(|error| Error::read(&log, error))?;
        let parsed = text.lines().map(serde_json::from_str).collect::<Result<Vec<E>, _>>();
        let mut records = parsed.map_err(|error| Error::read(&log, error))?;
        records.truncate(last.epoch());
        match records.last() {
            Some(record) if *record == last => Ok(records),
            _ => Err(Error::read(
                &log,
                "it does not belong to the checkpoint in last/: remove the folder and train anew",
            )),
        }
    }

    /// The state after `done` epochs; as given if that is none.
    pub fn take_up<M: Module>(
        &self,
        network: M,
        optimizer: ModuleOptimizer,
        done: usize,
    ) -> Result<(M, ModuleOptimizer), Error> {
        if done == 0 {
            return Ok((network, optimizer));
        }
        let folder = self.folder.join("last");
        let network = load(network, &folder)?;
        let path = folder.join(OPTIMIZER);
        let optimizer = optimizer.load(&path).map_err(|error| Error::read(&path, error))?;
        Ok((network, optimizer))
    }

    /// The weights that validated best; as given if there are none.
    pub fn best<M: Module>(&self, network: M) -> Result<M, Error> {
        let folder = self.folder.join("best");
        if folder.is_dir() { load(network, &folder) } else { Ok(network) }
    }

    /// Writes the state after an epoch.
    pub fn keep<M: Module, E: Record>(
        &self,
        network: &M,
        optimizer: &ModuleOptimizer,
        record: &E,
        best: bool,
    ) -> Result<(), Error> {
        self.append(record)?;
        let write = |name: &str, with_optimizer: bool| -> Result<(), Error> {
            let (new, old) = (self.folder.join(format!("{name}.new")), self.folder.join(name));
            // What an earlier kill left.
            let _ = fs::remove_dir_all(&new);
            fs::create_dir_all(&new).map_err(|error| Error::write(&new, &error))?;
            save(network, with_optimizer.then_some(optimizer), record, &new)?;
            if old.is_dir() {
                fs::remove_dir_all(&old).map_err(|error| Error::write(&old, &error))?;
            }
            fs::rename(&new, &old).map_err(|error| Error::write(&old, &error))
        };
        if best {
            write("best", false)?;
        }
        write("last", true)
    }

    /// The log has all records of the checkpoint before, then this one.
    fn append<E: Record>(&self, record: &E) -> Result<(), Error> {
        let path = self.log();
        let wrong = |error: std::io::Error| Error::write(&path, &error);
        let before = fs::read_to_string(&path).unwrap_or_default();
        let mut lines: Vec<&str> = before.lines().take(record.epoch() - 1).collect();
        let line = serde_json::to_string(record).map_err(|error| wrong(error.into()))?;
        lines.push(&line);
        let new = path.with_extension("jsonl.new");
        let mut file = fs::File::create(&new).map_err(wrong)?;
        file.write_all((lines.join("\n") + "\n").as_bytes()).map_err(wrong)?;
        fs::rename(&new, &path).map_err(wrong)
    }
}

fn save<M: Module, E: Record>(
    network: &M,
    optimizer: Option<&ModuleOptimizer>,
    record: &E,
    folder: &Path,
) -> Result<(), Error> {
    // Burn's own error is a text; that a disk is full shows only there.
    let failed = |path: &Path, cause: String| Error::write(path, &std::io::Error::other(cause));
    let path = folder.join(NETWORK);
    network.clone().into_record().save(&path).map_err(|error| failed(&path, error.to_string()))?;
    if let Some(optimizer) = optimizer {
        let path = folder.join(OPTIMIZER);
        optimizer.save(&path).map_err(|error| failed(&path, error.to_string()))?;
    }
    let path = folder.join(EPOCH);
    let json = serde_json::to_vec(record).map_err(|error| failed(&path, error.to_string()))?;
    fs::write(&path, json).map_err(|error| Error::write(&path, &error))
}

fn load<M: Module>(network: M, folder: &Path) -> Result<M, Error> {
    let path = folder.join(NETWORK);
    let record = ModuleRecord::load(&path).map_err(|error| Error::read(&path, error))?;
    network.try_load_record(record).map_err(|error| Error::read(&path, error))
}
