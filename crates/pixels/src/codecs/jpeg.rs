//! JPEG, with every sample as libjpeg gives it: cosines, enlarged colours and their mixing are libjpeg-turbo's, in Rust.
//! Decoders that round otherwise, by one level here and there, change the best class of one dog in two hundred.

use super::{DecodeError, Limits, inks, segments, upright};
use crate::{Format, Frame};
use image::ColorType;
use image::metadata::Orientation;
use libjpeg_turbo_rs::{DecodeLimits, Decoder, FrameHeader, JpegError, PixelFormat};

/// Scans of a progressive file. Encoders write about ten; each costs a pass over all coefficients.
const MAX_SCANS: usize = 500;

/// Decodes a JPEG file. Four components are the inverted inks that Adobe writes, marked as such or not, as Pillow and
/// browsers read them.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Frame, DecodeError> {
    if !segments::has_end(bytes) {
        return Err(super::breaks_off(Format::Jpeg));
    }
    let ([width, height], orientation) = size(bytes)?;
    if width == 0 || height == 0 {
        return Err(super::no_pixels(Format::Jpeg, width, height));
    }
    limits.check(width, height)?;
    let within = DecodeLimits { max_scans: MAX_SCANS, ..DecodeLimits::default() };
    let mut decoder = Decoder::new_with_limits(bytes, within).map_err(failure)?;
    let (format, colour) = match decoder.header().components.len() {
        1 => (PixelFormat::Grayscale, ColorType::L8),
        3 => (PixelFormat::Rgb, ColorType::Rgb8),
        4 if inks_fit(decoder.header()) => (PixelFormat::Cmyk, ColorType::Rgb8),
        4 => return Err(unsupported("its four inks have resolutions that do not go together".to_owned())),
        count => return Err(unsupported(format!("there are {count} colours"))),
    };
    decoder.set_output_format(format);
    let mut samples = vec![0; width as usize * height as usize * format.bytes_per_pixel()];
    decoder.decode_image_into(&mut samples).map_err(failure)?;
    if format == PixelFormat::Cmyk {
        samples = inks::inverted_to_light(&samples);
    }
    upright::frame(&samples, width, height, colour, orientation)
        .ok_or_else(|| super::no_pixels(Format::Jpeg, width, height))
}

/// Whether the inks have the resolutions that encoders write: the first and black the full one, the other two the full or
/// half of it. The decoder panics at others.
fn inks_fit(header: &FrameHeader) -> bool {
    let resolutions = header.components.iter().map(|ink| (ink.horizontal_sampling, ink.vertical_sampling));
    let [full, second, third, black] = resolutions.collect::<Vec<_>>()[..] else { return false };
    matches!(full, (1 | 2, 1 | 2)) && black == full && second == third && (second == full || second == (1, 1))
}

/// Width, height and orientation from the segments before the first scan.
pub fn size(bytes: &[u8]) -> Result<([u32; 2], Orientation), DecodeError> {
    let header = segments::header(bytes).ok_or_else(|| DecodeError::Corrupt {
        format: Format::Jpeg,
        cause: "there is no frame header".to_owned(),
    })?;
    let orientation = header.exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms);
    Ok(([header.width.into(), header.height.into()], orientation))
}

fn failure(error: JpegError) -> DecodeError {
    match error {
        JpegError::Unsupported(cause) => unsupported(cause),
        error => DecodeError::Corrupt { format: Format::Jpeg, cause: error.to_string() },
    }
}

fn unsupported(cause: String) -> DecodeError {
    DecodeError::Unsupported { format: Format::Jpeg, cause }
}
