//! The packs that the project describes, whether or not their model files are here.

use anyhow::{Context, Result};
use vitrine_packs::Pack;

/// The texts of `assets/packs/*/pack.json`, by id.
const PACKS: &[&str] = &include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// A pack and the text that it was read from, which is what gets installed.
pub struct Described {
    /// The pack.
    pub pack: Pack,
    /// Its `pack.json`.
    pub json: String,
}

impl Described {
    /// Reads a `pack.json`.
    pub fn from_json(json: String) -> Result<Self> {
        Ok(Self { pack: Pack::from_json(&json)?, json })
    }
}

/// All packs of the project.
pub fn all() -> Result<Vec<Described>> {
    let read = |json: &&str| Described::from_json((*json).to_owned());
    PACKS.iter().map(read).collect::<Result<_>>().context("this program was built with a damaged pack")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_of_the_project_is_valid_and_has_its_own_id() {
        let mut ids: Vec<String> = all().unwrap().into_iter().map(|described| described.pack.id).collect();
        assert!(ids.contains(&"street-deeplab-slim".to_owned()));
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "folders are sorted, and a folder is named after its id");
    }
}
