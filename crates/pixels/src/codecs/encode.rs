//! Frames and class maps -> PNG.

use crate::Frame;

/// Why there is no PNG.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// A side is zero, or the byte count is not that of the picture.
    #[error("{bytes} bytes do not hold {width} x {height} pixels")]
    Size {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes that were given.
        bytes: usize,
    },
    /// The encoder failed.
    #[error("the PNG could not be written")]
    Png(#[from] png::EncodingError),
}

/// A grey 8-bit PNG whose samples are `grey`, such as the label ids of a class map.
///
/// # Errors
/// `grey` does not hold `width * height` bytes, or a side is zero.
pub fn encode_png_grey(width: u32, height: u32, grey: &[u8]) -> Result<Vec<u8>, EncodeError> {
    encode(width, height, grey, png::ColorType::Grayscale)
}

/// An RGBA 8-bit PNG.
///
/// # Errors
/// Only if the frame has more than 2^31 columns or rows.
pub fn encode_png_rgba(frame: &Frame) -> Result<Vec<u8>, EncodeError> {
    encode(frame.width(), frame.height(), frame.rgba(), png::ColorType::Rgba)
}

fn encode(width: u32, height: u32, samples: &[u8], colour: png::ColorType) -> Result<Vec<u8>, EncodeError> {
    let expected = (width as usize)
        .checked_mul(height as usize)
        .and_then(|pixels| pixels.checked_mul(colour.samples()))
        .filter(|&bytes| bytes > 0);
    if expected != Some(samples.len()) {
        return Err(EncodeError::Size { width, height, bytes: samples.len() });
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(samples)?;
    writer.finish()?;
    Ok(file)
}
