//! Models that a person brings: taken in, understood, asked about, kept. All but a few lines is fetched with the first of
//! them.

mod answers;
mod file;
mod form;
mod given;
mod inside;
mod keep;
mod looked;
mod questions;
mod reading;
mod sheet;
mod shelf;
pub mod store;
mod words;
mod zip;

use crate::chunk;
use crate::media::Dropped;
use crate::studio::Studio;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_split_helpers::wasm_split;
use web_sys::File;

/// How names of models and packs end, in lower case. What has another name is told by its bytes.
const ENDINGS: [&str; 7] = [".onnx", ".tflite", ".zip", ".lite", ".bin", ".pb", "pack.json"];

/// Whether a file may be a model, a pack, or a part of one: by its name, which may have no ending at all.
pub fn may_be_model(file: &File) -> bool {
    let name = file.name().to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending)) || !name.contains('.') && file.type_().is_empty()
}

/// Takes models in; a drop without files opens the kept model that was last in use. One function for both, of a type that
/// the page has anyway: each type costs it a kilobyte.
#[wasm_split(own, fallible)]
fn code() -> chunk::Fetched<fn(Studio, Dropped)> {
    Ok(|studio, dropped| {
        let files = dropped.into_files();
        if files.is_empty() {
            spawn_local(keep::reopen(studio));
        } else {
            spawn_local(given::take(studio, files));
        }
    })
}

#[wasm_split(own, fallible)]
fn shelf_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <shelf::Shelf studio /> }.into_any())
}

/// Takes models and packs in; what else is among the files is taken in as photos.
pub fn take(studio: Studio, dropped: Dropped) {
    chunk::with(studio, code, move |take| take(studio, dropped.clone()));
}

/// Opens the page with the kept model that was last in use.
pub fn reopen(studio: Studio) {
    take(studio, Dropped::default());
}

/// The models that were kept.
pub fn shelf(studio: Studio) -> impl IntoView {
    chunk::view(studio, shelf_code)
}
