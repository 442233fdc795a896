//! Runs a graph on the host before and after a pass.

use crate::{Data, Graph, Kind, ValueId, host};
use std::collections::BTreeMap;

/// Applies a pass, and asserts that the outputs keep their names, kinds, shapes and elements.
pub fn assert_kept(graph: &mut Graph, pass: impl FnOnce(&mut Graph)) {
    let before = run(graph);
    let names = |graph: &Graph| graph.outputs.iter().map(|&id| graph.value(id).clone()).collect::<Vec<_>>();
    let values = names(graph);
    pass(graph);
    assert_eq!(names(graph), values);
    for (before, after) in before.iter().zip(run(graph)) {
        assert_close(before, &after);
    }
}

/// Equal whole numbers; real numbers that differ by rounding at most.
fn assert_close(before: &Data, after: &Data) {
    let (Some(a), Some(b)) = (before.f32s(), after.f32s()) else { return assert_eq!(before, after) };
    assert_eq!(a.len(), b.len());
    let largest = a.iter().fold(1.0_f32, |largest, x| largest.max(x.abs()));
    for (index, (a, b)) in a.iter().zip(b).enumerate() {
        let close = a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-4 * largest;
        assert!(close, "element {index} was {a}, is {b}");
    }
}

/// The outputs for inputs that are the same in each run.
fn run(graph: &Graph) -> Vec<Data> {
    let mut held: BTreeMap<ValueId, Data> =
        graph.constants.iter().map(|(&id, constant)| (id, Data::clone(constant))).collect();
    for (seed, &id) in graph.inputs.iter().enumerate() {
        held.insert(id, random(graph.kind(id), graph.shape(id).iter().product(), seed as u64 + 1));
    }
    for node in &graph.nodes {
        let view = |id: &ValueId| host::View { shape: graph.shape(*id), data: &held[id] };
        let operands: Vec<_> = node.inputs.iter().map(view).collect();
        let output = graph.value(node.output);
        let (kind, shape) = crate::infer(graph, node).unwrap();
        assert_eq!((kind, &shape), (output.kind, &output.shape), "{} {:?}", node.name, node.op);
        let made = host::evaluate(&node.op, &operands, kind, &shape).unwrap();
        held.insert(node.output, made);
    }
    graph.outputs.iter().map(|id| held[id].clone()).collect()
}

/// Numbers of a linear congruential generator (Knuth's MMIX), real ones in -2..2.
pub fn random(kind: Kind, count: usize, seed: u64) -> Data {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32
    };
    match kind {
        Kind::F32 => Data::F32((0..count).map(|_| next() * 4.0 - 2.0).collect()),
        Kind::I64 => Data::I64((0..count).map(|_| (next() * 4.0) as i64).collect()),
        Kind::Bool => Data::I64((0..count).map(|_| i64::from(next() < 0.5)).collect()),
    }
}
