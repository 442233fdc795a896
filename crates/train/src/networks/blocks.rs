//! What several networks are made of.

use crate::export::Graph;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Initializer, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

/// He et al. 2015, arXiv:1502.01852: what keeps the variance behind rectifiers.
const KAIMING: Initializer =
    Initializer::KaimingNormal { gain: std::f64::consts::SQRT_2, fan_out_only: false };

/// A convolution, batch norm and, mostly, a rectifier.
#[derive(Module, Debug)]
pub struct ConvNorm {
    /// Without bias: batch norm has one.
    pub conv: Conv2d,
    /// Folded into the convolution at export.
    pub norm: BatchNorm,
    relu: bool,
}

/// Sizes of a [`ConvNorm`].
#[derive(Clone, Copy, Debug)]
pub struct ConvNormConfig {
    /// Channels in and out.
    pub channels: [usize; 2],
    /// Side of the kernel; odd.
    pub kernel: usize,
    /// Step.
    pub stride: usize,
    /// Distance of the kernel's taps.
    pub dilation: usize,
    /// Channels are cut into so many groups.
    pub groups: usize,
    /// Whether a rectifier follows.
    pub relu: bool,
}

impl ConvNormConfig {
    /// A dense one with a step of 1 and a rectifier.
    pub fn new(channels: [usize; 2], kernel: usize) -> Self {
        Self { channels, kernel, stride: 1, dilation: 1, groups: 1, relu: true }
    }

    /// Random weights.
    pub fn init(self, device: &Device) -> ConvNorm {
        let padding = self.dilation * (self.kernel / 2);
        let conv = Conv2dConfig::new(self.channels, [self.kernel; 2])
            .with_stride([self.stride; 2])
            .with_dilation([self.dilation; 2])
            .with_groups(self.groups)
            .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
            .with_bias(false)
            .with_initializer(KAIMING)
            .init(device);
        ConvNorm { conv, norm: BatchNormConfig::new(self.channels[1]).init(device), relu: self.relu }
    }
}

impl ConvNorm {
    /// `[n, in, h, w]` -> `[n, out, h / stride, w / stride]`, rounded up.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = self.norm.forward(self.conv.forward(x));
        if self.relu { relu(x) } else { x }
    }

    /// How many channels it gives.
    pub fn channels(&self) -> usize {
        self.conv.weight.dims()[0]
    }

    /// The same for an exported graph.
    pub fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let y = graph.conv_norm(&self.conv, &self.norm, x);
        if self.relu { graph.relu(&y) } else { y }
    }
}

/// Two 3 x 3 convolutions: a level of a U-Net.
#[derive(Module, Debug)]
pub struct DoubleConv {
    first: ConvNorm,
    second: ConvNorm,
}

impl DoubleConv {
    /// The first convolution has `stride`.
    pub fn new([channels_in, channels_out]: [usize; 2], stride: usize, device: &Device) -> Self {
        let first = ConvNormConfig { stride, ..ConvNormConfig::new([channels_in, channels_out], 3) };
        let second = ConvNormConfig::new([channels_out, channels_out], 3);
        Self { first: first.init(device), second: second.init(device) }
    }

    /// `[n, in, h, w]` -> `[n, out, h / stride, w / stride]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.second.forward(self.first.forward(x))
    }

    /// The same for an exported graph.
    pub fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let x = self.first.describe(graph, x);
        self.second.describe(graph, &x)
    }
}
