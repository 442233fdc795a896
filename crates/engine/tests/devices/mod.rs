//! Every operator that the GPU computes: it gives what the processor gives. What the processor gives is compared with
//! definitions and with ONNX's own cases elsewhere.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and say what it skips")]

mod elementwise;
mod movement;
mod rows;
mod windows;

use crate::common::webgpu::webgpu;
use half::f16;
use vitrine_engine::{Device, Plan, Precision};
use vitrine_graph::host::{Quantised, Scale};
use vitrine_graph::{
    Binary, Conv, Coordinates, Data, Graph, Interpolation, Kind, Link, Nearest, Node, Op, PadMode, Padding,
    Pool, PoolKind, Range, Reduction, Resize, ResizeAxis, Scalar, Unary, ValueId, Window, infer,
};

/// An operand: what a run is given, or a constant.
enum Operand {
    Given(&'static [usize]),
    Known(&'static [usize]),
    Indices(&'static [usize], Vec<i64>),
    /// Bytes: so many neighbours have the same scale, of which there are so many.
    Stored(&'static [usize], usize, usize),
}
use Operand::{Given, Known, Stored};

/// Numbers between -`scale` and `scale` that are alike on every run, and exact in 16 bits.
fn numbers(count: usize, seed: u32, scale: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * scale
    };
    (0..count).map(|_| f16::from_f32(next()).to_f32()).collect()
}

/// Bytes with different scales, also exact in 16 bits.
fn stored(count: usize, run: usize, scales: usize) -> Quantised {
    let bytes: Vec<u8> = (0..count).map(|at| (at * 7919 % 251) as u8).collect();
    let scale = |at: i32| Scale { zero: at % 3 - 1, factor: 2_f32.powi(-7 - at % 2) };
    let scales: Vec<Scale> = (0_i32..).map(scale).take(scales).collect();
    Quantised::new(&bytes, true, run, &scales).unwrap()
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
                graph.constants.insert(id, Data::I64(data.clone()).into());
                id
            }
            Operand::Stored(shape, run, scales) => {
                let id = graph.add_value("stored", shape.to_vec());
                graph.constants.insert(id, stored(shape.iter().product(), *run, *scales).into());
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

fn window(kernel: usize, stride: usize, dilation: usize, padding: Padding) -> Window {
    Window { kernel, stride, dilation, padding, ceil: false }
}
