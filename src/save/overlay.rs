//! Photo and mask, heat or boxes as one picture, at the frame's own size. The CPU worker lays masks over it and encodes; boxes
//! are drawn by the browser, which has letters.

use super::{boxes, download};
use crate::bridge::buffer_from;
use crate::media;
use crate::studio::{Photo, Studio};
use crate::view::{self, Drawing};
use leptos::prelude::*;
use vitrine_protocol::{Device, Request};
use web_sys::Blob;

/// Heat is drawn this long at most: it is smooth, and enlarged without being seen to be.
const HEAT_SIDE: u32 = 1024;

/// The PNG of a photo with its mask or heat as it is shown; a passing highlight is left out.
pub async fn png(studio: Studio, photo: &Photo) -> Option<Blob> {
    let result = photo.result.get_untracked()?;
    if result.objects().is_some() {
        return boxes::png(studio, photo, &result).await;
    }
    let view = studio.view;
    let drawing = Drawing {
        hidden: view.hidden.get_untracked(),
        highlighted: None,
        outline: view.outline.get_untracked(),
        rank: view.rank.get_untracked(),
    };
    let unseen = result.classes().is_some() && !view.heat.get_untracked();
    let opacity = if unseen { 0.0 } else { untrack(|| studio.opacity().get()) as f32 };
    // The pixels went to the worker that computed, so the file is read again.
    let picture = media::read(&studio.workers(), &photo.file, 1).await.ok()?;
    let (width, height) = (picture.width, picture.height);
    let nothing = || (vec![0; 4], 1, 1);
    let (mask, map_width, map_height) = view::draw(&result, &drawing, HEAT_SIDE).unwrap_or_else(nothing);
    let request =
        move |ticket| Request::EncodeOverlay { ticket, width, height, map_width, map_height, opacity };
    let buffers = [picture.rgba, buffer_from(&mask)];
    let parcel = studio.workers().ask(Device::Cpu, request, &buffers).await.ok()?;
    download::blob_of(parcel.buffers.first()?, "image/png")
}
