//! PSPNet: Zhao et al. 2016, arXiv:1612.01105, fig. 3: a dilated residual network, pyramid pooling, and a second, auxiliary
//! loss behind the third stage (section 3.3). Maps are enlarged by the middles of pixels.

use super::Network;
use super::blocks::{ConvNorm, ConvNormConfig};
use super::resnet::{Backbone, Depth};
use crate::export::{Describe, Graph};
use crate::loss::enlarge;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Dropout, DropoutConfig};
use burn::tensor::module::adaptive_avg_pool2d;
use burn::tensor::{Device, Tensor};

/// Sides of the pooled maps.
const BINS: [usize; 4] = [1, 2, 3, 6];
/// Of the auxiliary loss, section 3.3.
const AUXILIARY: f32 = 0.4;

/// A 3 x 3 convolution, dropout, and a score for each class.
#[derive(Module, Debug)]
struct Head {
    conv: ConvNorm,
    dropout: Dropout,
    scores: Conv2d,
}

impl Head {
    fn new(inside: usize, inner: usize, classes: usize, device: &Device) -> Self {
        Self {
            conv: ConvNormConfig::new([inside, inner], 3).init(device),
            dropout: DropoutConfig::new(0.1).init(),
            scores: Conv2dConfig::new([inner, classes], [1, 1]).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.scores.forward(self.dropout.forward(self.conv.forward(x)))
    }
}

/// A PSPNet.
#[derive(Module, Debug)]
pub struct PspNet {
    backbone: Backbone,
    pyramid: Vec<ConvNorm>,
    head: Head,
    auxiliary: Head,
}

impl PspNet {
    /// Random weights. Sides of pictures are multiples of 48, so that all bins of a pooled map are alike.
    pub fn new(depth: Depth, classes: usize, device: &Device) -> Self {
        let [.., third, fourth] = depth.channels();
        let part = |_| ConvNormConfig::new([fourth, fourth / BINS.len()], 1).init(device);
        Self {
            backbone: Backbone::new(depth, true, device),
            pyramid: BINS.iter().map(part).collect(),
            head: Head::new(2 * fourth, fourth / 4, classes, device),
            auxiliary: Head::new(third, third / 4, classes, device),
        }
    }

    fn pool(&self, x: Tensor<4>) -> Tensor<4> {
        let [_, _, h, w] = x.dims();
        let pooled = BINS
            .iter()
            .zip(&self.pyramid)
            .map(|(&bins, conv)| enlarge(conv.forward(adaptive_avg_pool2d(x.clone(), [bins, bins])), [h, w]));
        Tensor::cat(std::iter::once(x.clone()).chain(pooled).collect(), 1)
    }
}

impl Network for PspNet {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let [_, x] = self.backbone.forward(images);
        self.head.forward(self.pool(x))
    }

    fn forward_training(&self, images: Tensor<4>) -> Vec<(f32, Tensor<4>)> {
        let [third, fourth] = self.backbone.forward(images);
        vec![(1.0, self.head.forward(self.pool(fourth))), (AUXILIARY, self.auxiliary.forward(third))]
    }
}

impl Describe for PspNet {
    fn describe(&self, graph: &mut Graph, images: &str) -> String {
        let [height, width] = graph.size().map(|side| side / 8);
        let x = self.backbone.describe(graph, images);
        let mut maps = vec![x.clone()];
        for (&bins, conv) in BINS.iter().zip(&self.pyramid) {
            let pooled = graph.mean_pool(&x, [height / bins, width / bins]);
            let part = conv.describe(graph, &pooled);
            maps.push(graph.resize(&part, conv.channels(), [height, width]));
        }
        let maps: Vec<&str> = maps.iter().map(String::as_str).collect();
        let joined = graph.concat(&maps);
        let x = self.head.conv.describe(graph, &joined);
        graph.conv(&self.head.scores, &x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::networks::parameters;
    use crate::networks::testing::learns_pictures;

    /// By hand, 21 classes: torchvision's ResNet-50 without its last layer 23,508,032; pyramid 4 x (2048 x 512 + 2 x 512);
    /// head 4096 x 512 x 9 + 2 x 512 and 512 x 21 + 21; auxiliary 1024 x 256 x 9 + 2 x 256 and 256 x 21 + 21.
    #[test]
    fn parameters_are_those_of_a_count_by_hand() {
        let network = PspNet::new(Depth::Resnet50, 21, &Device::flex());
        assert_eq!(parameters(&network), 23_508_032 + 4_198_400 + 18_886_165 + 2_365_205);
    }

    #[test]
    fn two_pictures_are_learnt_by_heart() {
        learns_pictures(|device| PspNet::new(Depth::Resnet18, 2, device), 48, 2e-3, 25);
    }
}
