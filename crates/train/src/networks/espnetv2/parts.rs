//! What an ESPNetv2 is made of.

use crate::export::Graph;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{AvgPool2d, AvgPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, PRelu, PReluConfig, PaddingConfig2d};
use burn::tensor::activation::prelu;
use burn::tensor::{Device, Tensor};

/// Groups of the 1 x 1 convolutions, and branches of an EESP unit.
const BRANCHES: usize = 4;

/// Of a convolution.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub kernel: usize,
    pub stride: usize,
    pub groups: usize,
}

/// A square convolution that keeps the size but for its step.
pub fn conv(channels: [usize; 2], sizes: Sizes, dilation: usize, device: &Device) -> Conv2d {
    let padding = dilation * (sizes.kernel / 2);
    Conv2dConfig::new(channels, [sizes.kernel; 2])
        .with_stride([sizes.stride; 2])
        .with_dilation([dilation; 2])
        .with_groups(sizes.groups)
        .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
        .with_bias(false)
        .init(device)
}

/// A 1 x 1 convolution.
pub fn pointwise(channels: [usize; 2], groups: usize, bias: bool, device: &Device) -> Conv2d {
    Conv2dConfig::new(channels, [1, 1]).with_groups(groups).with_bias(bias).init(device)
}

fn slopes(channels: usize, device: &Device) -> PRelu {
    PReluConfig::new().with_num_parameters(channels).init(device)
}

/// Convolution, batch norm, PReLU.
#[derive(Module, Debug)]
pub struct ConvAct {
    conv: Conv2d,
    bn: BatchNorm,
    act: PRelu,
}

impl ConvAct {
    pub fn new(channels: [usize; 2], sizes: Sizes, device: &Device) -> Self {
        let bn = BatchNormConfig::new(channels[1]).init(device);
        Self { conv: conv(channels, sizes, 1, device), bn, act: slopes(channels[1], device) }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        prelu(self.bn.forward(self.conv.forward(x)), self.act.alpha.val())
    }

    pub fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let y = graph.conv_norm(&self.conv, &self.bn, x);
        graph.prelu(&self.act, &y)
    }
}

/// Convolution and batch norm.
#[derive(Module, Debug)]
pub struct ConvOnly {
    conv: Conv2d,
    bn: BatchNorm,
}

impl ConvOnly {
    fn new(channels: [usize; 2], groups: usize, device: &Device) -> Self {
        let bn = BatchNormConfig::new(channels[1]).init(device);
        Self { conv: pointwise(channels, groups, false, device), bn }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.bn.forward(self.conv.forward(x))
    }

    fn describe(&self, graph: &mut Graph, x: &str) -> String {
        graph.conv_norm(&self.conv, &self.bn, x)
    }
}

/// Batch norm and PReLU.
#[derive(Module, Debug)]
pub struct NormAct {
    bn: BatchNorm,
    act: PRelu,
}

impl NormAct {
    pub fn new(channels: usize, device: &Device) -> Self {
        Self { bn: BatchNormConfig::new(channels).init(device), act: slopes(channels, device) }
    }

    pub fn channels(&self) -> usize {
        self.bn.gamma.dims()[0]
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        prelu(self.bn.forward(x), self.act.alpha.val())
    }

    pub fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let y = graph.batch_norm(&self.bn, x);
        graph.prelu(&self.act, &y)
    }
}

/// The paper's EESP unit (fig. 1c): reduce, four depthwise branches of growing reach whose sums are stacked, expand.
#[derive(Module, Debug)]
pub struct Eesp {
    proj_1x1: ConvAct,
    spp_dw: Vec<Conv2d>,
    br_after_cat: NormAct,
    conv_1x1_exp: ConvOnly,
    module_act: PRelu,
    /// With a step of 2 nothing is added and no PReLU follows: [`Down`] does both.
    strided: bool,
}

