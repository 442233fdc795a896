//! Recipes of two-stream networks: clips that are drawn, windows that are cut out of them, and two schedules.

use crate::Licence;
use crate::training::Trains;
use crate::{Class, Error, Schedule};
use serde::{Deserialize, Serialize};
use std::path::Path;
use vitrine_packs::Text;
use vitrine_scenes::shop::Action;

/// What `network.kind` says in such a recipe.
const KIND: &str = "two-stream";

/// A training of two networks, from drawn clips to one pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClipRecipe {
    /// The pack's id.
    pub id: String,
    /// The pack's title; it says "synthetic".
    pub title: Text,
    /// What the pack is for.
    pub summary: Text,
    /// Of weights, order and augmentation. Clips have seeds of their own.
    pub seed: u64,
    /// Which clips, and how they are cut up.
    pub data: ClipData,
    /// What is trained.
    pub network: TwoStream,
    /// Of the network that reads pictures.
    pub rgb: Schedule,
    /// Of the network that reads flow.
    pub flow: Schedule,
    /// What is done in a window, in the order of [`Action::id`].
    pub classes: Vec<Class>,
    /// What it gets wrong, a sentence each.
    #[serde(default)]
    pub failings: Vec<Text>,
    /// Licence and terms of the trained weights.
    pub licence: Licence,
}

/// Which clips are drawn, and how windows are cut out of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClipData {
    /// What the clips are, for reports.
    pub name: String,
    /// How many seeds of each part.
    pub clips: Parts,
    /// Of so many training clips one has a still camera without noise, as the page's samples; 0: none.
    #[serde(default)]
    pub still_every: usize,
    /// Columns and rows in which a frame is drawn, before it is brought to `side`.
    pub drawn_side: u32,
    /// Columns and rows that both networks read.
    pub side: u32,
    /// Frames of a second.
    pub frames_per_second: f32,
    /// Frames of a window.
    pub clip_frames: u32,
    /// The first network reads the first frame of a window and every so many after it. The second one reads the flow from each frame
    /// to the next.
    pub frame_step: u32,
    /// Frames that neighbouring windows of a video share; a multiple of `frame_step` less than `clip_frames`.
    pub overlap: u32,
    /// A window whose action is that of a smaller share of its frames is ambiguous: such windows are left out of the first of the two
    /// accuracies, not of the training.
    pub min_share: f32,
    /// What drawn clips may take on the disk.
    pub cache_megabytes: u64,
    /// Windows that are looked at in an epoch, at random.
    pub windows_per_epoch: usize,
    /// Subtracted from 0..255, red first.
    pub mean: [f32; 3],
    /// Divided by after that.
    pub std: [f32; 3],
    /// What a flow's byte (6.375 to a pixel, no motion between 127 and 128) is divided by.
    pub flow_std: f32,
}

/// How many clips.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parts {
    /// To learn from.
    pub train: usize,
    /// Measured after every epoch.
    pub validation: usize,
    /// Measured once, at the end.
    pub test: usize,
}

/// The two networks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwoStream {
    /// "two-stream": by it a recipe is told from others.
    pub kind: String,
    /// Channels behind the first convolution of the network that reads pictures.
    pub rgb_channels: usize,
    /// Likewise of the network that reads flow.
    pub flow_channels: usize,
}

impl ClipRecipe {
    /// Whether the file is such a recipe; one that cannot be read is not.
    pub fn is_one(path: &Path) -> bool {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let table = toml::from_str::<toml::Table>(&text).unwrap_or_default();
        let kind = table.get("network").and_then(|network| network.get("kind"));
        kind.and_then(toml::Value::as_str) == Some(KIND)
    }

    /// Reads a recipe file.
    ///
    /// # Errors
    /// [`Error::File`], or [`Error::Recipe`] with the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::read(path, error))?;
        let wrong = |cause: String| Error::Recipe { path: path.to_owned(), cause };
        let recipe: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        recipe.check().map_err(|cause| wrong(cause.to_owned()))?;
        Ok(recipe)
    }

    fn check(&self) -> Result<(), &'static str> {
        let schedule = |schedule: &Schedule| {
            let rate = schedule.learning_rate;
            schedule.epochs > 0 && schedule.batch > 0 && rate > 0.0 && rate.is_finite()
        };
        let ids: Vec<usize> = self.classes.iter().map(|class| usize::from(class.id)).collect();
        let channels = 8..=256;
        if self.id.is_empty() || !self.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            Err("id may have letters, digits and hyphens")
        } else if !self.title.en.contains("synthetic") && !self.summary.en.contains("synthetic") {
            Err("title or summary has to say \"synthetic\": what is learnt is drawn")
        } else if ids != Action::ALL.map(Action::id) {
            Err("classes has to name the six actions of the drawn shop, id 0 to 5, in order")
        } else if self.network.kind != KIND {
            Err("network.kind has to be \"two-stream\"")
        } else if !channels.contains(&self.network.rgb_channels)
            || !channels.contains(&self.network.flow_channels)
        {
            Err("network.rgb_channels and flow_channels go from 8 to 256")
        } else if !schedule(&self.rgb) || !schedule(&self.flow) {
            Err("epochs, batch and learning_rate of rgb and flow have to be above 0")
        } else {
            self.data.check()
        }
    }
}

impl Trains for ClipRecipe {
    /// What is only said of the weights may differ.
    fn trains_as(&self, other: &Self) -> bool {
        let Self { title, summary, failings, licence, .. } = self.clone();
        *self == Self { title, summary, failings, licence, ..other.clone() }
    }
}

impl ClipData {
    fn check(&self) -> Result<(), &'static str> {
        let Parts { train, validation, test } = self.clips;
        let side = |side: u32, step: u32| (32..=512).contains(&side) && side.is_multiple_of(step);
        if train == 0 || validation == 0 || test == 0 {
            Err("data.clips has to have a clip of each part")
        } else if !side(self.side, 16) || !side(self.drawn_side, 1) || self.drawn_side < self.side {
            Err("data.side is a multiple of 16 from 32 to 512, drawn_side is not less")
        } else if !(1.0..=60.0).contains(&self.frames_per_second) {
            Err("data.frames_per_second goes from 1 to 60")
        } else if !(2..=64).contains(&self.clip_frames) || !(1..=self.clip_frames).contains(&self.frame_step)
        {
            Err("data.clip_frames goes from 2 to 64, frame_step from 1 to clip_frames")
        } else if self.overlap >= self.clip_frames || !self.stride().is_multiple_of(self.frame_step as usize)
        {
            Err("data.overlap is less than clip_frames, and clip_frames - overlap a multiple of frame_step")
        } else if !(0.0..=1.0).contains(&self.min_share) || self.windows_per_epoch == 0 {
            Err("data.min_share goes from 0 to 1, windows_per_epoch is above 0")
        } else if [self.std[0], self.std[1], self.std[2], self.flow_std].iter().any(|std| !std.is_normal()) {
            Err("data.std and flow_std have to be other than 0")
        } else {
            Ok(())
        }
    }

    /// Frames between the beginnings of a video's windows.
    pub fn stride(&self) -> usize {
        self.clip_frames.saturating_sub(self.overlap).max(1) as usize
    }

    /// Pictures of a window that the first network reads.
    pub fn pictures(&self) -> usize {
        self.clip_frames.div_ceil(self.frame_step.max(1)) as usize
    }
}
