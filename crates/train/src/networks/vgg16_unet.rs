//! A U-Net whose way down is VGG16 (Simonyan and Zisserman 2014, arXiv:1409.1556, column D), as TernausNet's
//! (Iglovikov and Shvets 2018, arXiv:1801.05746) is VGG11: five levels of skips, up-convolutions on the way up.

use super::Network;
use super::blocks::DoubleConv;
use crate::export::{Describe, Graph};
use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

/// Channels and number of convolutions of each level (column D).
const LEVELS: [(usize, usize); 5] = [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)];

/// Sizes of a VGG16-UNet.
#[derive(Clone, Copy, Debug)]
pub struct Vgg16UNetConfig {
    /// Scores for each pixel.
    pub classes: usize,
}

/// A VGG16-UNet.
#[derive(Module, Debug)]
pub struct Vgg16UNet {
    /// Thirteen 3 x 3 convolutions, by level.
    encoder: Vec<Vec<Conv2d>>,
    pool: MaxPool2d,
    /// Below the last level, after its pooling.
    middle: DoubleConv,
    enlarge: Vec<ConvTranspose2d>,
    up: Vec<DoubleConv>,
    head: Conv2d,
}

fn conv3(channels: [usize; 2], device: &Device) -> Conv2d {
    let padding = PaddingConfig2d::Explicit(1, 1, 1, 1);
    Conv2dConfig::new(channels, [3, 3]).with_padding(padding).init(device)
}

impl Vgg16UNetConfig {
    /// Random weights.
    pub fn init(&self, device: &Device) -> Vgg16UNet {
        let mut channels = 3;
        let mut level = |&(out, count): &(usize, usize)| -> Vec<Conv2d> {
            (0..count).map(|_| conv3([std::mem::replace(&mut channels, out), out], device)).collect()
        };
        let encoder = LEVELS.iter().map(&mut level).collect();
        let (mut below, mut enlarge, mut up) = (512, Vec::new(), Vec::new());
        for &(out, _) in LEVELS.iter().rev() {
            // Half of VGG's channels on the way up keep it from outweighing the way down.
            let half = out / 2;
            enlarge.push(ConvTranspose2dConfig::new([below, half], [2, 2]).with_stride([2, 2]).init(device));
            up.push(DoubleConv::new([out + half, half], 1, device));
            below = half;
        }
        let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
        let middle = DoubleConv::new([512, 512], 1, device);
        Vgg16UNet {
            encoder,
            pool,
            middle,
            enlarge,
            up,
            head: Conv2dConfig::new([below, self.classes], [1, 1]).init(device),
        }
    }
}

impl Network for Vgg16UNet {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let (mut skips, mut x) = (Vec::new(), images);
        for level in &self.encoder {
            x = level.iter().fold(x, |x, conv| relu(conv.forward(x)));
            skips.push(x.clone());
            x = self.pool.forward(x);
        }
        x = self.middle.forward(x);
        for ((up_convolution, block), skip) in self.enlarge.iter().zip(&self.up).zip(skips.into_iter().rev())
        {
            x = block.forward(Tensor::cat(vec![skip, up_convolution.forward(x)], 1));
        }
        self.head.forward(x)
    }
}

impl Describe for Vgg16UNet {
    fn describe(&self, graph: &mut Graph, images: &str) -> String {
        let (mut skips, mut x) = (Vec::new(), images.to_owned());
        for level in &self.encoder {
            for conv in level {
                let y = graph.conv(conv, &x);
                x = graph.relu(&y);
            }
            skips.push(x.clone());
            x = graph.max_pool(&x, 2);
        }
        x = self.middle.describe(graph, &x);
        for ((up_convolution, block), skip) in self.enlarge.iter().zip(&self.up).zip(skips.iter().rev()) {
            let risen = graph.conv_transpose(up_convolution, &x);
            let joined = graph.concat(&[skip, &risen]);
            x = block.describe(graph, &joined);
        }
        graph.conv(&self.head, &x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::networks::testing::learns_two_pictures;

    /// torchvision 0.20: `sum(p.numel() for p in vgg16().features.parameters())`.
    #[test]
    fn the_way_down_has_the_parameters_of_torchvisions_vgg16() {
        let network = Vgg16UNetConfig { classes: 8 }.init(&Device::flex());
        assert_eq!(network.encoder.num_params(), 14_714_688);
    }

    #[test]
    fn two_pictures_are_learnt_by_heart() {
        learns_two_pictures(|device| Vgg16UNetConfig { classes: 2 }.init(device), 5e-3, 16);
    }
}
