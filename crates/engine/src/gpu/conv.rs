//! Launching convolutions.

use super::conv_kernels::{dense_kernel, depthwise_kernel, scalar_kernel};
use super::{VECTOR, empty, launch_size};
use crate::kernels::ConvShape;
use burn_cubecl::cubecl::ir::{ElemType, FloatKind};
use burn_cubecl::tensor::CubeTensor;

/// What a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub shape: ConvShape,
    /// Neighbouring pixels of a row that one thread computes.
    pub pixels: usize,
    /// Numbers in a vector.
    pub vector: usize,
}

impl Config {
    /// More pixels a thread share each weight that is read; fewer leave more threads where a map is small.
    fn new(shape: &ConvShape, vector: usize) -> Self {
        let pixels = if shape.output[0] * shape.output[1] * shape.co >= 1 << 15 { 4 } else { 2 };
        Self { shape: *shape, pixels: pixels.min(shape.output[1]), vector }
    }

    /// One for each vector of `pixels` outputs.
    pub fn threads(&self) -> usize {
        self.shape.output[0] * self.tiles() * self.out_vectors()
    }

    /// Groups of `pixels` in a row.
    pub fn tiles(&self) -> usize {
        self.shape.output[1].div_ceil(self.pixels)
    }

    /// Vectors in an input pixel.
    pub fn in_vectors(&self) -> usize {
        self.shape.ci / self.vector
    }

    /// Vectors in an output pixel.
    pub fn out_vectors(&self) -> usize {
        self.shape.co / self.vector
    }
}

const F32: ElemType = ElemType::Float(FloatKind::F32);

/// `x [1, h, w, ci]`, `weight [kh, kw, ci, co]`, both channel counts whole vectors.
pub fn dense(
    x: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    residual: CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let out = empty(&x, shape.output, shape.co);
    let config = Config::new(shape, VECTOR);
    let client = x.client.clone();
    let (count, dim) = launch_size(config.threads());
    // SAFETY: the kernel reads and writes inside the sizes that `shape` says, which are those of the tensors.
    unsafe {
        dense_kernel::launch_unchecked(
            &client,
            count,
            dim,
            VECTOR,
            x.into_tensor_arg(),
            weight.into_tensor_arg(),
            bias.into_tensor_arg(),
            residual.into_tensor_arg(),
            out.clone().into_tensor_arg(),
            config,
            F32,
        );
    }
    out
}

/// `x [1, h, w, c]`, `weight [kh, kw, 1, c]`, c whole vectors.
pub fn depthwise(
    x: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    residual: CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let out = empty(&x, shape.output, shape.co);
    let config = Config::new(shape, VECTOR);
    let client = x.client.clone();
    let (count, dim) = launch_size(config.threads());
    // SAFETY: as in `dense`.
    unsafe {
        depthwise_kernel::launch_unchecked(
            &client,
            count,
            dim,
            VECTOR,
            x.into_tensor_arg(),
            weight.into_tensor_arg(),
            bias.into_tensor_arg(),
            residual.into_tensor_arg(),
            out.clone().into_tensor_arg(),
            config,
            F32,
        );
    }
    out
}

/// Any groups and channel counts, one number a thread: the rare cases.
pub fn scalar(
    x: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    residual: CubeTensor,
    shape: &ConvShape,
) -> CubeTensor {
    let out = empty(&x, shape.output, shape.co);
    let config = Config { shape: *shape, pixels: 1, vector: 1 };
    let client = x.client.clone();
    let (count, dim) = launch_size(config.threads());
    // SAFETY: as in `dense`.
    unsafe {
        scalar_kernel::launch_unchecked(
            &client,
            count,
            dim,
            x.into_tensor_arg(),
            weight.into_tensor_arg(),
            bias.into_tensor_arg(),
            residual.into_tensor_arg(),
            out.clone().into_tensor_arg(),
            config,
        );
    }
    out
}
