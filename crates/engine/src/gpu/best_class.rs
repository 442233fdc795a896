//! The best class of each pixel of a picture, of scores that stay on the GPU: one byte a pixel comes back.
//!
//! Scores are blended and compared as on the host: rows, then columns, and the first of equal classes wins. Sizes of pictures are
//! arguments of the kernel, not compiled into it: a picture of another size needs no other pipeline.

use super::{Stored, Tensor, launch_size, read_bytes};
use crate::{Error, Held};
use cubecl::client::Client;
use cubecl::prelude::*;

/// Classes that a byte tells apart.
const CLASSES_MAX: usize = 256;
/// Pixels that a thread computes, and a number of the result holds.
const PACKED: usize = 4;

/// A score that a row or column of a picture is interpolated from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// What this row, or column, adds to the place of the first class's score.
    pub place: usize,
    /// Above 0.
    pub weight: f32,
}

/// The class with the largest score at each pixel of a picture that is interpolated from score grids on a GPU.
#[derive(Clone, Copy, Debug)]
pub struct BestClass<'a> {
    /// How many classes there are, 256 at most.
    pub classes: usize,
    /// How far apart the scores of two classes lie: 1 in `[rows, columns, classes]`, `rows * columns` in
    /// `[classes, rows, columns]`.
    pub stride: usize,
    /// The picture's rows.
    pub rows: &'a [Vec<Share>],
    /// The picture's columns.
    pub columns: &'a [Vec<Share>],
}

impl BestClass<'_> {
    /// Indices of classes, a byte a pixel, row by row. Places count through all `scores`, as if these lay behind one another.
    /// Readback is awaited. None when a value is in the host's memory, or all of them are more than a kernel can be given.
    ///
    /// # Errors
    /// [`Error::Place`] when a place lies outside of the scores, [`Error::Classes`] for more classes than a byte tells apart,
    /// [`Error::Device`] when the device fails.
    pub async fn of(&self, scores: &[Held]) -> Result<Option<Vec<u8>>, Error> {
        if !(1..=CLASSES_MAX).contains(&self.classes) {
            return Err(Error::Classes { given: self.classes });
        }
        let full = |held: &Held| Some(held.on_gpu()?.stored_as(Stored::Full));
        let on_gpu: Option<Vec<Tensor>> = scores.iter().map(full).collect();
        let Some(tensors) = on_gpu.filter(|tensors| !tensors.is_empty()) else { return Ok(None) };
        self.check(tensors.iter().map(|tensor| tensor.length).sum())?;
        let Some(scores) = super::join::behind_one_another(&tensors) else { return Ok(None) };
        let pixels = self.rows.len() * self.columns.len();
        if pixels == 0 || !scores.fits(pixels.div_ceil(PACKED)) {
            return Ok((pixels == 0).then(Vec::new));
        }
        let mut classes = read_bytes(&self.launch(&scores, pixels)).await?;
        classes.truncate(pixels);
        Ok(Some(classes))
    }

    /// That no sum of places leaves the scores.
    fn check(&self, length: usize) -> Result<(), Error> {
        let furthest = |samples: &[Vec<Share>]| samples.iter().flatten().map(|share| share.place).max();
        let places = [self.rows, self.columns].map(|samples| furthest(samples).unwrap_or(0));
        let last = (self.classes - 1).checked_mul(self.stride);
        let place = last.and_then(|last| places[0].checked_add(places[1])?.checked_add(last));
        match place {
            Some(place) if place < length => Ok(()),
            place => Err(Error::Place { place: place.unwrap_or(usize::MAX), length }),
        }
    }

    fn launch(&self, scores: &Tensor, pixels: usize) -> Tensor {
        let client = &scores.client;
        let words = pixels.div_ceil(PACKED);
        let out = Tensor::empty(client, words);
        let taps = [self.rows, self.columns].map(widest);
        let [places, weights] = self.tables(client, taps);
        let (count, dim) = launch_size(words);
        // SAFETY: the places lie inside the scores, and the tables have `taps` entries for each row and column.
        unsafe {
            best_kernel::launch_unchecked(
                client,
                count,
                dim,
                scores.arg(),
                places.arg(),
                weights.arg(),
                out.arg(),
                self.columns.len(),
                self.rows.len(),
                self.classes,
                self.stride,
                taps[0],
                taps[1],
            );
        }
        out
    }

    /// Places and weights of the rows, then of the columns. What fills up weighs nothing and is not read.
    fn tables(&self, client: &Client, taps: [usize; 2]) -> [Tensor; 2] {
        let (mut places, mut weights) = (vec![], vec![]);
        for (samples, taps) in [self.rows, self.columns].into_iter().zip(taps) {
            for shares in samples {
                let fill = taps - shares.len();
                places.extend(shares.iter().map(|share| share.place as u32).chain(vec![0; fill]));
                weights.extend(shares.iter().map(|share| share.weight).chain(vec![0.0; fill]));
            }
        }
        [Tensor::of_words(client, places), Tensor::new(client, weights)]
    }
}

/// Scores that a row or column is interpolated from at most, as a power of 2: kernels are compiled for it.
fn widest(samples: &[Vec<Share>]) -> usize {
    samples.iter().map(Vec::len).max().unwrap_or(0).next_power_of_two()
}

#[cube(launch_unchecked)]
fn best_kernel(
    scores: &[f32],
    places: &[u32],
    weights: &[f32],
    out: &mut [u32],
    width: usize,
    height: usize,
    classes: usize,
    stride: usize,
    #[comptime] down: usize,
    #[comptime] across: usize,
) {
    let word = ABSOLUTE_POS;
    if word * PACKED >= width * height {
        terminate!();
    }
    let mut packed = 0u32;
    #[unroll]
    for lane in 0..PACKED {
        let pixel = min(word * PACKED + lane, width * height - 1);
        let row = pixel / width * down;
        let column = height * down + pixel % width * across;
        let class = best_class(scores, places, weights, row, column, classes, stride, down, across);
        packed |= class << comptime!(8 * lane as u32);
    }
    out[word] = packed;
}

/// The class of the largest blend at a pixel; `row` and `column` are the first entries of the tables.
#[cube]
fn best_class(
    scores: &[f32],
    places: &[u32],
    weights: &[f32],
    row: usize,
    column: usize,
    classes: usize,
    stride: usize,
    #[comptime] down: usize,
    #[comptime] across: usize,
) -> u32 {
    // What fills up weighs nothing; whatever it would read, infinity too, must not count.
    let mut read = Array::<usize>::new(comptime!(down * across));
    let mut row_weights = Array::<f32>::new(down);
    let mut column_weights = Array::<f32>::new(across);
    #[unroll]
    for j in 0..across {
        column_weights[j] = weights[column + j];
        #[unroll]
        for i in 0..down {
            read[comptime!(j * down + i)] = usize::cast_from(places[column + j] + places[row + i]);
        }
    }
    #[unroll]
    for i in 0..down {
        row_weights[i] = weights[row + i];
    }
    let mut best = 0.0f32;
    let mut found = 0u32;
    for class in 0..classes {
        let mut sum = 0.0f32;
        #[unroll]
        for j in 0..across {
            let mut mixed = 0.0f32;
            #[unroll]
            for i in 0..down {
                let score = scores[read[comptime!(j * down + i)] + class * stride];
                mixed += select(row_weights[i] > 0.0, score * row_weights[i], 0.0f32);
            }
            sum += select(column_weights[j] > 0.0, mixed * column_weights[j], 0.0f32);
        }
        if class == 0 || sum > best {
            best = sum;
            found = u32::cast_from(class);
        }
    }
    found
}
