//! A frame at another size on the GPU, as `vitrine_pixels::resample` brings it there: the same two passes, with 8-bit pixels
//! between them, the same whole numbers. A pixel is a number of 32 bits, its first channel the lowest byte.

use super::{Tensor, launch_size};
use crate::{Device, Error};
use cubecl::client::Client;
use cubecl::prelude::*;
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::resample::{PRECISION_BITS, Passes, Taps};
use vitrine_pixels::{Filter, Frame};

/// A frame that was brought to a size, in the GPU's memory: 8 bits a channel, red, green and blue.
#[derive(Clone)]
pub struct Picture {
    pub(super) pixels: Tensor,
    /// Columns.
    pub(super) width: usize,
    /// Rows.
    pub(super) height: usize,
}

impl Picture {
    /// Brings `region` of a frame to `width` x `height` pixels, bit by bit those of [`vitrine_pixels::resample_rgb`]. None where the
    /// frame, or what it becomes, is more than a kernel can be given.
    ///
    /// # Errors
    /// [`Error::Frame`] when a side is zero, or the region is empty or leaves the frame; [`Error::NoDevice`] when the device is
    /// the processor.
    pub fn resampled(
        device: &Device,
        frame: &Frame,
        region: Rect,
        [width, height]: [u32; 2],
        filter: Filter,
    ) -> Result<Option<Self>, Error> {
        let client = device.client()?;
        let passes = Passes::new(frame, region, width, height, filter)?;
        let (width, height) = (width as usize, height as usize);
        let rows = passes.source.len() / 4 / frame.width() as usize;
        let longest = super::longest(&client);
        let taps = [&passes.columns, &passes.rows].map(|taps| taps.weights().len());
        let sizes = [passes.source.len() / 4, rows * width, width * height, taps[0], taps[1]];
        if sizes.iter().any(|&size| size > longest) {
            return Ok(None);
        }
        let source = Tensor::of_bytes(&client, passes.source);
        let narrow = across(&client, &source, frame.width() as usize, &passes.columns, rows);
        let pixels = down(&client, &narrow, width, &passes.rows);
        Ok(Some(Self { pixels, width, height }))
    }
}

/// Rows of `from` pixels -> as many rows of `taps.len()` pixels.
fn across(client: &Client, source: &Tensor, from: usize, taps: &Taps, rows: usize) -> Tensor {
    launch(client, source, taps, [taps.len(), rows], [1, from], false)
}

/// Rows of `width` pixels -> `taps.len()` rows of as many pixels.
fn down(client: &Client, source: &Tensor, width: usize, taps: &Taps) -> Tensor {
    launch(client, source, taps, [width, taps.len()], [width, 1], true)
}

/// `steps`: how far apart the pixels are in the source that an output pixel reads, and those of neighbours on the other axis.
fn launch(
    client: &Client,
    source: &Tensor,
    taps: &Taps,
    [width, height]: [usize; 2],
    steps: [usize; 2],
    down: bool,
) -> Tensor {
    let out = Tensor::empty(client, width * height);
    let spans = taps.spans().flatten().map(|number| number as u32).collect();
    let spans = Tensor::of_words(client, spans);
    let weights = Tensor::of_words(client, taps.weights().iter().map(|&weight| weight as u32).collect());
    let (count, dim) = launch_size(width * height);
    // SAFETY: the spans lie inside the source's sides, and there are `taps.width()` weights for each.
    unsafe {
        resample_kernel::launch_unchecked(
            client,
            count,
            dim,
            source.arg(),
            spans.arg(),
            weights.arg(),
            out.arg(),
            width,
            height,
            steps[0],
            steps[1],
            taps.width(),
            down,
        );
    }
    out
}

#[cube(launch_unchecked)]
fn resample_kernel(
    source: &[u32],
    spans: &[u32],
    weights: &[i32],
    out: &mut [u32],
    width: usize,
    height: usize,
    step: usize,
    other_step: usize,
    taps: usize,
    #[comptime] down: bool,
) {
    let index = ABSOLUTE_POS;
    if index >= width * height {
        terminate!();
    }
    let sample = if comptime!(down) { index / width } else { index % width };
    let other = if comptime!(down) { index % width } else { index / width };
    let first = usize::cast_from(spans[sample * 2]) * step + other * other_step;
    let half = comptime!(1i32 << (PRECISION_BITS - 1)).runtime();
    let mut red = half;
    let mut green = half;
    let mut blue = half;
    for tap in 0..usize::cast_from(spans[sample * 2 + 1]) {
        let pixel = source[first + tap * step];
        let weight = weights[sample * taps + tap];
        red += i32::cast_from(pixel & 255) * weight;
        green += i32::cast_from((pixel >> 8) & 255) * weight;
        blue += i32::cast_from((pixel >> 16) & 255) * weight;
    }
    out[index] = byte(red) | (byte(green) << 8) | (byte(blue) << 16);
}

/// The whole part of a sum, in 0..=255.
#[cube]
fn byte(sum: i32) -> u32 {
    let sum = max(sum, 0i32);
    min(u32::cast_from(sum) >> comptime!(PRECISION_BITS), 255u32)
}
