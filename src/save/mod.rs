//! What a person takes home: pictures, figures, tables. The code is fetched when something is first saved.

mod download;
mod labels;
mod names;
mod overlay;
mod table;

use crate::chunk;
use crate::studio::{Notice, Photo, Report, Studio};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
use wasm_split_helpers::wasm_split;
use web_sys::Blob;

/// What can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Photo and mask as shown, PNG.
    Overlay,
    /// A label id a pixel, PNG.
    Labels,
    /// Figures of the photo on the stage.
    Json,
    /// Figures of all photos.
    Csv,
}

/// Makes a file and hands it to the browser. Without an answer there is nothing to save.
pub fn save(studio: Studio, kind: Kind) {
    let Some(photo) = studio.on_stage.get_untracked() else { return };
    if photo.result.with_untracked(Option::is_none) {
        return;
    }
    chunk::with(studio, code, move |save| save(studio, photo.clone(), kind));
}

#[wasm_split(save, fallible)]
fn code() -> chunk::Fetched<fn(Studio, Photo, Kind)> {
    Ok(make_and_offer)
}

fn make_and_offer(studio: Studio, photo: Photo, kind: Kind) {
    let name = names::file_name(&photo.name, kind);
    spawn_local(async move {
        studio.notice.set(Notice::Saving(name.clone()));
        let outcome = match make(studio, &photo, kind).await {
            Some(blob) => download::offer(&blob, &name),
            None => Err(JsValue::UNDEFINED),
        };
        studio.notice.set(match outcome {
            Ok(()) => Notice::Saved(name),
            Err(_) => Notice::Failed(name),
        });
    });
}

async fn make(studio: Studio, photo: &Photo, kind: Kind) -> Option<Blob> {
    match kind {
        Kind::Overlay => overlay::png(studio, photo).await,
        Kind::Labels => labels::png(studio, photo).await,
        Kind::Json => {
            let report = Report::of(std::slice::from_ref(photo))?;
            download::blob(&report.to_json()?, "application/json")
        }
        Kind::Csv => {
            let pack = studio.pack.with_untracked(|state| state.pack().cloned())?;
            let report = studio.photos.with_untracked(|photos| Report::of(photos))?;
            download::blob(&table::csv(&report, &pack.groups), "text/csv")
        }
    }
}
