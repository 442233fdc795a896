//! The packs that the project describes, whether or not their model files are here.

use anyhow::{Context, Result};
use vitrine_packs::Pack;

/// A file that comes with this program: its name and what is in it.
type Shipped = (&'static str, &'static [u8]);

/// `assets/packs/*/pack.json` by id, each with the model files beside it: those of packs that were trained here.
const PACKS: &[(&str, &[Shipped])] = &include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The order in which the page offers packs; it opens with the first. Others follow by their ids.
const ORDER: [&str; 12] = [
    "street-espnetv2",
    "street-espnetv2-s1",
    "street-deeplab-slim",
    "dogs-mobilenet-edgetpu",
    "dogs-mobilenetv2",
    "indoor-mosaic",
    "detect-picodet-s",
    "detect-yolox-nano",
    "dogs-found",
    "action-movinet-a0-stream",
    // Trained here, and small: what the page opens with where nothing else is installed.
    "street-unet-mini",
    "shop-two-stream",
];

/// A pack and the text that it was read from, which is what gets installed.
pub struct Described {
    /// The pack.
    pub pack: Pack,
    /// Its `pack.json`.
    pub json: String,
    /// Model files that come with this program.
    shipped: &'static [Shipped],
}

impl Described {
    /// Reads a `pack.json`.
    pub fn from_json(json: String) -> Result<Self> {
        Ok(Self { pack: Pack::from_json(&json)?, json, shipped: &[] })
    }

    /// A model file that comes with this program.
    pub fn shipped(&self, file: &str) -> Option<&'static [u8]> {
        self.shipped.iter().find(|(name, _)| *name == file).map(|(_, bytes)| *bytes)
    }
}

/// All packs of the project.
pub fn all() -> Result<Vec<Described>> {
    let read = |(json, shipped): &(&str, &'static [Shipped])| {
        Ok(Described { shipped, ..Described::from_json((*json).to_owned())? })
    };
    PACKS.iter().map(read).collect::<Result<_>>().context("this program was built with a damaged pack")
}

/// What packs are sorted by where the page offers them.
pub fn rank(id: &str) -> (usize, &str) {
    (ORDER.iter().position(|&known| known == id).unwrap_or(ORDER.len()), id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_offers_streets_before_dogs_and_the_rest_by_name() {
        let mut ids = ["b", "dogs-mobilenetv2", "a", "street-deeplab-slim", "street-espnetv2"];
        ids.sort_by_key(|id| rank(id));
        assert_eq!(ids, ["street-espnetv2", "street-deeplab-slim", "dogs-mobilenetv2", "a", "b"]);
        let known: Vec<String> = all().unwrap().into_iter().map(|described| described.pack.id).collect();
        assert!(ORDER.iter().all(|id| known.contains(&(*id).to_owned())));
    }

    #[test]
    fn every_pack_of_the_project_is_valid_and_has_its_own_id() {
        let mut ids: Vec<String> = all().unwrap().into_iter().map(|described| described.pack.id).collect();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "folders are sorted, and a folder is named after its id");
    }
}
