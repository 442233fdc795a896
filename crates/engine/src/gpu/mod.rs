//! Kernels on WebGPU, written in CubeCL: channels-last, four channels in a vector, several pixels a thread, bias,
//! residual and activation in the same pass.

mod conv;
mod conv_kernels;
mod resize;

use crate::kernels::{ConvShape, Kernels, ResizeShape};
use burn::backend::{Cube, ops::FloatTensorOps};
use burn::tensor::{Shape, TensorData};
use burn_cubecl::cubecl::prelude::{CubeCount, CubeDim};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;

/// Channels in a vector.
const VECTOR: usize = 4;
/// Threads in a workgroup: two warps or one wave, and all that WebGPU promises for one axis is 256.
const THREADS: u32 = 64;
/// Workgroups along one axis that WebGPU promises.
const MAX_GROUPS: u32 = 65535;

impl Kernels for Cube {
    fn conv2d(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        residual: CubeTensor,
        shape: ConvShape,
    ) -> CubeTensor {
        let [x, weight, bias, residual] = [x, weight, bias, residual].map(into_contiguous);
        if shape.is_depthwise() && shape.co.is_multiple_of(VECTOR) {
            return conv::depthwise(x, weight, bias, residual, &shape);
        }
        if shape.groups > 1 {
            return conv::scalar(x, weight, bias, residual, &shape);
        }
        // Channels are filled up with zeros to whole vectors; `Plan` has done so with the weights.
        let [ci, co] = [shape.ci, shape.co].map(|channels| channels.next_multiple_of(VECTOR));
        let x = fill_channels(x, shape.input, shape.ci, ci);
        let residual =
            if shape.residual { fill_channels(residual, shape.output, shape.co, co) } else { x.clone() };
        let out = conv::dense(x, weight, bias, residual, &ConvShape { ci, co, ..shape });
        if co == shape.co {
            return out;
        }
        let [oh, ow] = shape.output;
        Self::float_slice(out, &[(0..1).into(), (0..oh).into(), (0..ow).into(), (0..shape.co).into()])
    }

    fn resize_bilinear(x: CubeTensor, shape: ResizeShape) -> CubeTensor {
        resize::bilinear(into_contiguous(x), &shape)
    }
}

/// `[1, h, w, channels]` -> `[1, h, w, filled]`, zeros in the channels that are added.
fn fill_channels(x: CubeTensor, [h, w]: [usize; 2], channels: usize, filled: usize) -> CubeTensor {
    if channels == filled {
        return x;
    }
    let missing = [1, h, w, filled - channels];
    let zeros = TensorData::zeros::<f32, _>(missing);
    let zeros = Cube::float_from_data(zeros, &x.device);
    into_contiguous(Cube::float_cat(vec![x, zeros], 3))
}

/// A feature map without content, on the device of `like`.
fn empty(like: &CubeTensor, [h, w]: [usize; 2], channels: usize) -> CubeTensor {
    let shape = Shape::from([1, h, w, channels]);
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape, like.dtype)
}

/// Workgroups for so many threads, on two axes where one is not enough. Threads beyond the last one return at once.
fn launch_size(threads: usize) -> (CubeCount, CubeDim) {
    let groups = u32::try_from(threads).unwrap_or(u32::MAX).div_ceil(THREADS);
    let rows = groups.div_ceil(MAX_GROUPS);
    (CubeCount::Static(groups.div_ceil(rows), rows, 1), CubeDim::new_1d(THREADS))
}
