//! The class map as a grey image of label ids, at the frame's size. The CPU worker encodes it.

use super::download;
use crate::bridge::buffer_from;
use crate::studio::{Photo, Studio};
use leptos::prelude::*;
use vitrine_protocol::{Device, Request};
use web_sys::Blob;

/// The PNG of a photo's label ids.
pub async fn png(studio: Studio, photo: &Photo) -> Option<Blob> {
    let result = photo.result.get_untracked()?;
    let (areas, map) = result.areas()?;
    let ids = map.mapped(&result.pack.label_table());
    let (width, height) = (areas.width, areas.height);
    let (map_width, map_height) = (map.width(), map.height());
    let request = move |ticket| Request::EncodeLabels { ticket, map_width, map_height, width, height };
    let parcel = studio.workers().ask(Device::Cpu, request, &[buffer_from(ids.ids())]).await.ok()?;
    download::blob_of(parcel.buffers.first()?, "image/png")
}
