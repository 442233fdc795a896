//! Whether our engine computes from the file what Burn computes from the network.

use crate::Error;
use crate::networks::Network;
use burn::tensor::{Device, Tensor, TensorData};
use vitrine_engine::{Output, Plan};
use vitrine_graph::Data;

/// The largest difference between the scores of the exported `file` and of `network`, for pixels between -1 and 1; relative
/// to the scores' largest magnitude where that is above 1.
///
/// # Errors
/// [`Error::Engine`] if the engine refuses the file.
pub fn parity<N: Network>(
    file: &[u8],
    network: &N,
    [width, height]: [usize; 2],
    device: &Device,
) -> Result<f32, Error> {
    let mut state = 1_u32;
    let mut pixel = || {
        // Numerical Recipes' generator: nothing here needs better numbers.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let pixels = (0..3 * height * width).map(|_| pixel()).collect();
    parity_of(file, network, [width, height], pixels, device)
}

/// As [`parity`], for a picture of one's own: `[3, h, w]`.
///
/// # Errors
/// [`Error::Engine`] if the engine refuses the file.
pub fn parity_of<N: Network>(
    file: &[u8],
    network: &N,
    [width, height]: [usize; 2],
    pixels: Vec<f32>,
    device: &Device,
) -> Result<f32, Error> {
    let shape = [1, 3, height, width];
    let images = Tensor::from_data(TensorData::new(pixels.clone(), shape), device);
    let expected = network.forward(images).into_data();
    let given = computed(file, pixels)?;
    if expected.shape().to_vec() != given.shape {
        return Err(Error::Engine(format!("its scores are {:?}, not {:?}", given.shape, expected.shape())));
    }
    Ok(difference(&given.into_f32s(), expected.iter::<f32>()))
}

/// What our engine computes from the file, on the processor.
pub(crate) fn computed(file: &[u8], numbers: Vec<f32>) -> Result<Output, Error> {
    let engine = |error: &dyn std::fmt::Display| Error::Engine(error.to_string());
    let graph = vitrine_graph::read(file).map_err(|error| engine(&error))?;
    let plan = Plan::new(graph, &vitrine_engine::Device::cpu()).map_err(|error| engine(&error))?;
    let outputs = pollster::block_on(plan.run(vec![Data::F32(numbers)])).map_err(|error| engine(&error))?;
    outputs.into_iter().next().ok_or_else(|| Error::Engine("it has no output".to_owned()))
}

/// The largest difference, relative to the largest expectation where that is above 1. What is no number is as wrong as can be.
pub(crate) fn difference(given: &[f32], expected: impl Iterator<Item = f32>) -> f32 {
    let (mut difference, mut largest) = (0.0_f32, 1.0_f32);
    for (given, expected) in given.iter().zip(expected) {
        let apart = (given - expected).abs();
        difference = if apart.is_nan() { f32::INFINITY } else { difference.max(apart) };
        largest = largest.max(expected.abs());
    }
    difference / largest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{Graph, Precision};
    use crate::networks::espnetv2::EspNetV2Config;
    use crate::networks::pspnet::PspNet;
    use crate::networks::resnet::{Classifier, Depth};
    use crate::networks::testing::alone;
    use crate::networks::unet::{Enlarge, UNetConfig};
    use crate::networks::vgg16_unet::Vgg16UNetConfig;
    use burn::tensor::Distribution;

    const SIZE: [usize; 2] = [48, 32];

    /// A network that has seen a batch in training, so that its batch norms have statistics of their own.
    fn seen<N: Network>(make: impl Fn(&Device) -> N) -> N {
        let _alone = alone();
        let device = Device::flex().autodiff();
        device.seed(5);
        let network = make(&device);
        for _ in 0..3 {
            network.forward(Tensor::random([2, 3, 96, 96], Distribution::Normal(0.4, 1.5), &device));
        }
        network.valid()
    }

    fn exported<N: Network>(network: &N, precision: Precision, [width, height]: [usize; 2]) -> Vec<u8> {
        let device = Device::flex();
        let dims: [usize; 4] = network.forward(Tensor::zeros([1, 3, height, width], &device)).dims();
        let mut graph = Graph::new(precision, [height, width]);
        let scores = network.describe(&mut graph, "images");
        graph.into_bytes(("images", &[1, 3, height, width]), (&scores, &dims))
    }

    fn agrees<N: Network>(network: &N, size: [usize; 2]) {
        let file = exported(network, Precision::Single, size);
        let difference = parity(&file, network, size, &Device::flex()).unwrap();
        assert!(difference <= 1e-4, "{difference}");
    }

    #[test]
    fn our_engine_computes_a_u_net_as_burn_does() {
        for (up, stem_stride) in [(Enlarge::Bilinear, 2), (Enlarge::Transposed, 1)] {
            let config = UNetConfig { channels: 4, levels: 3, stem_stride, up, classes: 3 };
            agrees(&seen(|device| config.init(device)), SIZE);
        }
    }

    #[test]
    fn our_engine_computes_a_vgg16_u_net_as_burn_does() {
        agrees(&seen(|device| Vgg16UNetConfig { classes: 3 }.init(device)), [32, 32]);
    }

    #[test]
    fn our_engine_computes_a_pspnet_as_burn_does() {
        agrees(&seen(|device| PspNet::new(Depth::Resnet18, 3, device)), [96, 48]);
    }

    #[test]
    fn our_engine_computes_a_resnext_as_burn_does() {
        agrees(&seen(|device| Classifier::new(Depth::Resnext50, 5, device)), [64, 32]);
    }

    #[test]
    fn our_engine_computes_an_espnetv2_as_burn_does() {
        agrees(&seen(|device| EspNetV2Config { channels: 64, classes: 6 }.init(device)), [96, 64]);
    }

    /// Halves have 11 bits: an error of 2^-11 a weight.
    #[test]
    fn halves_take_half_the_room_and_are_near() {
        let config = UNetConfig { channels: 8, levels: 3, stem_stride: 2, up: Enlarge::Bilinear, classes: 3 };
        let network = seen(|device| config.init(device));
        let [single, half] =
            [Precision::Single, Precision::Half].map(|precision| exported(&network, precision, SIZE));
        assert!(half.len() * 10 < single.len() * 6, "{} of {}", half.len(), single.len());
        let difference = parity(&half, &network, SIZE, &Device::flex()).unwrap();
        assert!(difference > 0.0 && difference < 1e-2, "{difference}");
    }
}
