//! Files that come in: checked, read by the CPU worker, or by the browser where only it knows the format.

mod browser;
mod canvas;
mod intake;
mod samples;
mod thumbnail;

pub use canvas::canvas_of;
pub use intake::{Picture, read};
pub use samples::{Sample, fetch_sample, samples};
pub use thumbnail::thumbnail;
