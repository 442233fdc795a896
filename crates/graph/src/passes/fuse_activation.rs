//! Unarys move into the operation before them.

use crate::{Graph, Kind, Op, Unary, ValueId};

/// Lets convolutions and element-wise operations apply the activation that follows them.
pub fn fuse_activations(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        match producer(graph, index) {
            Some((before, activation)) => {
                graph.nodes[before].output = graph.nodes[index].output;
                set_activation(&mut graph.nodes[before].op, activation);
                graph.nodes.remove(index);
            }
            None => index += 1,
        }
    }
}

/// For an activation node: the node that can take it over.
fn producer(graph: &Graph, index: usize) -> Option<(usize, Unary)> {
    let Op::Unary(activation) = graph.nodes[index].op else { return None };
    if graph.kind(graph.nodes[index].output) != Kind::F32 {
        return None;
    }
    let x: ValueId = *graph.nodes[index].inputs.first()?;
    let before = graph.nodes[..index].iter().position(|node| node.output == x)?;
    let free = match &graph.nodes[before].op {
        Op::Conv(conv) => conv.activation == Unary::Identity,
        Op::Binary(_, activation) => *activation == Unary::Identity,
        _ => false,
    };
    (free && graph.uses(x) == 1).then_some((before, activation))
}

fn set_activation(op: &mut Op, new: Unary) {
    match op {
        Op::Conv(conv) => conv.activation = new,
        Op::Binary(_, activation) => *activation = new,
        _ => {}
    }
}
