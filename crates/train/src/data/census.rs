//! A first look at all masks: whether they can be read, and how often each class occurs.

use super::Pairs;
use crate::{Error, Recipe};
use rayon::prelude::*;
use std::path::Path;

/// How often each class occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Census {
    /// Pixels by class index, at the masks' own sizes.
    pub pixels: Vec<u64>,
}

impl Census {
    /// Reads every mask, so that a bad one stops a training before its first step.
    ///
    /// # Errors
    /// As [`Pairs::mask`]; [`Error::Data`] for a class that does not occur at all.
    pub fn take(folder: &Path, pairs: &Pairs, recipe: &Recipe) -> Result<Self, Error> {
        let count = pairs.classes.count;
        let counted = pairs.pairs.par_iter().map(|pair| {
            let mut pixels = vec![0; count];
            for (id, &number) in pairs.mask(pair)?.histogram().iter().enumerate() {
                if let Some(index) = pairs.classes.index(id as u8) {
                    pixels[usize::from(index)] += number;
                }
            }
            Ok(pixels)
        });
        let sum = |a: Vec<u64>, b: Vec<u64>| a.iter().zip(&b).map(|(a, b)| a + b).collect();
        let pixels = counted.try_reduce(|| vec![0; count], |a, b| Ok(sum(a, b)))?;
        match pixels.iter().position(|&pixels| pixels == 0) {
            None => Ok(Self { pixels }),
            Some(empty) => {
                let class = &recipe.classes[empty];
                let cause = format!(
                    "no mask has a pixel of the class {} ({}): take it out of the recipe, or add pictures that show it",
                    class.name.en, class.id
                );
                Err(Error::data(folder, cause))
            }
        }
    }

    /// What a pixel of each class counts: `(1 / share)^balance`, brought to a mean of 1 over all pixels.
    pub fn weights(&self, balance: f32) -> Vec<f32> {
        let whole = self.pixels.iter().sum::<u64>().max(1) as f64;
        let share = |pixels: &u64| *pixels as f64 / whole;
        let raw: Vec<f64> =
            self.pixels.iter().map(|pixels| share(pixels).max(1e-9).powf(-f64::from(balance))).collect();
        let mean: f64 = raw.iter().zip(&self.pixels).map(|(raw, pixels)| raw * share(pixels)).sum();
        raw.iter().map(|raw| (raw / mean.max(1e-9)) as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares 3/4 and 1/4: with a balance of 1 each class counts as much as the other (2/3 and 2), by hand.
    #[test]
    fn weights_even_classes_out_and_have_a_mean_of_one() {
        let census = Census { pixels: vec![300, 100] };
        assert_eq!(census.weights(0.0), [1.0, 1.0]);
        let weights = census.weights(1.0);
        assert!((weights[0] - 2.0 / 3.0).abs() < 1e-6 && (weights[1] - 2.0).abs() < 1e-6);
    }
}
