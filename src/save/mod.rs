//! What a person takes home: pictures, figures, tables. The code is fetched when something is first saved.

mod boxes;
mod download;
mod labels;
mod names;
mod overlay;
mod table;

pub use download::{blob, blob_of, made};
pub use vitrine_protocol::text::field;

use crate::chunk;
use crate::studio::{Notice, Photo, Report, ShownPack, Studio, to_json};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wasm_split_helpers::wasm_split;
use web_sys::Blob;

/// What can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Photo and mask, heat or boxes, as shown, PNG.
    Overlay,
    /// A label id a pixel, PNG.
    Labels,
    /// Figures of the photo on the stage.
    Json,
    /// Figures of all photos.
    Csv,
    /// The same in full.
    AllJson,
}

impl Kind {
    /// Whether it is about one photo.
    fn is_of_one(self) -> bool {
        matches!(self, Self::Overlay | Self::Labels | Self::Json)
    }
}

/// Makes a file and hands it to the browser. Without an answer there is nothing to save.
pub fn save(studio: Studio, kind: Kind) {
    let photo = studio.on_stage.get_untracked();
    if kind.is_of_one() && !photo.as_ref().is_some_and(|photo| photo.result.with_untracked(Option::is_some)) {
        return;
    }
    chunk::with(studio, code, move |save| save(studio, photo.clone(), kind));
}

#[wasm_split(workplace, fallible)]
fn code() -> chunk::Fetched<fn(Studio, Option<Photo>, Kind)> {
    Ok(|studio, photo, kind| {
        let name = names::file_name(photo.as_ref().map_or("", |photo| &photo.name), kind);
        spawn_local(async move {
            studio.notice.set(Notice::Saving(name.clone()));
            offer(studio, make(studio, photo.as_ref(), kind).await, name);
        });
    })
}

/// Hands a file to the browser and says so.
pub fn offer(studio: Studio, blob: Option<Blob>, name: String) {
    let outcome = blob.and_then(|blob| download::offer(&blob, &name).ok());
    studio.notice.set(match outcome {
        Some(()) => Notice::Saved(name),
        None => Notice::Failed(name),
    });
}

async fn make(studio: Studio, photo: Option<&Photo>, kind: Kind) -> Option<Blob> {
    match kind {
        Kind::Overlay => overlay::png(studio, photo?).await,
        Kind::Labels => labels::png(studio, photo?).await,
        Kind::Json => {
            let pack = photo?.result.get_untracked()?.pack.clone();
            json(&Report::of(std::slice::from_ref(photo?), &pack.id)?)
        }
        Kind::AllJson => json(&all(studio)?.1),
        Kind::Csv => {
            let (pack, report) = all(studio)?;
            download::blob(&table::csv(&report, &pack), "text/csv")
        }
    }
}

fn json(report: &Report) -> Option<Blob> {
    download::blob(&to_json(report)?, "application/json")
}

fn all(studio: Studio) -> Option<(Arc<ShownPack>, Report)> {
    let pack = studio.pack_now()?;
    let report = studio.photos.with_untracked(|photos| Report::of(photos, &pack.id))?;
    Some((pack, report))
}
