//! A picture in image space.

use crate::boxes::Rect;

/// A decoded picture: 8-bit RGBA, straight alpha, row-major from the top left, already upright.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    width: u32,
    height: u32,
    rgba: Vec<u8>,
}

/// Why there is no such [`Frame`] or [`crate::ClassMap`].
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum FrameError {
    /// A side is zero, or the byte count is not `width * height * 4`.
    #[error("{bytes} bytes do not hold {width} x {height} RGBA pixels")]
    Size {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
        /// Bytes that were given.
        bytes: usize,
    },
    /// A target side is zero, or a region is empty or leaves the frame.
    #[error("{region:?} of a frame of {width} x {height} cannot be resampled")]
    Region {
        /// What was asked for.
        region: Rect,
        /// Pixels per row of the frame.
        width: u32,
        /// Rows of the frame.
        height: u32,
    },
}

impl Frame {
    /// Wraps `width * height * 4` bytes.
    pub fn new(width: u32, height: u32, rgba: Vec<u8>) -> Result<Self, FrameError> {
        let expected = (width as usize).checked_mul(height as usize).and_then(|n| n.checked_mul(4));
        if width == 0 || height == 0 || expected != Some(rgba.len()) {
            return Err(FrameError::Size { width, height, bytes: rgba.len() });
        }
        Ok(Self { width, height, rgba })
    }

    /// For sizes that are right by construction.
    pub(crate) fn from_parts(width: u32, height: u32, rgba: Vec<u8>) -> Self {
        debug_assert_eq!(width as usize * height as usize * 4, rgba.len());
        Self { width, height, rgba }
    }

    /// Pixels per row, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// `width * height * 4` bytes.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The pixels that lie at least partly in a rectangle; none if there are none.
    pub fn cropped(&self, rect: &Rect) -> Option<Self> {
        let rect = rect.clipped(self.width, self.height)?;
        let [left, top] = [rect.left, rect.top].map(|side| side.floor() as u32);
        let [right, bottom] = [rect.right, rect.bottom].map(|side| side.ceil() as u32);
        let (width, height) = (right - left, bottom - top);
        let rows = self.rgba.chunks_exact(self.width as usize * 4).skip(top as usize).take(height as usize);
        let rgba = rows.flat_map(|row| &row[left as usize * 4..right as usize * 4]).copied().collect();
        Some(Self::from_parts(width, height, rgba))
    }

    /// Gives the bytes away.
    pub fn into_rgba(self) -> Vec<u8> {
        self.rgba
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({} x {})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_has_all_pixels_that_its_rectangle_touches() {
        // Columns 0..4, rows 0..3; the first sample of a pixel is 10 * row + column.
        let rgba = (0..12).flat_map(|at| [at / 4 * 10 + at % 4, 0, 0, 255]).collect();
        let frame = Frame::new(4, 3, rgba).unwrap();
        let rect = Rect { left: 1.5, top: 0.9, right: 3.0, bottom: 9.0 };
        let piece = frame.cropped(&rect).unwrap();
        let reds: Vec<u8> = piece.rgba().iter().step_by(4).copied().collect();
        assert_eq!((piece.width(), piece.height(), reds), (2, 3, vec![1, 2, 11, 12, 21, 22]));
        assert_eq!(frame.cropped(&Rect { left: 4.0, ..rect }), None);
        assert_eq!(frame.cropped(&Rect { left: f32::NAN, ..rect }), None);
    }

    #[test]
    fn a_frame_holds_four_bytes_a_pixel() {
        assert!(Frame::new(2, 1, vec![0; 8]).is_ok());
        assert_eq!(Frame::new(2, 1, vec![0; 7]), Err(FrameError::Size { width: 2, height: 1, bytes: 7 }));
        assert!(Frame::new(0, 1, vec![]).is_err());
        assert!(Frame::new(u32::MAX, u32::MAX, vec![]).is_err());
    }
}
