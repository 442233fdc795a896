//! Resampling of 8-bit pictures with the very arithmetic of Pillow (`ImagingResample`, libImaging/Resample.c):
//! a horizontal pass, then a vertical one, with 8-bit pixels between them, and filters that widen when they shrink, so
//! that nothing aliases. Models are trained on pictures that Pillow has scaled; the same numbers go in here.

use crate::boxes::Rect;
use crate::{Frame, FrameError};

/// Fractional bits of a weight; Pillow's `PRECISION_BITS`.
pub const PRECISION_BITS: u32 = 22;

/// How source pixels are weighted; the names are Pillow's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The mean of the source pixels below an output pixel.
    Box,
    /// A triangle, one source pixel to either side, or one output pixel when shrinking.
    Bilinear,
    /// The triangle over the two nearest source pixels however much it shrinks: `INTER_LINEAR` of OpenCV, which aliases.
    /// Pillow has no such filter; networks that were trained on pictures scaled by OpenCV want it.
    Linear,
    /// Keys' cubic with a = -0.5, two pixels to either side.
    Bicubic,
    /// The mean of the source below an output pixel, parts of pixels by their shares: `INTER_AREA` of OpenCV, when
    /// shrinking. When enlarging it is the triangle.
    Area,
}

impl Filter {
    /// Half the width of the filter, in source pixels, when it does not shrink.
    fn support(self) -> f64 {
        match self {
            Self::Box | Self::Area => 0.5,
            Self::Bilinear | Self::Linear => 1.0,
            Self::Bicubic => 2.0,
        }
    }

    /// How much wider it is where source pixels are `scale` times as small as output pixels.
    fn widening(self, scale: f64) -> f64 {
        if self == Self::Linear { 1.0 } else { scale.max(1.0) }
    }

    /// At a distance of `x` from the middle; a source pixel is `pixel` wide.
    fn weight(self, x: f64, pixel: f64) -> f64 {
        const A: f64 = -0.5;
        let distance = x.abs();
        match self {
            Self::Box if x > -0.5 && x <= 0.5 => 1.0,
            Self::Bilinear | Self::Linear if distance < 1.0 => 1.0 - distance,
            Self::Bicubic if distance < 1.0 => ((A + 2.0) * distance - (A + 3.0)) * distance * distance + 1.0,
            Self::Bicubic if distance < 2.0 => (((distance - 5.0) * distance + 8.0) * distance - 4.0) * A,
            Self::Area => ((x + pixel / 2.0).min(0.5) - (x - pixel / 2.0).max(-0.5)).max(0.0),
            _ => 0.0,
        }
    }
}

/// Brings `region` of a frame to `width` x `height`: three bytes a pixel, red first. Alpha is left out, not applied.
///
/// # Errors
/// A target side is zero, or the region is empty or leaves the frame.
pub fn resample_rgb(
    frame: &Frame,
    region: Rect,
    width: u32,
    height: u32,
    filter: Filter,
) -> Result<Vec<u8>, FrameError> {
    resample_channels::<3>(frame, region, width, height, filter)
}

/// Brings `region` of a frame to a frame of `width` x `height`. The four channels are treated alike: alpha does not
/// weigh the colours, as decoded frames are opaque.
///
/// # Errors
/// A target side is zero, or the region is empty or leaves the frame.
pub fn resample(
    frame: &Frame,
    region: Rect,
    width: u32,
    height: u32,
    filter: Filter,
) -> Result<Frame, FrameError> {
    let rgba = resample_channels::<4>(frame, region, width, height, filter)?;
    Frame::new(width, height, rgba)
}

fn resample_channels<const CHANNELS: usize>(
    frame: &Frame,
    region: Rect,
    width: u32,
    height: u32,
    filter: Filter,
) -> Result<Vec<u8>, FrameError> {
    let passes = Passes::new(frame, region, width, height, filter)?;
    let narrow = horizontal::<CHANNELS>(passes.source, frame.width() as usize * 4, &passes.columns);
    Ok(vertical(&narrow, width as usize * CHANNELS, &passes.rows))
}

/// The two passes of a resampling, for whoever computes them elsewhere. Each sums 8-bit pixels times weights, adds half of
/// 2^[`PRECISION_BITS`], shifts right by as many bits, and brings what comes out to 0..=255.
#[derive(Clone, Debug)]
pub struct Passes<'a> {
    /// The frame's rows that are read, RGBA. The horizontal pass makes no others.
    pub source: &'a [u8],
    /// The horizontal pass, which is the first one.
    pub columns: Taps,
    /// The vertical pass. Its rows count from the first one of `source`.
    pub rows: Taps,
}

