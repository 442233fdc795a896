//! Optical flow: where each pixel of one picture is found in the next, by TV-L1 (Zach, Pock and Bischof 2007, "A Duality
//! Based Approach for Realtime TV-L1 Optical Flow"; scales and warps after Sanchez, Meinhardt-Llopis and Facciolo 2013,
//! doi:10.5201/ipol.2013.26), with the details of OpenCV's `DualTVL1OpticalFlow`, because networks that read flow were
//! trained on OpenCV's; and the forms in which flow is shown and given to networks.
//!
//! Measured: 0.01 to 0.025 pixels (mean distance of the vectors' ends) from OpenCV 4.10 on three pairs of real frames of
//! 170 x 128 (`tests/flow.rs`), on each of them less than OpenCV 5.0 differs from 4.10. Processor time of one thread for a
//! pair of 170 x 128 and one of 320 x 240 (those of `examples/flow_speed.rs`), on a server with AMD EPYC: 97 ms natively
//! with SSE2, 36 + 94 ms in WebAssembly with 128-bit vectors (Node), 320 + 730 ms by OpenCV 4.10.

mod codes;
mod iterate;
mod median;
mod plane;
mod tv_l1;
mod warp;
mod wheel;

pub use codes::BOUND;
pub use plane::linear_taps;
pub use tv_l1::{TvL1, TvL1Parameters, check_pair};
pub use warp::Bicubic;
pub use wheel::wheel;

/// Why there is no flow.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum FlowError {
    /// Both pictures, or both planes, must have one size.
    #[error("flow needs two pictures of one size; these are {} x {} and {} x {}", .first.0, .first.1, .second.0, .second.1)]
    Sizes {
        /// Width and height of the first picture.
        first: (u32, u32),
        /// Width and height of the second picture.
        second: (u32, u32),
    },
    /// More than 2^21 pixels, or more than 2^16 to a side.
    #[error(
        "{width} x {height} pixels are too many for flow; shrink the pictures to 2 megapixels and 65536 to a side"
    )]
    TooLarge {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// A parameter is out of its range.
    #[error("`{0}` of the flow's parameters is out of its range")]
    Parameter(&'static str),
    /// The vectors are not one a pixel, a side is zero, or a number is not finite.
    #[error("{vectors} vectors are not a flow of {width} x {height} pixels, or not all are finite")]
    Field {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
        /// Vectors that were given.
        vectors: usize,
    },
}

/// How far each pixel of a picture moves until the next one, in pixels: right, then down. Row-major from the top left.
#[derive(Clone, PartialEq)]
pub struct FlowField {
    width: u32,
    height: u32,
    vectors: Vec<[f32; 2]>,
}

impl FlowField {
    /// Wraps `width * height` vectors.
    ///
    /// # Errors
    /// Their count is another one, a side is zero, or a number is not finite.
    pub fn new(width: u32, height: u32, vectors: Vec<[f32; 2]>) -> Result<Self, FlowError> {
        let expected = (width as usize).checked_mul(height as usize);
        let is_finite = vectors.iter().flatten().all(|value| value.is_finite());
        if width == 0 || height == 0 || expected != Some(vectors.len()) || !is_finite {
            return Err(FlowError::Field { width, height, vectors: vectors.len() });
        }
        Ok(Self { width, height, vectors })
    }

    /// A field in which nothing moves. A side of zero counts as 1.
    pub fn still(width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        Self::from_parts(width, height, vec![[0.0; 2]; width as usize * height as usize])
    }

    /// For sizes and numbers that are right by construction.
    fn from_parts(width: u32, height: u32, vectors: Vec<[f32; 2]>) -> Self {
        debug_assert_eq!(width as usize * height as usize, vectors.len());
        Self { width, height, vectors }
    }

    /// Pixels per row, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Rows, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// `width * height` vectors of finite numbers, as `[height, width, 2]` of OpenCV.
    pub fn vectors(&self) -> &[[f32; 2]] {
        &self.vectors
    }

    /// Length of the longest vector, in pixels.
    pub fn largest_motion(&self) -> f32 {
        self.vectors.iter().fold(0.0, |largest, [x, y]| x.hypot(*y).max(largest))
    }
}

impl std::fmt::Debug for FlowField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FlowField({} x {})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_holds_one_finite_vector_a_pixel() {
        assert!(FlowField::new(2, 1, vec![[0.0; 2]; 2]).is_ok());
        assert!(FlowField::new(2, 1, vec![[0.0; 2]; 3]).is_err());
        assert!(FlowField::new(0, 7, vec![]).is_err());
        assert!(FlowField::new(u32::MAX, u32::MAX, vec![]).is_err());
        for odd in [f32::NAN, f32::INFINITY] {
            assert!(FlowField::new(1, 1, vec![[0.0, odd]]).is_err());
        }
    }

    #[test]
    fn the_largest_motion_is_the_longest_vector() {
        let field = FlowField::new(2, 1, vec![[3.0, -4.0], [0.0, 4.5]]).unwrap();
        assert_eq!(field.largest_motion(), 5.0);
    }
}
