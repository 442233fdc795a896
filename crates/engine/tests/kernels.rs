//! Every kernel against its definition, written out with loops, on every device that is there.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and say what it skips")]

use crate::common::devices;
use vitrine_engine::{Device, Plan};
use vitrine_graph::{
    Binary, Conv, Coordinates, Data, Graph, Node, Op, Padding, Reduction, Resize, Unary, ValueId, Window,
    infer, passes,
};

/// Numbers between -1 and 1 that are alike on every run.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A graph that grows node by node.
struct Builder(Graph);

impl Builder {
    fn new(inputs: &[&[usize]]) -> Self {
        let mut graph = Graph::default();
        for (index, shape) in inputs.iter().enumerate() {
            let id = graph.add_value(format!("input {index}"), shape.to_vec());
            graph.inputs.push(id);
        }
        Self(graph)
    }

    fn constant(&mut self, shape: &[usize], seed: u32) -> ValueId {
        self.0.add_constant("constant", shape.to_vec(), numbers(shape.iter().product(), seed))
    }

    fn node(&mut self, op: Op, inputs: &[ValueId]) -> ValueId {
        let output = self.0.add_value("value", vec![]);
        let node = Node {
            name: format!("{} #{}", op.name(), self.0.nodes.len()),
            op,
            inputs: inputs.to_vec(),
            output,
        };
        let (kind, shape) = infer(&self.0, &node).unwrap();
        (self.0.values[output.0].kind, self.0.values[output.0].shape) = (kind, shape);
        self.0.nodes.push(node);
        self.0.outputs = vec![output];
        output
    }
}

fn run(graph: &Graph, device: &Device, inputs: &[Vec<f32>]) -> Vec<f32> {
    let plan = Plan::new(graph.clone(), device).unwrap();
    let inputs = inputs.iter().cloned().map(Data::F32).collect();
    pollster::block_on(plan.run(inputs)).unwrap().remove(0).into_f32s()
}

#[track_caller]
fn assert_close(device: &Device, computed: &[f32], expected: &[f32]) {
    assert_eq!(computed.len(), expected.len());
    for (index, (a, b)) in computed.iter().zip(expected).enumerate() {
        assert!(
            (a - b).abs() <= 1e-4 * b.abs().max(1.0),
            "{}: number {index} is {a}, not {b}",
            device.name()
        );
    }
}

/// A convolution of maps, as the loops below read it.
#[derive(Clone, Copy)]
struct Conv2d {
    stride: [usize; 2],
    dilation: [usize; 2],
    padding: Padding,
    groups: usize,
    activation: Unary,
}

impl Conv2d {
    fn op(&self, kernel: [usize; 2]) -> Op {
        let window = |axis: usize| Window {
            stride: self.stride[axis],
            dilation: self.dilation[axis],
            padding: self.padding,
            ..Window::dense(kernel[axis])
        };
        Op::Conv(Conv {
            windows: vec![window(0), window(1)],
            groups: self.groups,
            activation: self.activation,
        })
    }
}

/// `out[y, x, o] = bias[o] + sum over the kernel of input[y * s + k * d - p, ..] * weight`, activated.
fn convolution(
    x: &[f32],
    [h, w, ci]: [usize; 3],
    weight: &[f32],
    [kh, kw, co]: [usize; 3],
    bias: &[f32],
    c: &Conv2d,
) -> Vec<f32> {
    let span = |kernel: usize, axis: usize| (kernel - 1) * c.dilation[axis] + 1;
    let (top, bottom) = c.padding.amounts(h, span(kh, 0), c.stride[0]);
    let (left, right) = c.padding.amounts(w, span(kw, 1), c.stride[1]);
    let oh = (h + top + bottom - span(kh, 0)) / c.stride[0] + 1;
    let ow = (w + left + right - span(kw, 1)) / c.stride[1] + 1;
    let per_group = ci / c.groups;
    let mut out = vec![];
    for (oy, ox, o) in (0..oh).flat_map(|y| (0..ow).flat_map(move |x| (0..co).map(move |o| (y, x, o)))) {
        let mut sum = f64::from(bias[o]);
        for (ky, kx, i) in
            (0..kh).flat_map(|y| (0..kw).flat_map(move |x| (0..per_group).map(move |i| (y, x, i))))
        {
            let (y, x_at) = (oy * c.stride[0] + ky * c.dilation[0], ox * c.stride[1] + kx * c.dilation[1]);
            if y < top || x_at < left || y - top >= h || x_at - left >= w {
                continue;
            }
            let channel = o / (co / c.groups) * per_group + i;
            let value = x[((y - top) * w + x_at - left) * ci + channel];
            sum += f64::from(value) * f64::from(weight[((ky * kw + kx) * per_group + i) * co + o]);
        }
        out.push(c.activation.apply(sum as f32));
    }
    out
}

