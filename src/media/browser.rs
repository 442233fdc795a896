//! Formats that only the browser reads (AVIF, HEIC). Pixels are read back in strips, so that no step takes long.

use super::canvas;
use super::intake::{DISPLAY_SIDE, Picture};
use futures::channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, ImageBitmap, ImageBitmapOptions, ImageOrientation, OffscreenCanvas};
use web_sys::{OffscreenCanvasRenderingContext2d as Context, ResizeQuality};

/// Pixels that are read back in one step: some milliseconds.
const STRIP_PIXELS: u32 = 1 << 19;
/// Frames above this many pixels are not read back: they would not fit into memory twice.
const PIXELS_MAX: u64 = 100_000_000;

/// Lets the browser decode; none if it cannot.
pub async fn decode(file: &File) -> Option<Picture> {
    let start = js_sys::Date::now();
    let options = ImageBitmapOptions::new();
    options.set_image_orientation(ImageOrientation::FromImage);
    let made = window().create_image_bitmap_with_blob_and_image_bitmap_options(file, &options).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(made).await.ok()?.dyn_into().ok()?;
    let (width, height) = (bitmap.width(), bitmap.height());
    if u64::from(width) * u64::from(height) > PIXELS_MAX {
        return None;
    }
    let rgba = read_back(&bitmap).await?.buffer();
    let bitmap = for_display(bitmap).await?;
    let format = file.type_().trim_start_matches("image/").to_ascii_uppercase();
    Some(Picture { width, height, rgba, bitmap: Some(bitmap), format, millis: js_sys::Date::now() - start })
}

async fn read_back(bitmap: &ImageBitmap) -> Option<Uint8Array> {
    let (width, height) = (bitmap.width(), bitmap.height());
    let rows = (STRIP_PIXELS / width).clamp(1, height);
    let context = software_context(width, rows)?;
    let rgba = Uint8Array::new_with_length(width.checked_mul(height)?.checked_mul(4)?);
    let mut top = 0;
    while top < height {
        let rows = rows.min(height - top);
        context.clear_rect(0.0, 0.0, f64::from(width), f64::from(rows));
        context.draw_image_with_image_bitmap(bitmap, 0.0, -f64::from(top)).ok()?;
        let strip = context.get_image_data(0.0, 0.0, f64::from(width), f64::from(rows));
        rgba.set(&Uint8Array::from(strip.ok()?.data().as_slice()), top * width * 4);
        top += rows;
        pause().await;
    }
    Some(rgba)
}

fn software_context(width: u32, height: u32) -> Option<Context> {
    let options = Object::new();
    Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE).ok()?;
    let canvas = OffscreenCanvas::new(width, height).ok()?;
    canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()
}

async fn for_display(bitmap: ImageBitmap) -> Option<ImageBitmap> {
    let longest = bitmap.width().max(bitmap.height());
    if longest <= DISPLAY_SIDE {
        return Some(bitmap);
    }
    let scale = f64::from(DISPLAY_SIDE) / f64::from(longest);
    let display = canvas::resized(&bitmap, scale, ResizeQuality::High).await;
    bitmap.close();
    display
}

/// Lets the browser do other things.
async fn pause() {
    let (done, wait) = oneshot::channel();
    let timeout = Timeout::new(0, move || {
        let _ = done.send(());
    });
    let _ = wait.await;
    drop(timeout);
}
