//! Videos as frames, in a worker of the page's own: containers are read here, a part of the file at a time, pictures are
//! decoded by the browser's WebCodecs. It is fetched when the first video comes. What is done with the frames is the
//! page's affair.
//!
//! [`Source`] needs no browser; what does is left out elsewhere, and there is nothing to start.

#[cfg(target_family = "wasm")]
mod browser;
mod ebml;
mod mp4;
mod source;
mod webm;

pub use source::{Packet, Source, Track};

#[cfg(target_family = "wasm")]
pub use browser::start;

/// Does nothing: a worker lives in a browser.
#[cfg(not(target_family = "wasm"))]
pub fn start() {}
