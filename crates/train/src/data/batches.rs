//! Batches, read by threads of their own ahead of the loop.

use super::{Augmentation, Labelled, Picture, drawn};
use crate::Error;
use crate::loss::Truth;
use burn::tensor::{Device, Tensor, TensorData};
use rand::seq::SliceRandom;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::mpsc::{IntoIter, sync_channel};

/// Batches that wait while the loop computes.
const AHEAD: usize = 2;

/// In which order, and whether varied.
#[derive(Clone, Debug)]
pub enum Order {
    /// As listed, as they are.
    Listed,
    /// Shuffled and varied, by seed and epoch; a last batch that is not full is left out.
    Shuffled {
        /// The recipe's.
        seed: u64,
        /// Counted from 0.
        epoch: usize,
        /// How far pictures are varied.
        augmentation: Augmentation,
    },
}

/// Pictures and their truth, on the host.
#[derive(Clone, Debug)]
pub struct Batch {
    pictures: Vec<Picture>,
    size: [usize; 2],
    truth_size: [usize; 2],
}

/// Batches in their order.
pub struct Batches(IntoIter<Result<Batch, Error>>);

impl Batches {
    /// Begins to read.
    pub fn start(part: &Arc<dyn Labelled>, batch: usize, order: Order) -> Self {
        let (send, receive) = sync_channel(AHEAD);
        let part = Arc::clone(part);
        std::thread::spawn(move || {
            let indices = indices(part.len(), &order);
            let whole = |chunk: &&[usize]| matches!(order, Order::Listed) || chunk.len() == batch;
            for chunk in indices.chunks(batch).filter(whole) {
                let read = Batch::read(&*part, chunk, &order);
                let failed = read.is_err();
                // The loop may have ended.
                if send.send(read).is_err() || failed {
                    return;
                }
            }
        });
        Self(receive.into_iter())
    }

    /// How many batches an epoch of `pictures` shuffled ones has.
    pub fn steps(pictures: usize, batch: usize) -> usize {
        pictures / batch.max(1)
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

fn indices(count: usize, order: &Order) -> Vec<usize> {
    let mut indices: Vec<usize> = (0..count).collect();
    if let Order::Shuffled { seed, epoch, .. } = order {
        indices.shuffle(&mut drawn(*seed, *epoch, usize::MAX / 2));
    }
    indices
}

impl Batch {
    /// Reads some pictures of a part, on all threads.
    ///
    /// # Errors
    /// As [`Labelled::read`].
    pub fn read(part: &dyn Labelled, indices: &[usize], order: &Order) -> Result<Self, Error> {
        let picture = |&index: &usize| match order {
            Order::Listed => part.read(index, None),
            Order::Shuffled { seed, epoch, augmentation } => {
                part.read(index, Some((augmentation, &mut drawn(*seed, *epoch, index))))
            }
        };
        let pictures = indices.par_iter().map(picture).collect::<Result<_, _>>()?;
        let size = part.size(matches!(order, Order::Shuffled { .. }));
        Ok(Self { pictures, size, truth_size: part.truth_size(size) })
    }

    /// How many pictures.
    pub fn len(&self) -> usize {
        self.pictures.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pictures.is_empty()
    }

    /// `[n, 3, h, w]`
    pub fn images(&self, device: &Device) -> Tensor<4> {
        let [width, height] = self.size;
        let pixels: Vec<f32> =
            self.pictures.iter().flat_map(|picture| picture.pixels.iter().copied()).collect();
        Tensor::from_data(TensorData::new(pixels, [self.len(), 3, height, width]), device)
    }

    /// Columns and rows of each picture's truth.
    pub fn truth_size(&self) -> [usize; 2] {
        self.truth_size
    }

    /// What the pixels (or pictures) are; `weights` has a number for each class.
    pub fn truth(&self, weights: &[f32], device: &Device) -> Truth {
        let [width, height] = self.truth_size;
        let classes: Vec<Option<u8>> = self.classes().collect();
        Truth::new(&classes, [self.len(), height, width], weights, device)
    }

    /// `[n, h, w]` (1 and 1 for whole pictures): class index, none where it is ignored.
    pub fn classes(&self) -> impl Iterator<Item = Option<u8>> {
        self.pictures.iter().flat_map(|picture| picture.classes.iter().copied())
    }
}
