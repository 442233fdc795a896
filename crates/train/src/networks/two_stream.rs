//! Two networks that read the same window of a video, one its pictures, one its optical flow (Simonyan and Zisserman 2014,
//! arXiv:1406.2199); what they hold for probable is averaged. The first is I3D reduced (Carreira and Zisserman 2017,
//! arXiv:1705.07750): Inception blocks (Szegedy et al. 2014, arXiv:1409.4842) over space and time, whose 3 x 3 x 3
//! convolutions are factorised into 1 x 3 x 3 and 3 x 1 x 1 (Xie et al. 2018, arXiv:1712.04851, "S3D"). The second stacks
//! the flow fields as channels of one map, as the first two-stream network did, and is two-dimensional.
//!
//! Both read small pictures, so the stem goes straight to a quarter of the sides: one convolution of 5 x 5 in steps of 4.

use super::blocks::{ConvNorm, ConvNormConfig};
use crate::export::Graph;
use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv3d, Conv3dConfig};
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{BatchNorm, BatchNormConfig, Initializer, Linear, LinearConfig, PaddingConfig3d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

/// See [`super::blocks`].
const KAIMING: Initializer =
    Initializer::KaimingNormal { gain: std::f64::consts::SQRT_2, fan_out_only: false };

/// A network of windows.
pub trait Stream: Module {
    /// Windows `[n, frames, channels, h, w]` -> scores `[n, classes]`.
    fn forward(&self, windows: Tensor<5>) -> Tensor<2>;

    /// The shape of one window as the exported graph reads it; `shape` is `[frames, channels, h, w]`.
    fn graph_input(shape: [usize; 4]) -> Vec<usize>;

    /// As [`crate::export::Describe`]; the scores are `[1, classes, 1..]`.
    fn describe(&self, graph: &mut Graph, window: &str) -> String;
}

/// A convolution over time and space, batch norm and a rectifier.
#[derive(Module, Debug)]
pub struct ConvNorm3d {
    conv: Conv3d,
    norm: BatchNorm,
}

impl ConvNorm3d {
    /// Padded so that a step of 1 keeps the size; `kernel` and `stride` are along time, rows and columns.
    pub fn new(channels: [usize; 2], kernel: [usize; 3], stride: [usize; 3], device: &Device) -> Self {
        let [t, h, w] = [0, 1, 2].map(|axis| (kernel[axis] - 1) / 2);
        let conv = Conv3dConfig::new(channels, kernel)
            .with_stride(stride)
            .with_padding(PaddingConfig3d::Explicit(t, h, w))
            .with_bias(false)
            .with_initializer(KAIMING)
            .init(device);
        Self { conv, norm: BatchNormConfig::new(channels[1]).init(device) }
    }

    /// `[n, in, t, h, w]` -> `[n, out, t', h', w']`
    pub fn forward(&self, x: Tensor<5>) -> Tensor<5> {
        relu(self.norm.forward(self.conv.forward(x)))
    }

    fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let y = graph.conv3d_norm(&self.conv, &self.norm, x);
        graph.relu(&y)
    }
}

/// Channels of an Inception block's branches.
#[derive(Clone, Copy, Debug)]
struct Branches {
    single: usize,
    /// Before the first 3 x 3 x 3 convolution, and behind it.
    near: [usize; 2],
    /// Likewise of the second branch, which has two of them in a row and sees farther (Szegedy et al. 2015,
    /// arXiv:1512.00567, fig. 5, in place of 5 x 5).
    far: [usize; 2],
    pooled: usize,
}

impl Branches {
    fn outside(self) -> usize {
        self.single + self.near[1] + self.far[1] + self.pooled
    }
}

/// An Inception block over time and space.
#[derive(Module, Debug)]
pub struct Inception3d {
    single: ConvNorm3d,
    near: Vec<ConvNorm3d>,
    far: Vec<ConvNorm3d>,
    pooled: ConvNorm3d,
}

impl Inception3d {
    fn new(inside: usize, branches: Branches, device: &Device) -> Self {
        let conv = |channels, kernel| ConvNorm3d::new(channels, kernel, [1; 3], device);
        let point = |outside| conv([inside, outside], [1; 3]);
        let factorised = |[from, to]: [usize; 2]| [conv([from, to], [1, 3, 3]), conv([to, to], [3, 1, 1])];
        let [near, far] = [branches.near, branches.far];
        Self {
            single: point(branches.single),
            near: [point(near[0])].into_iter().chain(factorised(near)).collect(),
            far: [point(far[0])].into_iter().chain(factorised(far)).chain(factorised([far[1]; 2])).collect(),
            pooled: point(branches.pooled),
        }
    }

    /// `[n, in, t, h, w]` -> `[n, sum of the branches, t, h, w]`
    pub fn forward(&self, x: Tensor<5>) -> Tensor<5> {
        let row = |row: &[ConvNorm3d]| row.iter().fold(x.clone(), |x, conv| conv.forward(x));
        let pooled = self.pooled.forward(pool(x.clone(), 3, 1));
        Tensor::cat(vec![self.single.forward(x.clone()), row(&self.near), row(&self.far), pooled], 1)
    }

    fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let single = self.single.describe(graph, x);
        let [near, far] = [&self.near, &self.far]
            .map(|row| row.iter().fold(x.to_owned(), |x, conv| conv.describe(graph, &x)));
        let around = graph.max_pool_planes(x, 3, 1);
        let pooled = self.pooled.describe(graph, &around);
        graph.concat(&[&single, &near, &far, &pooled])
    }
}

