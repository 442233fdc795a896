//! Convolutions as CubeCL kernels. A thread computes neighbouring pixels of a row for one vector of output channels.

use super::conv::Config;
use burn_cubecl::cubecl;
use burn_cubecl::cubecl::ir::ElemType;
use cubecl::prelude::*;
use vitrine_graph::Activation;

/// Whether kernel sample `k` of output `out` lies inside the input along an axis; its place is
/// `out * stride + k * dilation - padding`.
#[cube]
fn inside(padded: usize, #[comptime] config: Config, #[comptime] axis: usize) -> bool {
    padded >= comptime!(config.shape.padding[axis])
        && padded < comptime!(config.shape.input[axis] + config.shape.padding[axis])
}

#[cube(launch_unchecked)]
pub fn dense_kernel<F: Float, N: Size>(
    x: &Tensor<Vector<F, N>>,
    weight: &Tensor<Vector<F, N>>,
    bias: &Tensor<Vector<F, N>>,
    residual: &Tensor<Vector<F, N>>,
    out: &mut Tensor<Vector<F, N>>,
    #[comptime] config: Config,
    #[define(F)] _element: ElemType,
) {
    let co = comptime!(config.out_vectors());
    let ci = comptime!(config.in_vectors());
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let channel = index % co;
    let first = (index / co) % comptime!(config.tiles()) * comptime!(config.pixels);
    let oy = index / co / comptime!(config.tiles());
    let mut sums = Array::<Vector<F, N>>::new(comptime!(config.pixels));
    #[unroll]
    for pixel in 0..comptime!(config.pixels) {
        sums[pixel] = bias[channel];
    }
    for ky in 0..comptime!(config.shape.kernel[0]) {
        let y = oy * comptime!(config.shape.stride[0]) + ky * comptime!(config.shape.dilation[0]);
        if inside(y, config, 0usize) {
            let row = (y - comptime!(config.shape.padding[0]))
                * comptime!(config.shape.input[1] * config.in_vectors());
            for kx in 0..comptime!(config.shape.kernel[1]) {
                let sample = (ky * comptime!(config.shape.kernel[1]) + kx)
                    * comptime!(config.shape.ci * config.out_vectors());
                for i in 0..ci {
                    let at = sample + channel + i * comptime!(config.shape.co);
                    let w0 = weight[at];
                    let w1 = weight[at + co];
                    let w2 = weight[at + comptime!(2 * config.out_vectors())];
                    let w3 = weight[at + comptime!(3 * config.out_vectors())];
                    #[unroll]
                    for pixel in 0..comptime!(config.pixels) {
                        let column = (first + pixel) * comptime!(config.shape.stride[1])
                            + kx * comptime!(config.shape.dilation[1]);
                        if inside(column, config, 1usize) {
                            let v = x[row + (column - comptime!(config.shape.padding[1])) * ci + i];
                            sums[pixel] += Vector::new(v.extract(0usize)) * w0
                                + Vector::new(v.extract(1usize)) * w1
                                + Vector::new(v.extract(2usize)) * w2
                                + Vector::new(v.extract(3usize)) * w3;
                        }
                    }
                }
            }
        }
    }
    #[unroll]
    for pixel in 0..comptime!(config.pixels) {
        if first + pixel < comptime!(config.shape.output[1]) {
            let at = (oy * comptime!(config.shape.output[1]) + first + pixel) * co + channel;
            finish::<F, N>(sums[pixel], residual, out, at, config);
        }
    }
}

