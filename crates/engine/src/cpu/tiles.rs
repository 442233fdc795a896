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

/// `sums[pixel][channel] += x[place + offset + channel] * weight[sample][channel]`, over samples.
#[inline(never)]
pub fn depthwise<const M: usize, const V: usize>(
    x: &[f32],
    found: &Found,
    [first, offset]: [usize; 2],
    weight: &[f32],
    sums: &mut Sums<M, V>,
) {
    let weights = weight.as_chunks::<4>().0.as_chunks::<V>().0.iter().enumerate().take(found.samples());
    if !found.inside[first / 4..][..M / 4].iter().all(|&inside| inside) {
        return weights.for_each(|(sample, weight)| {
            outside(x, found.of::<M>(sample, first), offset, weight, sums);
        });
    }
    let mut local = sums.map(|row| row.map(Lanes::load));
    for (sample, weight) in weights {
        let weight = weight.map(Lanes::load);
        for (sums, place) in local.iter_mut().zip(found.of::<M>(sample, first)) {
            for (part, (sum, weight)) in sums.iter_mut().zip(weight).enumerate() {
                let at = place + offset + part * 4;
                // SAFETY: a sample that lies inside starts the channels of a pixel, which has `offset + 4 * V` of them at
                // least.
                let x = unsafe { x.get_unchecked(at..).first_chunk().unwrap_unchecked() };
                *sum = sum.add_product(Lanes::load(*x), weight);
            }
        }
    }
    *sums = local.map(|row| row.map(Lanes::store));
}

/// As [`depthwise`], for one sample that may lie outside of the input.
#[inline(never)]
fn outside<const M: usize, const V: usize>(
    x: &[f32],
    places: [usize; M],
    offset: usize,
    weight: &[[f32; 4]; V],
    sums: &mut Sums<M, V>,
) {
    for (sums, place) in sums.iter_mut().zip(places) {
        let Some(x) = x.get(place.saturating_add(offset)..) else { continue };
        for ((sums, x), weight) in sums.iter_mut().zip(x.as_chunks::<4>().0).zip(weight) {
            *sums = Lanes::load(*sums).add_product(Lanes::load(*x), Lanes::load(*weight)).store();
        }
    }
}