impl<'a> Passes<'a> {
    /// From `region` of a frame to `width` x `height` pixels.
    ///
    /// # Errors
    /// A target side is zero, or the region is empty or leaves the frame.
    pub fn new(
        frame: &'a Frame,
        region: Rect,
        width: u32,
        height: u32,
        filter: Filter,
    ) -> Result<Self, FrameError> {
        if width == 0 || height == 0 || !region.is_inside(frame.width(), frame.height()) {
            return Err(FrameError::Region { region, width: frame.width(), height: frame.height() });
        }
        let columns = Taps::new(frame.width(), region.left, region.right, width, filter);
        let mut rows = Taps::new(frame.height(), region.top, region.bottom, height, filter);
        let first_row = rows.starts.iter().copied().min().unwrap_or(0);
        let ends = rows.starts.iter().zip(&rows.counts).map(|(start, count)| start + count);
        let end_row = ends.max().unwrap_or(0);
        rows.starts.iter_mut().for_each(|start| *start -= first_row);
        let stride = frame.width() as usize * 4;
        Ok(Self { source: &frame.rgba()[first_row * stride..end_row * stride], columns, rows })
    }
}

/// For each output pixel along one axis: which source pixels it reads, and how much of each.
#[derive(Clone, Debug)]
pub struct Taps {
    starts: Vec<usize>,
    counts: Vec<usize>,
    /// `width` weights an output pixel, in units of `2^-PRECISION_BITS`; those after the count are zero.
    weights: Vec<i32>,
    width: usize,
}

impl Taps {
    /// For each output pixel the first source pixel that it reads, and how many it reads.
    pub fn spans(&self) -> impl Iterator<Item = [usize; 2]> {
        self.starts.iter().zip(&self.counts).map(|(&start, &count)| [start, count])
    }

    /// For each output pixel [`Taps::width`] weights in units of 2^-[`PRECISION_BITS`]; those behind its count are 0.
    pub fn weights(&self) -> &[i32] {
        &self.weights
    }

    /// Source pixels that an output pixel reads at most.
    pub fn width(&self) -> usize {
        self.width
    }

    /// `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow.
    fn new(side: u32, low: f32, high: f32, target_side: u32, filter: Filter) -> Self {
        let scale = f64::from(high - low) / f64::from(target_side);
        let filter_scale = filter.widening(scale);
        // Of a source pixel at the edge a part may count.
        let edge = if filter == Filter::Area { 0.5 } else { 0.0 };
        let support = filter.support() * filter_scale + edge;
        let width = support.ceil() as usize * 2 + 1;
        let target_side = target_side as usize;
        let mut taps = Self {
            starts: vec![0; target_side],
            counts: vec![0; target_side],
            weights: vec![0; target_side * width],
            width,
        };
        let mut raw = vec![0.0; width];
        for index in 0..target_side {
            let centre = f64::from(low) + (index as f64 + 0.5) * scale;
            // Float to integer casts saturate: what lies left of the picture becomes 0.
            let start = (centre - support + 0.5) as usize;
            let end = ((centre + support + 0.5) as usize).min(side as usize);
            let count = end.saturating_sub(start).min(width);
            let mut sum = 0.0;
            for (tap, weight) in raw[..count].iter_mut().enumerate() {
                let pixel = 1.0 / filter_scale;
                *weight = filter.weight(((tap + start) as f64 - centre + 0.5) * pixel, pixel);
                sum += *weight;
            }
            taps.starts[index] = start;
            taps.counts[index] = count;
            for (fixed, weight) in taps.weights[index * width..].iter_mut().zip(&raw[..count]) {
                *fixed = to_fixed(if sum == 0.0 { *weight } else { weight / sum });
            }
        }
        taps
    }

    fn of(&self, index: usize) -> (usize, &[i32]) {
        let at = index * self.width;
        (self.starts[index], &self.weights[at..at + self.counts[index]])
    }

    /// Output pixels.
    #[allow(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(&self) -> usize {
        self.starts.len()
    }
}

/// Rounds half away from zero, as Pillow does.
fn to_fixed(weight: f64) -> i32 {
    let scaled = weight * f64::from(1 << PRECISION_BITS);
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32
}

