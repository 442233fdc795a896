//! `pack.json`: what a model is, in data. The file, its preprocessing, the meaning of its outputs, labels, palette,
//! provenance, figures and self-test. No I/O and no network here: whoever has the bytes parses them.

mod pack;

pub use pack::*;