fn check_convolution(map: [usize; 3], kernel: [usize; 3], conv: Conv2d) {
    let [h, w, ci] = map;
    let [kh, kw, co] = kernel;
    let mut builder = Builder::new(&[&[1, h, w, ci]]);
    let weight = builder.constant(&[kh, kw, ci / conv.groups, co], 1);
    let bias = builder.constant(&[co], 2);
    let input = builder.0.inputs[0];
    builder.node(conv.op([kh, kw]), &[input, weight, bias]);
    let x = numbers(h * w * ci, 3);
    let data = |id| builder.0.f32s(id).unwrap();
    let expected = convolution(&x, map, data(weight), kernel, data(bias), &conv);
    for device in devices() {
        assert_close(device, &run(&builder.0, device, std::slice::from_ref(&x)), &expected);
    }
}

fn conv(stride: usize, dilation: usize, padding: Padding, groups: usize, activation: Unary) -> Conv2d {
    Conv2d { stride: [stride; 2], dilation: [dilation; 2], padding, groups, activation }
}

#[test]
fn dense_convolutions_are_their_definition() {
    for stride in [1, 2, 3] {
        for (kernel, dilation) in [([1, 1, 8], 1), ([3, 3, 8], 1), ([5, 3, 19], 1), ([3, 3, 6], 2)] {
            for padding in [Padding::Same, Padding::VALID] {
                check_convolution([13, 10, 3], kernel, conv(stride, dilation, padding, 1, Unary::Relu));
            }
        }
    }
}

#[test]
fn depthwise_and_grouped_convolutions_are_their_definition() {
    for (stride, dilation) in [(1, 1), (2, 1), (1, 2)] {
        let depthwise = |channels| conv(stride, dilation, Padding::Same, channels, Unary::RELU6);
        check_convolution([9, 11, 24], [3, 3, 24], depthwise(24));
        check_convolution([9, 11, 5], [5, 5, 5], depthwise(5));
        check_convolution([9, 11, 6], [3, 3, 12], depthwise(6));
        check_convolution([9, 11, 8], [3, 3, 12], conv(stride, dilation, Padding::Same, 2, Unary::Identity));
    }
}

#[test]
fn convolutions_apply_every_activation() {
    for activation in [Unary::Identity, Unary::Sigmoid, Unary::HardSwish, Unary::RELU6] {
        check_convolution([5, 6, 4], [3, 3, 4], conv(1, 1, Padding::Same, 1, activation));
        check_convolution([5, 6, 4], [3, 3, 4], conv(1, 1, Padding::Same, 4, activation));
        check_convolution([5, 6, 4], [3, 3, 6], conv(1, 1, Padding::Same, 2, activation));
    }
}

/// Large enough for several blocks on the CPU and several rows of workgroups' worth of threads on a GPU.
#[test]
fn a_map_of_many_blocks_is_its_definition() {
    check_convolution([70, 90, 16], [3, 3, 20], conv(1, 1, Padding::Same, 1, Unary::Identity));
    check_convolution([120, 130, 40], [1, 1, 12], conv(1, 1, Padding::Same, 1, Unary::Relu));
}

/// Coordinates and values by hand: TensorFlow's documentation of `tf.compat.v1.image.resize`.
#[test]
fn bilinear_resizes_follow_their_coordinate_rule() {
    let cases = [
        (Coordinates::AlignCorners, vec![0.0, 1.0, 2.0, 3.0, 4.0]),
        (Coordinates::HalfPixel, vec![0.0, 0.8, 2.0, 3.2, 4.0]),
        (Coordinates::Asymmetric, vec![0.0, 1.2, 2.4, 3.6, 4.0]),
    ];
    for (coordinates, expected) in cases {
        for vertical in [false, true] {
            let (shape, size) = if vertical { ([1, 3, 1, 1], [5, 1]) } else { ([1, 1, 3, 1], [1, 5]) };
            let mut builder = Builder::new(&[&shape]);
            let input = builder.0.inputs[0];
            let input_size = [shape[1], shape[2]];
            builder.node(Op::Resize(Resize::bilinear(input_size, size, coordinates)), &[input]);
            for device in devices() {
                assert_close(device, &run(&builder.0, device, &[vec![0.0, 2.0, 4.0]]), &expected);
            }
        }
    }
}

#[test]
fn element_wise_operations_broadcast() {
    let mut builder = Builder::new(&[&[1, 2, 1, 3], &[3]]);
    let (a, b) = (builder.0.inputs[0], builder.0.inputs[1]);
    let sum = builder.node(Op::Binary(Binary::Add, Unary::Identity), &[a, b]);
    let product = builder.node(Op::Binary(Binary::Mul, Unary::Relu), &[sum, a]);
    builder.node(Op::Binary(Binary::Sub, Unary::Identity), &[product, b]);
    let inputs = [vec![1.0, 2.0, 3.0, -1.0, -2.0, -3.0], vec![10.0, 1.0, -5.0]];
    for device in devices() {
        assert_close(device, &run(&builder.0, device, &inputs), &[1.0, 5.0, 5.0, -10.0, 1.0, 29.0]);
    }
}

