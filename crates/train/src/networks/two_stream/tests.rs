use super::*;
use crate::networks::testing::alone;
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::TensorData;
use burn::tensor::activation::log_softmax;

/// Convolution and batch norm: `out * (in * taps + 2)`.
fn conv(inside: usize, outside: usize, taps: usize) -> usize {
    outside * (inside * taps + 2)
}

/// An Inception block with the branches of [`RgbStream::new`], convolution by convolution.
fn block(inside: usize, width: usize, far: usize) -> usize {
    let points = 3 * conv(inside, width, 1) + conv(inside, far, 1);
    let near = conv(width, 2 * width, 9) + conv(2 * width, 2 * width, 3);
    let far = conv(far, width, 9) + conv(width, width, 3) + conv(width, width, 9) + conv(width, width, 3);
    points + near + far
}

#[test]
fn parameters_are_those_of_a_count_by_hand() {
    let device = Device::flex();
    let rgb = RgbStream::new(32, 6, &device);
    let by_hand = conv(3, 32, 25) + block(32, 8, 8) + block(40, 16, 8) + block(80, 32, 16) + 160 * 6 + 6;
    assert_eq!(crate::networks::trained_numbers(&rgb), by_hand);
    let flow = FlowStream::new(8, 32, 6, &device);
    let by_hand = conv(16, 32, 25)
        + conv(32, 32, 9)
        + conv(32, 64, 9)
        + conv(64, 64, 9)
        + conv(64, 128, 9)
        + 128 * 6
        + 6;
    assert_eq!(crate::networks::trained_numbers(&flow), by_hand);
}

/// Two windows: in one a bright square goes to the right, in the other one to the left; each frame for itself could be of either.
fn two_windows(channels: usize, device: &Device) -> Tensor<5> {
    let (frames, side) = (4, 32);
    let plane = channels * side * side;
    let number = |index: usize| {
        let (window, frame) = (index / (frames * plane), index / plane % frames);
        let (x, y) = (index % side, index / side % side);
        let left = if window == 0 { 4 + 4 * frame } else { 16 - 4 * frame };
        let level = if (left..left + 8).contains(&x) && (10..20).contains(&y) { 1.0 } else { -0.4 };
        level + (index * 7 % 13) as f32 * 0.02
    };
    let numbers: Vec<f32> = (0..2 * frames * plane).map(number).collect();
    Tensor::from_data(TensorData::new(numbers, [2, frames, channels, side, side]), device)
}

fn learns<S: Stream>(make: impl Fn(&Device) -> S, channels: usize) {
    let _alone = alone();
    let device = Device::flex().autodiff();
    device.seed(3);
    let mut network = make(&device);
    let windows = two_windows(channels, &device);
    let mut optimizer = AdamWConfig::new().with_weight_decay(0.0).init();
    let mut step = |_| {
        let scores = network.forward(windows.clone());
        let truth = Tensor::<2>::from_data([[1.0, 0.0], [0.0, 1.0]], &device);
        let loss = (log_softmax(scores, 1) * truth).sum().neg().mul_scalar(0.5);
        let number = loss.clone().into_scalar::<f32>();
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(5e-3, network.clone(), gradients);
        number
    };
    let losses: Vec<f32> = (0..16).map(&mut step).collect();
    assert!(losses[15] < losses[0] / 5.0, "{losses:?}");
}

#[test]
fn two_windows_of_pictures_are_learnt_by_heart() {
    learns(|device| RgbStream::new(8, 2, device), 3);
}

#[test]
fn two_windows_of_flow_are_learnt_by_heart() {
    learns(|device| FlowStream::new(4, 8, 2, device), 2);
}
