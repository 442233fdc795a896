//! Convolutions of groups with few output channels, depthwise ones among them: a line of the output is one long vector, in
//! which neighbours belong to different groups, and so are what its numbers see and their weights.

use super::conv::Operands;
use super::lines::{self, Lines, SPARE};
use crate::sizes::ConvShape;
use std::array::from_fn;
use vitrine_graph::lanes::{Lanes, each_with};
use vitrine_graph::threads::share;

/// Groups of as many output channels make whole vectors by themselves.
const MANY: usize = 8;

/// The weights of such a convolution.
#[derive(Debug)]
pub struct Grouped {
    /// `[output channel of a group][sample][input channel of a group][length]`
    weights: Vec<f32>,
    /// A number for each group, and again from the first one on, so that vectors start anywhere.
    length: usize,
}

impl Grouped {
    /// Whether a convolution is better computed here.
    pub fn fits(shape: &ConvShape) -> bool {
        let (phases, columns) = lines::phases(shape);
        // Nobody's kernel reaches far beyond its input, but a file may say so.
        let fits = phases.saturating_mul(columns) <= 4 * (shape.input[2] + shape.output[2]) + 64;
        fits && shape.groups > 1 && shape.ci >= shape.groups && shape.co / shape.groups < MANY
    }

    /// Of `weight [k.., ci / groups, co]`.
    pub fn new(weight: &[f32], shape: &ConvShape) -> Self {
        let own = shape.co / shape.groups;
        let length = shape.groups + SPARE;
        let rows = weight.len() / shape.co.max(1);
        let mut weights = Vec::with_capacity(own * rows * length);
        for output in 0..own {
            for row in weight.chunks_exact(shape.co) {
                weights.extend((0..length).map(|at| row[at % shape.groups * own + output]));
            }
        }
        Self { weights, length }
    }

    /// Computes the result, `out [n, od, oh, ow, co]`.
    pub fn conv(&self, operands: Operands, shape: &ConvShape, out: &mut [f32]) {
        if out.is_empty() {
            return;
        }
        let line = shape.output[2] * shape.co;
        let bias =
            Self::new(operands.bias, &ConvShape { kernel: [1; 3], ci: shape.groups, ..*shape }).weights;
        share(out, line, shape.batch * shape.multiplications(), |start, part| {
            self.lines(operands, &bias, shape, start / line, part);
        });
    }

    /// Some lines of the result, `first` and those behind it, counted through all maps.
    fn lines(&self, operands: Operands, bias: &[f32], shape: &ConvShape, first: usize, out: &mut [f32]) {
        let own = shape.co / shape.groups;
        let line = shape.output[2] * shape.co;
        let mut lines = Lines::new(shape);
        let mut sums = vec![0.0; line / own];
        for (index, out) in (first..).zip(out.chunks_exact_mut(line)) {
            lines.bring(operands.x, index);
            let weights = self.weights.chunks_exact(self.weights.len() / own);
            for (output, (weights, bias)) in weights.zip(bias.chunks_exact(self.length)).enumerate() {
                let job =
                    Job { lines: &lines.numbers, starts: &lines.starts, weights, bias, groups: shape.groups };
                if own == 1 {
                    job.sum(out);
                } else {
                    job.sum(&mut sums);
                    let places = out[output..].iter_mut().step_by(own);
                    places.zip(&sums).for_each(|(out, sum)| *out = *sum);
                }
            }
            if let Some(residual) = operands.residual {
                each_with(out, &residual[index * line..][..line], |sum, added| sum + added);
            }
            shape.activation.apply_all(out);
        }
    }
}

/// A line of one output channel of every group.
struct Job<'a> {
    lines: &'a [f32],
    /// Where what each sample of each input channel sees starts.
    starts: &'a [usize],
    /// `[start][length]`
    weights: &'a [f32],
    /// `[length]`
    bias: &'a [f32],
    groups: usize,
}

impl Job<'_> {
    /// A small function on purpose: a browser compiles such a one well within milliseconds.
    #[inline(never)]
    fn sum(&self, out: &mut [f32]) {
        let length = self.bias.len();
        let end = out.len().next_multiple_of(SPARE);
        assert!(length >= self.groups + SPARE && self.weights.len() >= self.starts.len() * length);
        assert!(self.starts.iter().all(|start| start + end <= self.lines.len()));
        let mut group = 0;
        for (index, out) in out.chunks_mut(SPARE).enumerate() {
            // SAFETY: `group` is less than `groups`, so that the assertions above keep all reads within their slices.
            let sums = unsafe { self.sum_some(index * SPARE, group, length) };
            let sums = sums.map(Lanes::store);
            match out.as_chunks_mut::<4>().0.first_chunk_mut() {
                Some(out) => *out = sums,
                None => out.copy_from_slice(&sums.as_flattened()[..out.len()]),
            }
            group = (group + SPARE) % self.groups;
        }
    }

    /// Four vectors from a place on, which belongs to a group.
    ///
    /// # Safety
    /// There are [`SPARE`] numbers from `starts + at` and from `group` on.
    #[inline(always)]
    unsafe fn sum_some(&self, at: usize, group: usize, length: usize) -> [Lanes; SPARE / 4] {
        let four = |numbers: &[f32], at: usize| {
            // SAFETY: as the caller promises.
            Lanes::load(unsafe { *numbers.get_unchecked(at..).first_chunk().unwrap_unchecked() })
        };
        let mut sums = from_fn(|part| four(self.bias, group + part * 4));
        let mut weight = group;
        for start in self.starts {
            let place = start + at;
            for (part, sum) in sums.iter_mut().enumerate() {
                let (x, weight) = (four(self.lines, place + part * 4), four(self.weights, weight + part * 4));
                *sum = Lanes::add_product(*sum, x, weight);
            }
            weight += length;
        }
        sums
    }
}
