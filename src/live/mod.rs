//! Moving pictures: a camera, or the file of a video, looked at as fast as the device computes. The newest frame wins, and one
//! is on its way at a time, so that nothing ever queues up. The code is fetched when a camera is first asked for.
//!
//! What is on the stage is a [`crate::studio::Photo`] like any other, whose picture and answer keep changing: zoom, mask, heat and the sign below
//! the pointer work as they do on photos.

mod camera;
mod controls;
mod frames;
mod looking;
mod meter;
mod mirror;
mod panel;
mod player;
mod record;
mod rows;
mod session;
mod snapshot;
mod trouble;
mod web;
mod words;

use crate::chunk;
use crate::studio::Studio;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;
use web_sys::File;

/// Where frames come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The camera that was chosen last, or the one that the browser prefers.
    Camera,
    /// A video.
    Video(File),
}

/// Looks at a moving picture from now on, in place of the photos.
pub fn open(studio: Studio, source: Source) {
    studio.sheet.set(false);
    studio.clips.set(Vec::new());
    studio.live.set(Some(source));
}

/// The panel beside the stage. Whoever shows it has the camera on; when it goes, the camera is released.
#[wasm_split(moving, fallible)]
pub fn code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <panel::Panel studio /> }.into_any())
}
