//! Correcting boxes by hand, as annotation files have them: on the stage, in a panel, from files and into files. What is
//! here is only what calls it: the code is the chunk `annotate`, and what a person does is kept there too (`store`).

mod boxes;
mod class_field;
mod export;
mod files;
mod keys;
mod list;
mod panel;
mod placement;
mod predicted;
mod reading;
mod score;
mod store;
mod surface;
mod take;
mod tools;
mod truth;
mod verdict;

use crate::chunk;
use crate::studio::{Photo, Studio};
use leptos::prelude::*;
use std::sync::Arc;
use store::Work;
use truth::{Known, Source};
use vitrine_pixels::annotations::{Format, Problem};
use wasm_split_helpers::wasm_split;
use web_sys::File;

impl Studio {
    /// Whether boxes are edited: a picture that moves has none that stay.
    pub fn edits(&self) -> bool {
        self.editing.get() && self.live.with(Option::is_none)
    }
}

/// What lies over the photo while boxes are edited.
#[component]
pub fn EditLayer(studio: Studio) -> impl IntoView {
    view! { <Show when=move || studio.edits()>{chunk::view(studio, surface_code)}</Show> }
}

/// What stands beside the photo while boxes are edited.
#[component]
pub fn EditPanel(studio: Studio) -> impl IntoView {
    view! { <Show when=move || studio.edits()>{chunk::view(studio, panel_code)}</Show> }
}

/// Takes annotation files in.
pub fn take(studio: Studio, files: Vec<File>) {
    chunk::with(studio, take_code, move |take| take(studio, files.clone()));
}

#[wasm_split(annotate, fallible)]
fn surface_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <surface::Surface studio /> }.into_any())
}

#[wasm_split(annotate, fallible)]
fn panel_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <panel::Panel studio /> }.into_any())
}

#[wasm_split(annotate, fallible)]
fn take_code() -> chunk::Fetched<fn(Studio, Vec<File>)> {
    Ok(take::take)
}

/// What is done with annotation files.
#[derive(Clone, Copy)]
struct FileCode {
    /// What files say of a photo of this name and size.
    read: fn(&[Arc<Source>], &str, [u32; 2]) -> Known,
    /// What is wrong with a file that concerns no photo.
    alone: fn(&Source) -> Vec<Problem>,
    /// Hands the boxes of photos to the browser.
    save: fn(Studio, &[(Photo, Work)], Format),
}

#[wasm_split(annotate, fallible)]
fn files_code() -> chunk::Fetched<FileCode> {
    Ok(FileCode { read: reading::read, alone: reading::alone, save: export::save })
}
