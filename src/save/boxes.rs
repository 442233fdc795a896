//! Photo and boxes as one picture, at the frame's own size.

use crate::components::{Scene, boxes_shown, draw_boxes};
use crate::media;
use crate::studio::{Photo, PhotoResult, Studio};
use futures::channel::oneshot;
use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// A picture of so many pixels is looked at as if a CSS pixel were one of its own; in larger ones lines are as much wider.
const PLAIN_SIDE: f64 = 900.0;

/// The PNG of a photo with the boxes that are shown, none of them highlighted.
pub async fn png(studio: Studio, photo: &Photo, result: &PhotoResult) -> Option<Blob> {
    let boxes = boxes_shown(studio, result)?;
    // The pixels went to the worker that computed, so the file is read again.
    let picture = media::read(&studio.workers(), &photo.file, 1).await.ok()?;
    let (width, height) = (picture.width, picture.height);
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let rgba = crate::bridge::bytes_from(&picture.rgba);
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), width, height).ok()?;
    context.put_image_data(&data, 0.0, 0.0).ok()?;
    let (width, height) = (f64::from(width), f64::from(height));
    let unit = (width.max(height) / PLAIN_SIDE).max(1.0);
    let scene = Scene { left: 0.0, top: 0.0, scale: 1.0, unit, width, height, highlighted: None };
    draw_boxes(&context, &boxes, &scene);
    let (done, blob) = oneshot::channel();
    let done = Closure::once_into_js(move |blob: Option<Blob>| {
        // Whoever asked may be gone.
        let _ = done.send(blob);
    });
    canvas.to_blob(done.unchecked_ref()).ok()?;
    blob.await.ok()?
}
