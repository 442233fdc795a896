//! Bytes -> upright, opaque frame.

use super::{DecodeError, Decoded, Limits, jpeg, tiff, upright};
use crate::{Format, Frame, sniff};
use image::error::ImageError;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader};
use std::io::Cursor;

/// What a decoder may allocate for a pixel: four floats.
const MAX_BYTES_PER_PIXEL: u64 = 16;
/// What a decoder may allocate for tables and metadata.
const OVERHEAD_BYTES: u64 = 1 << 26;

/// Decodes an image file, whatever its name was.
///
/// The frame is upright: the orientation that the file carries (EXIF in JPEG, PNG and WebP, the tag in TIFF) has been
/// applied. It is opaque: pixels that let something through lie over white, as a model would otherwise read whatever
/// colour hides below alpha 0. 16-bit and floating-point samples are rounded to 8 bits; CMYK, grey and palettes become
/// RGB; colour profiles are not applied. Of an animation it is the first frame.
///
/// # Errors
/// See [`DecodeError`]. The size is checked before memory is taken for pixels. A file that breaks off is an error, but
/// bytes behind its end are not.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, DecodeError> {
    if bytes.is_empty() {
        return Err(DecodeError::Empty);
    }
    let format = sniff(bytes).ok_or_else(|| DecodeError::Unknown { beginning: beginning(bytes) })?;
    let frame = match format {
        Format::Jpeg => jpeg::decode(bytes, limits),
        Format::Png => {
            // With 32-bit addresses the decoder itself refuses such a size, as a lack of memory, before it tells it.
            if let Some((width, height)) = png_size(bytes) {
                limits.check(width, height)?;
            }
            read(bytes, ImageFormat::Png, format, limits)
        }
        Format::WebP if !riff_is_whole(bytes) => Err(super::breaks_off(format)),
        Format::WebP => read(bytes, ImageFormat::WebP, format, limits),
        Format::Gif => read(bytes, ImageFormat::Gif, format, limits),
        Format::Bmp => read(bytes, ImageFormat::Bmp, format, limits),
        Format::Tiff => tiff::decode(bytes, limits),
        Format::Avif | Format::Heic => {
            Err(DecodeError::Unsupported { format, cause: "there is no decoder".to_owned() })
        }
    }?;
    Ok(Decoded { frame, format })
}

/// Width and height that the upright frame of an image file would have, from its header alone. Of JPEG and PNG the
/// beginning of the file is enough, if all that stands before the pixels is in it.
///
/// # Errors
/// See [`DecodeError`]. That it gives a size does not say that the file can be decoded.
pub fn upright_size(bytes: &[u8]) -> Result<[u32; 2], DecodeError> {
    let format = sniff(bytes).ok_or_else(|| DecodeError::Unknown { beginning: beginning(bytes) })?;
    let ([width, height], orientation) = match format {
        Format::Jpeg => jpeg::size(bytes)?,
        Format::Png => size(bytes, ImageFormat::Png, format)?,
        Format::WebP => size(bytes, ImageFormat::WebP, format)?,
        Format::Gif => size(bytes, ImageFormat::Gif, format)?,
        Format::Bmp => size(bytes, ImageFormat::Bmp, format)?,
        Format::Tiff => tiff::size(bytes)?,
        Format::Avif | Format::Heic => {
            return Err(DecodeError::Unsupported { format, cause: "there is no decoder".to_owned() });
        }
    };
    if width == 0 || height == 0 {
        return Err(super::no_pixels(format, width, height));
    }
    Ok(if upright::turns(orientation) { [height, width] } else { [width, height] })
}

fn size(bytes: &[u8], reader: ImageFormat, format: Format) -> Result<([u32; 2], Orientation), DecodeError> {
    let failure = |error| failure(format, error);
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), reader).into_decoder().map_err(failure)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((decoder.dimensions().into(), orientation))
}

fn read(bytes: &[u8], reader: ImageFormat, format: Format, limits: &Limits) -> Result<Frame, DecodeError> {
    let failure = |error| failure(format, error);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), reader);
    let mut allocation = image::Limits::no_limits();
    allocation.max_alloc =
        Some(limits.max_pixels.saturating_mul(MAX_BYTES_PER_PIXEL).saturating_add(OVERHEAD_BYTES));
    reader.limits(allocation);
    let mut decoder = reader.into_decoder().map_err(failure)?;

    let (width, height) = decoder.dimensions();
    limits.check(width, height)?;
    // Damaged metadata are no reason to refuse a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colour = decoder.color_type();
    let length = usize::try_from(decoder.total_bytes()).map_err(|_| DecodeError::TooLarge {
        width,
        height,
        max_pixels: limits.max_pixels,
    })?;
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(failure)?;
    upright::frame(&samples, width, height, colour, orientation)
        .ok_or_else(|| super::no_pixels(format, width, height))
}

/// Width and height that the header names: PNG specification, 11.2.1.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| {
        bytes.get(at..at + 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
    };
    Some((number(16)?, number(20)?))
}

/// The decoder fills up what is missing. The RIFF header names the length of all that follows its first eight bytes.
fn riff_is_whole(bytes: &[u8]) -> bool {
    let length =
        bytes.get(4..8).map(|length| u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
    length.is_some_and(|length| u64::from(length) + 8 <= bytes.len() as u64)
}

pub(super) fn failure(format: Format, error: ImageError) -> DecodeError {
    let cause = error.to_string();
    match error {
        ImageError::Unsupported(_) => DecodeError::Unsupported { format, cause },
        _ => DecodeError::Corrupt { format, cause },
    }
}

/// The first bytes for an error message.
fn beginning(bytes: &[u8]) -> String {
    let first = &bytes[..bytes.len().min(16)];
    if first.iter().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t')) {
        return format!("the text {:?}", String::from_utf8_lossy(first));
    }
    let digits: Vec<String> = first.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("the bytes {}", digits.join(" "))
}