/// The largest of `side` x `side` in each frame, in steps of `stride`, padded so that a step of 1 keeps the size.
fn pool(x: Tensor<5>, side: usize, stride: usize) -> Tensor<5> {
    let [n, c, t, h, w] = x.dims();
    let pad = (side - 1) / 2;
    let pool = MaxPool2dConfig::new([side; 2])
        .with_strides([stride; 2])
        .with_padding(PaddingConfig2d::Explicit(pad, pad, pad, pad));
    let y = pool.init().forward(x.reshape([n, c * t, h, w]));
    let [_, _, h, w] = y.dims();
    y.reshape([n, c, t, h, w])
}

/// The network that reads pictures.
#[derive(Module, Debug)]
pub struct RgbStream {
    stem: ConvNorm3d,
    blocks: Vec<Inception3d>,
    head: Linear,
}

impl RgbStream {
    /// `channels` behind the stem, a multiple of 4; 5/4, 5/2 and 5 times as many behind the three blocks.
    pub fn new(channels: usize, classes: usize, device: &Device) -> Self {
        let unit = channels / 4;
        let stem = ConvNorm3d::new([3, channels], [1, 5, 5], [1, 4, 4], device);
        let mut inside = channels;
        let mut block = |width: usize, far: usize| {
            let branches =
                Branches { single: width, near: [width, 2 * width], far: [far, width], pooled: width };
            let block = Inception3d::new(inside, branches, device);
            inside = branches.outside();
            block
        };
        let blocks = vec![block(unit, unit), block(2 * unit, unit), block(4 * unit, 2 * unit)];
        Self { stem, blocks, head: LinearConfig::new(inside, classes).init(device) }
    }
}

impl Stream for RgbStream {
    /// `[n, t, 3, h, w]` -> `[n, classes]`; sides are multiples of 16.
    fn forward(&self, windows: Tensor<5>) -> Tensor<2> {
        let mut x = self.stem.forward(windows.swap_dims(1, 2)); // [n, c, t, h / 4, w / 4]
        for (place, block) in self.blocks.iter().enumerate() {
            x = block.forward(if place == 0 { x } else { pool(x, 2, 2) });
        }
        let [n, c, t, h, w] = x.dims();
        let mean = x.reshape([n, c, t * h * w]).mean_dim(2); // [n, c, 1]
        self.head.forward(mean.reshape([n, c]))
    }

    fn graph_input([frames, channels, h, w]: [usize; 4]) -> Vec<usize> {
        vec![1, channels, frames, h, w]
    }

    fn describe(&self, graph: &mut Graph, window: &str) -> String {
        let mut x = self.stem.describe(graph, window);
        for (place, block) in self.blocks.iter().enumerate() {
            if place > 0 {
                x = graph.max_pool_planes(&x, 2, 2);
            }
            x = block.describe(graph, &x);
        }
        let mean = graph.global_mean(&x);
        graph.point_head(&self.head, &mean, 3)
    }
}

/// The network that reads flow.
#[derive(Module, Debug)]
pub struct FlowStream {
    levels: Vec<ConvNorm>,
    head: Linear,
}

/// Flow is halved before these of [`FlowStream`]'s convolutions.
const HALVED: [usize; 2] = [2, 4];

impl FlowStream {
    /// `fields` of two channels each; `channels` behind the stem, twice and four times as many at the next levels.
    pub fn new(fields: usize, channels: usize, classes: usize, device: &Device) -> Self {
        let stem = ConvNormConfig { stride: 4, ..ConvNormConfig::new([2 * fields, channels], 5) };
        let widths = [1, 1, 2, 2, 4].map(|times| times * channels);
        let convs = widths.windows(2).map(|pair| ConvNormConfig::new([pair[0], pair[1]], 3));
        let levels = [stem].into_iter().chain(convs).map(|conv| conv.init(device)).collect();
        Self { levels, head: LinearConfig::new(4 * channels, classes).init(device) }
    }
}

impl Stream for FlowStream {
    /// `[n, fields, 2, h, w]` -> `[n, classes]`; sides are multiples of 16.
    fn forward(&self, windows: Tensor<5>) -> Tensor<2> {
        let [n, fields, planes, h, w] = windows.dims();
        let mut x = windows.reshape([n, fields * planes, h, w]);
        for (place, level) in self.levels.iter().enumerate() {
            if HALVED.contains(&place) {
                x = MaxPool2dConfig::new([2; 2]).with_strides([2; 2]).init().forward(x);
            }
            x = level.forward(x);
        }
        let [n, c, h, w] = x.dims();
        let mean = x.reshape([n, c, h * w]).mean_dim(2); // [n, c, 1]
        self.head.forward(mean.reshape([n, c]))
    }

    fn graph_input([fields, planes, h, w]: [usize; 4]) -> Vec<usize> {
        vec![1, fields * planes, h, w]
    }

    fn describe(&self, graph: &mut Graph, window: &str) -> String {
        let mut x = window.to_owned();
        for (place, level) in self.levels.iter().enumerate() {
            if HALVED.contains(&place) {
                x = graph.max_pool(&x, 2);
            }
            x = level.describe(graph, &x);
        }
        let mean = graph.global_mean(&x);
        graph.point_head(&self.head, &mean, 2)
    }
}

#[cfg(test)]
mod tests;
