//! `pack.json`: what a model is, in data. The file, its preprocessing, the meaning of its outputs, labels, palette,
//! provenance, figures and self-test. No I/O and no network here: whoever has the bytes parses them with
//! [`Pack::from_json`], which lets nothing through that the rest of the program could stumble over.

#[cfg(feature = "archive")]
pub mod archive;
mod error;
mod lookup;
mod origin;
mod output;
pub mod own;
mod pack;
mod validate;
mod windows;

pub use error::PackError;
pub use origin::{Conversion, Training, Upstream};
pub use output::{Corners, Head, Output, Sampling, State};
pub use pack::*;
pub use windows::{FlowForm, FlowStream, Fusion, Windows};