#[test]
fn pooled_features_are_spread_and_joined() {
    let mut builder = Builder::new(&[&[1, 2, 2, 2]]);
    let x = builder.0.inputs[0];
    let mean = builder.node(Op::Reduce { kind: Reduction::Mean, axes: vec![1, 2] }, &[x]);
    let spread = builder.0.add_value("spread", vec![1, 2, 2, 2]);
    builder.0.nodes.push(Node { name: "Expand".into(), op: Op::Expand, inputs: vec![mean], output: spread });
    builder.node(Op::Concat { axis: 3 }, &[spread, x]);
    let input = vec![1.0, 10.0, 2.0, 20.0, 3.0, 30.0, 6.0, 60.0];
    let expected = [3., 30., 1., 10., 3., 30., 2., 20., 3., 30., 3., 30., 3., 30., 6., 60.];
    for device in devices() {
        assert_close(device, &run(&builder.0, device, std::slice::from_ref(&input)), &expected);
    }
}

#[test]
fn softmax_and_arg_max_work_along_the_last_axis() {
    let mut builder = Builder::new(&[&[2, 3]]);
    let x = builder.0.inputs[0];
    let shares = builder.node(Op::Softmax { axis: 1, log: false }, &[x]);
    let best = builder.node(Op::ArgReduce { axis: 1, largest: true, last: false }, &[shares]);
    builder.0.outputs = vec![shares, best];
    // exp(0) : exp(ln 2) : exp(ln 3) = 1 : 2 : 3
    let input = vec![0.0, 2_f32.ln(), 3_f32.ln(), 1.0, 1.0, -100.0];
    for device in devices() {
        let plan = Plan::new(builder.0.clone(), device).unwrap();
        let outputs = pollster::block_on(plan.run(vec![Data::F32(input.clone())])).unwrap();
        assert_close(device, outputs[0].data.f32s().unwrap(), &[1.0 / 6.0, 2.0 / 6.0, 0.5, 0.5, 0.5, 0.0]);
        assert_eq!((&outputs[1].data, &outputs[1].shape), (&Data::I64(vec![2, 0]), &vec![2, 1]));
    }
}

/// Two residual blocks, an activation on its own and a resize that does nothing: all that the passes rewrite.
fn residual_network() -> Graph {
    let mut builder = Builder::new(&[&[1, 8, 8, 4]]);
    let mut x = builder.0.inputs[0];
    for seed in [10, 20] {
        let (weight, bias) = (builder.constant(&[3, 3, 4, 4], seed), builder.constant(&[4], seed + 1));
        let same = conv(1, 1, Padding::Same, 1, Unary::Identity);
        let y = builder.node(same.op([3, 3]), &[x, weight, bias]);
        let y = builder.node(Op::Unary(Unary::Relu), &[y]);
        let (weight, bias) = (builder.constant(&[1, 1, 4, 4], seed + 2), builder.constant(&[4], seed + 3));
        let y = builder.node(same.op([1, 1]), &[y, weight, bias]);
        let size = Resize::bilinear([8, 8], [8, 8], Coordinates::HalfPixel);
        let y = builder.node(Op::Resize(size), &[y]);
        x = builder.node(Op::Binary(Binary::Add, Unary::RELU6), &[x, y]);
    }
    builder.0
}

#[test]
fn passes_keep_the_outputs_and_leave_four_convolutions() {
    let graph = residual_network();
    let input = numbers(8 * 8 * 4, 30);
    let mut x = input.clone();
    for block in 0..2 {
        let data =
            |index: usize| graph.f32s(graph.nodes[block * 5 + index / 2 * 2].inputs[1 + index % 2]).unwrap();
        let same = |activation| conv(1, 1, Padding::Same, 1, activation);
        let y = convolution(&x, [8, 8, 4], data(0), [3, 3, 4], data(1), &same(Unary::Relu));
        let y = convolution(&y, [8, 8, 4], data(2), [1, 1, 4], data(3), &same(Unary::Identity));
        x = x.iter().zip(y).map(|(x, y)| (x + y).clamp(0.0, 6.0)).collect();
    }
    let mut optimised = graph.clone();
    passes::optimise(&mut optimised);
    assert_eq!(optimised.nodes.iter().map(|node| node.op.name()).collect::<Vec<_>>(), ["Conv"; 4]);
    for device in devices() {
        assert_close(device, &run(&graph, device, std::slice::from_ref(&input)), &x);
    }
}

#[test]
fn a_wrong_input_is_refused() {
    let mut builder = Builder::new(&[&[1, 2, 2, 2]]);
    let x = builder.0.inputs[0];
    builder.node(Op::Reduce { kind: Reduction::Mean, axes: vec![1, 2] }, &[x]);
    for device in devices() {
        let plan = Plan::new(builder.0.clone(), device).unwrap();
        let error = pollster::block_on(plan.run(vec![Data::F32(vec![0.0; 7])])).unwrap_err();
        assert_eq!(error.to_string(), "input 0 has 7 numbers, 8 are expected");
    }
}
