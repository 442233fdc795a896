//! What is handed out: 8-bit pictures.

use vitrine_pixels::{Frame, FrameError};

/// Columns and rows of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    width: u32,
    height: u32,
}

/// A size that nothing can be drawn in.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("scenes have sides of 16 to 4096 pixels, not {width} x {height}")]
pub struct SizeError {
    /// Columns that were asked for.
    pub width: u32,
    /// Rows that were asked for.
    pub height: u32,
}

impl Size {
    /// # Errors
    /// A side is not 16 to 4096 pixels.
    pub fn new(width: u32, height: u32) -> Result<Self, SizeError> {
        let possible = 16..=4096;
        if possible.contains(&width) && possible.contains(&height) {
            Ok(Self { width, height })
        } else {
            Err(SizeError { width, height })
        }
    }

    /// Columns.
    pub fn width(self) -> u32 {
        self.width
    }

    /// Rows.
    pub fn height(self) -> u32 {
        self.height
    }

    pub(crate) fn pixels(self) -> usize {
        self.width as usize * self.height as usize
    }
}

/// An opaque picture: 8-bit RGB, row-major from the top left.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub(crate) size: Size,
    pub(crate) rgb: Vec<u8>,
}

impl Picture {
    /// Columns and rows.
    pub fn size(&self) -> Size {
        self.size
    }

    /// `width * height * 3` bytes.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// Gives the bytes away.
    pub fn into_rgb(self) -> Vec<u8> {
        self.rgb
    }

    /// The same with an opaque alpha.
    ///
    /// # Errors
    /// Never: the size is right by construction.
    pub fn frame(&self) -> Result<Frame, FrameError> {
        let (pixels, _) = self.rgb.as_chunks::<3>();
        let rgba = pixels.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect();
        Frame::new(self.size.width, self.size.height, rgba)
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {})", self.size.width, self.size.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_checked_and_frames_are_opaque() {
        assert_eq!(Size::new(15, 64), Err(SizeError { width: 15, height: 64 }));
        assert!(Size::new(4097, 64).is_err());
        let size = Size::new(16, 17).unwrap();
        let picture = Picture { size, rgb: [1, 2, 3].repeat(16 * 17) };
        let frame = picture.frame().unwrap();
        assert_eq!((frame.width(), frame.height()), (16, 17));
        assert_eq!(frame.rgba()[..8], [1, 2, 3, 255, 1, 2, 3, 255]);
    }
}
