//! Pooling: whole rows of channels at a time.

use super::View;
use super::places::{Place, Places};
use crate::lanes::{Lanes, each, each_with};
use crate::threads::{MOVED, share};
use crate::{Data, Pool, PoolKind};

/// [`crate::Op::Pool`].
pub fn pool(x: View, pool: &Pool, shape: &[usize]) -> Result<Data, String> {
    let channels = shape[shape.len() - 1];
    let places = Places::new(&pool.windows, x.shape, shape);
    let mut output = vec![initial(pool.kind); shape.iter().product()];
    let (width, lines) = places.lines();
    let line = width * channels;
    if line == 0 || lines == 0 {
        return Ok(Data::F32(output));
    }
    let effort = pool.windows.iter().map(|window| window.kernel).product::<usize>() * lines * line * MOVED;
    for (batch, output) in output.chunks_exact_mut(lines * line).enumerate() {
        let map = &x.f32s()?[batch * places.inputs() * channels..];
        share(output, line, effort, |start, part| {
            let first = start / line;
            let mut rows = part.chunks_exact_mut(channels);
            places.of_lines(first..first + rows.len() / width, |place| {
                let row = rows.next().unwrap_or_default();
                for &(_, at) in place.seen {
                    gather(row, &map[at * channels..(at + 1) * channels], pool.kind);
                }
                finish(row, &place, pool.kind);
            });
        });
    }
    Ok(Data::F32(output))
}

fn initial(kind: PoolKind) -> f32 {
    match kind {
        PoolKind::Max => f32::NEG_INFINITY,
        PoolKind::Average { .. } | PoolKind::Lp(_) => 0.0,
    }
}

fn gather(row: &mut [f32], pixel: &[f32], kind: PoolKind) {
    match kind {
        PoolKind::Max => each_with(row, pixel, Lanes::max),
        PoolKind::Average { .. } => each_with(row, pixel, |sum, x| sum + x),
        PoolKind::Lp(2) => each_with(row, pixel, |sum, x| sum + x * x),
        PoolKind::Lp(p) => row.iter_mut().zip(pixel).for_each(|(sum, x)| *sum += x.abs().powf(p as f32)),
    }
}

fn finish(row: &mut [f32], place: &Place, kind: PoolKind) {
    match kind {
        PoolKind::Max => {}
        PoolKind::Average { count_padding } => {
            let count = if count_padding { place.padded } else { place.seen.len() };
            // A window that sees nothing but padding sums to 0.
            let scale = 1.0 / count.max(1) as f32;
            each(row, |sum| sum * Lanes::splat(scale));
        }
        PoolKind::Lp(2) => row.iter_mut().for_each(|sum| *sum = sum.sqrt()),
        PoolKind::Lp(p) => row.iter_mut().for_each(|sum| *sum = sum.powf(1.0 / p as f32)),
    }
}

/// [`crate::Op::MaxPoolIndices`].
pub fn max_indices(x: View, pool: &Pool, shape: &[usize]) -> Result<Data, String> {
    let channels = shape[shape.len() - 1];
    let places = Places::new(&pool.windows, x.shape, shape);
    let mut output = Vec::with_capacity(shape.iter().product());
    for batch in 0..shape[0] {
        let map = &x.f32s()?[batch * places.inputs() * channels..];
        places.each(|place| {
            for channel in 0..channels {
                let value = |at: usize| map[at * channels + channel];
                let first = place.seen.first().map_or(0, |&(_, at)| at);
                let best = place
                    .seen
                    .iter()
                    .fold(first, |best, &(_, at)| if value(at) > value(best) { at } else { best });
                output.push(best as i64);
            }
        });
    }
    Ok(Data::I64(output))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Padding, Window};

    fn pooled(kind: PoolKind, window: Window, side: usize, output: usize) -> Vec<f32> {
        let data = Data::F32((1..=side * side).map(|x| x as f32).collect());
        let x = View { shape: &[1, side, side, 1], data: &data };
        let windows = vec![window; 2];
        pool(x, &Pool { kind, windows }, &[1, output, output, 1]).unwrap().f32s().unwrap().to_vec()
    }

    /// ONNX's operators MaxPool and AveragePool, examples 2d_ceil, and 2d_precomputed_pads without and with counted
    /// padding, first row.
    #[test]
    fn maxima_and_means_are_onnxs() {
        let ceil = Window { stride: 2, ceil: true, ..Window::dense(3) };
        assert_eq!(pooled(PoolKind::Max, ceil, 4, 2), [11.0, 12.0, 15.0, 16.0]);
        assert_eq!(pooled(PoolKind::Average { count_padding: false }, ceil, 4, 2), [6.0, 7.5, 12.0, 13.5]);
        let padded = Window { padding: Padding::Explicit(2, 2), ..Window::dense(5) };
        let mean = pooled(PoolKind::Average { count_padding: false }, padded, 5, 5);
        assert_eq!(mean[..5], [7.0, 7.5, 8.0, 8.5, 9.0]);
        let mean = pooled(PoolKind::Average { count_padding: true }, padded, 5, 5);
        assert!((mean[0] - 2.52).abs() < 1e-6 && (mean[1] - 3.6).abs() < 1e-6);
    }

    /// ONNX's operator MaxPool, example with_argmax_2d_precomputed_strides.
    #[test]
    fn a_maximums_place_counts_through_the_map() {
        let data = Data::F32((0_u8..25).map(f32::from).collect());
        let windows = vec![Window { stride: 2, ..Window::dense(2) }; 2];
        let x = View { shape: &[1, 5, 5, 1], data: &data };
        let indices = max_indices(x, &Pool { kind: PoolKind::Max, windows }, &[1, 2, 2, 1]).unwrap();
        assert_eq!(indices, Data::I64(vec![6, 8, 16, 18]));
    }
}
