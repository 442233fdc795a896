//! A frame to an answer, in three visible steps: prepare, run, read out. One module a task.
//!
//! The same code serves the page's workers and the command; it neither fetches nor draws.

pub mod act;
mod cascade;
mod check;
pub mod classify;
pub mod detect;
mod error;
mod file;
mod model;
pub mod own;
mod prepare;
mod reader;
pub mod segment;
#[cfg(all(test, feature = "webgpu"))]
mod testing;

pub use act::{Clip, Recogniser, Stream};
pub use cascade::Cascade;
pub use check::{Check, Difference};
pub use classify::{Classified, Classifier};
pub use detect::{Detected, Detector};
pub use error::Error;
pub use model::{Answered, Beside, Model};
pub use segment::{Segmented, Segmenter};

/// What a caller may change about a pack when it is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// Rows and columns that the network reads at once, in place of the pack's: the tile of a segmenter, the test
    /// resolution of a classifier.
    pub side: Option<u32>,
}

fn millis(start: web_time::Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}
