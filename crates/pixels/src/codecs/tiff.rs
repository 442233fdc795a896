//! TIFF, straight through the decoder that `image` has too: `image` brings a second JPEG decoder for TIFF files with JPEG
//! inside (30 KB of the download), and rounds inks down. JPEG inside TIFF is what is not read.

use super::{DecodeError, Limits, inks, upright};
use crate::{Format, Frame};
use image::ColorType;
use image::metadata::Orientation;
use std::io::Cursor;
use tiff::decoder::{BufferLayoutPreference, Decoder, DecodingResult};
use tiff::tags::Tag;
use tiff::{ColorType as Kind, TiffError};

/// What the decoder may allocate for a pixel: four floats.
const MAX_BYTES_PER_PIXEL: u64 = 16;
/// What it may allocate for a tag's values and for a strip.
const OVERHEAD_BYTES: usize = 1 << 26;

/// Decodes the first picture of a TIFF file.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Frame, DecodeError> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(failure)?;
    let (width, height) = decoder.dimensions().map_err(failure)?;
    limits.check(width, height)?;
    decoder = decoder.with_limits(allocation(limits));
    let orientation = orientation(&mut decoder);
    let kind = decoder.colortype().map_err(failure)?;
    let mut result = DecodingResult::U8(vec![]);
    let layout = decoder.read_image_to_buffer(&mut result).map_err(failure)?;
    let samples = interleaved(&mut result, &layout);
    let (colour, samples) = match (kind, &result) {
        (Kind::Gray(1), DecodingResult::U8(_)) => (ColorType::L8, bits(&samples, width as usize)),
        (Kind::Gray(8), DecodingResult::U8(_)) => (ColorType::L8, samples),
        (Kind::Gray(16), DecodingResult::U16(_)) => (ColorType::L16, samples),
        (Kind::GrayA(8), DecodingResult::U8(_)) => (ColorType::La8, samples),
        (Kind::GrayA(16), DecodingResult::U16(_)) => (ColorType::La16, samples),
        (Kind::RGB(8), DecodingResult::U8(_)) => (ColorType::Rgb8, samples),
        (Kind::RGB(16), DecodingResult::U16(_)) => (ColorType::Rgb16, samples),
        (Kind::RGB(32), DecodingResult::F32(_)) => (ColorType::Rgb32F, samples),
        (Kind::RGBA(8), DecodingResult::U8(_)) => (ColorType::Rgba8, samples),
        (Kind::RGBA(16), DecodingResult::U16(_)) => (ColorType::Rgba16, samples),
        (Kind::RGBA(32), DecodingResult::F32(_)) => (ColorType::Rgba32F, samples),
        (Kind::CMYK(8), DecodingResult::U8(_)) => (ColorType::Rgb8, inks::to_light(&samples)),
        _ => return Err(unsupported(format!("samples are {kind:?}"))),
    };
    upright::frame(&samples, width, height, colour, orientation)
        .ok_or_else(|| super::no_pixels(Format::Tiff, width, height))
}

/// Width, height and orientation of the first picture, from its directory.
pub fn size(bytes: &[u8]) -> Result<([u32; 2], Orientation), DecodeError> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(failure)?;
    let size = decoder.dimensions().map_err(failure)?;
    Ok((size.into(), orientation(&mut decoder)))
}

fn allocation(limits: &Limits) -> tiff::decoder::Limits {
    let pixels = limits.max_pixels.saturating_mul(MAX_BYTES_PER_PIXEL);
    let mut allocation = tiff::decoder::Limits::default();
    allocation.decoding_buffer_size = usize::try_from(pixels).unwrap_or(usize::MAX);
    allocation.intermediate_buffer_size = OVERHEAD_BYTES;
    allocation.ifd_value_size = OVERHEAD_BYTES;
    allocation
}

/// Damaged metadata are no reason to refuse a picture.
fn orientation(decoder: &mut Decoder<Cursor<&[u8]>>) -> Orientation {
    let tag = decoder.find_tag_unsigned::<u8>(Tag::Orientation).ok().flatten();
    tag.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
}

/// The samples' bytes, pixel by pixel; files may keep each colour as a plane of its own.
fn interleaved(result: &mut DecodingResult, layout: &BufferLayoutPreference) -> Vec<u8> {
    let sample = match result {
        DecodingResult::U8(_) => 1,
        DecodingResult::U16(_) => 2,
        _ => 4,
    };
    let buffer = result.as_buffer(0);
    let bytes = buffer.as_bytes();
    match layout.plane_stride {
        Some(stride) if layout.planes > 1 => {
            let planes: Vec<&[u8]> = bytes.chunks_exact(stride.get()).collect();
            let samples = (0..stride.get() / sample).map(|at| at * sample..(at + 1) * sample);
            samples
                .flat_map(|range| planes.iter().flat_map(move |plane| &plane[range.clone()]))
                .copied()
                .collect()
        }
        _ => bytes.to_vec(),
    }
}

/// Eight pixels a byte, each row from a new byte on; a set bit is white.
fn bits(samples: &[u8], width: usize) -> Vec<u8> {
    let rows = samples.chunks_exact(width.div_ceil(8).max(1));
    rows.flat_map(|row| (0..width).map(|x| if row[x / 8] >> (7 - x % 8) & 1 == 1 { 255 } else { 0 }))
        .collect()
}

fn failure(error: TiffError) -> DecodeError {
    match error {
        TiffError::UnsupportedError(cause) => unsupported(cause.to_string()),
        error => DecodeError::Corrupt { format: Format::Tiff, cause: error.to_string() },
    }
}

fn unsupported(cause: String) -> DecodeError {
    DecodeError::Unsupported { format: Format::Tiff, cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_bits_begin_in_a_new_byte() {
        assert_eq!(
            bits(&[0b1010_0000, 0b1000_0000, 0, 0b1000_0000], 9),
            [255, 0, 255, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 255]
        );
    }
}
