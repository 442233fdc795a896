//! JPEG. Straight through zune-jpeg, the decoder that `image` has too: `image` copies the file, parses it once more for
//! its metadata, and brings a second instance of the decoder for that (60 KB of WebAssembly, 5 KB compressed).

use super::{DecodeError, Limits, planes, upright};
use crate::{Format, Frame};
use image::ColorType;
use image::metadata::Orientation;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Decodes a JPEG file. Four components are the inverted inks that Adobe writes, marked as such or not, as Pillow and
/// browsers read them.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Frame, DecodeError> {
    if !has_end(bytes) {
        return Err(super::breaks_off(Format::Jpeg));
    }
    let (mut decoder, [width, height], orientation) = header(bytes)?;
    limits.check(width, height)?;
    let (target, colour) = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => (ColorSpace::Luma, ColorType::L8),
        Some(ColorSpace::YCbCr | ColorSpace::RGB | ColorSpace::YCCK | ColorSpace::CMYK) => {
            (ColorSpace::RGB, ColorType::Rgb8)
        }
        other => {
            return Err(DecodeError::Unsupported {
                format: Format::Jpeg,
                cause: format!("colours are {other:?}"),
            });
        }
    };
    if let (Some(ColorSpace::YCbCr), Some(stacked)) = (decoder.input_colorspace(), planes::stack(bytes)) {
        let samples = stacked.decode(options()).map_err(failure)?;
        return upright::frame(&samples, width, height, colour, orientation)
            .ok_or_else(|| super::no_pixels(Format::Jpeg, width, height));
    }
    decoder.set_options(options().jpeg_set_out_colorspace(target));
    let mut samples = vec![0; width as usize * height as usize * usize::from(colour.bytes_per_pixel())];
    decoder.decode_into(&mut samples).map_err(failure)?;
    upright::frame(&samples, width, height, colour, orientation)
        .ok_or_else(|| super::no_pixels(Format::Jpeg, width, height))
}

/// Width, height and orientation from the segments before the first scan.
pub fn size(bytes: &[u8]) -> Result<([u32; 2], Orientation), DecodeError> {
    header(bytes).map(|(_, size, orientation)| (size, orientation))
}

type Header<'a> = (JpegDecoder<ZCursor<&'a [u8]>>, [u32; 2], Orientation);

fn header(bytes: &[u8]) -> Result<Header<'_>, DecodeError> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options());
    decoder.decode_headers().map_err(failure)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    // A JPEG side has 16 bits.
    Ok((decoder, [width as u32, height as u32], orientation.unwrap_or(Orientation::NoTransforms)))
}

/// Limits are on pixels, elsewhere.
fn options() -> DecoderOptions {
    DecoderOptions::default().set_max_width(usize::MAX).set_max_height(usize::MAX)
}

fn failure(error: DecodeErrors) -> DecodeError {
    let (format, cause) = (Format::Jpeg, error.to_string());
    match error {
        DecodeErrors::Unsupported(_) => DecodeError::Unsupported { format, cause },
        _ => DecodeError::Corrupt { format, cause },
    }
}

/// End of image.
const END: u8 = 0xd9;
/// Start of scan: entropy-coded bytes follow its header.
const SCAN: u8 = 0xda;

/// The decoder fills up what is missing with grey; a person must be told instead. Whether the markers of a JPEG file (ITU-T T.81, annex B) lead from its start through a scan to an end-of-image
/// marker. Thumbnails lie inside segments, whose lengths are followed, so their ends do not count; what lies behind the
/// end (phones append second pictures and videos) does not matter.
fn has_end(bytes: &[u8]) -> bool {
    walk(bytes).unwrap_or(false)
}

/// None where the bytes run out.
fn walk(bytes: &[u8]) -> Option<bool> {
    let mut at = 2;
    let mut scanned = false;
    loop {
        // Whatever lies between segments is skipped, as decoders do, and so are fill bytes.
        at += bytes.get(at..)?.iter().position(|&byte| byte == 0xff)?;
        at += bytes[at..].iter().position(|&byte| byte != 0xff)?;
        let marker = bytes[at];
        at += 1;
        match marker {
            END => return Some(scanned),
            // Stuffing and markers without a segment: TEM, RSTn, SOI.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            _ => {
                let length = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
                at += usize::from(length);
                scanned |= marker == SCAN;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Start; an APP1 segment with a thumbnail's end in it; a scan with a stuffed byte and a restart marker.
    const BODY: &[u8] =
        b"\xff\xd8\xff\xe1\x00\x06\xff\xd8\xff\xd9\xff\xda\x00\x04\x01\x02\x11\xff\x00\x22\xff\xd0\x33";

    #[test]
    fn a_file_with_an_end_is_whole_whatever_follows() {
        assert!(has_end(&[BODY, b"\xff\xd9"].concat()));
        assert!(has_end(&[BODY, b"\xff\xff\xd9 and a video"].concat()));
    }

    #[test]
    fn a_file_that_breaks_off_anywhere_is_not_whole() {
        for length in 0..=BODY.len() {
            assert!(!has_end(&BODY[..length]), "{length}");
        }
        assert!(!has_end(&[BODY, b"\xff"].concat()));
    }

    #[test]
    fn an_end_without_a_scan_is_no_image() {
        assert!(!has_end(b"\xff\xd8\xff\xd9"));
    }
}