#[cube(launch_unchecked)]
pub fn depthwise_kernel<F: Float, N: Size>(
    x: &Tensor<Vector<F, N>>,
    weight: &Tensor<Vector<F, N>>,
    bias: &Tensor<Vector<F, N>>,
    residual: &Tensor<Vector<F, N>>,
    out: &mut Tensor<Vector<F, N>>,
    #[comptime] config: Config,
    #[define(F)] _element: ElemType,
) {
    let channels = comptime!(config.out_vectors());
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let channel = index % channels;
    let first = (index / channels) % comptime!(config.tiles()) * comptime!(config.pixels);
    let oy = index / channels / comptime!(config.tiles());
    let mut sums = Array::<Vector<F, N>>::new(comptime!(config.pixels));
    #[unroll]
    for pixel in 0..comptime!(config.pixels) {
        sums[pixel] = bias[channel];
    }
    for ky in 0..comptime!(config.shape.kernel[0]) {
        let y = oy * comptime!(config.shape.stride[0]) + ky * comptime!(config.shape.dilation[0]);
        if inside(y, config, 0usize) {
            let row = (y - comptime!(config.shape.padding[0]))
                * comptime!(config.shape.input[1] * config.out_vectors());
            for kx in 0..comptime!(config.shape.kernel[1]) {
                let w = weight[(ky * comptime!(config.shape.kernel[1]) + kx) * channels + channel];
                #[unroll]
                for pixel in 0..comptime!(config.pixels) {
                    let column = (first + pixel) * comptime!(config.shape.stride[1])
                        + kx * comptime!(config.shape.dilation[1]);
                    if inside(column, config, 1usize) {
                        sums[pixel] +=
                            x[row + (column - comptime!(config.shape.padding[1])) * channels + channel] * w;
                    }
                }
            }
        }
    }
    #[unroll]
    for pixel in 0..comptime!(config.pixels) {
        if first + pixel < comptime!(config.shape.output[1]) {
            let at = (oy * comptime!(config.shape.output[1]) + first + pixel) * channels + channel;
            finish::<F, N>(sums[pixel], residual, out, at, config);
        }
    }
}

/// Adds the residual, applies the activation, stores.
#[cube]
fn finish<F: Float, N: Size>(
    sum: Vector<F, N>,
    residual: &Tensor<Vector<F, N>>,
    out: &mut Tensor<Vector<F, N>>,
    at: usize,
    #[comptime] config: Config,
) {
    let mut value = sum;
    if comptime!(config.shape.residual) {
        value += residual[at];
    }
    let activation = comptime!(config.shape.activation);
    if comptime!(activation == Activation::Relu || activation == Activation::Relu6) {
        value = max(value, Vector::new(F::new(0.0)));
    }
    if comptime!(activation == Activation::Relu6) {
        value = min(value, Vector::new(F::new(6.0)));
    }
    if comptime!(activation == Activation::Sigmoid) {
        value = Vector::new(F::new(1.0)) / (Vector::new(F::new(1.0)) + (-value).exp());
    }
    if comptime!(activation == Activation::HardSwish) {
        let gate =
            min(max(value + Vector::new(F::new(3.0)), Vector::new(F::new(0.0))), Vector::new(F::new(6.0)));
        value = value * gate / Vector::new(F::new(6.0));
    }
    out[at] = value;
}

#[cube(launch_unchecked)]
pub fn scalar_kernel(
    x: &Tensor<f32>,
    weight: &Tensor<f32>,
    bias: &Tensor<f32>,
    residual: &Tensor<f32>,
    out: &mut Tensor<f32>,
    #[comptime] config: Config,
) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let co = comptime!(config.shape.co);
    let per_group = comptime!(config.shape.ci / config.shape.groups);
    let channel = index % co;
    let ox = index / co % comptime!(config.shape.output[1]);
    let oy = index / co / comptime!(config.shape.output[1]);
    let group = channel / comptime!(config.shape.co / config.shape.groups);
    let mut sum = bias[channel];
    for ky in 0..comptime!(config.shape.kernel[0]) {
        let y = oy * comptime!(config.shape.stride[0]) + ky * comptime!(config.shape.dilation[0]);
        for kx in 0..comptime!(config.shape.kernel[1]) {
            let column = ox * comptime!(config.shape.stride[1]) + kx * comptime!(config.shape.dilation[1]);
            if inside(y, config, 0usize) && inside(column, config, 1usize) {
                let pixel = (y - comptime!(config.shape.padding[0])) * comptime!(config.shape.input[1])
                    + column
                    - comptime!(config.shape.padding[1]);
                let from = pixel * comptime!(config.shape.ci) + group * per_group;
                let sample = (ky * comptime!(config.shape.kernel[1]) + kx) * per_group;
                for i in 0..per_group {
                    sum += x[from + i] * weight[(sample + i) * co + channel];
                }
            }
        }
    }
    if comptime!(config.shape.residual) {
        sum += residual[index];
    }
    let activation = comptime!(config.shape.activation);
    if comptime!(activation == Activation::Relu || activation == Activation::Relu6) {
        sum = max(sum, 0.0);
    }
    if comptime!(activation == Activation::Relu6) {
        sum = min(sum, 6.0);
    }
    if comptime!(activation == Activation::Sigmoid) {
        sum = 1.0 / (1.0 + (-sum).exp());
    }
    if comptime!(activation == Activation::HardSwish) {
        sum = sum * min(max(sum + 3.0, 0.0), 6.0) / 6.0;
    }
    out[index] = sum;
}
