//! Rewritings of a graph that keep its outputs.

mod common;
mod cut;
mod fold;
mod fold_batch_norm;
mod fuse_activation;
mod fuse_chain;
mod fuse_residual;
mod identities;
mod known_function;
mod layout;
mod links;
mod matmul_to_conv;
mod recognise_function;
mod recognise_norm;
mod reshapes;
mod resize_input;
mod shrink_constants;
mod sink_reshapes;
#[cfg(test)]
mod testing;

pub use common::merge_common;
pub use cut::{cut, remove_dead};
pub use fold::fold_constants;
pub use fold_batch_norm::fold_batch_norm;
pub use fuse_activation::fuse_activations;
pub use fuse_chain::fuse_chains;
pub use fuse_residual::fuse_residuals;
pub use identities::remove_identities;
pub use layout::settle_layout;
pub use matmul_to_conv::matmul_to_conv;
pub use recognise_function::recognise_functions;
pub use recognise_norm::recognise_norms;
pub use reshapes::merge_reshapes;
pub use resize_input::resize_input;
pub use shrink_constants::shrink_constants;

use crate::Graph;

/// All passes that need no arguments, in an order in which each finds the most to do.
pub fn optimise(graph: &mut Graph) {
    fold_constants(graph);
    remove_identities(graph);
    shrink_constants(graph);
    merge_common(graph);
    recognise_functions(graph);
    recognise_norms(graph);
    settle_layout(graph);
    matmul_to_conv(graph);
    merge_reshapes(graph);
    remove_identities(graph);
    remove_dead(graph);
    fold_batch_norm(graph);
    fuse_activations(graph);
    fuse_residuals(graph);
    remove_dead(graph);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Binary, Builder, Conv, Op, Padding, Pool, PoolKind, Reduction, Unary, ValueId, Window};

    fn input(shape: &[usize]) -> (Builder, ValueId) {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", shape.to_vec());
        b.graph.inputs.push(x);
        (b, x)
    }

    fn names(graph: &Graph) -> Vec<String> {
        graph.nodes.iter().map(|node| node.op.name()).collect()
    }

    /// A block of EfficientNet (Tan and Le 2019, arXiv:1905.11946) as a channels-first file has it.
    #[test]
    fn a_block_with_batch_norm_and_a_gate_becomes_its_convolutions_and_the_gate() {
        let (mut b, x) = input(&[1, 4, 6, 6]);
        let conv = |b: &mut Builder, x: ValueId, kernel: usize, groups: usize| {
            let shape = [kernel, kernel, 4 / groups, 4];
            let weight = testing::random(crate::Kind::F32, shape.iter().product(), kernel as u64);
            let (weight, bias) = (b.constant(crate::Kind::F32, &shape, weight), b.f32s(&[4], vec![0.5; 4]));
            let windows = vec![Window { padding: Padding::Same, ..Window::dense(kernel) }; 2];
            let last = b.channels_last(x).unwrap();
            let conv = Conv { windows, groups, activation: Unary::Identity };
            let y = b.add(Op::Conv(conv), &[last, weight, bias]).unwrap();
            b.channels_first(y).unwrap()
        };
        let scale = b.f32s(&[1, 4, 1, 1], vec![0.5, 1.5, -1.0, 2.0]);
        let silu = |b: &mut Builder, x: ValueId| {
            let gate = b.unary(Unary::Sigmoid, x).unwrap();
            b.binary(Binary::Mul, x, gate).unwrap()
        };
        let y = conv(&mut b, x, 3, 4);
        let y = b.binary(Binary::Mul, y, scale).unwrap();
        let y = b.binary(Binary::Add, y, scale).unwrap();
        let y = silu(&mut b, y);
        let mean = b.add(Op::Reduce { kind: Reduction::Mean, axes: vec![2, 3] }, &[y]).unwrap();
        let gate = conv(&mut b, mean, 1, 1);
        let gate = b.unary(Unary::Sigmoid, gate).unwrap();
        let y = b.binary(Binary::Mul, gate, y).unwrap();
        let y = conv(&mut b, y, 1, 2);
        let y = b.binary(Binary::Add, y, x).unwrap();
        let mut graph = b.graph;
        graph.outputs = vec![y];
        testing::assert_kept(&mut graph, optimise);
        assert_eq!(names(&graph), ["Transpose", "Conv", "ReduceMean", "Conv", "Mul", "Conv", "Transpose"]);
    }

    #[test]
    fn odd_graphs_are_kept() {
        let (mut b, x) = input(&[2, 0, 3]);
        let constant = b.f32s(&[3], vec![0.0, 1.0, 2.0]);
        let sum = b.binary(Binary::Add, x, constant).unwrap();
        let turned = b.transpose(sum, &[2, 1, 0]).unwrap();
        let square = b.binary(Binary::Mul, turned, turned).unwrap();
        let flat = b.reshape(square, &[0]).unwrap();
        let weight = b.f32s(&[3, 0], vec![]);
        let nothing = b.add(Op::MatMul, &[sum, weight]).unwrap();
        let same = b.unary(Unary::Identity, x).unwrap();
        let mut graph = b.graph;
        graph.outputs = vec![flat, constant, x, same, nothing, sum, sum];
        testing::assert_kept(&mut graph, optimise);
        testing::assert_kept(&mut graph, optimise);
    }

    #[test]
    fn a_second_time_finds_nothing() {
        let (mut b, x) = input(&[1, 3, 9, 9]);
        let factor = b.f32s(&[3, 1, 1], vec![2.0, 3.0, 4.0]);
        let mut y = b.binary(Binary::Mul, x, factor).unwrap();
        for _ in 0..2 {
            let last = b.channels_last(y).unwrap();
            let pool = Pool { kind: PoolKind::Max, windows: vec![Window::dense(2); 2] };
            let pooled = b.add(Op::Pool(pool), &[last]).unwrap();
            y = b.channels_first(pooled).unwrap();
            y = b.binary(Binary::Sub, factor, y).unwrap();
        }
        let mut graph = b.graph;
        graph.outputs = vec![y];
        testing::assert_kept(&mut graph, optimise);
        let once = names(&graph);
        testing::assert_kept(&mut graph, optimise);
        assert_eq!(names(&graph), once);
    }
}
