//! What an epoch gave: a line of `log.jsonl`.

use serde::{Deserialize, Serialize};

/// An epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Counted from 1.
    pub epoch: usize,
    /// The mean over its steps.
    pub loss: f64,
    /// At its last step.
    pub learning_rate: f64,
    /// 0..1, at the network's size, ignored pixels left out.
    pub validation_pixel_accuracy: f64,
    /// 0..1, likewise.
    pub validation_miou: f64,
    /// By class index; none where a class neither occurs nor was predicted.
    pub validation_iou: Vec<Option<f64>>,
    /// Seconds of its steps.
    pub train_secs: f64,
    /// Seconds with the validation.
    pub secs: f64,
}
