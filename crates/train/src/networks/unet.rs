//! U-Net: Ronneberger et al. 2015, arXiv:1505.04597, fig. 1, with padded convolutions and batch norm. U-Net mini is the
//! same with fewer channels, whose first convolution halves the picture, and maps enlarged by interpolation.

use super::Network;
use super::blocks::DoubleConv;
use crate::export::{Describe, Graph};
use crate::loss::enlarge;
use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig, ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

/// How maps are enlarged on the way up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Enlarge {
    /// "Up-convolution" of 2 x 2, as in the paper.
    Transposed,
    /// Bilinear, without weights.
    Bilinear,
}

/// Sizes of a U-Net.
#[derive(Clone, Copy, Debug)]
pub struct UNetConfig {
    /// Channels of the first level; each level below has twice as many. 64 in the paper.
    pub channels: usize,
    /// 5 in the paper.
    pub levels: usize,
    /// Step of the first convolution. 1 in the paper.
    pub stem_stride: usize,
    /// How maps are enlarged.
    pub up: Enlarge,
    /// Scores for each pixel.
    pub classes: usize,
}

/// A U-Net.
#[derive(Module, Debug)]
pub struct UNet {
    down: Vec<DoubleConv>,
    pool: MaxPool2d,
    /// From the lowest level upwards; none where maps are interpolated.
    enlarge: Vec<ConvTranspose2d>,
    up: Vec<DoubleConv>,
    head: Conv2d,
}

impl UNetConfig {
    /// Random weights.
    pub fn init(&self, device: &Device) -> UNet {
        let channels: Vec<usize> = (0..self.levels).map(|level| self.channels << level).collect();
        let transposed = self.up == Enlarge::Transposed;
        let (mut down, mut up, mut enlarge) = (Vec::new(), Vec::new(), Vec::new());
        for (level, &out) in channels.iter().enumerate() {
            let (inside, stride) = if level == 0 { (3, self.stem_stride) } else { (channels[level - 1], 1) };
            down.push(DoubleConv::new([inside, out], stride, device));
        }
        for pair in channels.windows(2).rev() {
            let [out, below] = [pair[0], pair[1]];
            if transposed {
                enlarge
                    .push(ConvTranspose2dConfig::new([below, out], [2, 2]).with_stride([2, 2]).init(device));
            }
            let risen = if transposed { out } else { below };
            up.push(DoubleConv::new([out + risen, out], 1, device));
        }
        let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
        let head =
            Conv2dConfig::new([self.channels, self.classes], [1, 1]).with_padding(PaddingConfig2d::Valid);
        UNet { down, pool, enlarge, up, head: head.init(device) }
    }
}

impl Network for UNet {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let mut skips = Vec::with_capacity(self.down.len());
        let mut x = images;
        for (level, block) in self.down.iter().enumerate() {
            if level > 0 {
                x = self.pool.forward(x);
            }
            x = block.forward(x);
            skips.push(x.clone());
        }
        skips.pop();
        for (index, (block, skip)) in self.up.iter().zip(skips.into_iter().rev()).enumerate() {
            let [_, _, h, w] = skip.dims();
            x = match self.enlarge.get(index) {
                Some(up_convolution) => up_convolution.forward(x),
                None => enlarge(x, [h, w]),
            };
            x = block.forward(Tensor::cat(vec![skip, x], 1));
        }
        self.head.forward(x)
    }
}

impl Describe for UNet {
    fn describe(&self, graph: &mut Graph, images: &str) -> String {
        let mut skips = Vec::with_capacity(self.down.len());
        let mut x = images.to_owned();
        for (level, block) in self.down.iter().enumerate() {
            if level > 0 {
                x = graph.max_pool(&x, 2);
            }
            x = block.describe(graph, &x);
            skips.push(x.clone());
        }
        skips.pop();
        for (index, (block, skip)) in self.up.iter().zip(skips.iter().rev()).enumerate() {
            x = match self.enlarge.get(index) {
                Some(up_convolution) => graph.conv_transpose(up_convolution, &x),
                None => graph.enlarge(&x, 2),
            };
            let joined = graph.concat(&[skip, &x]);
            x = block.describe(graph, &joined);
        }
        graph.conv(&self.head, &x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::networks::parameters;
    use crate::networks::testing::learns_two_pictures;

    fn mini(device: &Device) -> UNet {
        UNetConfig { channels: 6, levels: 3, stem_stride: 2, up: Enlarge::Bilinear, classes: 2 }.init(device)
    }

    /// The same network in PyTorch 2 (milesial/Pytorch-UNet's layout without bias before batch norm, 3 channels in, 2 out).
    #[test]
    fn the_papers_network_has_31_million_parameters() {
        let config =
            UNetConfig { channels: 64, levels: 5, stem_stride: 1, up: Enlarge::Transposed, classes: 2 };
        assert_eq!(parameters(&config.init(&Device::flex())), 31_037_698);
    }

    #[test]
    fn scores_have_the_size_that_the_stem_leaves() {
        let device = Device::flex();
        let scores = mini(&device).forward(Tensor::zeros([1, 3, 32, 48], &device));
        assert_eq!(scores.dims(), [1, 2, 16, 24]);
    }

    #[test]
    fn two_pictures_are_learnt_by_heart() {
        learns_two_pictures(mini, 2e-2, 40);
    }

    #[test]
    fn two_pictures_are_learnt_with_up_convolutions() {
        let config =
            UNetConfig { channels: 6, levels: 3, stem_stride: 1, up: Enlarge::Transposed, classes: 2 };
        learns_two_pictures(|device| config.init(device), 2e-2, 40);
    }
}
