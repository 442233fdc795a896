//! Flow as networks read it: two planes of bytes, or numbers within -1..1. Both cut motion off at [`BOUND`].

use super::{FlowError, FlowField};
use crate::Gray;

/// Motion across or down beyond this many pixels is cut off: the bound of I3D (Carreira and Zisserman 2017,
/// arXiv:1705.07750, and its published code), and of `dense_flow`, which made the flow frames of two-stream networks.
pub const BOUND: f32 = 20.0;

/// Bytes to a pixel of motion.
const SCALE: f32 = 255.0 / (2.0 * BOUND);

impl FlowField {
    /// Motion to the right and motion down as bytes: -20..20 pixels become 0..255 as in `dense_flow` (Simonyan and
    /// Zisserman 2014, arXiv:1406.2199, section 5: "linearly rescaled to a [0, 255] range"), so that no motion is 128.
    /// Half a byte goes to the even one.
    pub fn planes(&self) -> [Gray; 2] {
        let byte = |value: f32| ((value.clamp(-BOUND, BOUND) + BOUND) * SCALE).round_ties_even() as u8;
        [0, 1].map(|axis| {
            let values = self.vectors.iter().map(|vector| byte(vector[axis])).collect();
            Gray::from_parts(self.width, self.height, values)
        })
    }

    /// Motion from planes of [`FlowField::planes`], to half a byte: 0.08 pixels. The middle of 0..255 lies between two
    /// bytes, so that 128 reads as 0.08 pixels, not as zero.
    ///
    /// # Errors
    /// The planes differ in size.
    pub fn from_planes(across: &Gray, down: &Gray) -> Result<Self, FlowError> {
        let (first, second) = ((across.width(), across.height()), (down.width(), down.height()));
        if first != second {
            return Err(FlowError::Sizes { first, second });
        }
        let motion = |byte: u8| f32::from(byte) / SCALE - BOUND;
        let vectors = across.values().iter().zip(down.values()).map(|(&x, &y)| [motion(x), motion(y)]);
        Ok(Self::from_parts(first.0, first.1, vectors.collect()))
    }

    /// Vectors as I3D reads them: -20..20 pixels become -1..1.
    pub fn clipped(&self) -> Vec<[f32; 2]> {
        self.vectors.iter().map(|vector| vector.map(|value| value.clamp(-BOUND, BOUND) / BOUND)).collect()
    }

    /// Motion from the numbers of [`FlowField::clipped`].
    ///
    /// # Errors
    /// Their count is not `width * height`, a side is zero, or a number is not finite.
    pub fn from_clipped(width: u32, height: u32, clipped: &[[f32; 2]]) -> Result<Self, FlowError> {
        Self::new(width, height, clipped.iter().map(|vector| vector.map(|value| value * BOUND)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// By hand: 255 * (v + 20) / 40 is 127.5 at rest, 133.875 and 121.125 at one pixel.
    #[test]
    fn bytes_are_centred_on_128_and_end_at_20_pixels() {
        let field = FlowField::new(
            3,
            2,
            vec![[0.0, 1.0], [20.0, -20.0], [99.0, -1e9], [-1.0, -0.0], [0.1; 2], [5.0; 2]],
        );
        let [across, down] = field.unwrap().planes();
        assert_eq!(across.values(), [128, 255, 255, 121, 128, 159]);
        assert_eq!(down.values(), [134, 0, 0, 128, 128, 159]);
    }

    #[test]
    fn planes_of_two_sizes_are_refused() {
        let plane = |width| Gray::new(width, 2, vec![0; width as usize * 2]).unwrap();
        let error = FlowField::from_planes(&plane(3), &plane(4));
        assert_eq!(error, Err(FlowError::Sizes { first: (3, 2), second: (4, 2) }));
    }

    fn fields() -> impl Strategy<Value = FlowField> {
        ((1_u32..9, 1_u32..9), proptest::collection::vec([-30.0_f32..30.0, -30.0_f32..30.0], 64)).prop_map(
            |((width, height), vectors)| {
                FlowField::new(width, height, vectors[..(width * height) as usize].to_vec()).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn planes_read_back_to_half_a_byte(field in fields()) {
            let [across, down] = field.planes();
            let back = FlowField::from_planes(&across, &down).unwrap();
            for (there, here) in field.vectors().iter().flatten().zip(back.vectors().iter().flatten()) {
                prop_assert!((there.clamp(-20.0, 20.0) - here).abs() <= 20.0 / 255.0 + 1e-5);
            }
            // Whatever was rounded once is kept.
            prop_assert_eq!(back.planes(), [across, down]);
        }

        #[test]
        fn clipped_vectors_read_back(field in fields()) {
            let clipped = field.clipped();
            prop_assert!(clipped.iter().flatten().all(|value| (-1.0..=1.0).contains(value)));
            let back = FlowField::from_clipped(field.width(), field.height(), &clipped).unwrap();
            for (there, here) in field.vectors().iter().flatten().zip(back.vectors().iter().flatten()) {
                prop_assert!((there.clamp(-20.0, 20.0) - here).abs() < 1e-5);
            }
        }
    }
}
