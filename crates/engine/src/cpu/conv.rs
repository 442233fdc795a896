//! Convolution: depthwise directly, everything else as a product of matrices.
//!
//! A block of output pixels is gathered into rows of `kernel * channels` numbers (im2col) small enough for the cache,
//! multiplied with the weight, and finished before the next one. A 1x1 kernel with stride 1 needs no gathering.

use super::epilogue::{activate, start};
use crate::kernels::ConvShape;

/// Bytes of gathered rows that stay in the second-level cache beside their products.
const BLOCK_BYTES: usize = 256 << 10;

/// See [`crate::kernels::Kernels::conv2d`].
pub fn conv2d(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    residual: Option<&[f32]>,
    shape: &ConvShape,
) -> Vec<f32> {
    let mut out = vec![0.0; shape.output[0] * shape.output[1] * shape.co];
    if shape.is_depthwise() {
        start(&mut out, bias, residual);
        depthwise(x, weight, &mut out, shape);
    } else {
        by_blocks(x, weight, bias, residual, &mut out, shape);
    }
    out
}

fn by_blocks(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    residual: Option<&[f32]>,
    out: &mut [f32],
    shape: &ConvShape,
) {
    let depth = shape.kernel[0] * shape.kernel[1] * shape.ci / shape.groups;
    let rows = (BLOCK_BYTES / size_of::<f32>() / depth).max(16);
    let pointwise = shape.kernel == [1, 1] && shape.stride == [1, 1] && shape.groups == 1;
    let mut gathered = if pointwise { vec![] } else { vec![0.0; rows * depth] };
    for (index, block) in out.chunks_mut(rows * shape.co).enumerate() {
        let first = index * rows;
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
        activate(block, shape.activation);
    }
}

/// Copies what output pixels `first..` see into rows of `kh * kw * ci / groups` numbers, zeros outside the input.
fn gather(x: &[f32], rows: &mut [f32], first: usize, group: usize, shape: &ConvShape) {
    let channels = shape.ci / shape.groups;
    let depth = shape.kernel[0] * shape.kernel[1] * channels;
    for (index, row) in rows.chunks_exact_mut(depth).enumerate() {
        let (oy, ox) = ((first + index) / shape.output[1], (first + index) % shape.output[1]);
        let samples = row.chunks_exact_mut(channels);
        for (sample, target) in samples.enumerate() {
            let (ky, kx) = (sample / shape.kernel[1], sample % shape.kernel[1]);
            match source(shape, [oy, ox], [ky, kx]) {
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
fn source(shape: &ConvShape, out: [usize; 2], kernel: [usize; 2]) -> Option<usize> {
    let at = |axis: usize| {
        let padded = out[axis] * shape.stride[axis] + kernel[axis] * shape.dilation[axis];
        padded.checked_sub(shape.padding[axis]).filter(|&at| at < shape.input[axis])
    };
    Some(at(0)? * shape.input[1] + at(1)?)
}

/// `out[pixel, group's channels] += rows[pixel, depth] * weight[depth, group's channels]`.
fn multiply(rows: &[f32], weight: &[f32], out: &mut [f32], depth: usize, group: usize, shape: &ConvShape) {
    let channels = shape.co / shape.groups;
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

/// Channels that are summed in registers at a time.
const LANES: usize = 16;

fn depthwise(x: &[f32], weight: &[f32], out: &mut [f32], shape: &ConvShape) {
    let channels = shape.co;
    for (index, row) in out.chunks_exact_mut(shape.output[1] * channels).enumerate() {
        for (ox, pixel) in row.chunks_exact_mut(channels).enumerate() {
            for first in (0..channels).step_by(LANES) {
                let last = (first + LANES).min(channels);
                depthwise_lanes(x, weight, &mut pixel[first..last], first, [index, ox], shape);
            }
        }
        activate(row, shape.activation);
    }
}

fn depthwise_lanes(
    x: &[f32],
    weight: &[f32],
    out: &mut [f32],
    first: usize,
    at: [usize; 2],
    shape: &ConvShape,
) {
    let mut sums = [0.0; LANES];
    let sums = &mut sums[..out.len()];
    sums.copy_from_slice(out);
    for ky in 0..shape.kernel[0] {
        for kx in 0..shape.kernel[1] {
            let Some(pixel) = source(shape, at, [ky, kx]) else { continue };
            let x = &x[pixel * shape.co + first..][..out.len()];
            let weight = &weight[(ky * shape.kernel[1] + kx) * shape.co + first..][..out.len()];
            for ((sum, x), weight) in sums.iter_mut().zip(x).zip(weight) {
                *sum += x * weight;
            }
        }
    }
    out.copy_from_slice(sums);
}
