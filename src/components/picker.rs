//! The browser's own file dialogues.

use crate::media::{self, Dropped};
use crate::studio::Studio;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{File, FileList, HtmlInputElement};

const INPUT_ID: &str = "file-input";
const FOLDER_ID: &str = "folder-input";

/// The hidden file inputs that all "choose" buttons open: one for files, one for a folder.
#[component]
pub fn Picker(studio: Studio) -> impl IntoView {
    view! {
        <input class="hidden" id=INPUT_ID type="file" multiple tabindex="-1" aria-hidden="true"
            accept="image/*,video/*,.heic,.heif,.avif,.mkv,.txt,.xml,.json,.onnx,.tflite,.zip" data-testid="file-input"
            on:change:target=move |event| take(studio, &event.target()) />
        <input class="hidden" id=FOLDER_ID type="file" multiple tabindex="-1" aria-hidden="true" prop:webkitdirectory=true
            data-testid="folder-input" on:change:target=move |event| take(studio, &event.target()) />
    }
}

fn take(studio: Studio, input: &HtmlInputElement) {
    media::take(studio, Dropped::from(listed(input.files())));
    // The same file may be chosen again.
    input.set_value("");
}

/// Opens the dialogue for files.
pub fn open_picker() {
    open(INPUT_ID);
}

/// Opens the dialogue for a folder.
pub fn open_folder_picker() {
    open(FOLDER_ID);
}

fn open(id: &str) {
    let input = document().get_element_by_id(id);
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.click();
    }
}

/// The files of a list, in order.
pub fn listed(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|index| files.get(index)).collect()
}
