//! Accuracy on a part of the data, at the network's size.

use crate::Error;
use crate::data::{Batch, Batches, Order, Pairs};
use crate::loss::enlarge;
use crate::networks::Network;
use crate::report::Example;
use burn::tensor::{Device, Int, Tensor};
use std::sync::Arc;
use vitrine_pixels::ClassMap;
use vitrine_pixels::metrics::Confusion;

/// Pictures at once: bounded by memory, the result does not depend on it.
const BATCH: usize = 8;
/// Pictures of a report.
const EXAMPLES: usize = 6;
/// Ground truth that is not counted; there are fewer classes.
const IGNORED: u8 = 255;

/// Counts all pictures of a part; the network must not be in training.
pub fn evaluate<N: Network>(network: &N, part: &Arc<Pairs>, device: &Device) -> Result<Confusion, Error> {
    let mut confusion = Confusion::new(part.classes.count, &[IGNORED]);
    let [width, height] = part.size();
    for batch in Batches::start(part, BATCH, Order::Listed) {
        let batch = batch?;
        let scores = enlarge(network.forward(batch.images(device)), [height, width]);
        add(&mut confusion, &batch, scores.argmax(1), [width, height])?;
    }
    Ok(confusion)
}

/// A few pictures of a part, from all over it, with what the network says.
pub fn examples<N: Network>(network: &N, part: &Arc<Pairs>, device: &Device) -> Result<Vec<Example>, Error> {
    let [width, height] = part.size();
    let step = part.pairs.len().div_ceil(EXAMPLES).max(1);
    let pairs: Vec<_> = part.pairs.iter().skip(step / 2).step_by(step).cloned().collect();
    let chosen = Arc::new(part.with(pairs));
    let mut examples = Vec::new();
    for (batch, pair) in Batches::start(&chosen, 1, Order::Listed).zip(&chosen.pairs) {
        let batch = batch?;
        let scores = enlarge(network.forward(batch.images(device)), [height, width]);
        let [truth, predicted] = maps(&batch, scores.argmax(1), [width, height])?;
        examples.push(Example { frame: chosen.frame(pair)?, truth, predicted });
    }
    Ok(examples)
}

fn add(
    confusion: &mut Confusion,
    batch: &Batch,
    best: Tensor<4, Int>,
    size: [usize; 2],
) -> Result<(), Error> {
    let [truth, predicted] = maps(batch, best, size)?;
    confusion.add(&truth, &predicted).map_err(|error| Error::Engine(error.to_string()))
}

/// Truth and prediction, all pictures of a batch one below the other. `best`: `[n, 1, h, w]`.
fn maps(batch: &Batch, best: Tensor<4, Int>, [width, height]: [usize; 2]) -> Result<[ClassMap; 2], Error> {
    let rows = height * batch.len();
    let map =
        |ids| ClassMap::new(width as u32, rows as u32, ids).map_err(|error| Error::Engine(error.to_string()));
    let predicted = map(best.into_data().iter::<i64>().map(|class| class as u8).collect())?;
    let truth = map(batch.classes().map(|class| class.unwrap_or(IGNORED)).collect())?;
    Ok([truth, predicted])
}
