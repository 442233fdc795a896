//! Files that come in: checked, read by the CPU worker, or by the browser where only it knows the format.

mod browser;
mod canvas;
mod intake;
mod samples;

pub use canvas::{canvas_of, thumbnail};
pub use intake::{Picture, read, read_large};
pub use samples::{Sample, fetch_sample, samples};
