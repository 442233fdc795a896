//! One layout for neighbours: transposes that undo each other meet and go.
//!
//! The ONNX reader puts a transpose to channels-last before each spatial operator, and one back behind it. Here every
//! transpose sinks through what does not care about the order of axes, until another one undoes it, or something needs
//! the order that it makes. What is left then climbs to where there are fewer elements to move.

mod carry;
mod climb;
mod contract;
mod permutation;
mod reshape;
mod sink;

use crate::{Graph, Op};

/// Moves transposes to where they undo each other. Never moves more elements than before.
pub fn settle_layout(graph: &mut Graph) {
    super::merge_reshapes(graph);
    super::merge_common(graph);
    let before = (graph.nodes.clone(), moved_elements(graph));
    sink::sink(graph);
    climb::climb(graph);
    super::merge_reshapes(graph);
    super::merge_common(graph);
    super::remove_identities(graph);
    super::cut::remove_dead_nodes(graph);
    if moved_elements(graph) > before.1 {
        graph.nodes = before.0;
    }
}

/// Elements that transposes move in one run.
fn moved_elements(graph: &Graph) -> usize {
    let transposes = graph.nodes.iter().filter(|node| matches!(node.op, Op::Transpose(_)));
    transposes.map(|node| graph.shape(node.output).iter().product::<usize>()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::assert_kept;
    use crate::{
        Binary, Builder, Coordinates, Interpolation, Pool, PoolKind, Resize, Unary, ValueId, Window,
    };

    fn builder(shape: &[usize]) -> (Builder, ValueId) {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", shape.to_vec());
        b.graph.inputs.push(x);
        (b, x)
    }

    /// A spatial operator as the ONNX reader writes it.
    fn pool(b: &mut Builder, x: ValueId) -> ValueId {
        let last = b.channels_last(x).unwrap();
        let pool = Pool { kind: PoolKind::Max, windows: vec![Window::dense(2); 2] };
        let pooled = b.add(Op::Pool(pool), &[last]).unwrap();
        b.channels_first(pooled).unwrap()
    }

    fn settled(b: Builder, outputs: &[ValueId]) -> Graph {
        let mut graph = b.graph;
        graph.outputs = outputs.to_vec();
        assert_kept(&mut graph, settle_layout);
        graph
    }

    fn transposes(graph: &Graph) -> usize {
        graph.nodes.iter().filter(|node| matches!(node.op, Op::Transpose(_))).count()
    }

    #[test]
    fn between_two_pools_nothing_is_transposed() {
        let (mut b, x) = builder(&[2, 3, 8, 9]);
        let first = pool(&mut b, x);
        let per_channel = b.f32s(&[3, 1, 1], vec![0.5, 2.0, -1.0]);
        let mut y = b.binary(Binary::Mul, first, per_channel).unwrap();
        let per_column = b.f32s(&[8], (0..8).map(|x| x as f32).collect());
        y = b.binary(Binary::Sub, per_column, y).unwrap();
        y = b.unary(Unary::Sigmoid, y).unwrap();
        let mean = b.add(Op::Reduce { kind: crate::Reduction::Mean, axes: vec![2, 3] }, &[y]).unwrap();
        y = b.binary(Binary::Div, y, mean).unwrap();
        y = b.binary(Binary::Add, y, first).unwrap();
        y = b.slice_axis(y, 1, 1, 2).unwrap();
        let before = vec![0, 1, 2, 0];
        y = b
            .add_shaped(Op::Pad { before, mode: crate::PadMode::Constant(1.0) }, &[y], vec![2, 4, 9, 9])
            .unwrap();
        y = b.add(Op::Concat { axis: 1 }, &[y, y]).unwrap();
        y = b.add(Op::Softmax { axis: 1, log: false }, &[y]).unwrap();
        y = b.add(Op::CumSum { axis: 3, exclusive: false, reverse: true }, &[y]).unwrap();
        y = b.add(Op::Normalise { axes: vec![1, 2], epsilon: 1e-3, centred: true }, &[y]).unwrap();
        y = pool(&mut b, y);
        let graph = settled(b, &[y]);
        assert_eq!(transposes(&graph), 2);
    }

    #[test]
    fn a_gate_on_pooled_channels_keeps_the_layout() {
        let (mut b, x) = builder(&[1, 4, 6, 6]);
        let map = pool(&mut b, x);
        let mean = b.add(Op::Reduce { kind: crate::Reduction::Mean, axes: vec![2, 3] }, &[map]).unwrap();
        let row = b.reshape(mean, &[1, 4]).unwrap();
        let weight = b.f32s(&[4, 4], (0..16).map(|x| x as f32 / 16.0).collect());
        let gate = b.add(Op::MatMul, &[row, weight]).unwrap();
        let gate = b.reshape(gate, &[1, 4, 1, 1]).unwrap();
        let y = b.binary(Binary::Mul, gate, map).unwrap();
        let y = pool(&mut b, y);
        assert_eq!(transposes(&settled(b, &[y])), 2);
    }

    #[test]
    fn the_branches_of_a_graph_share_the_transpose_of_their_input() {
        let (mut b, x) = builder(&[1, 3, 6, 6]);
        let (first, second) = (pool(&mut b, x), pool(&mut b, x));
        let second = b.unary(Unary::Relu, second).unwrap();
        let y = b.add(Op::Concat { axis: 1 }, &[first, second]).unwrap();
        let best = b.add(Op::ArgReduce { axis: 1, largest: true, last: false }, &[y]).unwrap();
        let graph = settled(b, &[best]);
        assert_eq!(transposes(&graph), 1);
    }

    #[test]
    fn maps_are_transposed_before_they_grow_and_graph_inputs_at_once() {
        let (mut b, x) = builder(&[1, 3, 4, 4]);
        let scaled = b.scalar(2.0);
        let scaled = b.binary(Binary::Mul, x, scaled).unwrap();
        let y = pool(&mut b, scaled);
        let axes = [2, 3].map(|axis| crate::ResizeAxis { axis, size: 9, scale: 3.0, region: [0.0, 1.0] });
        let resize = Resize::bilinear([3, 3], [9, 9], Coordinates::HalfPixel);
        let resize = Resize { axes: axes.to_vec(), mode: Interpolation::Linear, ..resize };
        let larger = b.add(Op::Resize(resize), &[y]).unwrap();
        let graph = settled(b, &[larger]);
        assert_eq!(transposes(&graph), 2);
        assert_eq!(graph.nodes[0].inputs, [x]);
        assert!(matches!(graph.nodes[0].op, Op::Transpose(_)));
        assert_eq!(moved_elements(&graph), 48 + 27);
    }

    /// Zhang et al. 2018, arXiv:1707.01083, section 3.1.
    #[test]
    fn a_channel_shuffle_between_pools_moves_channels_only() {
        let (mut b, x) = builder(&[1, 4, 6, 6]);
        let y = pool(&mut b, x);
        let split = b.reshape(y, &[1, 2, 2, 5, 5]).unwrap();
        let swapped = b.transpose(split, &[0, 2, 1, 3, 4]).unwrap();
        let y = b.reshape(swapped, &[1, 4, 5, 5]).unwrap();
        let y = pool(&mut b, y);
        let graph = settled(b, &[y]);
        assert_eq!(transposes(&graph), 3);
        assert!(graph.nodes.iter().any(|node| node.op == Op::Transpose(vec![0, 1, 2, 4, 3])));
    }

    /// The end of YOLOX: `[n, c, h, w]` -> `[n, h * w, c]`.
    #[test]
    fn the_head_of_a_detector_is_a_reshape() {
        let (mut b, x) = builder(&[1, 4, 6, 6]);
        let maps = [pool(&mut b, x), x].map(|map| pool(&mut b, map));
        let flat = [b.reshape(maps[0], &[1, 4, 16]).unwrap(), b.reshape(maps[1], &[1, 4, 25]).unwrap()];
        let joined = b.add(Op::Concat { axis: 2 }, &flat).unwrap();
        let rows = b.transpose(joined, &[0, 2, 1]).unwrap();
        assert_eq!(transposes(&settled(b, &[rows])), 1);
    }

    /// Pooling to any size as products with matrices, and picks of rows and columns, as ESPNetv2's decoder has them.
    #[test]
    fn products_along_rows_and_columns_keep_the_layout() {
        for (left, right, first, second) in [([2, 5], [5, 3], 2, 3), ([3, 5], [5, 2], 3, 2)] {
            let (mut b, x) = builder(&[2, 3, 6, 6]);
            let mut y = pool(&mut b, x);
            let numbers = |count: i32| (0..count).map(|x| x as f32 / 7.0).collect::<Vec<_>>();
            let (left, right) =
                (b.f32s(&left, numbers(left[0] as i32 * 5)), b.f32s(&right, numbers(right[1] as i32 * 5)));
            y = b.add(Op::MatMul, &[left, y]).unwrap();
            y = b.add(Op::MatMul, &[y, right]).unwrap();
            let picks = b.i64s(&[4], vec![0, -1, 1, 1]);
            y = b.add(Op::Gather { axis: first }, &[y, picks]).unwrap();
            y = b.add(Op::Gather { axis: second }, &[y, picks]).unwrap();
            y = pool(&mut b, y);
            assert_eq!(transposes(&settled(b, &[y])), 2);
        }
    }

    #[test]
    fn a_product_along_channels_keeps_the_layout() {
        let (mut b, x) = builder(&[2, 3, 6, 6]);
        let mut y = pool(&mut b, x);
        let left = b.f32s(&[2, 3], vec![1.0, 2.0, 3.0, -1.0, 0.5, 0.0]);
        y = b.transpose(y, &[0, 2, 1, 3]).unwrap();
        y = b.add(Op::MatMul, &[left, y]).unwrap();
        y = b.transpose(y, &[0, 2, 1, 3]).unwrap();
        y = pool(&mut b, y);
        assert_eq!(transposes(&settled(b, &[y])), 2);
    }

    /// The state of a streaming network: the last frames, joined with a new one.
    #[test]
    fn a_state_is_transposed_where_it_enters_and_leaves() {
        let (mut b, x) = builder(&[1, 4, 1, 6]);
        let state = b.graph.add_value("state", vec![1, 4, 2, 5]);
        b.graph.inputs.push(state);
        let last = b.channels_last(x).unwrap();
        let windows = vec![Window::dense(1), Window::dense(2)];
        let frame = b.add(Op::Pool(Pool { kind: PoolKind::Max, windows }), &[last]).unwrap();
        let frame = b.channels_first(frame).unwrap();
        let frames = b.add(Op::Concat { axis: 2 }, &[state, frame]).unwrap();
        let next = b.slice_axis(frames, 2, 1, 2).unwrap();
        let y = pool(&mut b, frames);
        let graph = settled(b, &[y, next]);
        let ends = [x, state, y, next];
        let at_ends = |node: &crate::Node| ends.contains(&node.inputs[0]) || ends.contains(&node.output);
        assert!(graph.nodes.iter().all(|node| !matches!(node.op, Op::Transpose(_)) || at_ends(node)));
    }

    #[test]
    fn outputs_that_are_inputs_constants_or_transposes_of_each_other_stay() {
        let (mut b, x) = builder(&[2, 3]);
        let constant = b.f32s(&[2], vec![1.0, 2.0]);
        let y = b.transpose(x, &[1, 0]).unwrap();
        let z = b.transpose(y, &[1, 0]).unwrap();
        let again = b.transpose(x, &[1, 0]).unwrap();
        settled(b, &[x, constant, y, z, again, y]);
    }

    #[test]
    fn empty_values_pass() {
        let (mut b, x) = builder(&[0, 3, 4]);
        let y = b.transpose(x, &[2, 0, 1]).unwrap();
        let y = b.binary(Binary::Add, y, y).unwrap();
        let z = b.reshape(y, &[0, 7]).unwrap();
        settled(b, &[y, z]);
    }
}
