//! Accuracy on a part of the data, at the network's size.

use crate::data::{Batch, Batches, Labelled, Order};
use crate::loss::enlarge;
use crate::networks::Network;
use crate::report::Example;
use crate::{Error, Recipe};
use burn::tensor::{Device, Tensor};
use std::sync::Arc;
use vitrine_pixels::ClassMap;
use vitrine_pixels::metrics::Confusion;

/// Pictures at once: bounded by memory, the result does not depend on it.
const BATCH: usize = 8;
/// Pictures of a report.
const EXAMPLES: usize = 6;
/// Ground truth that is not counted; there are fewer classes.
const IGNORED: u8 = 255;
/// Among how many of the best classes the true one is looked for.
const TOP: usize = 5;

/// What was counted.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Pixels, or pictures where each has one class.
    pub confusion: Confusion,
    /// Share of the pictures whose class is among the five best; none where pixels have classes.
    pub top5: Option<f64>,
}

/// Counts all pictures of a part; the network must not be in training.
pub fn evaluate<N: Network>(
    network: &N,
    recipe: &Recipe,
    part: &Arc<dyn Labelled>,
    device: &Device,
) -> Result<Measured, Error> {
    let mut confusion = Confusion::new(recipe.classes.len(), &[IGNORED]);
    let mut found = 0;
    for batch in Batches::start(part, BATCH, Order::Listed) {
        let batch = batch?;
        let scores = scores(network, &batch, device);
        if recipe.network.classifies() {
            let truth: Vec<Option<u8>> = batch.classes().collect();
            let scores: Vec<f32> = scores.clone().into_data().iter::<f32>().collect();
            found += top(&scores, &truth, TOP);
        }
        let [truth, predicted] = maps(&batch, scores)?;
        confusion.add(&truth, &predicted).map_err(|error| Error::Engine(error.to_string()))?;
    }
    let top5 = recipe.network.classifies().then(|| found as f64 / part.len().max(1) as f64);
    Ok(Measured { confusion, top5 })
}

/// A few pictures of a part, from all over it, with what the network says.
pub fn examples<N: Network>(
    network: &N,
    part: &Arc<dyn Labelled>,
    device: &Device,
) -> Result<Vec<Example>, Error> {
    let step = part.len().div_ceil(EXAMPLES).max(1);
    let mut examples = Vec::new();
    for index in (step / 2..part.len()).step_by(step) {
        let batch = Batch::read(&**part, &[index], &Order::Listed)?;
        let [truth, predicted] = maps(&batch, scores(network, &batch, device))?;
        examples.push(Example { frame: part.frame(index)?, truth, predicted });
    }
    Ok(examples)
}

/// `[n, classes, h, w]`, as many rows and columns as the truth has.
fn scores<N: Network>(network: &N, batch: &Batch, device: &Device) -> Tensor<4> {
    let [width, height] = batch.truth_size();
    enlarge(network.forward(batch.images(device)), [height, width])
}

/// How many pictures have their class among the `count` best; of classes with equal scores the first is the better one.
/// `scores`: `[n, classes]`.
fn top(scores: &[f32], truth: &[Option<u8>], count: usize) -> usize {
    let classes = scores.len() / truth.len().max(1);
    let is_found = |(scores, truth): (&[f32], &Option<u8>)| {
        truth.map(usize::from).is_some_and(|truth| {
            let better = |&(class, &score): &(usize, &f32)| {
                score > scores[truth] || (score == scores[truth] && class < truth)
            };
            scores.iter().enumerate().filter(better).count() < count
        })
    };
    scores.chunks(classes.max(1)).zip(truth).filter(|&pair| is_found(pair)).count()
}

/// Truth and prediction, all pictures of a batch one below the other.
fn maps(batch: &Batch, scores: Tensor<4>) -> Result<[ClassMap; 2], Error> {
    let [width, height] = batch.truth_size();
    let rows = height * batch.len();
    let map =
        |ids| ClassMap::new(width as u32, rows as u32, ids).map_err(|error| Error::Engine(error.to_string()));
    let best = scores.argmax(1); // [n, 1, h, w]
    let predicted = map(best.into_data().iter::<i64>().map(|class| class as u8).collect())?;
    let truth = map(batch.classes().map(|class| class.unwrap_or(IGNORED)).collect())?;
    Ok([truth, predicted])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of scikit-learn 1.7's `top_k_accuracy_score`: 0.75 of four with k = 2.
    #[test]
    fn top_k_is_that_of_scikit_learn() {
        let scores = [0.5, 0.2, 0.2, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1];
        let truth = [0, 1, 2, 2].map(Some);
        assert_eq!([1, 2, 3].map(|count| top(&scores, &truth, count)), [2, 3, 4]);
    }

    /// The example of scikit-learn's `confusion_matrix`, of whole pictures: a map of one column.
    #[test]
    fn the_confusion_of_pictures_is_that_of_scikit_learn() {
        let map = |ids: [u8; 6]| ClassMap::new(1, 6, ids.to_vec()).unwrap();
        let mut confusion = Confusion::new(3, &[IGNORED]);
        confusion.add(&map([2, 0, 2, 2, 0, 1]), &map([0, 0, 2, 2, 0, 2])).unwrap();
        let rows: Vec<&[u64]> = confusion.rows().collect();
        assert_eq!(rows, [[2, 0, 0], [0, 0, 1], [1, 0, 2]]);
        assert_eq!(confusion.pixel_accuracy(), Some(4.0 / 6.0));
    }
}
