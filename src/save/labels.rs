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
    let table = studio.pack.with_untracked(|state| state.pack().map(|pack| pack.label_table()))?;
    let ids: Vec<u8> = result.map.ids().iter().map(|&class| table[usize::from(class)]).collect();
    let (width, height) = (result.answer.width, result.answer.height);
    let (map_width, map_height) = (result.map.width(), result.map.height());
    let request = move |ticket| Request::EncodeLabels { ticket, map_width, map_height, width, height };
    let parcel = studio.workers().ask(Device::Cpu, request, &[buffer_from(&ids)]).await.ok()?;
    download::blob_of(parcel.buffers.first()?, "image/png")
}
