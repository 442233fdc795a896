//! Convolutions as CubeCL kernels. A thread computes neighbouring pixels of a row for one vector of output channels.

use super::conv::Config;
use super::functions::apply;
use cubecl::prelude::*;

/// Whether kernel sample `k` of output `out` lies inside the input along an axis; its place is
/// `out * stride + k * dilation - padding`.
#[cube]
fn inside(padded: usize, #[comptime] config: Config, #[comptime] axis: usize) -> bool {
    padded >= comptime!(config.shape.padding[axis])
        && padded < comptime!(config.shape.input[axis] + config.shape.padding[axis])
}

/// The place of a kernel's sample in the padded input, along an axis.
#[cube]
fn padded(out: usize, k: usize, #[comptime] config: Config, #[comptime] axis: usize) -> usize {
    out * comptime!(config.shape.stride[axis]) + k * comptime!(config.shape.dilation[axis])
}

/// `x [n, d, h, w, ci]`, `weight [kd, kh, kw, ci / groups, co]`, whose `co` is filled up to whole vectors.
#[cube(launch_unchecked)]
pub fn dense_kernel<M: Size, N: Size, O: Size>(
    x: &[Vector<f32, M>],
    weight: &[Vector<f32, N>],
    bias: &[Vector<f32, N>],
    residual: &[Vector<f32, O>],
    out: &mut [Vector<f32, O>],
    #[comptime] config: Config,
) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let shape = comptime!(config.shape);
    let co = comptime!(config.out_vectors());
    let ci = comptime!(config.in_vectors());
    let depth = comptime!(config.depth());
    let channel = index % co;
    let first = (index / co) % comptime!(config.tiles()) * comptime!(config.pixels);
    let row = index / comptime!(config.out_vectors() * config.tiles());
    let oy = row % comptime!(shape.output[1]);
    let oz = row / comptime!(shape.output[1]) % comptime!(shape.output[0]);
    let batch = row / comptime!(shape.output[1] * shape.output[0]);
    let group = channel / comptime!(config.out_vectors() / config.shape.groups) * depth;
    let mut sums = Array::<Vector<f32, N>>::new(comptime!(config.pixels));
    #[unroll]
    for pixel in 0..comptime!(config.pixels) {
        sums[pixel] = bias[channel];
    }
    for kz in 0..comptime!(shape.kernel[0]) {
        let z = padded(oz, kz, config, 0usize);
        for ky in 0..comptime!(shape.kernel[1]) {
            let y = padded(oy, ky, config, 1usize);
            if inside(z, config, 0usize) && inside(y, config, 1usize) {
                let plane = batch * comptime!(shape.input[0]) + z - comptime!(shape.padding[0]);
                let line = plane * comptime!(shape.input[1]) + y - comptime!(shape.padding[1]);
                let line = line * comptime!(shape.input[2] * config.in_vectors()) + group;
                for kx in 0..comptime!(shape.kernel[2]) {
                    let sample = (kz * comptime!(shape.kernel[1]) + ky) * comptime!(shape.kernel[2]) + kx;
                    let sample = sample * comptime!(config.depth() * config.vector_in * config.out_vectors());
                    for i in 0..depth {
                        let at = sample + channel + i * comptime!(config.vector_in * config.out_vectors());
                        let mut weights = Array::<Vector<f32, N>>::new(comptime!(config.vector_in));
                        #[unroll]
                        for lane in 0..comptime!(config.vector_in) {
                            weights[lane] = weight[at + lane * co];
                        }
                        #[unroll]
                        for pixel in 0..comptime!(config.pixels) {
                            let column = padded(first + pixel, kx, config, 2usize);
                            if inside(column, config, 2usize) {
                                let v = x[line + (column - comptime!(shape.padding[2])) * ci + i];
                                #[unroll]
                                for lane in 0..comptime!(config.vector_in) {
                                    sums[pixel] += Vector::new(v.extract(lane)) * weights[lane];
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    #[unroll]
    for pixel in 0..comptime!(config.pixels) {
        if first + pixel < comptime!(shape.output[2]) {
            let at = row * comptime!(shape.output[2]) + first + pixel;
            finish::<N, O>(sums[pixel], residual, out, at, channel, config);
        }
    }
}

/// `x [n, d, h, w, c]`, `weight [kd, kh, kw, 1, c]`.
#[cube(launch_unchecked)]
pub fn depthwise_kernel<N: Size>(
    x: &[Vector<f32, N>],
    weight: &[Vector<f32, N>],
    bias: &[Vector<f32, N>],
    residual: &[Vector<f32, N>],
    out: &mut [Vector<f32, N>],
    #[comptime] config: Config,
) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let shape = comptime!(config.shape);
    let channels = comptime!(config.out_vectors());
    let channel = index % channels;
    let first = (index / channels) % comptime!(config.tiles()) * comptime!(config.pixels);
    let row = index / comptime!(config.out_vectors() * config.tiles());
    let oy = row % comptime!(shape.output[1]);
    let oz = row / comptime!(shape.output[1]) % comptime!(shape.output[0]);
    let batch = row / comptime!(shape.output[1] * shape.output[0]);
    let mut sums = Array::<Vector<f32, N>>::new(comptime!(config.pixels));
    #[unroll]
    for pixel in 0..comptime!(config.pixels) {
        sums[pixel] = bias[channel];
    }
    for kz in 0..comptime!(shape.kernel[0]) {
        let z = padded(oz, kz, config, 0usize);
        for ky in 0..comptime!(shape.kernel[1]) {
            let y = padded(oy, ky, config, 1usize);
            if inside(z, config, 0usize) && inside(y, config, 1usize) {
                let plane = batch * comptime!(shape.input[0]) + z - comptime!(shape.padding[0]);
                let line = plane * comptime!(shape.input[1]) + y - comptime!(shape.padding[1]);
                let line = line * comptime!(shape.input[2] * config.in_vectors()) + channel;
                for kx in 0..comptime!(shape.kernel[2]) {
                    let sample = (kz * comptime!(shape.kernel[1]) + ky) * comptime!(shape.kernel[2]) + kx;
                    let w = weight[sample * channels + channel];
                    #[unroll]
                    for pixel in 0..comptime!(config.pixels) {
                        let column = padded(first + pixel, kx, config, 2usize);
                        if inside(column, config, 2usize) {
                            sums[pixel] += x[line + (column - comptime!(shape.padding[2])) * channels] * w;
                        }
                    }
                }
            }
        }
    }
    #[unroll]
    for pixel in 0..comptime!(config.pixels) {
        if first + pixel < comptime!(shape.output[2]) {
            let at = row * comptime!(shape.output[2]) + first + pixel;
            finish::<N, N>(sums[pixel], residual, out, at, channel, config);
        }
    }
}

/// Adds the residual, applies the activation, stores. `at` is the output pixel.
#[cube]
fn finish<N: Size, O: Size>(
    sum: Vector<f32, N>,
    residual: &[Vector<f32, O>],
    out: &mut [Vector<f32, O>],
    at: usize,
    channel: usize,
    #[comptime] config: Config,
) {
    if comptime!(config.ragged()) {
        let at = at * comptime!(config.shape.co) + channel * comptime!(config.vector);
        #[unroll]
        for lane in 0..comptime!(config.vector) {
            if channel < comptime!(config.out_vectors() - 1) || comptime!(lane < config.last_lanes()) {
                let mut value = Vector::<f32, O>::new(sum.extract(lane));
                if comptime!(config.shape.residual) {
                    value += residual[at + lane];
                }
                out[at + lane] = apply::<O>(value, config.shape.activation);
            }
        }
    } else {
        let at = at * comptime!(config.out_vectors()) + channel;
        let mut value = Vector::<f32, O>::cast_from(sum);
        if comptime!(config.shape.residual) {
            value += residual[at];
        }
        out[at] = apply::<O>(value, config.shape.activation);
    }
}
