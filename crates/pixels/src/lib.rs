//! Pixels without models and without a browser: frames, resampling, class maps, metrics, and (feature `codecs`)
//! image files. Nothing here knows what a network is.

mod class_map;
mod frame;

pub use class_map::ClassMap;
pub use frame::{Frame, FrameError};
