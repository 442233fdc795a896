//! A trained network whose loss counted rare classes for more, with scores as if it had not: the logarithm of each class's weight is
//! taken off (Menon et al. 2021, arXiv:2007.07314, section 4.1), so that the best class is again the most probable one.

use super::Network;
use crate::export::{Describe, Graph};
use burn::module::{Module, Param};
use burn::tensor::{Tensor, TensorData};

/// A network, and what is added to the scores of its classes.
#[derive(Module, Debug)]
pub struct Unweighted<N: Module> {
    network: N,
    offsets: Param<Tensor<1>>,
}

impl<N: Network> Unweighted<N> {
    /// `weights`: what a pixel of each class counted in the loss.
    pub fn new(network: N, weights: &[f32]) -> Self {
        let offsets: Vec<f32> = weights.iter().map(|weight| -weight.max(f32::MIN_POSITIVE).ln()).collect();
        let devices = network.devices();
        let device = devices.first().cloned().unwrap_or_default();
        let offsets = Tensor::from_data(TensorData::new(offsets, [weights.len()]), &device);
        Self { network, offsets: Param::from_tensor(offsets) }
    }
}

impl<N: Network> Network for Unweighted<N> {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let offsets = self.offsets.val();
        let [classes] = offsets.dims();
        self.network.forward(images) + offsets.reshape([1, classes, 1, 1])
    }
}

impl<N: Network> Describe for Unweighted<N> {
    fn describe(&self, graph: &mut Graph, images: &str) -> String {
        let scores = self.network.describe(graph, images);
        let offsets = self.offsets.val().into_data().iter::<f32>().collect::<Vec<_>>();
        if offsets.iter().all(|offset| *offset == 0.0) { scores } else { graph.shift(&scores, &offsets) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::networks::unet::{Enlarge, UNetConfig};
    use burn::tensor::Device;

    /// By hand: a class that counted `e` times as much loses 1.
    #[test]
    fn scores_lose_the_logarithms_of_the_weights() {
        let device = Device::flex();
        let config = UNetConfig { channels: 4, levels: 2, stem_stride: 1, up: Enlarge::Bilinear, classes: 2 };
        let network = config.init(&device);
        let images = Tensor::ones([1, 3, 8, 8], &device);
        let before = network.forward(images.clone());
        let after = Unweighted::new(network, &[1.0, std::f32::consts::E]).forward(images);
        let lost: Vec<f32> = (before - after).into_data().iter::<f32>().collect();
        let (first, second) = lost.split_at(64);
        assert!(first.iter().all(|lost| lost.abs() < 1e-6), "{first:?}");
        assert!(second.iter().all(|lost| (lost - 1.0).abs() < 1e-5), "{second:?}");
    }
}
