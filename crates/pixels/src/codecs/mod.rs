//! Image files: bytes -> upright [`Frame`], and frames and class maps -> PNG. The formats are those of the `image` crate
//! that a person may drop on a page; nothing here panics on any bytes.

mod animation;
mod decode;
mod encode;
mod inks;
mod jpeg;
mod labels;
mod segments;
mod tiff;
mod upright;

use crate::Frame;
pub use crate::format::{Format, sniff};
pub use animation::{Animation, TimedFrame, animation};
pub use decode::{decode, upright_size};
pub use encode::{EncodeError, encode_png_grey, encode_png_rgba};
pub use labels::{LabelsError, decode_labels};

/// What a decoder may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest `width * height`.
    pub max_pixels: u64,
}

impl Default for Limits {
    /// Photos of 50 megapixels, and a little more: "50 megapixels" on a phone is often 8192 x 6144.
    fn default() -> Self {
        Self { max_pixels: 50 * 1024 * 1024 }
    }
}

/// A picture from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// Upright and opaque.
    pub frame: Frame,
    /// What the file was.
    pub format: Format,
}

/// Why a file gives no frame.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecodeError {
    /// There are no bytes.
    #[error("the file is empty")]
    Empty,
    /// The first bytes are those of no image format that is known here.
    #[error("the file is no image: it begins with {beginning}")]
    Unknown {
        /// The first bytes, as text where they are text.
        beginning: String,
    },
    /// A known format, or a variant of one, that is not decoded here.
    #[error("{format} images of this kind cannot be decoded here: {cause}")]
    Unsupported {
        /// What the file is.
        format: Format,
        /// What exactly is not supported.
        cause: String,
    },
    /// The file starts as an image and then breaks off or contradicts itself.
    #[error("the {format} file is damaged: {cause}")]
    Corrupt {
        /// What the file is.
        format: Format,
        /// What was found.
        cause: String,
    },
    /// The header names more pixels than the limits allow.
    #[error("the image has {width} x {height} pixels, and at most {max_pixels} in all can be read")]
    TooLarge {
        /// Columns, from the header.
        width: u32,
        /// Rows, from the header.
        height: u32,
        /// The limit.
        max_pixels: u64,
    },
}

impl Limits {
    fn check(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        if u64::from(width) * u64::from(height) > self.max_pixels {
            return Err(DecodeError::TooLarge { width, height, max_pixels: self.max_pixels });
        }
        Ok(())
    }
}

fn breaks_off(format: Format) -> DecodeError {
    DecodeError::Corrupt { format, cause: "the file breaks off before the image ends".to_owned() }
}

fn no_pixels(format: Format, width: u32, height: u32) -> DecodeError {
    DecodeError::Corrupt { format, cause: format!("there is no picture of {width} x {height} pixels in it") }
}
