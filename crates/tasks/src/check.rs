//! The self-test: a known input with a reference runtime's output.

use crate::Error;
use crate::prepare::normalise;
use vitrine_packs::{Input, SelfTest};
use vitrine_pixels::test_card;

/// How far this device is from the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Check {
    /// Largest absolute difference.
    pub max_abs_diff: f32,
    /// Largest difference relative to the largest reference value.
    pub max_rel_diff: f32,
    /// Share of the places where the best class is the reference's.
    pub argmax_agreement: f64,
    /// Whether the differences are within the pack's tolerance.
    pub ok: bool,
}

/// The test card at the size of the pack's input, as the network reads it.
pub fn card_input(input: &Input) -> Vec<f32> {
    let card = test_card(input.width, input.height);
    let (pixels, _) = card.rgba().as_chunks::<4>();
    normalise(pixels.iter().map(|&[r, g, b, _]| [r, g, b]), input)
}

/// Compares an output with the reference's values. `row` scores belong together: those of a place.
///
/// # Errors
/// [`Error::Pack`] when the self-test points outside the output.
pub fn compare_output(test: &SelfTest, output: &[f32], row: usize) -> Result<Check, Error> {
    let value = |&index: &u32| output.get(index as usize).copied();
    let computed: Option<Vec<f32>> = test.indices.iter().map(value).collect();
    let computed =
        computed.ok_or_else(|| Error::Pack("the self-test points outside the output".to_owned()))?;
    Ok(compare(&computed, &test.values, row, test.tolerance))
}

/// Both hold whole rows of class scores.
fn compare(computed: &[f32], reference: &[f32], classes: usize, tolerance: f32) -> Check {
    let largest = |numbers: &mut dyn Iterator<Item = f32>| numbers.map(f32::abs).fold(0.0, f32::max);
    // A difference that is not a number must not pass for a small one.
    let difference = |(a, b): (&f32, &f32)| if (a - b).is_finite() { a - b } else { f32::INFINITY };
    let max_abs_diff = largest(&mut computed.iter().zip(reference).map(difference));
    let scale = largest(&mut reference.iter().copied()).max(f32::MIN_POSITIVE);
    let pairs = || computed.chunks(classes).zip(reference.chunks(classes));
    let same = pairs().filter(|(a, b)| arg_max(a) == arg_max(b)).count();
    Check {
        max_abs_diff,
        max_rel_diff: max_abs_diff / scale,
        argmax_agreement: same as f64 / pairs().count().max(1) as f64,
        ok: max_abs_diff <= tolerance,
    }
}

fn arg_max(scores: &[f32]) -> Option<usize> {
    (0..scores.len()).reduce(|best, index| if scores[index] > scores[best] { index } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_beyond_the_tolerance_fails() {
        let reference = [1.0, -4.0, 2.0, 0.0];
        let check = compare(&[1.0, -4.0, 2.5, 0.0], &reference, 2, 0.1);
        assert_eq!((check.max_abs_diff, check.max_rel_diff, check.ok), (0.5, 0.125, false));
        assert_eq!(check.argmax_agreement, 1.0);
        assert!(compare(&reference, &reference, 2, 0.0).ok);
    }

    #[test]
    fn what_is_not_a_number_fails() {
        assert!(!compare(&[f32::NAN], &[1.0], 1, 0.1).ok);
        assert!(!compare(&[f32::INFINITY], &[1.0], 1, 0.1).ok);
    }
}
