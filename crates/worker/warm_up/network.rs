//! A network of what networks for pictures are made of, each part small: what it says means nothing.

use crate::onnx::Network;
use crate::onnx::Value::{Int, Ints, Word};

/// Columns and rows of the picture.
const SIDE: i64 = 48;

/// The network's file. Its input `x` is `[1, 3, 48, 48]`.
pub fn bytes() -> Vec<u8> {
    let mut network = Network::default();
    let n = &mut network;
    let stem = conv(n, "x", [3, 24], 3, [2, 1, 1]);
    let stem = batch_norm(n, &stem, 24);
    let stem = hard_swish(n, &stem);
    let deep = bottleneck(n, &stem);
    let excited = squeeze_and_excite(n, &deep);
    let grouped = grouped(n, &excited);
    let shuffled = shuffle(n, &grouped);
    let pooled = pyramid(n, &shuffled);
    let scores = read_out(n, &pooled);
    let classes = classify(n, &grouped);
    let moved = over_time(n, &excited);
    network.into_bytes(("x", &[1, 3, SIDE, SIDE]), &[&scores, &classes, &moved])
}

/// `window` is stride, dilation and groups; the padding keeps the size.
fn conv(n: &mut Network, x: &str, [from, to]: [i64; 2], kernel: i64, window: [i64; 3]) -> String {
    let [stride, dilation, groups] = window;
    let weight = n.weights(&[to, from / groups, kernel, kernel]);
    let bias = n.weights(&[to]);
    let pad = dilation * (kernel - 1) / 2;
    let attributes = [
        ("kernel_shape", Ints(&[kernel; 2])),
        ("strides", Ints(&[stride; 2])),
        ("dilations", Ints(&[dilation; 2])),
        ("pads", Ints(&[pad; 4])),
        ("group", Int(groups)),
    ];
    n.node("Conv", &[x, &weight, &bias], &attributes)
}

fn batch_norm(n: &mut Network, x: &str, channels: usize) -> String {
    let [scale, offset, mean, variance] = [0.5, 0.1, 0.2, 1.5].map(|value| n.reals(&vec![value; channels]));
    n.node("BatchNormalization", &[x, &scale, &offset, &mean, &variance], &[])
}

fn hard_swish(n: &mut Network, x: &str) -> String {
    let gate = n.node("HardSigmoid", &[x], &[]);
    n.node("Mul", &[x, &gate], &[])
}

fn clip(n: &mut Network, x: &str) -> String {
    let [low, high] = [0.0, 6.0].map(|limit| n.real(limit));
    n.node("Clip", &[x, &low, &high], &[])
}

/// Wide, depthwise, narrow again: MobileNetV2's block, and one that halves the map.
fn bottleneck(n: &mut Network, x: &str) -> String {
    let mut narrow = x.to_owned();
    for kernel in [3, 5] {
        let wide = conv(n, &narrow, [24, 72], 1, [1, 1, 1]);
        let wide = clip(n, &wide);
        let wide = conv(n, &wide, [72, 72], kernel, [1, 1, 72]);
        let wide = clip(n, &wide);
        let next = conv(n, &wide, [72, 24], 1, [1, 1, 1]);
        narrow = n.node("Add", &[&next, &narrow], &[]);
    }
    let halved = conv(n, &narrow, [24, 24], 3, [2, 1, 24]);
    let gate = n.node("Sigmoid", &[&halved], &[]);
    n.node("Mul", &[&halved, &gate], &[])
}

fn squeeze_and_excite(n: &mut Network, x: &str) -> String {
    let mean = n.node("GlobalAveragePool", &[x], &[]);
    let few = conv(n, &mean, [24, 8], 1, [1, 1, 1]);
    let few = n.node("Relu", &[&few], &[]);
    let weight = n.half_weights(&[24, 8, 1, 1]);
    let weight = n.node("Cast", &[&weight], &[("to", Int(1))]);
    let gate = n.node("Conv", &[&few, &weight], &[]);
    let gate = n.node("Sigmoid", &[&gate], &[]);
    n.node("Mul", &[x, &gate], &[])
}

