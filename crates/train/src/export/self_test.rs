//! The self-test of a pack: what Burn computes from the test card, for every device to be compared with.

use crate::Recipe;
use crate::data::normalised;
use crate::networks::Network;
use burn::tensor::{Device, Tensor, TensorData};
use vitrine_packs::SelfTest;
use vitrine_pixels::test_card;

/// Burn as Cargo.lock has it, and its processor backend.
const REFERENCE: &str = "Burn 0.22.1, burn-flex";
/// Numbers of a self-test at most, of whole places; `pack.json` may have 4096.
const VALUES_MAX: usize = 600;
/// What a device may be away from the reference, in units of the largest score: what weights in 16 bits may cost.
const TOLERANCE: f32 = 5e-3;

/// The test card at the recipe's size, as the network reads it: `[3, h, w]`.
pub fn card(recipe: &Recipe) -> Vec<f32> {
    let [width, height] = recipe.test_size();
    let card = test_card(width, height);
    let (pixels, _) = card.rgba().as_chunks::<4>();
    let rgb: Vec<u8> = pixels.iter().flat_map(|&[red, green, blue, _]| [red, green, blue]).collect();
    normalised(&rgb, recipe.data.mean, recipe.data.std)
}

/// All classes at places from all over the map, computed by the network on Burn's processor backend.
pub fn self_test<N: Network>(network: &N, recipe: &Recipe) -> SelfTest {
    let device = Device::flex();
    let network = network.clone().to_device(&device);
    let [width, height] = recipe.test_size().map(|side| side as usize);
    let images = Tensor::from_data(TensorData::new(card(recipe), [1, 3, height, width]), &device);
    let scores = network.forward(images);
    let [_, classes, rows, columns] = scores.dims();
    let last: Vec<f32> = scores.permute([0, 2, 3, 1]).into_data().iter::<f32>().collect();
    let indices: Vec<u32> = places(rows * columns, (VALUES_MAX / classes.max(1)).max(1))
        .flat_map(|place| place * classes..(place + 1) * classes)
        .map(|index| index as u32)
        .collect();
    let values: Vec<f32> = indices.iter().map(|&index| rounded(last[index as usize])).collect();
    let largest = last.iter().fold(1.0_f32, |largest, score| largest.max(score.abs()));
    let tolerance = rounded(TOLERANCE * largest);
    SelfTest { reference: REFERENCE.to_owned(), indices, values, tolerance, half: None }
}

/// Places of a map, evenly apart.
fn places(count: usize, wanted: usize) -> impl Iterator<Item = usize> {
    let wanted = wanted.min(count);
    (0..wanted).map(move |index| (index * count + count / 2) / wanted.max(1))
}

/// To four decimals: far below any tolerance.
fn rounded(value: f32) -> f32 {
    (value * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_the_burn_that_is_locked() {
        let lock = include_str!("../../../../Cargo.lock");
        let version =
            lock.split("name = \"burn\"\nversion = \"").nth(1).and_then(|rest| rest.split('"').next());
        assert_eq!(REFERENCE, format!("Burn {}, burn-flex", version.unwrap()));
    }

    #[test]
    fn places_lie_all_over_a_map() {
        assert_eq!(places(12, 3).collect::<Vec<_>>(), [2, 6, 10]);
        assert_eq!(places(2, 5).collect::<Vec<_>>(), [0, 1]);
    }
}
