//! Residual networks: ResNet (He et al. 2015, arXiv:1512.03385, table 1) and ResNeXt (Xie et al. 2016, arXiv:1611.05431,
//! table 1), with the step of a bottleneck at its 3 x 3 convolution, as torchvision has them.

use super::Network;
use super::blocks::{ConvNorm, ConvNormConfig};
use crate::export::{Describe, Graph};
use burn::module::Module;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

/// Which residual network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Depth {
    /// Two 3 x 3 convolutions a block.
    Resnet18,
    /// Bottlenecks.
    Resnet50,
    /// Bottlenecks whose 3 x 3 convolution has 32 groups of 4 channels.
    Resnext50,
}

impl Depth {
    fn blocks(self) -> [usize; 4] {
        if self == Self::Resnet18 { [2, 2, 2, 2] } else { [3, 4, 6, 3] }
    }

    fn is_bottleneck(self) -> bool {
        self != Self::Resnet18
    }

    /// Channels behind each stage.
    pub fn channels(self) -> [usize; 4] {
        let expansion = if self.is_bottleneck() { 4 } else { 1 };
        [64, 128, 256, 512].map(|channels| channels * expansion)
    }
}

/// A block: `relu(body(x) + shortcut(x))`.
#[derive(Module, Debug)]
struct Residual {
    body: Vec<ConvNorm>,
    /// Where sizes or channels change.
    shortcut: Option<ConvNorm>,
}

/// A stage's place in the network.
#[derive(Clone, Copy)]
struct Step {
    channels: [usize; 2],
    inner: usize,
    stride: usize,
    dilation: usize,
}

impl Residual {
    fn new(depth: Depth, step: Step, device: &Device) -> Self {
        let Step { channels: [inside, outside], inner, stride, dilation } = step;
        let spatial = |channels| ConvNormConfig { stride, dilation, ..ConvNormConfig::new(channels, 3) };
        let still = |config: ConvNormConfig| ConvNormConfig { relu: false, ..config };
        let configs = match depth {
            Depth::Resnet18 => {
                vec![
                    spatial([inside, inner]),
                    still(ConvNormConfig { stride: 1, ..spatial([inner, outside]) }),
                ]
            }
            Depth::Resnet50 | Depth::Resnext50 => {
                let (width, groups) = if depth == Depth::Resnext50 { (inner * 2, 32) } else { (inner, 1) };
                vec![
                    ConvNormConfig::new([inside, width], 1),
                    ConvNormConfig { groups, ..spatial([width, width]) },
                    still(ConvNormConfig::new([width, outside], 1)),
                ]
            }
        };
        let changes = inside != outside || stride != 1;
        let shortcut = ConvNormConfig { stride, ..ConvNormConfig::new([inside, outside], 1) };
        Self {
            body: configs.into_iter().map(|config| config.init(device)).collect(),
            shortcut: changes.then(|| still(shortcut).init(device)),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let short = self.shortcut.as_ref().map_or_else(|| x.clone(), |shortcut| shortcut.forward(x.clone()));
        relu(self.body.iter().fold(x, |x, conv| conv.forward(x)) + short)
    }

    fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let body = self.body.iter().fold(x.to_owned(), |x, conv| conv.describe(graph, &x));
        let short =
            self.shortcut.as_ref().map_or_else(|| x.to_owned(), |shortcut| shortcut.describe(graph, x));
        let sum = graph.add(&body, &short);
        graph.relu(&sum)
    }
}

/// The convolutions of a residual network.
#[derive(Module, Debug)]
pub struct Backbone {
    stem: ConvNorm,
    pool: MaxPool2d,
    stages: Vec<Vec<Residual>>,
}

