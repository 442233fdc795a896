//! Our own kernels, as an extension of Burn's backends.

#[allow(unused_imports, reason = "the macro names the backends that the features select")]
#[cfg(feature = "webgpu")]
use burn::backend::Cube;
#[allow(unused_imports, reason = "as above")]
#[cfg(feature = "cpu")]
use burn::backend::Flex;
use burn::backend::{Backend, backend_extension, tensor::FloatTensor};
use vitrine_graph::{Activation, Coordinates};

/// Sizes of a convolution, all known when the plan is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    /// Rows and columns of the input.
    pub input: [usize; 2],
    /// Input channels.
    pub ci: usize,
    /// Rows and columns of the output.
    pub output: [usize; 2],
    /// Output channels.
    pub co: usize,
    /// Rows and columns of the kernel.
    pub kernel: [usize; 2],
    /// Step along rows and columns.
    pub stride: [usize; 2],
    /// Distance of the kernel's samples.
    pub dilation: [usize; 2],
    /// Zeros above and to the left; those below and to the right follow from the sizes.
    pub padding: [usize; 2],
    /// Independent convolutions that the channels are split into.
    pub groups: usize,
    /// Applied to the result.
    pub activation: Activation,
    /// Whether a value of the output's shape is added before the activation.
    pub residual: bool,
}

impl ConvShape {
    /// One filter for each channel.
    pub fn is_depthwise(&self) -> bool {
        self.groups == self.ci && self.groups == self.co && self.groups > 1
    }
}

/// Sizes of a bilinear resize.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResizeShape {
    /// Rows and columns of the input.
    pub input: [usize; 2],
    /// Rows and columns of the output.
    pub output: [usize; 2],
    /// Channels.
    pub channels: usize,
    /// Where output samples lie in the input.
    pub coordinates: Coordinates,
}

impl ResizeShape {
    /// Input samples for each output sample along an axis.
    pub fn scale(&self, axis: usize) -> f32 {
        let (input, output) = (self.input[axis], self.output[axis]);
        match self.coordinates {
            Coordinates::AlignCorners if output > 1 => (input - 1) as f32 / (output - 1) as f32,
            Coordinates::AlignCorners => 0.0,
            _ => input as f32 / output as f32,
        }
    }
}

/// Kernels of our own. Feature maps are `[1, h, w, c]`.
#[backend_extension(Cube: cfg(feature = "webgpu"), Flex: cfg(feature = "cpu"))]
pub trait Kernels: Backend {
    /// `x [1, h, w, ci]`, `weight [kh, kw, ci / groups, co]`, `bias [co]`, `residual [1, oh, ow, co]` (any tensor where
    /// the shape has none) -> `[1, oh, ow, co]`.
    fn conv2d(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        shape: ConvShape,
    ) -> FloatTensor<Self>;

    /// `x [1, h, w, c]` -> `[1, oh, ow, c]`.
    fn resize_bilinear(x: FloatTensor<Self>, shape: ResizeShape) -> FloatTensor<Self>;
}
