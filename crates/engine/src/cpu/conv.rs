//! Convolution by tiles of pixels and output channels, without gathering the input: each tile reads the rows of channels
//! where they lie. Weights are packed beforehand; bias, residual and activation are applied before a block of pixels leaves
//! the cache, and those that only bound what they are given before it leaves the registers.

use super::panels::{NARROW, Packed, WIDE};
use super::places::Found;
use super::tiles::Block;
use crate::sizes::ConvShape;
use vitrine_graph::threads::share;

/// Numbers of a block's input that stay in the cache while all panels read them.
const BLOCK: usize = 1 << 15;
/// Pixels of a tile of [`WIDE`] channels.
pub(super) const WIDE_PIXELS: usize = 4;
/// Pixels of a tile of [`NARROW`] channels: a whole number of the others.
pub(super) const NARROW_PIXELS: usize = 8;

/// What a convolution reads.
#[derive(Clone, Copy)]
pub struct Operands<'a> {
    /// `[n, d, h, w, ci]`
    pub x: &'a [f32],
    /// `[co]`
    pub bias: &'a [f32],
    /// `[n, od, oh, ow, co]`
    pub residual: Option<&'a [f32]>,
}

/// Computes the result, `out [n, od, oh, ow, co]`.
pub fn conv(operands: Operands, packed: &Packed, shape: &ConvShape, out: &mut [f32]) {
    let (input, output) = (shape.input_elements(), shape.output_elements());
    if output == 0 {
        return;
    }
    let size = (BLOCK / shape.ci.max(1)).clamp(16, 128) / 8 * 8;
    for (index, map) in out.chunks_exact_mut(output).enumerate() {
        let x = &operands.x[index * input..][..input];
        let residual = operands.residual.map(|residual| &residual[index * output..][..output]);
        let operands = Operands { x, residual, ..operands };
        share(map, size * shape.co, shape.multiplications(), |start, part| {
            by_blocks(operands, packed, shape, size, start / shape.co, part);
        });
    }
}