impl Backbone {
    /// Random weights. `dilated`: the last two stages keep the size of the second, an eighth of the picture's, and look further
    /// instead (Yu et al. 2017, arXiv:1705.09914).
    pub fn new(depth: Depth, dilated: bool, device: &Device) -> Self {
        let stem = ConvNormConfig { stride: 2, ..ConvNormConfig::new([3, 64], 7) };
        let pool = MaxPool2dConfig::new([3, 3])
            .with_strides([2, 2])
            .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1));
        let (mut inside, mut stages) = (64, Vec::new());
        for (index, (&count, &outside)) in depth.blocks().iter().zip(&depth.channels()).enumerate() {
            let (stride, dilation) = match (index, dilated) {
                (0, _) => (1, 1),
                (2 | 3, true) => (1, 1 << (index - 1)),
                _ => (2, 1),
            };
            let block = |place: usize| {
                let stride = if place == 0 { stride } else { 1 };
                let channels = [std::mem::replace(&mut inside, outside), outside];
                Residual::new(depth, Step { channels, inner: 64 << index, stride, dilation }, device)
            };
            stages.push((0..count).map(block).collect());
        }
        Self { stem: stem.init(device), pool: pool.init(), stages }
    }

    /// What the third and the fourth stage see.
    pub fn forward(&self, images: Tensor<4>) -> [Tensor<4>; 2] {
        let mut x = self.pool.forward(self.stem.forward(images));
        let mut before = x.clone();
        for stage in &self.stages {
            before = x;
            x = stage.iter().fold(before.clone(), |x, block| block.forward(x));
        }
        [before, x]
    }

    /// What the fourth stage sees, in an exported graph.
    pub fn describe(&self, graph: &mut Graph, images: &str) -> String {
        let x = self.stem.describe(graph, images);
        let x = graph.max_pool_overlapping(&x, 3, 2, 1);
        self.stages.iter().flatten().fold(x, |x, block| block.describe(graph, &x))
    }
}

/// A classifier: the mean over the last stage's map, and a linear layer. Scores are maps of one pixel.
#[derive(Module, Debug)]
pub struct Classifier {
    backbone: Backbone,
    head: Linear,
}

impl Classifier {
    /// Random weights.
    pub fn new(depth: Depth, classes: usize, device: &Device) -> Self {
        let head = LinearConfig::new(depth.channels()[3], classes).init(device);
        Self { backbone: Backbone::new(depth, false, device), head }
    }
}

impl Network for Classifier {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let [_, x] = self.backbone.forward(images);
        let [n, channels, _, _] = x.dims();
        let scores = self.head.forward(x.mean_dim(2).mean_dim(3).reshape([n, channels])); // [n, classes]
        let [_, classes] = scores.dims();
        scores.reshape([n, classes, 1, 1])
    }
}

impl Describe for Classifier {
    fn describe(&self, graph: &mut Graph, images: &str) -> String {
        let x = self.backbone.describe(graph, images);
        let mean = graph.global_mean(&x);
        graph.pointwise(&self.head, &mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::networks::parameters;
    use crate::networks::testing::settles;

    /// torchvision's documentation: 11,689,512; 25,557,032; 25,028,904 with 1000 classes.
    #[test]
    fn parameters_are_those_of_torchvision() {
        let device = Device::flex();
        for (depth, count) in
            [(Depth::Resnet18, 11_689_512), (Depth::Resnet50, 25_557_032), (Depth::Resnext50, 25_028_904)]
        {
            assert_eq!(parameters(&Classifier::new(depth, 1000, &device)), count, "{depth:?}");
        }
    }

    #[test]
    fn a_dilated_backbone_keeps_an_eighth_of_the_size() {
        let device = Device::flex();
        let images = || Tensor::zeros([1, 3, 64, 32], &device);
        let sizes = |dilated| {
            Backbone::new(Depth::Resnet18, dilated, &device).forward(images()).map(|map| map.dims())
        };
        assert_eq!(sizes(false), [[1, 256, 4, 2], [1, 512, 2, 1]]);
        assert_eq!(sizes(true), [[1, 256, 8, 4], [1, 512, 8, 4]]);
    }

    #[test]
    fn a_resnext_tells_two_pictures_apart() {
        settles(|device| Classifier::new(Depth::Resnext50, 2, device), 1e-3, 14);
    }
}
