//! Annotation files come in.

use super::truth::Source;
use super::{files_code, store};
use crate::chunk;
use crate::studio::Studio;
use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use vitrine_pixels::annotations::Problem;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Larger files are refused before they are read into memory.
const BYTES_MAX: f64 = 128.0 * 1024.0 * 1024.0;

/// Reads files. What they say of the photo on the stage is shown.
pub fn take(studio: Studio, files: Vec<File>) {
    spawn_local(async move {
        let (mut sources, mut problems) = (Vec::new(), Vec::new());
        for file in files {
            match bytes_of(&file).await {
                Ok(bytes) => sources.push(Arc::new(Source { name: file.name(), bytes })),
                Err(problem) => problems.push(problem),
            }
        }
        let names: Vec<String> =
            studio.photos.with_untracked(|photos| photos.iter().map(|photo| photo.name.clone()).collect());
        let alone =
            |source: &&Arc<Source>| !source.is_classes() && !names.iter().any(|photo| source.concerns(photo));
        let alone: Vec<_> = sources.iter().filter(alone).cloned().collect();
        store::desk().problems.set(problems);
        if !alone.is_empty() {
            chunk::with(studio, files_code, move |files| {
                let problems = alone.iter().flat_map(|source| (files.alone)(source));
                store::desk().problems.update(|all| all.extend(problems));
            });
        }
        store::keep(studio, sources);
        // All photos together have no room for the editor.
        if !studio.sheet.get_untracked() {
            studio.editing.set(true);
        }
    });
}

async fn bytes_of(file: &File) -> Result<Vec<u8>, Problem> {
    let problem =
        |cause: String, remedy| Problem { file: file.name(), line: None, cause, remedy, lost: true };
    if file.size() > BYTES_MAX {
        let cause = format!("it has {} MB, and at most 128 are read", file.size() as u64 >> 20);
        return Err(problem(cause, "split it, or use the command `vitrine annotations`"));
    }
    let bytes = JsFuture::from(file.array_buffer()).await.ok();
    let bytes = bytes.and_then(|bytes| bytes.dyn_into::<ArrayBuffer>().ok());
    let unreadable = || problem("the browser cannot read it".to_owned(), "choose the file again");
    bytes.map(|bytes| Uint8Array::new(&bytes).to_vec()).ok_or_else(unreadable)
}
