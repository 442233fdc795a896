//! Bitmaps on canvases, without a copy.

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    HtmlCanvasElement, ImageBitmap, ImageBitmapOptions, ImageBitmapRenderingContext, ResizeQuality,
};

/// A canvas that shows the bitmap. The bitmap is handed over and empty afterwards.
pub fn canvas_of(bitmap: &ImageBitmap) -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    let context = canvas.get_context("bitmaprenderer").ok()??;
    context.dyn_into::<ImageBitmapRenderingContext>().ok()?.transfer_from_image_bitmap(bitmap);
    Some(canvas)
}

/// A scaled copy, made by the browser off this thread.
pub async fn resized(bitmap: &ImageBitmap, scale: f64, quality: ResizeQuality) -> Option<ImageBitmap> {
    let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
    let options = ImageBitmapOptions::new();
    options.set_resize_width(scaled(bitmap.width()));
    options.set_resize_height(scaled(bitmap.height()));
    options.set_resize_quality(quality);
    let made = window().create_image_bitmap_with_image_bitmap_and_image_bitmap_options(bitmap, &options);
    JsFuture::from(made.ok()?).await.ok()?.dyn_into().ok()
}
