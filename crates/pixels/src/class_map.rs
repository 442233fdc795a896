//! One class index a pixel.

use crate::FrameError;

/// A class index for every pixel, row-major from the top left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassMap {
    width: u32,
    height: u32,
    ids: Vec<u8>,
}

impl ClassMap {
    /// Wraps `width * height` indices.
    pub fn new(width: u32, height: u32, ids: Vec<u8>) -> Result<Self, FrameError> {
        if width == 0 || height == 0 || (width as usize).checked_mul(height as usize) != Some(ids.len()) {
            return Err(FrameError::Size { width, height, bytes: ids.len() });
        }
        Ok(Self { width, height, ids })
    }

    /// Pixels per row, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// `width * height` indices.
    pub fn ids(&self) -> &[u8] {
        &self.ids
    }

    /// Gives the indices away.
    pub fn into_ids(self) -> Vec<u8> {
        self.ids
    }

    /// How many pixels have each of the 256 indices.
    pub fn histogram(&self) -> [u64; 256] {
        let mut counts = [0; 256];
        for &id in &self.ids {
            counts[id as usize] += 1;
        }
        counts
    }
}
