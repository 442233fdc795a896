//! Photo and mask as one picture, at the frame's size as far as a canvas goes.

use crate::media;
use crate::studio::{Photo, Studio};
use crate::view::{self, Drawing};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::OffscreenCanvasRenderingContext2d as Context;
use web_sys::{Blob, HtmlCanvasElement, ImageEncodeOptions, OffscreenCanvas};

/// Longest side and largest area of a canvas that all common browsers accept.
const SIDE_MAX: f64 = 16_384.0;
const PIXELS_MAX: f64 = 16_384.0 * 4_096.0;

/// The PNG of a photo with its mask as it is shown; a passing highlight is left out.
pub async fn png(studio: Studio, photo: &Photo) -> Option<Blob> {
    let result = photo.result.get_untracked()?;
    let pack = studio.pack.with_untracked(|state| state.pack().cloned())?;
    let (width, height) = canvas_size(result.answer.width, result.answer.height);
    let drawing = Drawing {
        hidden: studio.view.hidden.get_untracked(),
        highlighted: None,
        outline: studio.view.outline.get_untracked(),
    };
    let rgba = view::draw(&result.map, &pack, &drawing);
    let mask: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    view::on_canvas(&mask, &rgba, result.map.width(), result.map.height()).ok()?;
    let picture = full_picture(studio, photo, result.answer.width).await?;
    let canvas = OffscreenCanvas::new(width, height).ok()?;
    let context: Context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let (across, down) = (f64::from(width), f64::from(height));
    context.draw_image_with_html_canvas_element_and_dw_and_dh(&picture, 0.0, 0.0, across, down).ok()?;
    context.set_global_alpha(untrack(|| studio.view.opacity().get()));
    // Areas end where the map says so, as in the command's pictures.
    context.set_image_smoothing_enabled(false);
    context.draw_image_with_html_canvas_element_and_dw_and_dh(&mask, 0.0, 0.0, across, down).ok()?;
    let options = ImageEncodeOptions::new();
    options.set_type("image/png");
    let blob = JsFuture::from(canvas.convert_to_blob_with_options(&options).ok()?).await.ok()?;
    blob.dyn_into().ok()
}

/// The picture on the stage if it has all pixels, else the file read again.
async fn full_picture(studio: Studio, photo: &Photo, width: u32) -> Option<HtmlCanvasElement> {
    let shown = photo.picture.get_untracked();
    if let Some(shown) = shown.filter(|shown| shown.width() >= width) {
        return Some(shown);
    }
    let picture = media::read_large(&studio.workers(), &photo.file).await.ok()?;
    media::canvas_of(&picture.bitmap?)
}

fn canvas_size(width: u32, height: u32) -> (u32, u32) {
    let (across, down) = (f64::from(width), f64::from(height));
    let scale = (SIDE_MAX / across.max(down)).min((PIXELS_MAX / (across * down)).sqrt()).min(1.0);
    let scaled = |side: f64| ((side * scale).floor() as u32).max(1);
    (scaled(across), scaled(down))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_that_fit_keep_their_size() {
        assert_eq!(canvas_size(2048, 1024), (2048, 1024));
        assert_eq!(canvas_size(8660, 5773), (8660, 5773));
    }

    #[test]
    fn larger_ones_are_scaled_to_the_limit() {
        assert_eq!(canvas_size(32_768, 1024), (16_384, 512));
        let (width, height) = canvas_size(16_384, 16_384);
        assert_eq!((width, height), (8192, 8192));
    }
}
