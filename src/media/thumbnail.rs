//! Small pictures for the strip, made from the frame's pixels: the browser would scale a bitmap on this thread, and
//! take ten times as long as this.

use super::intake::Picture;
use crate::view;
use js_sys::Uint8Array;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// Twice what the strip shows, for dense screens.
const HEIGHT: u32 = 128;
/// Very wide frames are not shown beyond this.
const WIDTH_MAX: u32 = 512;
/// Of the JPEG, 0..=1.
const QUALITY: f64 = 0.8;
/// Rows of the frame that are averaged for a row of the thumbnail.
const ROWS_AVERAGED: u32 = 2;
/// Pixels of such a row that are averaged for a pixel of the thumbnail: all of them would take too long for one task.
const COLUMNS_AVERAGED: usize = 4;

/// The address (`data:`) of a small picture of a frame whose pixels are still here. A thousand of them take some
/// megabytes; canvases would take a hundred.
pub fn thumbnail(picture: &Picture) -> Option<String> {
    let (width, height) = small_size(picture.width, picture.height);
    let pixels = Uint8Array::new(&picture.rgba);
    let row_bytes = picture.width.checked_mul(4)?;
    let mut row = vec![0; row_bytes as usize];
    let mut rgba = Vec::with_capacity((width * height * 4) as usize);
    for index in 0..height {
        let mut sums = vec![[0_u32; 4]; width as usize];
        let rows = rows_of(index, height, picture.height);
        for top in &rows {
            pixels.subarray(top * row_bytes, (top + 1) * row_bytes).copy_to(&mut row);
            add_row(&mut sums, &row);
        }
        let rows = rows.len() as u32;
        rgba.extend(sums.iter().flat_map(|sum| sum.map(|value| (value / rows) as u8)));
    }
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    view::on_canvas(&canvas, &rgba, width, height).ok()?;
    canvas.to_data_url_with_type_and_encoder_options("image/jpeg", &QUALITY.into()).ok()
}

fn small_size(width: u32, height: u32) -> (u32, u32) {
    let small_height = height.min(HEIGHT);
    let small_width = (u64::from(width) * u64::from(small_height) / u64::from(height)).max(1);
    (small_width.min(u64::from(WIDTH_MAX)) as u32, small_height)
}

/// The rows of the frame that the thumbnail's row `index` is made of.
fn rows_of(index: u32, small_height: u32, height: u32) -> Vec<u32> {
    let at = |part: u32| {
        let steps = u64::from(index) * u64::from(ROWS_AVERAGED) + u64::from(part);
        (steps * u64::from(height) / u64::from(small_height * ROWS_AVERAGED)) as u32
    };
    (0..ROWS_AVERAGED).map(at).collect()
}

/// Adds the mean of each column range of an RGBA row, read at [`COLUMNS_AVERAGED`] places.
fn add_row(sums: &mut [[u32; 4]], row: &[u8]) {
    let (pixels, _) = row.as_chunks::<4>();
    let places = sums.len() * COLUMNS_AVERAGED;
    for (index, sum) in sums.iter_mut().enumerate() {
        let mut total = [0; 4];
        for part in 0..COLUMNS_AVERAGED {
            let pixel = pixels[(index * COLUMNS_AVERAGED + part) * pixels.len() / places];
            for (total, value) in total.iter_mut().zip(pixel) {
                *total += u32::from(value);
            }
        }
        for (value, total) in sum.iter_mut().zip(total) {
            *value += total / COLUMNS_AVERAGED as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbnails_keep_the_aspect_ratio_and_never_grow() {
        assert_eq!(small_size(2048, 1024), (256, 128));
        assert_eq!(small_size(40, 20), (40, 20));
        assert_eq!(small_size(20_000, 1000), (512, 128));
        assert_eq!(small_size(1, 5000), (1, 128));
    }

    #[test]
    fn rows_are_spread_over_the_frame() {
        assert_eq!(rows_of(0, 128, 1024), [0, 4]);
        assert_eq!(rows_of(127, 128, 1024), [1016, 1020]);
        assert_eq!(rows_of(3, 4, 4), [3, 3]);
    }

    #[test]
    fn columns_are_averaged() {
        let row = [[0, 10, 20, 255], [100, 30, 40, 255], [7, 7, 7, 255], [9, 9, 9, 255]].concat();
        let mut sums = vec![[0; 4]; 2];
        add_row(&mut sums, &row);
        assert_eq!(sums, [[50, 20, 30, 255], [8, 8, 8, 255]]);
        // Ten pixels for one: those at 0, 2, 5 and 7 are read.
        let mut one = vec![[0; 4]];
        add_row(&mut one, &[1, 0, 2, 0, 0, 3, 0, 6, 0, 0].map(|value: u8| [value; 4]).concat());
        assert_eq!(one, [[3; 4]]);
    }
}
