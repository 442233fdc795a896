//! A picture of one channel, as optical flow reads it.

use crate::Frame;

/// A grey picture: 8 bits a pixel, row-major from the top left. At least one pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct Gray {
    width: u32,
    height: u32,
    values: Vec<u8>,
}

/// A side is zero, or the bytes are not one a pixel.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{bytes} bytes do not hold {width} x {height} grey pixels")]
pub struct GrayError {
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bytes that were given.
    pub bytes: usize,
}

impl Gray {
    /// Wraps `width * height` bytes.
    ///
    /// # Errors
    /// A side is zero, or the byte count is another one.
    pub fn new(width: u32, height: u32, values: Vec<u8>) -> Result<Self, GrayError> {
        let expected = (width as usize).checked_mul(height as usize);
        if width == 0 || height == 0 || expected != Some(values.len()) {
            return Err(GrayError { width, height, bytes: values.len() });
        }
        Ok(Self { width, height, values })
    }

    /// For sizes that are right by construction.
    pub(crate) fn from_parts(width: u32, height: u32, values: Vec<u8>) -> Self {
        debug_assert_eq!(width as usize * height as usize, values.len());
        Self { width, height, values }
    }

    /// The luma of ITU-R BT.601, with the very arithmetic of OpenCV's `cvtColor` (`COLOR_RGB2GRAY`). Alpha is left out.
    pub fn from_frame(frame: &Frame) -> Self {
        let (pixels, _) = frame.rgba().as_chunks::<4>();
        let values = pixels.iter().map(|&[red, green, blue, _]| luma(red, green, blue)).collect();
        Self::from_parts(frame.width(), frame.height(), values)
    }

    /// Pixels per row, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// `width * height` bytes, 0 black to 255 white.
    pub fn values(&self) -> &[u8] {
        &self.values
    }
}

impl std::fmt::Debug for Gray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gray({} x {})", self.width, self.height)
    }
}

/// 0.299 red + 0.587 green + 0.114 blue in units of 2^-15, half rounded up.
fn luma(red: u8, green: u8, blue: u8) -> u8 {
    const SHIFT: u32 = 15;
    let sum = u32::from(red) * 9798 + u32::from(green) * 19235 + u32::from(blue) * 3735;
    ((sum + (1 << (SHIFT - 1))) >> SHIFT) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grey_picture_holds_one_byte_a_pixel() {
        assert!(Gray::new(3, 2, vec![0; 6]).is_ok());
        assert_eq!(Gray::new(3, 2, vec![0; 5]), Err(GrayError { width: 3, height: 2, bytes: 5 }));
        assert!(Gray::new(0, 0, vec![]).is_err());
        assert!(Gray::new(u32::MAX, u32::MAX, vec![]).is_err());
    }

    /// `cv2.cvtColor(numpy.uint8([[colours]]), cv2.COLOR_RGB2GRAY)` of OpenCV 4.10.
    #[test]
    fn primary_colours_have_the_luma_that_opencv_gives_them() {
        let lumas = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0], [18, 200, 99]]
            .map(|[red, green, blue]| luma(red, green, blue));
        assert_eq!(lumas, [76, 150, 29, 255, 0, 134]);
    }
}
