//! Residual sums move into the convolution before them.

use super::links::{Links, drop_nodes};
use crate::{Binary, Graph, Node, Op, Unary, ValueId};

/// `conv(x) + r` becomes one convolution that adds `r` before its activation.
pub fn fuse_residuals(graph: &mut Graph) {
    let mut links = Links::new(graph);
    let mut dead = vec![false; graph.nodes.len()];
    for index in 0..graph.nodes.len() {
        if let Some((before, node)) = residual_convolution(graph, &links, index) {
            // It takes the sum's place: what it adds may be made after the place of the convolution.
            links.set_maker(node.output, index);
            graph.nodes[index] = node;
            dead[before] = true;
        }
    }
    drop_nodes(graph, &dead);
}

/// For a sum: the convolution that can take it over, and the node of both.
fn residual_convolution(graph: &Graph, links: &Links, index: usize) -> Option<(usize, Node)> {
    let sum = &graph.nodes[index];
    let Op::Binary(Binary::Add, activation) = sum.op else { return None };
    let &[a, b] = &sum.inputs[..] else { return None };
    if graph.shape(a) != graph.shape(b) || a == b {
        return None;
    }
    let take_over = |made: ValueId, added: ValueId| {
        let before = links.maker(made).filter(|&before| before < index)?;
        let node = &graph.nodes[before];
        let Op::Conv(mut conv) = node.op.clone() else { return None };
        let free = conv.activation == Unary::Identity && node.inputs.len() == 3 && links.uses(made) == 1;
        conv.activation = activation;
        let inputs = node.inputs.iter().copied().chain([added]).collect();
        let name = format!("{} + {}", node.name, sum.name);
        free.then_some((before, Node { name, op: Op::Conv(conv), inputs, output: sum.output }))
    };
    // The later one of two convolutions, so that the earlier one's output is there.
    let [first, second] = if links.maker(a) > links.maker(b) { [(a, b), (b, a)] } else { [(b, a), (a, b)] };
    take_over(first.0, first.1).or_else(|| take_over(second.0, second.1))
}
