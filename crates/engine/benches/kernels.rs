//! Single steps on every device that is there, at sizes of the reference models: `cargo bench -p vitrine-engine --bench kernels`
//! (`--features webgpu` for WebGPU too).
//! A step's time has its input's way to the device and its output's way back in it: `identity` says how long those take.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a benchmark may panic, and say what it skips"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::devices;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::time::Duration;
use vitrine_engine::{DeviceKind, Plan};
use vitrine_graph::{
    Builder, Conv, Coordinates, Data, Graph, Op, Padding, Pool, PoolKind, Resize, Unary, ValueId, Window,
    cost,
};

/// A graph of one input, whose shape is given, and one step.
fn graph(shape: &[usize], step: impl FnOnce(&mut Builder, ValueId) -> ValueId) -> Graph {
    let mut builder = Builder::default();
    let x = builder.graph.add_value("x", shape.to_vec());
    builder.graph.inputs.push(x);
    let y = step(&mut builder, x);
    builder.graph.outputs.push(y);
    builder.graph
}

/// A convolution with ReLU that keeps the size: `x [1, h, w, ci]`, `co` filters of `kernel x kernel`.
fn conv(x: [usize; 3], co: usize, kernel: usize, [dilation, groups]: [usize; 2]) -> Graph {
    let [height, width, ci] = x;
    graph(&[1, height, width, ci], |builder, x| {
        let shape = [kernel, kernel, ci / groups, co];
        let weight = builder.f32s(&shape, vec![0.01; shape.iter().product()]);
        let bias = builder.f32s(&[co], vec![0.1; co]);
        let window = Window { dilation, padding: Padding::Same, ..Window::dense(kernel) };
        let conv = Conv { windows: vec![window; 2], groups, activation: Unary::Relu };
        builder.add(Op::Conv(conv), &[x, weight, bias]).unwrap()
    })
}

fn graphs() -> Vec<(&'static str, Graph)> {
    let map = [1, 64, 64, 64];
    let pool = Pool { kind: PoolKind::Max, windows: vec![Window::dense(2); 2] };
    let bilinear = Resize::bilinear([64, 64], [128, 128], Coordinates::HalfPixel);
    vec![
        ("identity 64x64x64", graph(&map, |builder, x| builder.unary(Unary::Neg, x).unwrap())),
        ("conv 3x3 of 3 to 32, 224x224", conv([224, 224, 3], 32, 3, [1, 1])),
        ("conv 3x3 of 64 to 64, 64x64", conv([64, 64, 64], 64, 3, [1, 1])),
        ("conv 3x3 of 64 to 64, dilated by 4, 64x64", conv([64, 64, 64], 64, 3, [4, 1])),
        ("conv 3x3 of 64 to 64 in 4 groups, 64x64", conv([64, 64, 64], 64, 3, [1, 4])),
        ("conv 1x1 of 96 to 24, 56x56", conv([56, 56, 96], 24, 1, [1, 1])),
        ("conv 1x1 of 320 to 1280, 7x7", conv([7, 7, 320], 1280, 1, [1, 1])),
        ("depthwise 3x3 of 96, 112x112", conv([112, 112, 96], 96, 3, [1, 96])),
        ("depthwise 5x5 of 240, 28x28", conv([28, 28, 240], 240, 5, [1, 240])),
        ("max pool 2x2, 64x64x64", graph(&map, |builder, x| builder.add(Op::Pool(pool), &[x]).unwrap())),
        (
            "bilinear 64x64x64 to 128x128",
            graph(&map, |builder, x| builder.add(Op::Resize(bilinear), &[x]).unwrap()),
        ),
        ("SiLU 64x64x64", graph(&map, |builder, x| builder.unary(Unary::SILU, x).unwrap())),
    ]
}

fn kernels(criterion: &mut Criterion) {
    for (name, graph) in graphs() {
        let mut group = criterion.benchmark_group(name);
        let (macs, shape) = (cost(&graph).macs, graph.shape(graph.inputs[0]).to_vec());
        let count: usize = shape.iter().product();
        // Convolutions by their multiplications, everything else by the numbers that it reads.
        group.throughput(Throughput::Elements(if macs > 0 { macs } else { count as u64 }));
        for device in devices() {
            let kind = match device.kind() {
                DeviceKind::Cpu => "cpu",
                DeviceKind::Webgpu => "webgpu",
            };
            let plan = Plan::new(graph.clone(), device).unwrap();
            let x = vec![0.5; count];
            group.bench_function(BenchmarkId::from_parameter(kind), |bencher| {
                let given = || vec![Data::F32(x.clone())];
                bencher.iter_batched(
                    given,
                    |inputs| pollster::block_on(plan.run(inputs)).unwrap(),
                    BatchSize::LargeInput,
                );
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(20);
    targets = kernels
}
criterion_main!(benches);
