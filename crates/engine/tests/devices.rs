//! Every operator that the GPU computes: it gives what the processor gives. What the processor gives is compared with
//! definitions and with ONNX's own cases elsewhere.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and say what it skips")]

use crate::common::webgpu::webgpu;
use half::f16;
use vitrine_engine::{Device, Plan, Precision};
use vitrine_graph::{
    Binary, Conv, Coordinates, Data, Graph, Interpolation, Kind, Link, Nearest, Node, Op, PadMode, Padding,
    Pool, PoolKind, Range, Reduction, Resize, ResizeAxis, Scalar, Unary, ValueId, Window, infer,
};

/// An operand: what a run is given, or a constant.
enum Operand {
    Given(&'static [usize]),
    Known(&'static [usize]),
    Indices(&'static [usize], Vec<i64>),
}
use Operand::{Given, Known};

/// Numbers between -`scale` and `scale` that are alike on every run, and exact in 16 bits.
fn numbers(count: usize, seed: u32, scale: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * scale
    };
    (0..count).map(|_| f16::from_f32(next()).to_f32()).collect()
}

fn add(graph: &mut Graph, op: Op, inputs: &[ValueId], shape: &[usize]) -> ValueId {
    let output = graph.add_value("value", shape.to_vec());
    let node = Node { name: op.name(), op, inputs: inputs.to_vec(), output };
    let (kind, shape) = infer(graph, &node).unwrap();
    (graph.values[output.0].kind, graph.values[output.0].shape) = (kind, shape);
    graph.nodes.push(node);
    graph.outputs = vec![output];
    output
}

/// A graph of one operator. `shape` is its output's, for operators that leave it open.
fn graph(op: Op, operands: &[Operand], shape: &[usize]) -> Graph {
    let mut graph = Graph::default();
    let mut inputs = vec![];
    for (index, operand) in operands.iter().enumerate() {
        let id = match operand {
            Given(shape) => {
                let id = graph.add_value("input", shape.to_vec());
                graph.inputs.push(id);
                id
            }
            Known(shape) => {
                let data = numbers(shape.iter().product(), 100 + index as u32, 1.0);
                graph.add_constant("constant", shape.to_vec(), data)
            }
            Operand::Indices(shape, data) => {
                let id = graph.add_typed("indices", Kind::I64, shape.to_vec());
                graph.constants.insert(id, Data::I64(data.clone()));
                id
            }
        };
        inputs.push(id);
    }
    add(&mut graph, op, &inputs, shape);
    graph
}

/// Runs the graph on both devices, all of it on the GPU.
#[track_caller]
fn check_graph(graph: &Graph, scale: f32) {
    let Some(webgpu) = webgpu() else { return };
    let inputs = graph.inputs.iter().enumerate();
    let inputs = inputs
        .map(|(index, &id)| Data::F32(numbers(graph.shape(id).iter().product(), 1 + index as u32, scale)));
    let inputs: Vec<Data> = inputs.collect();
    let names: Vec<String> = graph.nodes.iter().map(|node| format!("{:?}", node.op)).collect();
    let run = |device: &Device| {
        let plan = Plan::new(graph.clone(), device).unwrap();
        let (all, on_gpu) = plan.steps();
        assert!(
            device.kind() == vitrine_engine::DeviceKind::Cpu || on_gpu == all,
            "{names:?} is not on the GPU"
        );
        pollster::block_on(plan.run(inputs.clone())).unwrap()
    };
    let expected = run(&Device::cpu());
    for (device, tolerance, least) in variants(webgpu) {
        for (computed, expected) in run(&device).into_iter().zip(expected.clone()) {
            assert_eq!((computed.kind, &computed.shape), (expected.kind, &expected.shape), "{names:?}");
            let (computed, expected) = (computed.into_f32s(), expected.into_f32s());
            assert_eq!(computed.len(), expected.len(), "{names:?}");
            for (index, (a, b)) in computed.iter().zip(&expected).enumerate() {
                let close =
                    (a - b).abs() <= tolerance * b.abs().max(least) || a.is_nan() && b.is_nan() || a == b;
                assert!(close, "{names:?}: number {index} is {a}, not {b} ({:?})", device.precision());
            }
        }
    }
}

/// All ways in which the adapter computes, how near it comes to the processor, relative to a number, and what counts as the
/// least number.
fn variants(webgpu: &Device) -> Vec<(Device, f32, f32)> {
    let mut variants = vec![(webgpu.clone(), 2e-5, 0.1), (webgpu.clone().as_card(), 2e-5, 0.1)];
    if webgpu.has_half() {
        // Half a unit in the last of 11 digits, and what a few such roundings add up to.
        variants.push((webgpu.clone().with_precision(Precision::HalfInMemory), 1e-3, 0.5));
        variants.push((webgpu.clone().as_card().with_precision(Precision::Half), 3e-2, 1.0));
    } else {
        eprintln!("skipped in half precision: {} has none", webgpu.name());
    }
    variants
}

#[track_caller]
fn check(op: Op, operands: &[Operand], shape: &[usize]) {
    check_graph(&graph(op, operands, shape), 1.0);
}

#[test]
fn functions_of_one_number() {
    use Unary::*;
    let (a, b) = (Scalar(0.7), Scalar(0.3));
    let functions = [
        Identity,
        Abs,
        Neg,
        Sign,
        Exp,
        Reciprocal,
        Floor,
        Ceil,
        Round,
        Erf,
        Sin,
        Cos,
        Tanh,
        Relu,
        Clip(Scalar(-1.0), a),
        Clip(Scalar(f32::NEG_INFINITY), a),
        Clip(a, Scalar(f32::MAX)),
        LeakyRelu(b),
        Elu(a),
        Selu { alpha: a, gamma: b },
        Celu(a),
        ThresholdedRelu(a),
        Shrink { lambda: a, bias: b },
        Sigmoid,
        HardSigmoid { alpha: b, beta: a },
        Swish(a),
        HardSwish,
        Softplus,
        Softsign,
        Mish,
        Gelu,
        GeluTanh,
        Not,
    ];
    for function in functions {
        for (shape, scale) in [(&[2, 3, 8][..], 6.0), (&[37], 0.3), (&[16], 200.0)] {
            if scale > 80.0 && matches!(function, Exp) {
                continue;
            }
            check_graph(&graph(Op::Unary(function), &[Given(shape)], &[]), scale);
        }
    }
    for function in [Log, Sqrt] {
        let mut graph = graph(Op::Unary(Abs), &[Given(&[50])], &[]);
        let x = graph.outputs[0];
        add(&mut graph, Op::Unary(function), &[x], &[]);
        check_graph(&graph, 3.0);
    }
    // Half of the numbers become 0, whose logarithm is infinite.
    let mut graph = graph(Op::Unary(Relu), &[Given(&[50])], &[]);
    let x = graph.outputs[0];
    let logarithms = add(&mut graph, Op::Unary(Log), &[x], &[]);
    let sums = add(&mut graph, Op::Reduce { kind: Reduction::LogSum, axes: vec![] }, &[x], &[]);
    graph.outputs = vec![logarithms, sums];
    check_graph(&graph, 3.0);
}

#[test]
fn functions_of_two_numbers_broadcast() {
    use Binary::*;
    for function in
        [Add, Sub, Mul, Div, Min, Max, PRelu, Equal, Less, LessOrEqual, Greater, GreaterOrEqual, And, Or, Xor]
    {
        let after = if function.is_truth() { Unary::Not } else { Unary::Relu };
        for operands in [
            [Given(&[2, 3, 8]), Given(&[2, 3, 8])],
            [Given(&[2, 3, 8]), Known(&[8])],
            [Known(&[3, 1]), Given(&[2, 3, 8])],
            [Given(&[2, 1, 5]), Given(&[3, 1])],
            [Given(&[7]), Known(&[])],
        ] {
            check(Op::Binary(function, after), &operands, &[]);
        }
    }
    for exponent in [2.0, 3.0, -1.0, 0.5, 1.7] {
        let mut graph = graph(Op::Unary(Unary::Abs), &[Given(&[9])], &[]);
        let (x, exponent) = (graph.outputs[0], graph.add_constant("exponent", vec![], vec![exponent]));
        add(&mut graph, Op::Binary(Pow, Unary::Identity), &[x, exponent], &[]);
        check_graph(&graph, 3.0);
    }
}

#[test]
fn functions_one_after_the_other() {
    use Binary::*;
    let relu = Unary::Relu;
    let links = [Link(Mul, Unary::Identity), Link(Add, relu), Link(PRelu, Unary::Abs)];
    for (count, x) in [(1, &[2, 3, 8]), (2, &[2, 3, 8]), (3, &[2, 3, 8]), (3, &[2, 3, 5])] {
        let channels: &'static [usize] = if x[2] == 8 { &[8] } else { &[5] };
        let operands = [Given(x), Known(channels), Given(&[3, 1]), Known(&[])];
        check(Op::Chain(links[..count].to_vec()), &operands[..=count], &[]);
    }
    // A plan joins them by itself.
    let mut graph = graph(Op::Binary(Sub, relu), &[Given(&[2, 6, 8]), Given(&[8])], &[]);
    let (y, b) = (graph.outputs[0], graph.inputs[1]);
    let y = add(&mut graph, Op::Binary(Div, Unary::Identity), &[y, b], &[]);
    add(&mut graph, Op::Binary(Max, Unary::Neg), &[y, b], &[]);
    check_graph(&graph, 2.0);
}

/// A convolution, a depthwise one, a mean and a sum are written where they are joined, and what others read too is copied.
#[test]
fn operands_are_written_where_they_are_joined() {
    for [dense, wide] in [[8, 12], [6, 12], [8, 10], [5, 7]] {
        let mut graph = Graph::default();
        let x = graph.add_value("x", vec![1, 9, 7, wide]);
        graph.inputs.push(x);
        let known = |graph: &mut Graph, shape: &[usize]| {
            graph.add_constant("known", shape.to_vec(), numbers(shape.iter().product(), 7, 1.0))
        };
        let conv = |groups| {
            Op::Conv(Conv {
                windows: vec![window(3, 1, 1, Padding::Same); 2],
                groups,
                activation: Unary::Relu,
            })
        };
        let (weight, bias) = (known(&mut graph, &[3, 3, wide, dense]), known(&mut graph, &[dense]));
        let a = add(&mut graph, conv(1), &[x, weight, bias], &[]);
        let (weight, bias) = (known(&mut graph, &[3, 3, 1, wide]), known(&mut graph, &[wide]));
        let b = add(&mut graph, conv(wide), &[x, weight, bias], &[]);
        let mean = PoolKind::Average { count_padding: true };
        let pool = Pool { kind: mean, windows: vec![window(3, 1, 1, Padding::Explicit(1, 1)); 2] };
        let c = add(&mut graph, Op::Pool(pool), &[b], &[]);
        let d = add(&mut graph, Op::Binary(Binary::Add, Unary::Abs), &[x, bias], &[]);
        let e = add(&mut graph, Op::Unary(Unary::HardSwish), &[d], &[]);
        let inner = add(&mut graph, Op::Concat { axis: 3 }, &[d, x], &[]);
        let all = add(&mut graph, Op::Concat { axis: 3 }, &[a, b, c, e, inner, x], &[]);
        add(&mut graph, Op::Binary(Binary::Add, Unary::Relu), &[all, all], &[]);
        check_graph(&graph, 0.05);
    }
}

#[test]
fn choices_and_kinds() {
    let mut graph = graph(Op::Unary(Unary::Relu), &[Given(&[2, 6]), Given(&[3, 1, 6])], &[]);
    let (x, y) = (graph.outputs[0], graph.inputs[1]);
    let truth = add(&mut graph, Op::Cast(Kind::Bool), &[x], &[]);
    let chosen = add(&mut graph, Op::Where, &[truth, y, x], &[]);
    let whole = add(&mut graph, Op::Cast(Kind::I64), &[chosen], &[]);
    let real = add(&mut graph, Op::Cast(Kind::F32), &[whole], &[]);
    graph.outputs = vec![truth, chosen, whole, real];
    check_graph(&graph, 5.0);
}

#[test]
fn moves() {
    check(Op::Transpose(vec![0, 3, 1, 2]), &[Given(&[2, 3, 4, 5])], &[]);
    check(Op::Transpose(vec![2, 0, 1]), &[Given(&[1, 6, 8])], &[]);
    check(Op::Reshape, &[Given(&[2, 6])], &[3, 4]);
    check(Op::Expand, &[Given(&[3, 1])], &[2, 3, 4]);
    let range = |start, step| Range { start, step };
    check(Op::Slice(vec![range(1, 1), range(4, -2), range(0, 1)]), &[Given(&[3, 5, 8])], &[2, 3, 8]);
    check(Op::Slice(vec![range(0, 1), range(4, 1)]), &[Given(&[3, 12])], &[3, 4]);
    check(Op::Slice(vec![range(0, 2), range(3, 1)]), &[Given(&[3, 12])], &[2, 4]);
    check(Op::Concat { axis: 1 }, &[Given(&[2, 4, 3]), Known(&[2, 1, 3]), Given(&[2, 2, 3])], &[]);
    check(Op::Concat { axis: 2 }, &[Given(&[2, 2, 8]), Given(&[2, 2, 4])], &[]);
    check(Op::Concat { axis: 0 }, &[Given(&[3]), Given(&[2])], &[]);
    check(Op::Gather { axis: 1 }, &[Given(&[2, 3, 4]), Operand::Indices(&[2, 2], vec![0, -1, 2, 1])], &[]);
    check(Op::Gather { axis: 2 }, &[Given(&[2, 3, 5]), Operand::Indices(&[], vec![-2])], &[]);
}

#[test]
fn pads() {
    for mode in [PadMode::Constant(7.0), PadMode::Reflect, PadMode::Symmetric, PadMode::Edge, PadMode::Wrap] {
        check(Op::Pad { before: vec![0, 2, 1, 0], mode }, &[Given(&[2, 3, 4, 8])], &[2, 6, 8, 8]);
        check(Op::Pad { before: vec![4], mode }, &[Given(&[3])], &[12]);
        check(Op::Pad { before: vec![0, 0, 3], mode }, &[Given(&[2, 2, 5])], &[3, 2, 8]);
    }
}

#[test]
fn reductions_of_any_axes() {
    use Reduction::*;
    let shapes: [(&'static [usize], &[usize]); 6] = [
        (&[2, 5, 7, 3], &[1, 2]),
        (&[2, 5, 7, 3], &[0, 3]),
        (&[4, 9], &[1]),
        (&[3, 700], &[1]),
        (&[10_000], &[0]),
        (&[70, 80, 8], &[2]),
    ];
    for kind in [Sum, Mean, Max, Min, Prod, L1, L2, LogSumExp, SumSquare] {
        for (shape, axes) in shapes {
            let mut graph = graph(Op::Reduce { kind, axes: axes.to_vec() }, &[Given(shape)], &[]);
            // Sums that cancel have no digits to compare.
            if kind != Prod {
                let (output, one) = (graph.outputs[0], graph.add_constant("one", vec![], vec![1.0]));
                let abs = if matches!(kind, Sum) { 1.0 } else { 0.01 };
                let scale = graph.add_constant("scale", vec![], vec![abs]);
                let scaled = add(&mut graph, Op::Binary(Binary::Mul, Unary::Identity), &[output, scale], &[]);
                add(&mut graph, Op::Binary(Binary::Add, Unary::Identity), &[scaled, one], &[]);
            }
            check_graph(&graph, 1.0);
        }
    }
    let logarithm = Op::Reduce { kind: LogSum, axes: vec![1] };
    let mut graph = graph(Op::Unary(Unary::Abs), &[Given(&[3, 50])], &[]);
    let x = graph.outputs[0];
    add(&mut graph, logarithm, &[x], &[]);
    check_graph(&graph, 1.0);
}

#[test]
fn places_of_extremes() {
    for (largest, last) in [(true, false), (true, true), (false, false), (false, true)] {
        for axis in [0, 1, 2] {
            let mut graph = graph(Op::Unary(Unary::Round), &[Given(&[4, 9, 5])], &[]);
            let x = graph.outputs[0];
            let places = add(&mut graph, Op::ArgReduce { axis, largest, last }, &[x], &[]);
            let shape: Vec<usize> = graph.shape(places).iter().copied().filter(|&size| size != 1).collect();
            add(&mut graph, Op::Reshape, &[places], &shape);
            check_graph(&graph, 3.0);
        }
    }
}

#[test]
fn softmax_normalisation_and_running_sums() {
    let shapes: [(&'static [usize], usize); 4] =
        [(&[3, 10], 1), (&[2, 7, 5], 1), (&[4, 1000], 1), (&[70, 70, 19], 2)];
    for (shape, axis) in shapes {
        for log in [false, true] {
            check_graph(&graph(Op::Softmax { axis, log }, &[Given(shape)], &[]), 20.0);
        }
        for centred in [false, true] {
            check(Op::Normalise { axes: vec![axis], epsilon: 1e-5, centred }, &[Given(shape)], &[]);
        }
    }
    check(Op::Normalise { axes: vec![1, 2], epsilon: 1e-5, centred: true }, &[Given(&[2, 6, 6, 3])], &[]);
    for (exclusive, reverse) in [(false, false), (true, false), (false, true), (true, true)] {
        check(Op::CumSum { axis: 1, exclusive, reverse }, &[Given(&[2, 5, 3])], &[]);
    }
}

#[test]
fn local_responses() {
    for (size, beta) in [(5, 0.75), (2, 0.5), (40, 1.0)] {
        let op = Op::LocalResponse { size, alpha: 0.5, beta, bias: 1.5 };
        check_graph(&graph(op, &[Given(&[2, 3, 9])], &[]), 5.0);
    }
}

#[test]
fn products_of_matrices() {
    check(Op::MatMul, &[Given(&[5, 8]), Known(&[8, 12])], &[]);
    check(Op::MatMul, &[Given(&[5, 7]), Known(&[7, 3])], &[]);
    check(Op::MatMul, &[Given(&[2, 3, 5, 8]), Given(&[2, 3, 8, 5])], &[]);
    check(Op::MatMul, &[Given(&[2, 1, 5, 4]), Given(&[3, 4, 8])], &[]);
    check(Op::MatMul, &[Given(&[4, 6, 12]), Known(&[12, 8])], &[]);
    check(Op::MatMul, &[Given(&[6, 12]), Given(&[3, 12, 8])], &[]);
    check(Op::MatMul, &[Given(&[300, 64]), Known(&[64, 128])], &[]);
}

fn window(kernel: usize, stride: usize, dilation: usize, padding: Padding) -> Window {
    Window { kernel, stride, dilation, padding, ceil: false }
}

#[test]
fn convolutions_of_one_to_three_axes() {
    let same = |kernel| window(kernel, 1, 1, Padding::Same);
    let conv = |windows: Vec<Window>, groups| Op::Conv(Conv { windows, groups, activation: Unary::Gelu });
    check(conv(vec![same(3)], 1), &[Given(&[2, 9, 3]), Known(&[3, 3, 8]), Known(&[8])], &[]);
    check(conv(vec![same(3); 2], 1), &[Given(&[3, 6, 7, 8]), Known(&[3, 3, 8, 6]), Known(&[6])], &[]);
    check(conv(vec![same(1); 2], 1), &[Given(&[3, 6, 7, 8]), Known(&[1, 1, 8, 1]), Known(&[1])], &[]);
    check(conv(vec![same(1); 2], 1), &[Given(&[3, 6, 7, 8]), Known(&[1, 1, 8, 19]), Known(&[19])], &[]);
    check(conv(vec![same(3); 3], 1), &[Given(&[2, 4, 5, 6, 3]), Known(&[3, 3, 3, 3, 8]), Known(&[8])], &[]);
    check(conv(vec![same(3); 3], 8), &[Given(&[2, 4, 5, 6, 8]), Known(&[3, 3, 3, 1, 8]), Known(&[8])], &[]);
    check(conv(vec![same(3); 2], 8), &[Given(&[2, 5, 6, 8]), Known(&[3, 3, 1, 16]), Known(&[16])], &[]);
    check(conv(vec![same(3); 2], 2), &[Given(&[2, 5, 6, 8]), Known(&[3, 3, 4, 16]), Known(&[16])], &[]);
    check(conv(vec![same(3); 2], 3), &[Given(&[2, 5, 6, 6]), Known(&[3, 3, 2, 9]), Known(&[9])], &[]);
    // The weight is computed.
    check(conv(vec![same(3); 2], 1), &[Given(&[1, 5, 6, 4]), Given(&[3, 3, 4, 6]), Given(&[6])], &[]);
    // Maps that large tiles fill, and an even size of which TensorFlow's padding has its zeros behind the last column only.
    let half = window(3, 2, 1, Padding::Same);
    check(conv(vec![same(3); 2], 1), &[Given(&[1, 30, 37, 16]), Known(&[3, 3, 16, 24]), Known(&[24])], &[]);
    check(conv(vec![half; 2], 1), &[Given(&[1, 32, 34, 8]), Known(&[3, 3, 8, 10]), Known(&[10])], &[]);
    check(conv(vec![half; 2], 8), &[Given(&[1, 32, 34, 8]), Known(&[3, 3, 1, 8]), Known(&[8])], &[]);
    check(conv(vec![same(5); 2], 4), &[Given(&[1, 30, 37, 16]), Known(&[5, 5, 4, 32]), Known(&[32])], &[]);
    check(conv(vec![same(1); 2], 1), &[Given(&[1, 31, 37, 64]), Known(&[1, 1, 64, 48]), Known(&[48])], &[]);
    // A card's threads share the channels of small maps.
    check(conv(vec![same(1); 2], 1), &[Given(&[1, 1, 1, 512]), Known(&[1, 1, 512, 20]), Known(&[20])], &[]);
    check(conv(vec![same(3); 2], 2), &[Given(&[1, 7, 7, 96]), Known(&[3, 3, 48, 16]), Known(&[16])], &[]);
    let odd = window(3, 2, 2, Padding::Explicit(2, 1));
    check(conv(vec![odd; 2], 1), &[Given(&[2, 11, 12, 4]), Known(&[3, 3, 4, 5]), Known(&[5])], &[]);
    check(conv(vec![odd; 2], 5), &[Given(&[2, 11, 12, 5]), Known(&[3, 3, 1, 5]), Known(&[5])], &[]);
    check(conv(vec![odd; 3], 1), &[Given(&[1, 7, 8, 9, 2]), Known(&[3, 3, 3, 2, 5]), Known(&[5])], &[]);
}

#[test]
fn residuals_are_added_before_the_activation() {
    for (groups, weight, channels) in
        [(1, &[3, 3, 8, 6][..], 6), (8, &[3, 3, 1, 8], 8), (2, &[3, 3, 4, 8], 8)]
    {
        let windows = vec![window(3, 1, 1, Padding::Same); 2];
        let op = Op::Conv(Conv { windows, groups, activation: Unary::Relu });
        let residual: &'static [usize] = if channels == 6 { &[2, 5, 6, 6] } else { &[2, 5, 6, 8] };
        let bias: &'static [usize] = if channels == 6 { &[6] } else { &[8] };
        let weight: &'static [usize] = match weight {
            [3, 3, 8, 6] => &[3, 3, 8, 6],
            [3, 3, 1, 8] => &[3, 3, 1, 8],
            _ => &[3, 3, 4, 8],
        };
        check(op, &[Given(&[2, 5, 6, 8]), Known(weight), Known(bias), Given(residual)], &[]);
    }
}

#[test]
fn pools_of_one_to_three_axes() {
    let average = |count_padding| PoolKind::Average { count_padding };
    for kind in [PoolKind::Max, average(false), average(true), PoolKind::Lp(1), PoolKind::Lp(2)] {
        let pool = |windows: Vec<Window>| Op::Pool(Pool { kind, windows });
        let padded = window(3, 2, 1, Padding::Explicit(1, 1));
        check(pool(vec![padded]), &[Given(&[2, 9, 3])], &[]);
        check(pool(vec![padded; 2]), &[Given(&[2, 9, 8, 8])], &[]);
        check(pool(vec![padded; 3]), &[Given(&[1, 5, 6, 7, 3])], &[]);
        check(pool(vec![window(2, 1, 2, Padding::Same); 2]), &[Given(&[1, 7, 8, 4])], &[]);
        check(pool(vec![Window { ceil: true, ..padded }; 2]), &[Given(&[1, 8, 9, 4])], &[]);
    }
}

#[test]
fn resizes_of_all_modes() {
    let axis = |axis, size, scale| ResizeAxis { axis, size, scale, region: [0.1, 1.2] };
    let base = Resize::bilinear([5, 6], [8, 9], Coordinates::HalfPixel);
    let all = [
        Coordinates::AlignCorners,
        Coordinates::HalfPixel,
        Coordinates::PytorchHalfPixel,
        Coordinates::HalfPixelSymmetric,
        Coordinates::Asymmetric,
        Coordinates::CropAndResize,
    ];
    for mode in [Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic] {
        for coordinates in all {
            let resize = Resize { mode, coordinates, outside: 3.0, nearest: Nearest::Floor, ..base.clone() };
            check(Op::Resize(resize.clone()), &[Given(&[2, 5, 6, 8])], &[]);
            let axes = vec![axis(0, 3, 1.5), axis(2, 12, 2.0), axis(3, 2, 0.6)];
            check(Op::Resize(Resize { axes, ..resize }), &[Given(&[2, 5, 6, 3])], &[]);
        }
        let axes = vec![axis(1, 3, 0.2), axis(2, 5, 0.5)];
        let resize = Resize { axes, mode, antialias: true, exclude_outside: true, ..base.clone() };
        check(Op::Resize(resize), &[Given(&[1, 15, 10, 4])], &[]);
    }
}
