//! Ground truth: PNGs whose samples are class indices.

use super::{DecodeError, Limits};
use crate::{ClassMap, Format};
use std::io::Cursor;

/// Why a PNG holds no class map.
#[derive(Debug, thiserror::Error)]
pub enum LabelsError {
    /// It is no PNG, or too large.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Its samples are colours, or deeper than 8 bits.
    #[error("a label image has 8-bit grey or palette pixels, and this one has {0}")]
    Kind(String),
}

/// The raw samples of a grey or palette PNG of up to 8 bits: indices, whatever colours the palette gives them.
///
/// # Errors
/// The bytes are no such PNG, or damaged, or larger than `limits`.
pub fn decode_labels(bytes: &[u8], limits: &Limits) -> Result<ClassMap, LabelsError> {
    let corrupt =
        |error: png::DecodingError| DecodeError::Corrupt { format: Format::Png, cause: error.to_string() };
    let decoder = png::Decoder::new(Cursor::new(bytes));
    let mut reader = decoder.read_info().map_err(corrupt)?;
    let (width, height) = reader.info().size();
    limits.check(width, height)?;
    let (colour, depth) = reader.output_color_type();
    let is_index = matches!(colour, png::ColorType::Grayscale | png::ColorType::Indexed);
    if !is_index || depth == png::BitDepth::Sixteen {
        return Err(LabelsError::Kind(format!("{colour:?} pixels of {} bits", depth as u8)));
    }
    let mut packed = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let row_bytes = reader.next_frame(&mut packed).map_err(corrupt)?.line_size;
    let ids = packed
        .chunks_exact(row_bytes)
        .flat_map(|row| unpacked(row, depth as u8).take(width as usize))
        .collect();
    let map = ClassMap::new(width, height, ids);
    Ok(map.map_err(|error| DecodeError::Corrupt { format: Format::Png, cause: error.to_string() })?)
}

/// Samples of 1, 2, 4 or 8 bits, the leftmost in the highest bits.
fn unpacked(row: &[u8], bits: u8) -> impl Iterator<Item = u8> {
    let mask = ((1_u16 << bits) - 1) as u8;
    row.iter().flat_map(move |byte| (0..8 / bits).rev().map(move |place| byte >> (place * bits) & mask))
}