impl Eesp {
    pub fn new(
        [inside, outside]: [usize; 2],
        stride: usize,
        dilations: [usize; BRANCHES],
        device: &Device,
    ) -> Self {
        let inner = outside / BRANCHES;
        let branch = |&dilation: &usize| {
            conv([inner, inner], Sizes { kernel: 3, stride, groups: inner }, dilation, device)
        };
        Self {
            proj_1x1: ConvAct::new([inside, inner], Sizes { kernel: 1, stride: 1, groups: BRANCHES }, device),
            spp_dw: dilations.iter().map(branch).collect(),
            br_after_cat: NormAct::new(outside, device),
            conv_1x1_exp: ConvOnly::new([outside, outside], BRANCHES, device),
            module_act: slopes(outside, device),
            strided: stride > 1,
        }
    }

    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let reduced = self.proj_1x1.forward(x.clone());
        let mut sums: Vec<Tensor<4>> = Vec::with_capacity(BRANCHES);
        for branch in &self.spp_dw {
            let seen = branch.forward(reduced.clone());
            sums.push(match sums.last() {
                Some(before) => seen + before.clone(),
                None => seen,
            });
        }
        let wide = self.conv_1x1_exp.forward(self.br_after_cat.forward(Tensor::cat(sums, 1)));
        if self.strided { wide } else { prelu(wide + x, self.module_act.alpha.val()) }
    }

    pub fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let reduced = self.proj_1x1.describe(graph, x);
        let mut sums: Vec<String> = Vec::with_capacity(BRANCHES);
        for branch in &self.spp_dw {
            let seen = graph.conv(branch, &reduced);
            let sum = sums.last().map(|before| graph.add(&seen, before));
            sums.push(sum.unwrap_or(seen));
        }
        let sums: Vec<&str> = sums.iter().map(String::as_str).collect();
        let joined = graph.concat(&sums);
        let normed = self.br_after_cat.describe(graph, &joined);
        let wide = self.conv_1x1_exp.describe(graph, &normed);
        if self.strided {
            return wide;
        }
        let sum = graph.add(&wide, x);
        graph.prelu(&self.module_act, &sum)
    }
}

/// The paper's strided unit (fig. 1d): the pooled input stays beside what an EESP unit adds, and a small copy of the picture is
/// added to both.
#[derive(Module, Debug)]
pub struct Down {
    eesp: Eesp,
    avg: AvgPool2d,
    reinforce: ConvAct,
    expand: ConvOnly,
    act: PRelu,
}

impl Down {
    pub fn new([inside, outside]: [usize; 2], dilations: [usize; BRANCHES], device: &Device) -> Self {
        let padding = PaddingConfig2d::Explicit(1, 1, 1, 1);
        Self {
            eesp: Eesp::new([inside, outside - inside], 2, dilations, device),
            avg: AvgPool2dConfig::new([3, 3]).with_strides([2, 2]).with_padding(padding).init(),
            reinforce: ConvAct::new([3, 3], Sizes { kernel: 3, stride: 1, groups: 1 }, device),
            expand: ConvOnly::new([3, outside], 1, device),
            act: slopes(outside, device),
        }
    }

    /// `images` is pooled `halvings` times.
    pub fn forward(&self, x: Tensor<4>, images: Tensor<4>, halvings: usize) -> Tensor<4> {
        let both = Tensor::cat(vec![self.avg.forward(x.clone()), self.eesp.forward(x)], 1);
        let small = (0..halvings).fold(images, |images, _| self.avg.forward(images));
        prelu(both + self.expand.forward(self.reinforce.forward(small)), self.act.alpha.val())
    }

    /// `small`: the picture at the size of what comes out.
    pub fn describe(&self, graph: &mut Graph, x: &str, small: &str) -> String {
        let pooled = graph.mean_pool_half(x);
        let more = self.eesp.describe(graph, x);
        let both = graph.concat(&[&pooled, &more]);
        let reinforced = self.reinforce.describe(graph, small);
        let reinforced = self.expand.describe(graph, &reinforced);
        let sum = graph.add(&both, &reinforced);
        graph.prelu(&self.act, &sum)
    }
}
