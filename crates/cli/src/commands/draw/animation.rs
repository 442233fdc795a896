//! Frames -> an animated GIF in one palette, of which each frame holds what changed.

use super::palette::{Histogram, Palette};
use anyhow::Result;
use gif::{DisposalMethod, Encoder, Frame, Repeat};
use std::borrow::Cow;
use std::ops::Range;
use vitrine_scenes::{Picture, Size};

/// "As before".
const CLEAR: u8 = 255;
/// A pixel that changed by less keeps the colour it has.
const LEVELS: u8 = 7;
/// Every so many frames are looked at for the palette.
const LOOKED_AT: usize = 4;

/// The GIF of some frames, which are drawn as they are needed, some of them twice; `rate` is frames a second.
pub fn gif(
    size: Size,
    rate: f32,
    frames: Range<usize>,
    picture: &impl Fn(usize) -> Picture,
) -> Result<Vec<u8>> {
    let mut histogram = Histogram::new();
    frames.clone().step_by(LOOKED_AT).for_each(|index| histogram.add(&picture(index)));
    let mut palette = histogram.palette();
    let mut bytes = vec![];
    let [width, height] = [size.width() as u16, size.height() as u16];
    let mut encoder = Encoder::new(&mut bytes, width, height, &palette.bytes())?;
    encoder.set_repeat(Repeat::Infinite)?;
    let mut shown = vec![CLEAR; usize::from(width) * usize::from(height)];
    for (place, index) in frames.enumerate() {
        let changes = changes(&mut shown, &picture(index), &mut palette);
        let times = [place, place + 1].map(|place| (place as f32 * 100.0 / rate).round() as u16);
        encoder.write_frame(&frame(&changes, usize::from(width), times[1] - times[0]))?;
    }
    drop(encoder);
    Ok(bytes)
}

/// What a picture changes in what is shown, which it updates: an entry of the palette for each pixel, or [`CLEAR`].
fn changes(shown: &mut [u8], picture: &Picture, palette: &mut Palette) -> Vec<u8> {
    let colours = picture.rgb().as_chunks::<3>().0;
    let change = |(shown, colour): (&mut u8, &[u8; 3])| {
        if *shown != CLEAR && palette.difference(*shown, *colour) <= LEVELS {
            return CLEAR;
        }
        let index = palette.index(*colour);
        if index == *shown {
            return CLEAR;
        }
        *shown = index;
        index
    };
    shown.iter_mut().zip(colours).map(change).collect()
}

/// The smallest rectangle that has all changes; a pixel where there are none.
fn frame(changes: &[u8], width: usize, delay: u16) -> Frame<'static> {
    let changed = |row: &[u8]| row.iter().any(|&index| index != CLEAR);
    let rows: Vec<&[u8]> = changes.chunks(width).collect();
    let top = rows.iter().position(|row| changed(row)).unwrap_or(0);
    let end = rows.iter().rposition(|row| changed(row)).map_or(top + 1, |last| last + 1);
    let column = |column: usize| rows[top..end].iter().any(|row| row[column] != CLEAR);
    let left = (0..width).position(column).unwrap_or(0);
    let right = (0..width).rposition(column).map_or(left + 1, |last| last + 1);
    let buffer: Vec<u8> = rows[top..end].iter().flat_map(|row| &row[left..right]).copied().collect();
    Frame {
        delay,
        dispose: DisposalMethod::Keep,
        transparent: Some(CLEAR),
        left: left as u16,
        top: top as u16,
        width: (right - left) as u16,
        height: (end - top) as u16,
        buffer: Cow::Owned(buffer),
        ..Frame::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_pixels::codecs::{Limits, animation};
    use vitrine_scenes::shop::Shop;

    #[test]
    fn what_is_read_back_is_what_was_drawn() {
        let (shop, size) = (Shop::new(9).with_still_camera(), Size::new(96, 72).unwrap());
        let picture = |index: usize| shop.frame(size, 12.5, index).picture;
        let bytes = gif(size, 12.5, 20..50, &picture).unwrap();
        let frames: Vec<_> = animation(bytes, &Limits::default()).unwrap().map(Result::unwrap).collect();
        assert_eq!(frames.len(), 30);
        for (place, frame) in frames.iter().enumerate() {
            assert!((frame.secs - 0.08).abs() < 1e-6);
            let drawn = picture(20 + place).frame().unwrap();
            let off = |(one, other): (&u8, &u8)| f64::from(one.abs_diff(*other)).powi(2);
            let pairs = frame.frame.rgba().iter().zip(drawn.rgba());
            let mean = pairs.map(off).sum::<f64>() / drawn.rgba().len() as f64;
            assert!(mean < 60.0, "frame {place}: mean square error {mean}");
        }
    }
}
