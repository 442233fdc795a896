//! Image files: to frames, from label maps, from frames with masks.

use super::post::Parcel;
use crate::faults::{fault, from_decoder};
use js_sys::{Uint8Array, Uint8ClampedArray};
use vitrine_pixels::{ClassMap, Frame, codecs};
use vitrine_protocol::{Fault, FaultCode, Reply, Ticket};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ImageBitmap, ImageBitmapOptions, ImageData};

/// Image file -> upright frame and its picture for display.
pub async fn decode(ticket: Ticket, file: Vec<u8>, display_side: u32) -> Result<Parcel, Fault> {
    let start = js_sys::Date::now();
    let decoded = codecs::decode(&file, &codecs::Limits::default()).map_err(|error| from_decoder(&error))?;
    drop(file);
    let (width, height) = (decoded.frame.width(), decoded.frame.height());
    let rgba = Uint8Array::from(decoded.frame.rgba()).buffer();
    drop(decoded.frame);
    let bitmap = display_bitmap(&rgba, width, height, display_side).await;
    let bitmap = bitmap.map_err(|error| fault(FaultCode::WorkerCrashed, format!("{error:?}")))?;
    let format = decoded.format.name().to_owned();
    let millis = js_sys::Date::now() - start;
    let reply = Reply::Decoded { ticket, width, height, format, millis };
    Ok(Parcel { reply, buffers: vec![rgba], bitmap: Some(bitmap) })
}

/// A bitmap of the frame whose longer side is `side` at most.
async fn display_bitmap(
    rgba: &js_sys::ArrayBuffer,
    width: u32,
    height: u32,
    side: u32,
) -> Result<ImageBitmap, JsValue> {
    let pixels = Uint8ClampedArray::new(rgba);
    let image = ImageData::new_with_js_u8_clamped_array_and_sh(&pixels, width, height)?;
    let options = ImageBitmapOptions::new();
    let longer = width.max(height);
    if longer > side {
        let scaled = |length: u32| (u64::from(length) * u64::from(side) / u64::from(longer)).max(1) as u32;
        options.set_resize_width(scaled(width));
        options.set_resize_height(scaled(height));
        options.set_resize_quality(web_sys::ResizeQuality::Medium);
    }
    let scope = super::scope();
    let promise = scope.create_image_bitmap_with_image_data_and_image_bitmap_options(&image, &options)?;
    JsFuture::from(promise).await.map(JsCast::unchecked_into)
}

/// Label ids -> grey PNG of `size`.
pub fn encode_labels(ticket: Ticket, ids: Vec<u8>, map: [u32; 2], size: [u32; 2]) -> Result<Parcel, Fault> {
    let failed = |error: &dyn std::fmt::Display| fault(FaultCode::WorkerCrashed, error);
    let labels = ClassMap::new(map[0], map[1], ids).map_err(|error| failed(&error))?;
    let labels = labels.resized(size[0], size[1]).map_err(|error| failed(&error))?;
    let png = codecs::encode_png_grey(size[0], size[1], labels.ids()).map_err(|error| failed(&error))?;
    Ok(Parcel::with_bytes(Reply::Encoded { ticket }, &png))
}

/// Frame and mask -> PNG of the frame's size.
pub fn encode_overlay(
    ticket: Ticket,
    size: [u32; 2],
    rgba: Vec<u8>,
    map: [u32; 2],
    mask: &[u8],
    opacity: f32,
) -> Result<Parcel, Fault> {
    let failed = |error: &dyn std::fmt::Display| fault(FaultCode::WorkerCrashed, error);
    let frame = Frame::new(size[0], size[1], rgba).map_err(|error| failed(&error))?;
    let drawn = vitrine_overlay::compose(&frame, mask, map[0], map[1], opacity);
    drop(frame);
    let png = codecs::encode_png_rgba(&drawn.map_err(|error| failed(&error))?);
    Ok(Parcel::with_bytes(Reply::Encoded { ticket }, &png.map_err(|error| failed(&error))?))
}