/// Groups, holes and slopes as ESPNet has them.
fn grouped(n: &mut Network, x: &str) -> String {
    let parts: Vec<String> = [1, 2].map(|dilation| conv(n, x, [24, 12], 3, [1, dilation, 4])).to_vec();
    let sum = n.node("Add", &[&parts[0], &parts[1]], &[]);
    let joined = n.node("Concat", &[&parts[0], &sum], &[("axis", Int(1))]);
    let slope = n.weights(&[24, 1, 1]);
    let joined = n.node("PRelu", &[&joined, &slope], &[]);
    conv(n, &joined, [24, 24], 3, [1, 1, 1])
}

/// ShuffleNet's exchange of channels between groups.
fn shuffle(n: &mut Network, x: &str) -> String {
    let parts = n.nodes("Split", &[x], 2, &[("axis", Int(1))]);
    let joined = n.node("Concat", &[&parts[1], &parts[0]], &[("axis", Int(1))]);
    let apart = n.wholes(&[1, 2, 12, SIDE / 4, SIDE / 4]);
    let together = n.wholes(&[0, -1, SIDE / 4, SIDE / 4]);
    let apart = n.node("Reshape", &[&joined, &apart], &[]);
    let turned = n.node("Transpose", &[&apart], &[("perm", Ints(&[0, 2, 1, 3, 4]))]);
    n.node("Reshape", &[&turned, &together], &[])
}

/// Maps of several sizes beside each other.
fn pyramid(n: &mut Network, x: &str) -> String {
    let window =
        |kernel: i64, stride: i64, pad: i64| [[kernel; 2].to_vec(), [stride; 2].to_vec(), [pad; 4].to_vec()];
    let mut pool = |operator: &str, window: [Vec<i64>; 3]| {
        let [kernel, strides, pads] = &window;
        let attributes = [("kernel_shape", Ints(kernel)), ("strides", Ints(strides)), ("pads", Ints(pads))];
        n.node(operator, &[x], &attributes)
    };
    let largest = pool("MaxPool", window(5, 1, 2));
    let small = pool("AveragePool", window(3, 2, 1));
    let (double, none) = (n.reals(&[1.0, 1.0, 2.0, 2.0]), String::new());
    let nearest = [("mode", Word("nearest")), ("coordinate_transformation_mode", Word("asymmetric"))];
    let nearest = n.node("Resize", &[&small, &none, &double], &nearest);
    n.node("Concat", &[&largest, &nearest], &[("axis", Int(1))])
}

/// Scores of a class map.
fn read_out(n: &mut Network, x: &str) -> String {
    let scores = conv(n, x, [48, 20], 1, [1, 1, 1]);
    let (double, none) = (n.reals(&[1.0, 1.0, 2.0, 2.0]), String::new());
    let linear = [("mode", Word("linear")), ("coordinate_transformation_mode", Word("half_pixel"))];
    let large = n.node("Resize", &[&scores, &none, &double], &linear);
    n.node("Softmax", &[&large], &[("axis", Int(1))])
}

fn classify(n: &mut Network, x: &str) -> String {
    let mean = n.node("ReduceMean", &[x], &[("axes", Ints(&[2, 3])), ("keepdims", Int(0))]);
    let (weight, bias) = (n.weights(&[24, 120]), n.weights(&[120]));
    n.node("Gemm", &[&mean, &weight, &bias], &[])
}

/// Moments of a film: a convolution over time of maps that are laid one behind another.
fn over_time(n: &mut Network, x: &str) -> String {
    let axes = n.wholes(&[2]);
    let moment = n.node("Unsqueeze", &[x, &axes], &[]);
    let film = n.node("Concat", &[&moment, &moment, &moment], &[("axis", Int(2))]);
    let weight = n.weights(&[24, 1, 3, 1, 1]);
    let film = n.node("Conv", &[&film, &weight], &[("group", Int(24))]);
    let [begin, end, axis] = [0, 1, 2].map(|number| n.wholes(&[number]));
    let first = n.node("Slice", &[&film, &begin, &end, &axis], &[]);
    n.node("Tanh", &[&first], &[])
}
