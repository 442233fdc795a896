//! Bilinear resampling without antialiasing, one number a thread.

use super::{empty, launch_size};
use crate::kernels::ResizeShape;
use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use vitrine_graph::Coordinates;

/// `x [1, h, w, c]` -> `[1, oh, ow, c]`.
pub fn bilinear(x: CubeTensor, shape: &ResizeShape) -> CubeTensor {
    let out = empty(&x, shape.output, shape.channels);
    let client = x.client.clone();
    let (count, dim) = launch_size(shape.numbers());
    // SAFETY: the kernel reads and writes inside the sizes that `shape` says, which are those of the tensors.
    unsafe {
        bilinear_kernel::launch_unchecked(
            &client,
            count,
            dim,
            x.into_tensor_arg(),
            out.clone().into_tensor_arg(),
            *shape,
            shape.scale(0),
            shape.scale(1),
        );
    }
    out
}

impl ResizeShape {
    fn numbers(&self) -> usize {
        self.output[0] * self.output[1] * self.channels
    }
}

#[cube(launch_unchecked)]
fn bilinear_kernel(
    x: &Tensor<f32>,
    out: &mut Tensor<f32>,
    #[comptime] shape: ResizeShape,
    scale_y: f32,
    scale_x: f32,
) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(shape.numbers()) {
        terminate!();
    }
    let channels = comptime!(shape.channels);
    let channel = index % channels;
    let column = place(index / channels % comptime!(shape.output[1]), scale_x, shape);
    let row = place(index / channels / comptime!(shape.output[1]), scale_y, shape);
    let left = min(usize::cast_from(column), comptime!(shape.input[1] - 1));
    let top = min(usize::cast_from(row), comptime!(shape.input[0] - 1));
    let right = min(left + 1, comptime!(shape.input[1] - 1));
    let bottom = min(top + 1, comptime!(shape.input[0] - 1));
    let width = comptime!(shape.input[1]);
    let a = x[(top * width + left) * channels + channel];
    let b = x[(top * width + right) * channels + channel];
    let c = x[(bottom * width + left) * channels + channel];
    let d = x[(bottom * width + right) * channels + channel];
    let share_x = column - f32::cast_from(left);
    let share_y = row - f32::cast_from(top);
    let upper = a + (b - a) * share_x;
    let lower = c + (d - c) * share_x;
    out[index] = upper + (lower - upper) * share_y;
}

/// Where output sample `index` lies in the input.
#[cube]
fn place(index: usize, scale: f32, #[comptime] shape: ResizeShape) -> f32 {
    let index = f32::cast_from(index);
    if comptime!(shape.coordinates == Coordinates::HalfPixel) {
        max((index + 0.5) * scale - 0.5, 0.0)
    } else {
        index * scale
    }
}
