//! Training data: read from folders, varied, batched, ahead of the loop and never more than a few batches in memory.

mod augment;
mod batches;
mod census;
mod class_folders;
mod labelled;
mod pairs;
mod parts;
mod split;

pub use augment::Augmentation;
pub use batches::{Batch, Batches, Order};
pub use census::Census;
pub use labelled::{Labelled, Picture};
pub use pairs::{Pair, Pairs};
pub use parts::Parts;
pub use split::Split;

use crate::Error;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::path::{Path, PathBuf};

/// Random numbers of one purpose, so that a run that goes on draws what it would have drawn.
pub(crate) fn drawn(seed: u64, epoch: usize, index: usize) -> StdRng {
    // Odd factors (of SplitMix64) spread neighbours apart; the generator mixes further.
    let mixed = seed
        .wrapping_add((epoch as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
        .wrapping_add((index as u64 + 1).wrapping_mul(0xBF58_476D_1CE4_E5B9));
    StdRng::seed_from_u64(mixed)
}

/// Channels last, 0..255 -> channels first, `(pixel - mean) / std`.
pub(crate) fn normalised(rgb: &[u8], mean: [f32; 3], std: [f32; 3]) -> Vec<f32> {
    let channel = |channel: usize| {
        let pixels = rgb.iter().skip(channel).step_by(3);
        pixels.map(move |&pixel| (f32::from(pixel) - mean[channel]) / std[channel])
    };
    (0..3).flat_map(channel).collect()
}

/// The files of a folder by name; hidden ones are left out.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let remedy = "a labelled folder has images/ and labels8/ (PNGs of class ids under the pictures' names), or a folder for each class";
    let entries =
        std::fs::read_dir(folder).map_err(|error| Error::data(folder, format!("{error}; {remedy}")))?;
    let hidden = |path: &Path| path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Error::read(folder, error))?.path();
        if path.is_file() && !hidden(&path) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
