//! Convolution as a product of matrices by the `gemm` crate, which knows the wide vectors of a native processor.
//!
//! A block of output pixels is gathered into rows of `kernel * channels` numbers (im2col) small enough for the cache,
//! multiplied with the weight, and finished before the next one. A 1x1 kernel with stride 1 needs no gathering.

use super::conv::Operands;
use crate::sizes::ConvShape;
use vitrine_graph::threads::share;

/// Pixels whose products are worth a call of their own.
const LEAST: usize = 16;
/// Bytes of gathered rows that stay in the second-level cache beside their products.
const BLOCK_BYTES: usize = 256 << 10;

/// Computes the result, `out [n, od, oh, ow, co]`, with `weight [kd, kh, kw, ci / groups, co]`.
pub fn conv(operands: Operands, weight: &[f32], shape: &ConvShape, out: &mut [f32]) {
    let (input, output) = (shape.input_elements(), shape.output_elements());
    if output == 0 {
        return;
    }
    let depth = shape.kernel.iter().product::<usize>() * shape.ci / shape.groups;
    let rows = (BLOCK_BYTES / size_of::<f32>() / depth.max(1)).max(LEAST);
    for (index, map) in out.chunks_exact_mut(output).enumerate() {
        let x = &operands.x[index * input..][..input];
        let residual = operands.residual.map(|residual| &residual[index * output..][..output]);
        let operands = Operands { x, residual, ..operands };
        share(map, LEAST * shape.co, shape.multiplications(), |start, part| {
            by_blocks(operands, weight, shape, [rows, depth, start / shape.co], part);
        });
    }
}

/// Some pixels of a map, `first` and those behind it, `rows` at a time. `operands` are those of the map.
fn by_blocks(
    Operands { x, bias, residual }: Operands,
    weight: &[f32],
    shape: &ConvShape,
    [rows, depth, first]: [usize; 3],
    out: &mut [f32],
) {
    let pointwise = shape.is_pointwise();
    let mut gathered = if pointwise { vec![] } else { vec![0.0; rows * depth] };
    for (index, block) in out.chunks_mut(rows * shape.co).enumerate() {
        let first = first + index * rows;
        let count = block.len() / shape.co;
        start(block, bias, residual.map(|residual| &residual[first * shape.co..][..block.len()]));
        for group in 0..shape.groups {
            let rows = if pointwise {
                &x[first * depth..][..count * depth]
            } else {
                gather(x, &mut gathered[..count * depth], first, group, shape);
                &gathered[..count * depth]
            };
            multiply(rows, weight, block, depth, group, shape);
        }
        shape.activation.apply_all(block);
    }
}

/// Fills rows of `bias.len()` numbers with the bias, plus the residual where there is one: what sums start from.
fn start(out: &mut [f32], bias: &[f32], residual: Option<&[f32]>) {
    for row in out.chunks_exact_mut(bias.len()) {
        row.copy_from_slice(bias);
    }
    for (sum, &added) in out.iter_mut().zip(residual.unwrap_or_default()) {
        *sum += added;
    }
}

/// Place `index` of a box of so many planes, rows and columns.
fn place(index: usize, [_, rows, columns]: [usize; 3]) -> [usize; 3] {
    [index / columns / rows, index / columns % rows, index % columns]
}

/// The places of a kernel's samples.
fn samples(shape: &ConvShape) -> Vec<[usize; 3]> {
    (0..shape.kernel.iter().product()).map(|sample| place(sample, shape.kernel)).collect()
}

/// Copies what output pixels `first..` see into rows of `kernel * ci / groups` numbers, zeros outside the input.
fn gather(x: &[f32], rows: &mut [f32], first: usize, group: usize, shape: &ConvShape) {
    let channels = shape.ci / shape.groups;
    let depth = shape.kernel.iter().product::<usize>() * channels;
    if depth == 0 {
        return;
    }
    let samples = samples(shape);
    for (index, row) in rows.chunks_exact_mut(depth).enumerate() {
        let out = place(first + index, shape.output);
        for (&sample, target) in samples.iter().zip(row.chunks_exact_mut(channels)) {
            match source(shape, out, sample) {
                Some(pixel) => {
                    let from = pixel * shape.ci + group * channels;
                    target.copy_from_slice(&x[from..from + channels]);
                }
                None => target.fill(0.0),
            }
        }
    }
}

/// The input pixel that an output pixel's kernel sample lies on.
fn source(shape: &ConvShape, out: [usize; 3], kernel: [usize; 3]) -> Option<usize> {
    let at = |axis: usize| {
        let padded = out[axis] * shape.stride[axis] + kernel[axis] * shape.dilation[axis];
        padded.checked_sub(shape.padding[axis]).filter(|&at| at < shape.input[axis])
    };
    Some((at(0)? * shape.input[1] + at(1)?) * shape.input[2] + at(2)?)
}

/// `out[pixel, group's channels] += rows[pixel, depth] * weight[depth, group's channels]`.
fn multiply(rows: &[f32], weight: &[f32], out: &mut [f32], depth: usize, group: usize, shape: &ConvShape) {
    let channels = shape.co / shape.groups;
    if depth == 0 {
        return;
    }
    let count = rows.len() / depth;
    let first = group * channels;
    assert!(rows.len() == count * depth && weight.len() == depth * shape.co && out.len() == count * shape.co);
    // SAFETY: with the lengths asserted above, row r of `out` and of `weight` lies at r * co + first and has
    // `channels` numbers up to co, row r of `rows` lies at r * depth, and the three slices do not overlap.
    unsafe {
        gemm::gemm(
            count,
            channels,
            depth,
            out.as_mut_ptr().add(first),
            1,
            shape.co as isize,
            true,
            rows.as_ptr(),
            1,
            depth as isize,
            weight.as_ptr().add(first),
            1,
            shape.co as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
