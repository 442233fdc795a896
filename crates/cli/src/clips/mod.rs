//! Videos and animations as frames at a steady rate, one at a time: no video is ever held whole.

mod ffmpeg;
mod sampled;

use crate::failure::bad_input;
use crate::given;
use anyhow::{Context, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use vitrine_pixels::codecs::{Limits, animation};
use vitrine_pixels::{Frame, sniff};

/// Frames of a clip.
pub type Frames = Box<dyn Iterator<Item = Result<Frame>>>;

/// The frames that a clip shows at 0, 1 / `rate`, 2 / `rate`, ... seconds. GIF, WebP and pictures are read here, everything
/// else by the system's ffmpeg.
///
/// # Errors
/// The file cannot be read, or ffmpeg is not installed. Frames may fail later: then no more come.
pub fn open(path: &Path, rate: f64) -> Result<Frames> {
    let context = || format!("cannot read {}", path.display());
    if sniff(&beginning(path)?).is_none() {
        return Ok(Box::new(ffmpeg::Video::open(path, rate)?));
    }
    let frames = animation(given::bytes(path)?, &Limits::default());
    let frames = frames.map_err(|error| bad_input(error.to_string())).with_context(context)?;
    let name = path.display().to_string();
    let sampled = sampled::Sampled::new(frames, rate);
    Ok(Box::new(sampled.map(move |frame| {
        frame.map_err(|error| bad_input(error.to_string())).with_context(|| format!("cannot read {name}"))
    })))
}

/// What a format is told by.
fn beginning(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |error| bad_input(format!("cannot read {}: {error}", path.display()));
    let mut bytes = vec![];
    File::open(path).and_then(|file| file.take(64).read_to_end(&mut bytes)).map_err(unreadable)?;
    if bytes.is_empty() {
        return Err(bad_input(format!("{} is empty", path.display())));
    }
    Ok(bytes)
}
