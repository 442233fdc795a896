//! The frames of animated GIF and WebP files, one after the other, with their times.

use super::{DecodeError, Limits, decode, upright};
use crate::{Format, Frame, sniff};
use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{AnimationDecoder, ColorType, Frames, ImageDecoder};
use std::io::Cursor;

/// Browsers take a shorter time, which many files name by mistake, for a tenth of a second.
const SHORTEST_SECS: f64 = 0.011;
const USUAL_SECS: f64 = 0.1;

/// A frame of an animation.
#[derive(Clone, Debug, PartialEq)]
pub struct TimedFrame {
    /// Opaque: what lets something through lies over white.
    pub frame: Frame,
    /// How long it is shown, in seconds.
    pub secs: f64,
}

/// Frames in the order in which they are shown; one is held at a time. After an error there are no more.
pub struct Animation {
    format: Format,
    frames: Frames<'static>,
    /// The only frame of a file that is not animated.
    single: Option<Frame>,
    failed: bool,
}

/// Opens an animation, or any other image file as one of a single frame.
///
/// # Errors
/// As [`decode`]; frames may fail later.
pub fn animation(bytes: Vec<u8>, limits: &Limits) -> Result<Animation, DecodeError> {
    let format = sniff(&bytes);
    let frames = match format {
        Some(Format::Gif) => {
            let decoder =
                GifDecoder::new(Cursor::new(bytes)).map_err(|it| super::decode::failure(Format::Gif, it))?;
            opened(decoder, limits)?
        }
        Some(Format::WebP) if is_animated_webp(&bytes) => {
            let decoder = WebPDecoder::new(Cursor::new(bytes))
                .map_err(|it| super::decode::failure(Format::WebP, it))?;
            opened(decoder, limits)?
        }
        _ => {
            let decoded = decode(&bytes, limits)?;
            let (format, frames) = (decoded.format, Frames::new(Box::new(std::iter::empty())));
            return Ok(Animation { format, frames, single: Some(decoded.frame), failed: false });
        }
    };
    Ok(Animation { format: format.unwrap_or(Format::Gif), frames, single: None, failed: false })
}

/// Whether the VP8X header has the animation flag: WebP container specification, "Extended File Format".
fn is_animated_webp(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 2 != 0)
}

fn opened<D>(decoder: D, limits: &Limits) -> Result<Frames<'static>, DecodeError>
where
    D: ImageDecoder + AnimationDecoder<'static>,
{
    let (width, height) = decoder.dimensions();
    limits.check(width, height)?;
    Ok(decoder.into_frames())
}

impl Iterator for Animation {
    type Item = Result<TimedFrame, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(frame) = self.single.take() {
            return Some(Ok(TimedFrame { frame, secs: USUAL_SECS }));
        }
        if self.failed {
            return None;
        }
        let next = self.frames.next()?;
        let frame = next.map_err(|error| super::decode::failure(self.format, error)).and_then(|frame| {
            let (numerator, denominator) = frame.delay().numer_denom_ms();
            let secs = f64::from(numerator) / f64::from(denominator.max(1)) / 1000.0;
            let pixels = frame.into_buffer();
            let (width, height) = pixels.dimensions();
            let colour = (ColorType::Rgba8, Orientation::NoTransforms);
            let frame = upright::frame(pixels.as_raw(), width, height, colour.0, colour.1)
                .ok_or_else(|| super::no_pixels(self.format, width, height))?;
            Ok(TimedFrame { frame, secs: if secs < SHORTEST_SECS { USUAL_SECS } else { secs } })
        });
        self.failed = frame.is_err();
        Some(frame)
    }
}
