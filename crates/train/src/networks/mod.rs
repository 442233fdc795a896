//! Networks, a file each, written after the papers that they cite; parameters are counted in tests.

mod blocks;
pub mod espnetv2;
pub mod pspnet;
pub mod resnet;
pub mod two_stream;
pub mod unet;
mod unweighted;
pub mod vgg16_unet;

pub(crate) use unweighted::Unweighted;

use crate::export::Describe;
use burn::module::{Module, ModuleDisplay, ModuleVisitor, Param};
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

/// A network of pictures.
pub trait Network: Module + ModuleDisplay + Describe {
    /// `[n, 3, h, w]` -> scores: `[n, classes, h', w']`.
    fn forward(&self, images: Tensor<4>) -> Tensor<4>;

    /// Scores that training looks at, each with the share of its loss.
    fn forward_training(&self, images: Tensor<4>) -> Vec<(f32, Tensor<4>)> {
        vec![(1.0, self.forward(images))]
    }
}

/// Which network, and how large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum NetworkConfig {
    /// See [`unet`].
    Unet {
        /// Channels of the first level; each level below has twice as many.
        channels: usize,
        /// How often the picture is halved, and one more.
        levels: usize,
        /// 2: the first convolution halves the picture already, and scores have half its size.
        #[serde(default = "one")]
        stem_stride: usize,
        /// How maps are enlarged.
        up: unet::Enlarge,
    },
    /// See [`vgg16_unet`].
    Vgg16Unet {},
    /// See [`pspnet`].
    Pspnet {
        /// Which residual network it stands on.
        backbone: resnet::Depth,
    },
    /// See [`resnet`]: a class for the whole picture.
    Classifier {
        /// Which residual network it is.
        backbone: resnet::Depth,
    },
    /// See [`espnetv2`].
    Espnetv2 {
        /// Channels of the second level: 64 times the width that the authors name.
        channels: usize,
    },
}

fn one() -> usize {
    1
}

/// Something that works with any network.
pub trait WithNetwork {
    /// What it gives.
    type Output;

    /// Works with `network`, whose weights are random.
    fn with<N: Network>(self, network: N) -> Self::Output;
}

impl NetworkConfig {
    /// What the sides of a picture have to be multiples of.
    pub fn size_step(&self) -> usize {
        match self {
            Self::Unet { levels, stem_stride, .. } => stem_stride << levels.saturating_sub(1).min(16),
            Self::Vgg16Unet {} | Self::Classifier { .. } => 32,
            Self::Pspnet { .. } => 48,
            Self::Espnetv2 { .. } => 16,
        }
    }

    /// Whether a picture as a whole gets a class, and not each of its pixels.
    pub fn classifies(&self) -> bool {
        matches!(self, Self::Classifier { .. })
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Unet { channels, levels, stem_stride, .. } => {
                let fine =
                    (1..=256).contains(channels) && (2..=6).contains(levels) && [1, 2].contains(stem_stride);
                fine.then_some(()).ok_or_else(|| {
                    "network.channels goes from 1 to 256, levels from 2 to 6, stem_stride is 1 or 2"
                        .to_owned()
                })
            }
            Self::Vgg16Unet {} | Self::Pspnet { .. } | Self::Classifier { .. } => Ok(()),
            // Four groups in the second level's additional channels.
            &Self::Espnetv2 { channels } => {
                let fine = channels > 32 && channels <= 1024 && channels.is_multiple_of(16);
                fine.then_some(())
                    .ok_or_else(|| "network.channels is a multiple of 16 from 48 to 1024".to_owned())
            }
        }
    }

    /// Makes the network, with scores for `classes`, and works with it.
    pub fn with<W: WithNetwork>(&self, classes: usize, device: &Device, work: W) -> W::Output {
        match self {
            &Self::Unet { channels, levels, stem_stride, up } => {
                let config = unet::UNetConfig { channels, levels, stem_stride, up, classes };
                work.with(config.init(device))
            }
            Self::Vgg16Unet {} => work.with(vgg16_unet::Vgg16UNetConfig { classes }.init(device)),
            &Self::Espnetv2 { channels } => {
                work.with(espnetv2::EspNetV2Config { channels, classes }.init(device))
            }
            &Self::Classifier { backbone } => work.with(resnet::Classifier::new(backbone, classes, device)),
            &Self::Pspnet { backbone } => work.with(pspnet::PspNet::new(backbone, classes, device)),
        }
    }

    /// The network's name, for people.
    pub fn name(&self) -> String {
        match self {
            Self::Unet { channels, levels, .. } => format!("U-Net, {levels} levels from {channels} channels"),
            Self::Vgg16Unet {} => "VGG16-UNet".to_owned(),
            Self::Espnetv2 { channels } => format!("ESPNetv2 of width {}", *channels as f64 / 64.0),
            Self::Pspnet { backbone } => format!("PSPNet on {backbone:?}"),
            Self::Classifier { backbone } => format!("{backbone:?}"),
        }
    }
}

