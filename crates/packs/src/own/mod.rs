//! Packs for models that a person brings: what a file lets one guess ([`Proposal`]), how photos are usually fed
//! ([`PRESETS`]), lists of labels, and the `pack.json` that comes of all this ([`Draft`]).

mod draft;
mod labels;
mod palette;
mod presets;

pub use draft::{Answers, Boxes, Draft, GivenFile, Scores, id_from};
pub use labels::labels_in;
pub use presets::{PRESETS, Preset, presets_for};

use crate::{Output, Task};
use serde::{Deserialize, Serialize};

/// One way to understand a model file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// What its answer is.
    pub task: Task,
    /// Columns that it reads.
    pub width: u32,
    /// Rows that it reads.
    pub height: u32,
    /// Whether the file leaves columns and rows free.
    pub free_size: bool,
    /// How its outputs are read.
    pub output: Output,
    /// Scores for each place, or for the photo: as many labels are needed.
    pub scores: u32,
    /// How a classifier's scores are read, where the file says it: what lies behind them is cut off.
    pub decoding: Option<Scores>,
    /// Whether it reads grey pictures.
    pub grey: bool,
    /// Networks that write their outputs so, where several ways would do or one is well known by its family.
    pub family: Option<String>,
    /// Mean and deviation in units of 0..255, where the file itself says them: 8-bit inputs.
    pub normalisation: Option<[f32; 2]>,
}

impl Proposal {
    /// The presets that fit it, the likeliest first.
    pub fn presets(&self) -> impl Iterator<Item = &'static Preset> {
        presets_for(self.task, self.grey, self.family.as_deref())
    }
}
