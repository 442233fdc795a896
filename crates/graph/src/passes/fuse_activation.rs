//! Unarys move into the operation before them.

use super::links::{Links, drop_nodes};
use crate::{Graph, Kind, Op, Unary};

/// Lets convolutions and element-wise operations apply the activation that follows them.
pub fn fuse_activations(graph: &mut Graph) {
    let mut links = Links::new(graph);
    let mut dead = vec![false; graph.nodes.len()];
    for (index, is_dead) in dead.iter_mut().enumerate() {
        let Some((before, activation)) = producer(graph, &links, index) else { continue };
        let output = graph.nodes[index].output;
        graph.nodes[before].output = output;
        links.set_maker(output, before);
        set_activation(&mut graph.nodes[before].op, activation);
        *is_dead = true;
    }
    drop_nodes(graph, &dead);
}

/// For an activation node: the node that can take it over.
fn producer(graph: &Graph, links: &Links, index: usize) -> Option<(usize, Unary)> {
    let node = &graph.nodes[index];
    let Op::Unary(activation) = node.op else { return None };
    let x = *node.inputs.first()?;
    if graph.kind(node.output) != Kind::F32 || graph.kind(x) != Kind::F32 {
        return None;
    }
    let before = links.maker(x)?;
    let free = match &graph.nodes[before].op {
        Op::Conv(conv) => conv.activation == Unary::Identity,
        Op::Binary(_, activation) => *activation == Unary::Identity,
        _ => false,
    };
    (free && links.uses(x) == 1).then_some((before, activation))
}

fn set_activation(op: &mut Op, new: Unary) {
    match op {
        Op::Conv(conv) => conv.activation = new,
        Op::Binary(_, activation) => *activation = new,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::assert_kept;
    use crate::{Binary, Builder};

    #[test]
    fn one_activation_fits_into_a_sum_and_a_second_one_stays() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 3]);
        let sum = b.binary(Binary::Add, x, x).unwrap();
        let relu = b.unary(Unary::Relu, sum).unwrap();
        let tanh = b.unary(Unary::Tanh, relu).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![tanh]);
        assert_kept(&mut graph, fuse_activations);
        let ops: Vec<_> = graph.nodes.iter().map(|node| node.op.clone()).collect();
        assert_eq!(ops, [Op::Binary(Binary::Add, Unary::Relu), Op::Unary(Unary::Tanh)]);
    }

    #[test]
    fn a_sum_that_is_an_output_itself_stays_as_it_is() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 3]);
        let sum = b.binary(Binary::Add, x, x).unwrap();
        let relu = b.unary(Unary::Relu, sum).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![sum, relu]);
        assert_kept(&mut graph, fuse_activations);
        assert_eq!(graph.nodes.len(), 2);
    }
}
