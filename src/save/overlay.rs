//! Photo and mask as one picture, at the frame's own size. The CPU worker lays them over each other and encodes.

use super::download;
use crate::bridge::buffer_from;
use crate::media;
use crate::studio::{Photo, Studio};
use crate::view::{self, Drawing};
use leptos::prelude::*;
use vitrine_protocol::{Device, Request};
use web_sys::Blob;

/// The PNG of a photo with its mask as it is shown; a passing highlight is left out.
pub async fn png(studio: Studio, photo: &Photo) -> Option<Blob> {
    let result = photo.result.get_untracked()?;
    let pack = studio.pack.with_untracked(|state| state.pack().cloned())?;
    let drawing = Drawing {
        hidden: studio.view.hidden.get_untracked(),
        highlighted: None,
        outline: studio.view.outline.get_untracked(),
    };
    let opacity = untrack(|| studio.view.opacity().get()) as f32;
    // The pixels went to the worker that computed, so the file is read again.
    let picture = media::read(&studio.workers(), &photo.file).await.ok()?;
    let mask = buffer_from(&view::draw(&result.map, &pack, &drawing));
    let (width, height) = (picture.width, picture.height);
    let (map_width, map_height) = (result.map.width(), result.map.height());
    let request =
        move |ticket| Request::EncodeOverlay { ticket, width, height, map_width, map_height, opacity };
    let parcel = studio.workers().ask(Device::Cpu, request, &[picture.rgba, mask]).await.ok()?;
    download::blob_of(parcel.buffers.first()?, "image/png")
}
