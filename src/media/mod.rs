//! Files that come in: found in folders, paired with their ground truth, checked, read by the CPU worker, or by the browser
//! where only it knows the format.

mod browser;
mod canvas;
mod element;
mod folders;
mod intake;
mod pairs;
mod samples;
mod thumbnail;
mod video;

pub use canvas::canvas_of;
pub use element::Player;
pub use folders::{Dropped, take};
pub use intake::{DISPLAY_SIDE, Incoming, Picture, read};
pub use samples::{Sample, fetch_sample, samples};
pub use thumbnail::thumbnail;
pub use video::{Video, VideoFrame};
