//! Products with constant matrices become convolutions, which have a bias and an activation.

use super::links::Links;
use super::sink_reshapes::sink_reshapes;
use crate::host::Budget;
use crate::{Binary, Conv, Graph, Kind, Node, Op, Unary, Window};

/// `[.., k]` times a constant `[k, n]` becomes a 1 x 1 convolution of `[1, rows, 1, k]` where a bias, a scale, a sum or
/// an activation follows, so that it can be part of it.
pub fn matmul_to_conv(graph: &mut Graph) {
    let links = Links::new(graph);
    let mut budget = Budget::default();
    let nodes = std::mem::take(&mut graph.nodes);
    let followed: Vec<bool> = nodes.iter().map(|node| is_followed(graph, &links, &nodes, node)).collect();
    for (node, followed) in nodes.into_iter().zip(followed) {
        let within = |sizes: &[usize; 3]| budget.take(sizes[1..].iter().product::<usize>() + sizes[2], 0);
        match sizes(graph, &node).filter(|_| followed).filter(within) {
            Some(sizes) => push_convolution(graph, node, sizes),
            None => graph.nodes.push(node),
        }
    }
    sink_reshapes(graph);
}

/// Whether the only reader of a product can be part of a convolution.
fn is_followed(graph: &Graph, links: &Links, nodes: &[Node], node: &Node) -> bool {
    let Some(reader) = links.only_reader(node.output).and_then(|reader| nodes.get(reader)) else {
        return false;
    };
    let same_shape = graph.shape(reader.output) == graph.shape(node.output);
    let function = matches!(
        reader.op,
        Op::Unary(_) | Op::Binary(Binary::Add | Binary::Sub | Binary::Mul | Binary::Div, _)
    );
    function && same_shape && graph.kind(reader.output) == Kind::F32
}

/// Rows, depth and columns of a product of real numbers with one constant matrix.
fn sizes(graph: &Graph, node: &Node) -> Option<[usize; 3]> {
    let (Op::MatMul, &[a, b]) = (&node.op, &node.inputs[..]) else { return None };
    let [batch @ .., k, n] = graph.shape(b) else { return None };
    let rows = graph.shape(node.output).split_last()?.1.iter().product::<usize>();
    let single =
        batch.iter().all(|&size| size == 1) && graph.is_real_constant(b) && graph.kind(a) == Kind::F32;
    let varies = !graph.constants.contains_key(&a);
    (single && varies && rows * k * n > 0).then_some([rows, *k, *n])
}

fn push_convolution(graph: &mut Graph, node: Node, [rows, k, n]: [usize; 3]) {
    let Node { name, inputs, output, .. } = node;
    let value = graph.value(output).name.clone();
    let weight = graph.add_value(graph.value(inputs[1]).name.clone(), vec![1, 1, k, n]);
    graph.constants.extend(graph.constants.get(&inputs[1]).cloned().map(|matrix| (weight, matrix)));
    let bias = graph.add_constant("", vec![n], vec![0.0; n]);
    let map = graph.add_value(value.clone(), vec![1, rows, 1, k]);
    let product = graph.add_value(value, vec![1, rows, 1, n]);
    let conv = Conv { windows: vec![Window::dense(1); 2], groups: 1, activation: Unary::Identity };
    let steps = [
        (Op::Reshape, vec![inputs[0]], map),
        (Op::Conv(conv), vec![map, weight, bias], product),
        (Op::Reshape, vec![product], output),
    ];
    let nodes = steps.map(|(op, inputs, output)| Node { name: name.clone(), op, inputs, output });
    graph.nodes.extend(nodes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::{assert_kept, random};
    use crate::passes::{
        fold_batch_norm, fuse_activations, fuse_residuals, merge_reshapes, remove_dead, remove_identities,
    };
    use crate::{Builder, Data, ValueId};

    fn constant(b: &mut Builder, shape: &[usize]) -> ValueId {
        let data = random(Kind::F32, shape.iter().product(), shape.len() as u64);
        b.constant(Kind::F32, shape, data)
    }

    fn operators(graph: &Graph) -> Vec<String> {
        graph.nodes.iter().map(|node| node.op.name()).collect()
    }

    fn all(graph: &mut Graph) {
        matmul_to_conv(graph);
        merge_reshapes(graph);
        remove_identities(graph);
        fold_batch_norm(graph);
        fuse_activations(graph);
        fuse_residuals(graph);
        remove_dead(graph);
    }

    /// The second half of a transformer's block: Vaswani et al. 2017, arXiv:1706.03762, section 3.3.
    #[test]
    fn a_feed_forward_network_with_its_residual_is_two_convolutions() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 3, 4]);
        let (wide, bias) = (constant(&mut b, &[4, 8]), constant(&mut b, &[8]));
        let y = b.add(Op::MatMul, &[x, wide]).unwrap();
        let y = b.binary(Binary::Add, bias, y).unwrap();
        let y = b.unary(Unary::Gelu, y).unwrap();
        let (narrow, bias) = (constant(&mut b, &[1, 8, 4]), constant(&mut b, &[1, 1, 4]));
        let y = b.add(Op::MatMul, &[y, narrow]).unwrap();
        let y = b.binary(Binary::Add, y, bias).unwrap();
        let y = b.binary(Binary::Add, x, y).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![y]);
        assert_kept(&mut graph, all);
        assert_eq!(operators(&graph), ["Reshape", "Conv", "Reshape", "Conv", "Reshape"]);
    }

    #[test]
    fn products_of_whole_numbers_or_without_a_bias_stay() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 4]);
        let whole = b.graph.add_typed("whole", Kind::I64, vec![2, 4]);
        let weight = constant(&mut b, &[4, 3]);
        let matrix = b.i64s(&[4, 3], (0..12).collect());
        let y = b.add(Op::MatMul, &[x, weight]).unwrap();
        let z = b.add(Op::MatMul, &[whole, matrix]).unwrap();
        let one = b.constant(Kind::I64, &[3], Data::I64(vec![5, 6, 7]));
        let z = b.binary(Binary::Add, z, one).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x, whole], vec![y, z]);
        assert_kept(&mut graph, all);
        assert_eq!(operators(&graph), ["MatMul", "MatMul", "Add"]);
    }
}
