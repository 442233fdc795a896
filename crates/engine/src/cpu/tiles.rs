//! The innermost loops of convolutions: a few pixels by a few output channels, summed in registers.
//!
//! Small functions on purpose: a browser compiles such a one well within milliseconds of its first calls, and computes with
//! the better code from the next call on.

use super::panels::Panel;
use super::places::Found;
use std::array::from_fn;
use vitrine_graph::lanes::{Lanes, Real};

/// A sample that lies outside of the input.
pub const OUTSIDE: usize = usize::MAX;

/// A block of pixels, and what their sums are made of.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    /// What samples lie in.
    pub x: &'a [f32],
    /// What those outside of it are: at least as many as a panel's depth.
    pub zeros: &'a [f32],
    /// Where the samples of each pixel start.
    pub found: &'a Found,
    /// Number of pixels.
    pub pixels: usize,
    /// `[co]`
    pub bias: &'a [f32],
    /// `[pixel][co]`
    pub residual: Option<&'a [f32]>,
    /// Output channels.
    pub channels: usize,
    /// The least and the largest result.
    pub bounds: [f32; 2],
}

impl Block<'_> {
    /// Computes a panel's channels, four times `V`, of all pixels, `M` at a time.
    #[inline(never)]
    pub fn compute<const M: usize, const V: usize>(&self, panel: Panel, weight: &[f32], out: &mut [f32]) {
        let [low, high] = self.bounds.map(Lanes::splat);
        let bias = some::<V>(&self.bias[panel.first..][..panel.width]).map(Lanes::load);
        for first in (0..self.pixels).step_by(M) {
            let mut sums = [bias; M];
            self.sum(panel, first, weight, &mut sums);
            for (pixel, sums) in (first..self.pixels).zip(&mut sums) {
                let start = pixel * self.channels + panel.first;
                if let Some(residual) = self.residual {
                    let added = some::<V>(&residual[start..][..panel.width]);
                    *sums = from_fn(|part| sums[part] + Lanes::load(added[part]));
                }
                let sums = sums.map(|sum| sum.at_least(low).at_most(high).store());
                let out = &mut out[start..][..panel.width];
                // Of a known length: copying a few numbers of any length is a call.
                match out.as_chunks_mut::<4>().0.first_chunk_mut::<V>() {
                    Some(out) => *out = sums,
                    None => out.iter_mut().zip(sums.as_flattened()).for_each(|(out, sum)| *out = *sum),
                }
            }
        }
    }

    /// `sums[pixel][channel] += x[place + depth] * weight[sample][depth][channel]`, over samples and depth.
    #[inline(always)]
    fn sum<const M: usize, const V: usize>(
        &self,
        panel: Panel,
        first: usize,
        weight: &[f32],
        sums: &mut [[Lanes; V]; M],
    ) {
        let depth = panel.depth * self.found.merged;
        if depth == 0 {
            return;
        }
        let samples = weight.as_chunks::<4>().0.as_chunks::<V>().0.chunks_exact(depth);
        for (sample, weight) in samples.enumerate().take(self.found.samples()) {
            let rows: [&[f32]; M] = self.found.of::<M>(sample, first).map(|place| match place {
                OUTSIDE => &self.zeros[..depth],
                inside => &self.x[inside + panel.input..][..depth],
            });
            for (at, weight) in weight.iter().enumerate() {
                let weight = weight.map(Lanes::load);
                for (sums, row) in sums.iter_mut().zip(&rows) {
                    // SAFETY: each row was cut to `depth` numbers, and the weights of a sample are `depth` chunks.
                    let x = Lanes::splat(unsafe { *row.get_unchecked(at) });
                    for (sum, weight) in sums.iter_mut().zip(weight) {
                        *sum = sum.add_product(x, weight);
                    }
                }
            }
        }
    }
}

impl Found {
    /// Where one sample of `M` pixels from `first` on starts.
    #[inline(always)]
    fn of<const M: usize>(&self, sample: usize, first: usize) -> [usize; M] {
        self.starts[sample * self.stride + first..].first_chunk().copied().unwrap_or([OUTSIDE; M])
    }

    fn samples(&self) -> usize {
        self.starts.len() / self.stride
    }
}

/// These numbers, and zeros where there are fewer.
#[inline(always)]
fn some<const V: usize>(numbers: &[f32]) -> [[f32; 4]; V] {
    let part = |at: usize| numbers.get(at).copied().unwrap_or(0.0);
    let whole = numbers.as_chunks::<4>().0.first_chunk::<V>();
    whole.copied().unwrap_or_else(|| from_fn(|row| from_fn(|lane| part(row * 4 + lane))))
}
