//! A model file that somebody brings without a pack: what is in it, what it costs, and how it could be understood.

mod detectors;
mod picture;
mod propose;
mod report;
mod tail;

pub use report::inspect;
