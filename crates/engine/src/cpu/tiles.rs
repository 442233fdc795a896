//! The innermost loops of convolutions: a few pixels by a few output channels, summed in registers.
//!
//! Small functions on purpose: a browser compiles such a one well within milliseconds of its first calls, and computes with
//! the better code from the next call on.

use super::places::Found;
use vitrine_graph::lanes::Lanes;

/// A sample that lies outside of the input.
pub const OUTSIDE: usize = usize::MAX;

/// Sums of `M` pixels and four times `V` output channels.
pub type Sums<const M: usize, const V: usize> = [[[f32; 4]; V]; M];

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

/// `sums[pixel][channel] += x[place + depth] * weight[sample][depth][channel]`, over samples and depth. `offset` is added to
/// every place; `zeros` has at least `depth` numbers.
#[inline(never)]
pub fn dense<const M: usize, const V: usize>(
    [x, zeros]: [&[f32]; 2],
    found: &Found,
    [first, offset, depth]: [usize; 3],
    weight: &[f32],
    sums: &mut Sums<M, V>,
) {
    let mut local = sums.map(|row| row.map(Lanes::load));
    for (sample, weight) in weight.chunks_exact(depth * 4 * V).enumerate().take(found.samples()) {
        let rows: [&[f32]; M] = found.of::<M>(sample, first).map(|place| match place {
            OUTSIDE => &zeros[..depth],
            inside => &x[inside + offset..][..depth],
        });
        for (at, weight) in weight.as_chunks::<4>().0.as_chunks::<V>().0.iter().enumerate() {
            let weight = weight.map(Lanes::load);
            for (sums, row) in local.iter_mut().zip(&rows) {
                // SAFETY: each row was cut to `depth` numbers, and the weights of a sample are `depth` chunks.
                let x = Lanes::splat(unsafe { *row.get_unchecked(at) });
                for (sum, weight) in sums.iter_mut().zip(weight) {
                    *sum = sum.add_product(x, weight);
                }
            }
        }
    }
    *sums = local.map(|row| row.map(Lanes::store));
}