/// Numbers of a network of pictures that are trained.
pub fn parameters<N: Network>(network: &N) -> usize {
    trained_numbers(network)
}

/// Numbers that are trained: Burn counts batch norms' running means and variances too.
pub fn trained_numbers<M: Module>(network: &M) -> usize {
    #[derive(Default)]
    struct Trained {
        path: Vec<String>,
        count: usize,
    }
    impl ModuleVisitor for Trained {
        fn enter_module(&mut self, name: &str, _container: &str) {
            self.path.push(name.to_owned());
        }

        fn exit_module(&mut self, _name: &str, _container: &str) {
            self.path.pop();
        }

        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            if !self.path.last().is_some_and(|name| name.starts_with("running_")) {
                self.count += parameter.lazy_shape().num_elements();
            }
        }
    }
    let mut trained = Trained::default();
    network.visit(&mut trained);
    trained.count
}

#[cfg(test)]
pub(crate) mod testing {
    //! What every network has to show.

    use super::*;
    use crate::Loss;
    use crate::loss::{Truth, loss};
    use burn::optim::{AdamWConfig, GradientsParams};
    use burn::tensor::TensorData;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// Random weights come from one generator for the whole process, and are drawn when they are first read: whoever seeds it holds
    /// this as long as networks are made and computed.
    pub fn alone() -> MutexGuard<'static, ()> {
        static ALONE: Mutex<()> = Mutex::new(());
        ALONE.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Two square pictures: a bright rectangle on dark ground, at different places; class 1 is the rectangle.
    fn two_pictures(side: usize, device: &Device) -> (Tensor<4>, Truth) {
        let inside = |index: usize| {
            let (picture, x, y) = (index / (side * side), index % side, index / side % side);
            let (left, top) = [(side / 8, side / 4), (side / 2, side / 8)][picture];
            (left..left + side / 3).contains(&x) && (top..top + side / 2).contains(&y)
        };
        let classes: Vec<_> = (0..2 * side * side).map(|index| Some(u8::from(inside(index)))).collect();
        let pixel = |index: usize| {
            let (picture, place) = (index / (3 * side * side), index % (side * side));
            let level = if inside(picture * side * side + place) { 0.8 } else { -0.6 };
            level + (index * 7 % 13) as f32 * 0.03
        };
        let pixels: Vec<f32> = (0..2 * 3 * side * side).map(pixel).collect();
        let images = Tensor::from_data(TensorData::new(pixels, [2, 3, side, side]), device);
        (images, Truth::new(&classes, [2, side, side], &[1.0, 1.0], device))
    }

    /// The loss at each step of a training on one batch.
    fn losses<N: Network>(
        mut network: N,
        learning_rate: f64,
        steps: usize,
        images: &Tensor<4>,
        truth: &Truth,
    ) -> Vec<f32> {
        let mut optimizer = AdamWConfig::new().with_weight_decay(0.0).init();
        let kind = Loss { cross_entropy: 1.0, dice: 0.0, balance: 0.0 };
        let step = |_| {
            let loss = loss(kind, network.forward(images.clone()), truth);
            let number = loss.clone().into_scalar::<f32>();
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(learning_rate, network.clone(), gradients);
            number
        };
        (0..steps).map(step).collect()
    }

    /// Trains on two pictures: the loss has to fall to a fifth of what it was.
    pub fn learns_pictures<N: Network>(
        make: impl Fn(&Device) -> N,
        side: usize,
        learning_rate: f64,
        steps: usize,
    ) {
        let _alone = alone();
        let device = Device::flex().autodiff();
        device.seed(3);
        let (images, truth) = two_pictures(side, &device);
        let losses = losses(make(&device), learning_rate, steps, &images, &truth);
        assert!(losses[steps - 1] < losses[0] / 5.0, "{losses:?}");
    }

    /// As [`learns_pictures`], with pictures of 32 x 32.
    pub fn learns_two_pictures<N: Network>(make: impl Fn(&Device) -> N, learning_rate: f64, steps: usize) {
        learns_pictures(make, 32, learning_rate, steps);
    }

    /// As [`learns_two_pictures`], where each picture as a whole is of another class.
    pub fn settles<N: Network>(make: impl Fn(&Device) -> N, learning_rate: f64, steps: usize) {
        let _alone = alone();
        let device = Device::flex().autodiff();
        device.seed(3);
        let (images, _) = two_pictures(32, &device);
        let truth = Truth::new(&[Some(0), Some(1)], [2, 1, 1], &[1.0, 1.0], &device);
        let losses = losses(make(&device), learning_rate, steps, &images, &truth);
        assert!(losses[steps - 1] < losses[0] / 5.0, "{losses:?}");
    }
}
