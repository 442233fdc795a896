//! A frame to an answer, in three visible steps: prepare, run, read out. One module a task.
//!
//! The same code serves the page's workers and the command; it neither fetches nor draws.

mod error;
mod prepare;
pub mod segment;

pub use error::Error;
pub use segment::{Check, Options, Segmented, Segmenter, Timings};
