//! What a graph costs: parameters, multiply-accumulates, memory.

use crate::{Constant, Graph, Node, Op};
use std::collections::BTreeMap;

/// Figures of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Numbers in constants of real numbers.
    pub parameters: usize,
    /// Multiply-accumulates of all convolutions and products of matrices in one run.
    pub macs: u64,
    /// Largest number of bytes that values of one run need at the same time, as 32-bit numbers.
    pub peak_bytes: usize,
    /// How often each operator occurs, by name.
    pub operators: BTreeMap<String, usize>,
}

/// Counts.
pub fn cost(graph: &Graph) -> Cost {
    let parameters = graph.constants.values().filter(|constant| constant.is_real()).map(Constant::len);
    let mut operators = BTreeMap::new();
    for node in &graph.nodes {
        *operators.entry(node.op.name()).or_insert(0) += 1;
    }
    let macs = graph.nodes.iter().map(|node| macs(graph, node));
    Cost { parameters: parameters.sum(), macs: macs.sum(), peak_bytes: peak_bytes(graph), operators }
}

fn macs(graph: &Graph, node: &Node) -> u64 {
    let factor = match node.op {
        // All axes of the weight but the output channels.
        Op::Conv(_) | Op::DeformConv { .. } => {
            graph.shape(node.inputs[1]).split_last().map_or(0, |(_, rest)| rest.iter().product())
        }
        Op::MatMul => graph.shape(node.inputs[0]).last().copied().unwrap_or(0),
        _ => 0,
    };
    (numbers(graph, node.output) as u64).saturating_mul(factor as u64)
}

fn numbers(graph: &Graph, id: crate::ValueId) -> usize {
    graph.shape(id).iter().product()
}

/// A value lives from the node that makes it to the last one that reads it.
fn peak_bytes(graph: &Graph) -> usize {
    let end = graph.nodes.len();
    let mut last_read = BTreeMap::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        last_read.extend(node.inputs.iter().map(|&id| (id, index)));
    }
    last_read.extend(graph.outputs.iter().map(|&id| (id, end)));
    let mut live: usize = graph.inputs.iter().map(|&id| numbers(graph, id)).sum();
    let mut peak = live;
    for (index, node) in graph.nodes.iter().enumerate() {
        live = live.saturating_add(numbers(graph, node.output));
        peak = peak.max(live);
        let mut read = node.inputs.clone();
        read.sort();
        read.dedup();
        let ends_here = |id: &&crate::ValueId| !graph.constants.contains_key(id) && last_read[*id] == index;
        let ending = read.iter().filter(ends_here).map(|&id| numbers(graph, id)).sum::<usize>();
        live = live.saturating_sub(ending);
    }
    peak.saturating_mul(size_of::<f32>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Binary, Builder, Conv, Op, Unary, Window};

    /// Counted by hand: 2 x 3 pixels, 4 channels in, 5 out.
    #[test]
    fn a_convolution_and_a_product_count_their_multiplications() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![1, 2, 3, 4]);
        let (weight, bias) = (b.f32s(&[1, 1, 4, 5], vec![0.0; 20]), b.f32s(&[5], vec![0.0; 5]));
        let conv = Conv { windows: vec![Window::dense(1); 2], groups: 1, activation: Unary::Identity };
        let y = b.add(Op::Conv(conv), &[x, weight, bias]).unwrap();
        let matrix = b.f32s(&[5, 7], vec![0.0; 35]);
        let y = b.add(Op::MatMul, &[y, matrix]).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![y]);
        let cost = cost(&graph);
        assert_eq!(cost.macs, 6 * 4 * 5 + 6 * 5 * 7);
        assert_eq!(cost.parameters, 20 + 5 + 35);
        // The 24 numbers of the input are not needed any more when the second node runs.
        assert_eq!(cost.peak_bytes, 4 * (6 * 5 + 6 * 7));
    }

    #[test]
    fn an_operand_that_is_read_twice_ends_once_and_outputs_never_end() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![10]);
        let square = b.binary(Binary::Mul, x, x).unwrap();
        let sum = b.binary(Binary::Add, square, square).unwrap();
        let root = b.unary(Unary::Sqrt, sum).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![square, root]);
        assert_eq!(cost(&graph).peak_bytes, 4 * 30);
    }
}
