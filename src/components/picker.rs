//! The browser's own file dialogue.

use crate::studio::Studio;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{File, FileList, HtmlInputElement};

const INPUT_ID: &str = "file-input";

/// The hidden file input that all "choose" buttons open.
#[component]
pub fn Picker(studio: Studio) -> impl IntoView {
    view! {
        <input class="hidden" id=INPUT_ID type="file" multiple tabindex="-1" aria-hidden="true"
            accept="image/*,.heic,.heif,.avif" data-testid="file-input"
            on:change:target=move |event| {
                studio.add(listed(event.target().files()));
                // The same file may be chosen again.
                event.target().set_value("");
            } />
    }
}

/// Opens the dialogue.
pub fn open_picker() {
    let input = document().get_element_by_id(INPUT_ID);
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.click();
    }
}

/// The files of a list, in order.
pub fn listed(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}
