//! ESPNetv2 for segmentation: Mehta et al. 2019, arXiv:1811.11431, with the decoder of the authors' repository
//! `sacmehta/EdgeNets` at 2b232d3f (`model/segmentation/espnetv2.py`): pyramids of pooled maps, merged upwards. Fields are called
//! as there, so that published weights find their place (`convert`).

mod parts;
mod pyramid;

use super::Network;
use crate::export::{Describe, Graph};
use crate::resize::{Alignment, bilinear};
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};
use parts::{ConvAct, Down, Eesp, NormAct, Sizes, pointwise};
use pyramid::Pyramid;

/// Channels of the decoder's levels, from the lowest upwards.
const DECODER: [usize; 3] = [64, 48, 32];

/// Sizes of an ESPNetv2.
#[derive(Clone, Copy, Debug)]
pub struct EspNetV2Config {
    /// Channels of the second level: 64 times the width that the authors name; the next levels have two and four times as many.
    pub channels: usize,
    /// Scores for each pixel.
    pub classes: usize,
}

/// The encoder: levels 1 to 4.
#[derive(Module, Debug)]
pub struct Encoder {
    level1: ConvAct,
    level2_0: Down,
    level3_0: Down,
    level3: Vec<Eesp>,
    level4_0: Down,
    level4: Vec<Eesp>,
}

/// What the encoder gives to a level of the decoder: `expansion(x) * sigmoid(weights of the mean of x)`.
#[derive(Module, Debug)]
struct Merge {
    wt_layer: Conv2d,
    expansion_layer: ConvAct,
}

/// An ESPNetv2.
#[derive(Module, Debug)]
pub struct EspNetV2 {
    base_net: Encoder,
    merge_enc_dec_l2: Merge,
    merge_enc_dec_l3: Merge,
    merge_enc_dec_l4: Merge,
    bu_dec_l1: Pyramid,
    bu_dec_l2: Pyramid,
    bu_dec_l3: Pyramid,
    bu_dec_l4: Pyramid,
    bu_br_l2: NormAct,
    bu_br_l3: NormAct,
    bu_br_l4: NormAct,
}

impl EspNetV2Config {
    /// Random weights.
    pub fn init(&self, device: &Device) -> EspNetV2 {
        let [second, third, fourth] = [1, 2, 4].map(|times| self.channels * times);
        // The authors' reach of each level: dilations 1 to 4, and 1 to 3 in the last.
        let (wide, narrow) = ([1, 2, 3, 4], [1, 1, 2, 3]);
        let level = |count: usize, channels: usize, dilations| -> Vec<Eesp> {
            (0..count).map(|_| Eesp::new([channels, channels], 1, dilations, device)).collect()
        };
        let base_net = Encoder {
            level1: ConvAct::new([3, 32], Sizes { kernel: 3, stride: 2, groups: 1 }, device),
            level2_0: Down::new([32, second], wide, device),
            level3_0: Down::new([second, third], wide, device),
            level3: level(3, third, wide),
            level4_0: Down::new([third, fourth], wide, device),
            level4: level(7, fourth, narrow),
        };
        let [first, middle, last] = DECODER;
        let inner = (self.classes / 2).clamp(1, 16);
        let pyramid = |inside, outside, ends| Pyramid::new([inside, inner, outside], ends, device);
        EspNetV2 {
            base_net,
            merge_enc_dec_l2: Merge::new([third, first], device),
            merge_enc_dec_l3: Merge::new([second, middle], device),
            merge_enc_dec_l4: Merge::new([32, last], device),
            bu_dec_l1: pyramid(fourth, first, false),
            bu_dec_l2: pyramid(first, middle, false),
            bu_dec_l3: pyramid(middle, last, false),
            bu_dec_l4: pyramid(last, self.classes, true),
            bu_br_l2: NormAct::new(first, device),
            bu_br_l3: NormAct::new(middle, device),
            bu_br_l4: NormAct::new(last, device),
        }
    }
}