fn to_byte(sum: i32) -> u8 {
    (sum >> PRECISION_BITS).clamp(0, 255) as u8
}

const HALF: i32 = 1 << (PRECISION_BITS - 1);

/// RGBA rows of `stride` bytes -> rows of `columns.len()` pixels of `CHANNELS` bytes.
fn horizontal<const CHANNELS: usize>(source: &[u8], stride: usize, columns: &Taps) -> Vec<u8> {
    let target_stride = columns.len() * CHANNELS;
    let mut target = vec![0; source.len() / stride * target_stride];
    for (from, to) in source.chunks_exact(stride).zip(target.chunks_exact_mut(target_stride)) {
        let (pixels, _) = from.as_chunks::<4>();
        for (index, out) in to.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
            let (start, weights) = columns.of(index);
            // Four lanes whatever `CHANNELS` is: one vector register.
            let mut sums = [HALF; 4];
            for (pixel, &weight) in pixels[start..start + weights.len()].iter().zip(weights) {
                for lane in 0..4 {
                    sums[lane] += i32::from(pixel[lane]) * weight;
                }
            }
            for lane in 0..CHANNELS {
                out[lane] = to_byte(sums[lane]);
            }
        }
    }
    target
}

/// Rows of `stride` bytes -> `rows.len()` rows of `stride` bytes.
fn vertical(source: &[u8], stride: usize, rows: &Taps) -> Vec<u8> {
    const BLOCK: usize = 32;
    let mut target = vec![0; rows.len() * stride];
    for (index, to) in target.chunks_exact_mut(stride).enumerate() {
        let (start, weights) = rows.of(index);
        let from = &source[start * stride..(start + weights.len()) * stride];
        let (blocks, rest) = to.as_chunks_mut::<BLOCK>();
        let rest_at = blocks.len() * BLOCK;
        for (block, out) in blocks.iter_mut().enumerate() {
            let mut sums = [HALF; BLOCK];
            for (row, &weight) in from.chunks_exact(stride).zip(weights) {
                let bytes = &row[block * BLOCK..(block + 1) * BLOCK];
                for lane in 0..BLOCK {
                    sums[lane] += i32::from(bytes[lane]) * weight;
                }
            }
            for lane in 0..BLOCK {
                out[lane] = to_byte(sums[lane]);
            }
        }
        for (offset, out) in rest.iter_mut().enumerate() {
            let column = from.iter().skip(rest_at + offset).step_by(stride);
            *out = to_byte(
                column.zip(weights).fold(HALF, |sum, (&byte, &weight)| sum + i32::from(byte) * weight),
            );
        }
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_that_leaves_the_frame_is_refused() {
        let frame = crate::test_card(4, 4);
        let whole = Rect::whole(&frame);
        for bad in [
            Rect { right: 4.5, ..whole },
            Rect { left: -0.5, ..whole },
            Rect { top: 4.0, ..whole },
            Rect { left: f32::NAN, ..whole },
        ] {
            assert!(resample_rgb(&frame, bad, 2, 2, Filter::Bilinear).is_err(), "{bad:?}");
        }
        assert!(resample_rgb(&frame, whole, 0, 2, Filter::Bilinear).is_err());
    }

    /// OpenCV 4: `cv2.resize(row, (2, 1), interpolation=cv2.INTER_AREA)` of 10, 20, 30 is 13, 27.
    #[test]
    fn the_area_filter_counts_parts_of_pixels_by_their_shares() {
        let frame = Frame::new(3, 1, [10, 20, 30].map(|grey| [grey, grey, grey, 255]).concat()).unwrap();
        let row = resample_rgb(&frame, Rect::whole(&frame), 2, 1, Filter::Area).unwrap();
        assert_eq!(row, [13, 13, 13, 27, 27, 27]);
    }

    #[test]
    fn halving_with_the_box_filter_takes_the_mean_of_four_pixels() {
        let grey = |value: u8| [value, value, value, 255];
        let frame = Frame::new(2, 2, [grey(10), grey(20), grey(30), grey(41)].concat()).unwrap();
        // 101 / 4 = 25.25; the pass between rounds 15 and 35.5 to 15 and 36.
        let mean = resample_rgb(&frame, Rect::whole(&frame), 1, 1, Filter::Box).unwrap();
        assert_eq!(mean, [26, 26, 26]);
    }
}
