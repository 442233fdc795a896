//! Residual sums move into the convolution before them.

use crate::{Binary, Graph, Node, Op, Unary, ValueId};

/// `conv(x) + r` becomes one convolution that adds `r` before its activation.
pub fn fuse_residuals(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        match residual_convolution(graph, index) {
            Some((before, node)) => {
                // It takes the sum's place: what it adds may be made after the place of the convolution.
                graph.nodes[index] = node;
                graph.nodes.remove(before);
            }
            None => index += 1,
        }
    }
}

/// For a sum: the convolution that can take it over, and the node of both.
fn residual_convolution(graph: &Graph, index: usize) -> Option<(usize, Node)> {
    let sum = &graph.nodes[index];
    let Op::Binary(Binary::Add, activation) = sum.op else { return None };
    let &[a, b] = &sum.inputs[..] else { return None };
    if graph.shape(a) != graph.shape(b) || a == b {
        return None;
    }
    let take_over = |made: ValueId, added: ValueId| {
        let before = graph.nodes[..index].iter().position(|node| node.output == made)?;
        let node = &graph.nodes[before];
        let Op::Conv(mut conv) = node.op.clone() else { return None };
        let free = conv.activation == Unary::Identity && node.inputs.len() == 3 && graph.uses(made) == 1;
        conv.activation = activation;
        let inputs = node.inputs.iter().copied().chain([added]).collect();
        let name = format!("{} + {}", node.name, sum.name);
        free.then_some((before, Node { name, op: Op::Conv(conv), inputs, output: sum.output }))
    };
    take_over(a, b).or_else(|| take_over(b, a))
}
