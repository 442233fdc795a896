//! What an epoch gave: a line of `log.jsonl`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a folder of checkpoints belongs to.
pub trait Trains {
    /// Whether a training of `other` is one of this recipe.
    fn trains_as(&self, other: &Self) -> bool;
}

/// What checkpoints keep of an epoch.
pub trait Record: Serialize + DeserializeOwned + PartialEq {
    /// Counted from 1.
    fn epoch(&self) -> usize;
}

/// An epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Counted from 1.
    pub epoch: usize,
    /// The mean over its steps.
    pub loss: f64,
    /// At its last step.
    pub learning_rate: f64,
    /// 0..1, at the network's size, ignored pixels left out; of whole pictures, how many are given their class (top-1).
    pub validation_pixel_accuracy: f64,
    /// 0..1, likewise.
    pub validation_miou: f64,
    /// Share of the pictures whose class is among the five best, where a picture as a whole has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_top5: Option<f64>,
    /// By class index; none where a class neither occurs nor was predicted.
    pub validation_iou: Vec<Option<f64>>,
    /// Seconds of its steps.
    pub train_secs: f64,
    /// Seconds with the validation.
    pub secs: f64,
}

impl EpochRecord {
    /// What the best epoch has most of: mIoU, or of whole pictures the share that is right.
    pub fn score(&self) -> f64 {
        if self.validation_top5.is_some() { self.validation_pixel_accuracy } else { self.validation_miou }
    }
}

impl Record for EpochRecord {
    fn epoch(&self) -> usize {
        self.epoch
    }
}
