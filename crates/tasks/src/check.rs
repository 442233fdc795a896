//! The self-test: a known input with a reference runtime's output.

use crate::Error;
use crate::prepare::normalise;
use std::fmt::{self, Display, Formatter};
use vitrine_engine::Precision;
use vitrine_packs::{Input, SelfTest};
use vitrine_pixels::test_card;

/// How far this device is from the reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Largest absolute difference.
    pub max_abs_diff: f32,
    /// Largest difference relative to the largest reference value.
    pub max_rel_diff: f32,
    /// Share of the places where the best class is the reference's.
    pub argmax_agreement: f64,
    /// Whether the differences are within the pack's tolerance.
    pub ok: bool,
    /// The value that differs most.
    pub worst: Difference,
}

/// A value of the self-test, and what the reference has there. Written out, it is the sentence that a person reads who asks
/// why a device is not used.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Name of the tensor in the model file, and the flat index in it, channels last.
    pub place: (String, u32),
    /// The reference's value.
    pub expected: f32,
    /// This device's value.
    pub found: f32,
    /// The largest absolute difference that passes.
    pub limit: f32,
}

impl Display for Difference {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { place: (tensor, index), expected, found, limit } = self;
        write!(
            formatter,
            "{tensor}[{index}] is {found}, the reference has {expected}, and the limit is {limit}"
        )
    }
}

/// The test card at the size of the pack's input, as the network reads it.
pub fn card_input(input: &Input) -> Vec<f32> {
    let card = test_card(input.width, input.height);
    let (pixels, _) = card.rgba().as_chunks::<4>();
    normalise(pixels.iter().map(|&[r, g, b, _]| [r, g, b]), input)
}

/// Compares the output `tensor`, computed in `precision`, with the reference's values. `row` scores belong together: those of a
/// place.
///
/// # Errors
/// [`Error::Pack`] when the self-test points outside the output.
pub fn compare_output(
    test: &SelfTest,
    precision: Precision,
    tensor: &str,
    output: &[f32],
    row: usize,
) -> Result<Check, Error> {
    let value = |&index: &u32| output.get(index as usize).copied();
    let computed: Option<Vec<f32>> = test.indices.iter().map(value).collect();
    let computed =
        computed.ok_or_else(|| Error::Pack("the self-test points outside the output".to_owned()))?;
    // What a pack does not allow is held to the limit of full precision.
    let half = test.half.filter(|_| precision != Precision::Full);
    let limit = half.map_or(test.tolerance, |half| half.tolerance);
    Ok(compare(&computed, test, limit, tensor, row))
}

/// What was computed holds whole rows of class scores, as the test does.
fn compare(computed: &[f32], test: &SelfTest, limit: f32, tensor: &str, classes: usize) -> Check {
    let reference = &test.values;
    let largest = |numbers: &mut dyn Iterator<Item = f32>| numbers.map(f32::abs).fold(0.0, f32::max);
    // A difference that is not a number must not pass for a small one.
    let difference = |(a, b): (&f32, &f32)| if (a - b).is_finite() { a - b } else { f32::INFINITY };
    let differences: Vec<f32> = computed.iter().zip(reference).map(difference).map(f32::abs).collect();
    let worst = arg_max(&differences).unwrap_or_default();
    let max_abs_diff = largest(&mut differences.iter().copied());
    let at = |values: &[f32]| values.get(worst).copied().unwrap_or_default();
    let scale = largest(&mut reference.iter().copied()).max(f32::MIN_POSITIVE);
    let pairs = || computed.chunks(classes).zip(reference.chunks(classes));
    let same = pairs().filter(|(a, b)| arg_max(a) == arg_max(b)).count();
    Check {
        max_abs_diff,
        max_rel_diff: max_abs_diff / scale,
        argmax_agreement: same as f64 / pairs().count().max(1) as f64,
        ok: max_abs_diff <= limit,
        worst: Difference {
            place: (tensor.to_owned(), test.indices.get(worst).copied().unwrap_or_default()),
            expected: at(reference),
            found: at(computed),
            limit,
        },
    }
}

fn arg_max(scores: &[f32]) -> Option<usize> {
    (0..scores.len()).reduce(|best, index| if scores[index] > scores[best] { index } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(computed: &[f32], reference: &[f32], classes: usize, tolerance: f32) -> Check {
        let indices = (0..reference.len() as u32).map(|index| index * 10).collect();
        let (reference, values) = ("a hand count".into(), reference.to_vec());
        let test = SelfTest { reference, indices, values, tolerance, half: None };
        compare(computed, &test, tolerance, "scores", classes)
    }

    #[test]
    fn a_difference_beyond_the_tolerance_fails_and_is_told_with_its_place() {
        let reference = [1.0, -4.0, 2.0, 0.0];
        let found = check(&[1.0, -4.0, 2.5, 0.0], &reference, 2, 0.1);
        assert_eq!((found.max_abs_diff, found.max_rel_diff, found.ok), (0.5, 0.125, false));
        assert_eq!(found.argmax_agreement, 1.0);
        let said = "scores[20] is 2.5, the reference has 2, and the limit is 0.1";
        assert_eq!(found.worst.to_string(), said);
        assert!(check(&reference, &reference, 2, 0.0).ok);
    }

    #[test]
    fn what_is_not_a_number_fails() {
        for wrong in [f32::NAN, f32::INFINITY] {
            let found = check(&[0.0, wrong], &[0.0, 1.0], 1, 0.1);
            assert!(!found.ok);
            assert_eq!(found.worst.place.1, 10);
        }
    }
}