impl Merge {
    fn new([inside, outside]: [usize; 2], device: &Device) -> Self {
        let groups = common_divisor(inside, outside);
        Self {
            wt_layer: pointwise([inside, outside], 1, false, device),
            expansion_layer: ConvAct::new([inside, outside], Sizes { kernel: 3, stride: 1, groups }, device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let gate = sigmoid(self.wt_layer.forward(x.clone().mean_dim(2).mean_dim(3)));
        self.expansion_layer.forward(x) * gate
    }

    fn describe(&self, graph: &mut Graph, x: &str) -> String {
        let mean = graph.global_mean(x);
        let weights = graph.conv(&self.wt_layer, &mean);
        let gate = graph.sigmoid(&weights);
        let wide = self.expansion_layer.describe(graph, x);
        graph.multiply(&wide, &gate)
    }
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// Bilinear, by the corners of maps.
pub(crate) fn by_corners(x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    bilinear(x, size, Alignment::Corners)
}

impl EspNetV2 {
    /// `merged` and what the level below gives, enlarged twice.
    fn join(norm: &NormAct, merged: Tensor<4>, below: Tensor<4>) -> Tensor<4> {
        let [_, _, h, w] = merged.dims();
        norm.forward(merged + by_corners(below, [h, w]))
    }

    fn describe_join(graph: &mut Graph, norm: &NormAct, merged: &str, below: &str, times: usize) -> String {
        let size = graph.size().map(|side| side / times);
        let risen = graph.resize_by_corners(below, norm.channels(), size);
        let sum = graph.add(merged, &risen);
        norm.describe(graph, &sum)
    }
}

impl Network for EspNetV2 {
    /// Scores have half the picture's size, and meet at the corners.
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let net = &self.base_net;
        let first = net.level1.forward(images.clone());
        let second = net.level2_0.forward(first.clone(), images.clone(), 2);
        let third = net.level3_0.forward(second.clone(), images.clone(), 3);
        let third = net.level3.iter().fold(third, |x, block| block.forward(x));
        let fourth = net.level4_0.forward(third.clone(), images, 4);
        let fourth = net.level4.iter().fold(fourth, |x, block| block.forward(x));
        let x = self.bu_dec_l1.forward(fourth);
        let x = self.bu_dec_l2.forward(Self::join(&self.bu_br_l2, self.merge_enc_dec_l2.forward(third), x));
        let x = self.bu_dec_l3.forward(Self::join(&self.bu_br_l3, self.merge_enc_dec_l3.forward(second), x));
        self.bu_dec_l4.forward(Self::join(&self.bu_br_l4, self.merge_enc_dec_l4.forward(first), x))
    }
}

impl Describe for EspNetV2 {
    fn describe(&self, graph: &mut Graph, images: &str) -> String {
        let net = &self.base_net;
        let half = graph.mean_pool_half(images);
        let quarter = graph.mean_pool_half(&half);
        let eighth = graph.mean_pool_half(&quarter);
        let sixteenth = graph.mean_pool_half(&eighth);
        let first = net.level1.describe(graph, images);
        let second = net.level2_0.describe(graph, &first, &quarter);
        let third = net.level3_0.describe(graph, &second, &eighth);
        let third = net.level3.iter().fold(third, |x, block| block.describe(graph, &x));
        let fourth = net.level4_0.describe(graph, &third, &sixteenth);
        let fourth = net.level4.iter().fold(fourth, |x, block| block.describe(graph, &x));
        let x = self.bu_dec_l1.describe(graph, &fourth, 16);
        let merged = self.merge_enc_dec_l2.describe(graph, &third);
        let x = Self::describe_join(graph, &self.bu_br_l2, &merged, &x, 8);
        let x = self.bu_dec_l2.describe(graph, &x, 8);
        let merged = self.merge_enc_dec_l3.describe(graph, &second);
        let x = Self::describe_join(graph, &self.bu_br_l3, &merged, &x, 4);
        let x = self.bu_dec_l3.describe(graph, &x, 4);
        let merged = self.merge_enc_dec_l4.describe(graph, &first);
        let x = Self::describe_join(graph, &self.bu_br_l4, &merged, &x, 2);
        self.bu_dec_l4.describe(graph, &x, 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::networks::parameters;
    use crate::networks::testing::learns_pictures;

    /// The numbers of the published `espnetv2_s_2.0_city_1024x512.pth` other than running statistics: 0.79 million in the
    /// authors' table.
    #[test]
    fn parameters_are_those_of_the_published_weights() {
        let network = EspNetV2Config { channels: 128, classes: 20 }.init(&Device::flex());
        assert_eq!(parameters(&network), 789_242);
    }

    #[test]
    fn two_pictures_are_learnt_by_heart() {
        learns_pictures(|device| EspNetV2Config { channels: 64, classes: 2 }.init(device), 64, 2e-2, 30);
    }
}
