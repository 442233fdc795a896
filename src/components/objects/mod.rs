//! What is where: boxes over the photo, a list of them, and how they are chosen from what the network proposes. Fetched
//! when a pack that detects is first used.
//!
//! [`drawing`] is the part that others use too: a list of boxes over any picture.

mod candidates;
pub mod drawing;
mod layer;
mod list;
mod named;
mod panel;
mod tuning;

pub use candidates::{objects, thresholds, tuned};
pub use tuning::Tuning;

use crate::chunk;
use crate::studio::Studio;
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

pub use layer::boxes_shown;

/// The panel beside the stage.
#[component]
pub fn Objects(studio: Studio) -> impl IntoView {
    view! {
        <aside class="panel" data-testid="objects" aria-labelledby="objects-title">
            {chunk::view(studio, panel_code)}
        </aside>
    }
}

/// The boxes over the photo on the stage.
#[component]
pub fn BoxLayer(studio: Studio) -> impl IntoView {
    chunk::view(studio, layer_code)
}

#[wasm_split(workplace, fallible)]
fn panel_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <panel::Panel studio /> }.into_any())
}

#[wasm_split(workplace, fallible)]
fn layer_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <layer::Layer studio /> }.into_any())
}
