//! What networks are worth, each by itself and both together.

use super::windows::{ClipBatches, Order, Sense, Windows};
use crate::Error;
use crate::networks::two_stream::Stream;
use burn::tensor::Device;
use burn::tensor::activation::softmax;
use std::sync::Arc;
use vitrine_pixels::metrics::Confusion;
use vitrine_scenes::shop::Action;

/// Actions.
const CLASSES: usize = Action::ALL.len();
/// Windows at once: bounded by memory, the result does not depend on it.
const BATCH: usize = 32;

/// Probabilities of the actions for a window.
pub type Found = [f32; CLASSES];

/// On the test part, in this order: pictures alone, flow alone, both.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Of windows that are not ambiguous: truth in rows, answers in columns.
    pub clear: [Confusion; 3],
    /// Of all windows; of two actions that fill one alike either is right.
    pub all: [Confusion; 3],
    /// Weights of the two networks in the fusion, chosen on the validation part.
    pub weights: [f32; 2],
}

impl Measured {
    /// Accuracies of pictures, flow, and both, 0 to 1: of windows that are not ambiguous, then of all.
    pub fn accuracies(&self) -> [[f64; 3]; 2] {
        [&self.clear, &self.all]
            .map(|three| [0, 1, 2].map(|index| three[index].pixel_accuracy().unwrap_or(0.0)))
    }

    /// How many windows there are: those that are not ambiguous, and all.
    pub fn counts(&self) -> [u64; 2] {
        [&self.clear, &self.all].map(|three| three[0].rows().flatten().sum())
    }

    /// Counts of windows that are not ambiguous: of pictures, flow, and both; truth in rows, answers in columns.
    pub fn tables(&self) -> [Vec<Vec<u64>>; 3] {
        [0, 1, 2].map(|index| self.clear[index].rows().map(<[u64]>::to_vec).collect())
    }
}

/// What a network holds for probable, window by window; it must not be in training.
pub fn probabilities<S: Stream>(
    network: &S,
    part: &Arc<Windows>,
    sense: Sense,
    device: &Device,
) -> Result<Vec<Found>, Error> {
    let mut found = vec![];
    for batch in ClipBatches::start(part, sense, BATCH, Order::Listed) {
        let scores = network.forward(batch?.windows(device));
        let numbers: Vec<f32> = softmax(scores, 1).into_data().iter::<f32>().collect();
        found.extend(numbers.as_chunks::<CLASSES>().0);
    }
    Ok(found)
}

/// Shares of right answers: of windows that are not ambiguous, and of all.
pub fn accuracy(part: &Windows, found: &[Found], min_share: f32) -> [f64; 2] {
    [min_share, 0.0].map(|share| {
        let asked = || part.places.iter().zip(found).filter(|(place, _)| place.share() >= share);
        let right = asked().filter(|(place, found)| best(found) == place.truth(best(found))).count();
        right as f64 / asked().count().max(1) as f64
    })
}

/// Chooses the weights of the fusion on the first part, and measures on the second one. Each part comes with what the two
/// networks found.
pub fn measure(
    (validation, known): (&Windows, &[Vec<Found>; 2]),
    (test, found): (&Windows, &[Vec<Found>; 2]),
    min_share: f32,
) -> Result<Measured, Error> {
    let tenths = (2..=8).map(|tenth| [tenth as f32, (10 - tenth) as f32]);
    let worth = |weights: [f32; 2]| accuracy(validation, &fused(known, weights), min_share)[0];
    let weights = tenths.max_by(|&a, &b| worth(a).total_cmp(&worth(b))).unwrap_or([1.0; 2]);
    let three = [found[0].clone(), found[1].clone(), fused(found, weights)];
    let confusions = |share: f32| -> Result<[Confusion; 3], Error> {
        let [rgb, flow, both] = &three;
        Ok([confusion(test, rgb, share)?, confusion(test, flow, share)?, confusion(test, both, share)?])
    };
    Ok(Measured { clear: confusions(min_share)?, all: confusions(0.0)?, weights })
}

/// Late fusion, as `vitrine_tasks::act` does it.
pub fn fused([rgb, flow]: &[Vec<Found>; 2], [share, other]: [f32; 2]) -> Vec<Found> {
    let mean = |rgb: f32, flow: f32| (share * rgb + other * flow) / (share + other);
    rgb.iter().zip(flow).map(|(rgb, flow)| std::array::from_fn(|at| mean(rgb[at], flow[at]))).collect()
}

fn confusion(part: &Windows, found: &[Found], min_share: f32) -> Result<Confusion, Error> {
    let mut counts = vec![0_u64; CLASSES * CLASSES];
    for (place, found) in part.places.iter().zip(found).filter(|(place, _)| place.share() >= min_share) {
        counts[place.truth(best(found)) * CLASSES + best(found)] += 1;
    }
    Confusion::counted(CLASSES, &[], counts).map_err(|error| Error::Engine(error.to_string()))
}

/// The most probable action; of two the first.
pub fn best(found: &Found) -> usize {
    (1..CLASSES).fold(0, |best, index| if found[index] > found[best] { index } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fusion_is_the_weighted_mean() {
        let (rgb, flow) = ([0.75, 0.25, 0.0, 0.0, 0.0, 0.0], [0.25, 0.75, 0.0, 0.0, 0.0, 0.0]);
        let both = fused(&[vec![rgb], vec![flow]], [1.0, 3.0]);
        assert_eq!(both, [[0.375, 0.625, 0.0, 0.0, 0.0, 0.0]]);
        assert_eq!((best(&rgb), best(&both[0])), (0, 1));
    }
}
