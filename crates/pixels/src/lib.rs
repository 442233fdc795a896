//! Pixels without models and without a browser: frames, resampling, optical flow, class maps, boxes, metrics, annotation
//! files (feature `annotations`), image files (feature `codecs`). Nothing here knows what a network is.

#[cfg(feature = "annotations")]
pub mod annotations;
pub mod boxes;
mod class_map;
#[cfg(feature = "codecs")]
pub mod codecs;
pub mod flow;
mod format;
mod frame;
mod gray;
pub mod metrics;
pub mod resample;
mod test_card;

pub use class_map::{ClassMap, nearest_indices};
pub use format::{Format, sniff};
pub use frame::{Frame, FrameError};
pub use gray::{Gray, GrayError};
pub use resample::{Filter, resample, resample_rgb};
pub use test_card::test_card;
