//! The self-test: a known input with a reference runtime's output.

use super::Segmenter;
use crate::Error;
use crate::prepare::normalise;
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

impl Segmenter {
    /// Computes the test card and compares; none when the pack has no self-test, or it was loaded with another tile.
    ///
    /// # Errors
    /// [`Error::Pack`] when the self-test points outside the output, [`Error::Engine`] when the device fails.
    pub async fn check(&self) -> Result<Option<Check>, Error> {
        let Some(test) = &self.pack.self_test else { return Ok(None) };
        if self.tile != [self.pack.input.width, self.pack.input.height] {
            return Ok(None);
        }
        let card = test_card(self.tile[0], self.tile[1]);
        let (pixels, _) = card.rgba().as_chunks::<4>();
        let input = normalise(pixels.iter().map(|&[r, g, b, _]| [r, g, b]), &self.pack.input);
        let scores = self.scores(input).await?;
        let value = |&index: &u32| scores.get(index as usize).copied();
        let computed: Option<Vec<f32>> = test.indices.iter().map(value).collect();
        let computed =
            computed.ok_or_else(|| Error::Pack("the self-test points outside the output".to_owned()))?;
        Ok(Some(compare(&computed, &test.values, self.pack.classes.len(), test.tolerance)))
    }
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
