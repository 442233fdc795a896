//! What a person takes home: pictures, figures, tables.

mod download;
mod labels;
mod names;
mod overlay;
mod table;

use crate::studio::{Notice, Photo, Report, Studio};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;
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