/// Some pixels of a map, `first` and those behind it, `size` at a time. `operands` are those of the map.
fn by_blocks(
    operands: Operands,
    packed: &Packed,
    shape: &ConvShape,
    size: usize,
    first: usize,
    out: &mut [f32],
) {
    let zeros = vec![0.0; shape.kernel[2] * shape.ci];
    let mut found = Found::default();
    let (bounds, after) = shape.activation.bounds();
    for (block, out) in out.chunks_mut(size * shape.co).enumerate() {
        let first = first + block * size;
        let pixels = out.len() / shape.co;
        found.find(shape, first, pixels);
        let residual = operands.residual.map(|residual| &residual[first * shape.co..][..out.len()]);
        let Operands { x, bias, .. } = operands;
        let (zeros, found, channels) = (&zeros[..], &found, shape.co);
        let tiles = Block { x, zeros, found, pixels, bias, residual, channels, bounds };
        for (panel, weight) in packed.panels() {
            if panel.lanes == WIDE {
                tiles.compute::<WIDE_PIXELS, { WIDE / 4 }>(panel, weight, out);
            } else {
                tiles.compute::<NARROW_PIXELS, { NARROW / 4 }>(panel, weight, out);
            }
        }
        after.apply_all(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::grouped::Grouped;
    use crate::cpu::rows;
    use crate::cpu::winograd::Winograd;
    use vitrine_graph::host::{self, View};
    use vitrine_graph::{Conv, Data, Op, Padding, Unary, Window};

    /// Numbers between -1 and 1 that are alike on every run.
    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|index| ((index * 7919 + seed * 104_729) % 2003) as f32 / 1001.0 - 1.0).collect()
    }

    /// `x [n, h, w, ci]` with `co` filters of `kernel x kernel`, beside the definition of `vitrine_graph::host`.
    fn check(x_shape: [usize; 4], co: usize, groups: usize, window: Window) {
        let [batch, height, width, ci] = x_shape;
        let size = |input| window.output(input).unwrap();
        let (output, kernel) = ([batch, size(height), size(width), co], window.kernel);
        let weight_shape = [kernel, kernel, ci / groups, co];
        let data = |shape: &[usize], seed| Data::F32(numbers(shape.iter().product(), seed));
        let (x, weight, bias) = (data(&x_shape, 1), data(&weight_shape, 2), data(&[co], 3));
        let residual = data(&output, 4);
        let conv = Conv { windows: vec![window; 2], groups, activation: Unary::Relu };
        let views = [(&x_shape[..], &x), (&weight_shape, &weight), (&[co], &bias), (&output, &residual)];
        let views = views.map(|(shape, data)| View { shape, data });
        let expected = host::evaluate(&Op::Conv(conv), &views, vitrine_graph::Kind::F32, &output).unwrap();
        let shape = ConvShape {
            batch,
            input: [1, height, width],
            ci,
            output: [1, output[1], output[2]],
            co,
            kernel: [1, kernel, kernel],
            stride: [1, window.stride, window.stride],
            dilation: [1, window.dilation, window.dilation],
            padding: [0, window.before(height), window.before(width)],
            groups,
            activation: Unary::Relu,
            residual: true,
        };
        let [x, weight, bias, residual] = views.map(|view| view.f32s().unwrap());
        let operands = Operands { x, bias, residual: Some(residual) };
        let expected = expected.f32s().unwrap();
        let check = |compute: &dyn Fn(&mut [f32])| {
            let mut found = vec![f32::NAN; expected.len()];
            compute(&mut found);
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 1e-4, "{found} {expected} of {shape:?}");
            }
        };
        check(&|out| self::conv(operands, &Packed::new(weight, &shape), &shape, out));
        check(&|out| rows::conv(operands, weight, &shape, out));
        if Grouped::fits(&shape) {
            check(&|out| Grouped::new(weight, &shape).conv(operands, &shape, out));
        }
        if Winograd::fits(&shape) {
            check(&|out| Winograd::new(weight, &shape).conv(operands, &shape, out));
        }
    }

    #[test]
    fn tiles_are_the_definition_for_any_number_of_channels() {
        let same = |kernel, stride, dilation| Window {
            kernel,
            stride,
            dilation,
            padding: Padding::Same,
            ceil: false,
        };
        for co in [1, 3, 4, 5, 8, 10, 12, 13, 19] {
            check([1, 9, 11, 3], co, 1, same(3, 1, 1));
            check([2, 6, 7, 5], co, 1, same(1, 1, 1));
            check([2, 7, 10, 12], co, 1, same(3, 1, 1));
        }
        check([1, 5, 150, 32], 20, 1, same(3, 1, 1));
        check([1, 6, 9, 8], 8, 1, Window { padding: Padding::Explicit(0, 0), ..same(3, 1, 1) });
        check([1, 6, 9, 8], 8, 1, Window { padding: Padding::Explicit(3, 4), ..same(3, 1, 1) });
        check([1, 1, 2, 16], 12, 1, same(3, 1, 1));
        for channels in [2, 4, 5, 7, 8, 10, 17] {
            check([2, 9, 10, channels], channels, channels, same(3, 1, 1));
            check([1, 9, 10, channels], channels, channels, same(5, 2, 1));
        }
        check([1, 12, 5, 6], 9, 3, same(3, 2, 1));
        check([1, 8, 9, 50], 10, 10, same(3, 1, 1));
        check([1, 7, 8, 32], 24, 2, same(3, 1, 2));
        check([1, 3, 3, 4], 8, 1, same(5, 1, 2));
        check([2, 7, 5, 20], 15, 5, same(3, 1, 1));
        check([1, 9, 7, 12], 12, 12, same(3, 3, 2));
        check([1, 9, 9, 3], 3, 3, same(1, 2, 1));
        check([1, 4, 30, 6], 6, 3, Window { padding: Padding::Explicit(5, 2), ..same(3, 2, 2) });
        check([1, 20, 30, 2], 6, 1, Window { padding: Padding::Explicit(4, 0), ..same(3, 2, 1) });
    }

    /// Large enough to be shared, in maps that no number of parts divides.
    #[test]
    fn threads_share_a_convolution() {
        let same = |stride| Window { kernel: 3, stride, dilation: 1, padding: Padding::Same, ceil: false };
        let threads = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        threads.install(|| {
            check([2, 61, 67, 12], 20, 1, same(1));
            check([2, 201, 193, 24], 24, 24, same(1));
            check([2, 151, 149, 32], 32, 8, same(2));
        });
    }
}
