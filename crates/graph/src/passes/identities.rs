//! Operations that change nothing.

use crate::{Coordinates, Graph, Node, Op, Unary};

/// Removes operations whose output is their first operand, number for number and shape for shape.
pub fn remove_identities(graph: &mut Graph) {
    let mut index = 0;
    while index < graph.nodes.len() {
        if changes_nothing(graph, &graph.nodes[index]) {
            let node = graph.nodes.remove(index);
            let later = graph.nodes[index..].iter_mut().flat_map(|node| &mut node.inputs);
            for id in later.chain(&mut graph.outputs).filter(|id| **id == node.output) {
                *id = node.inputs[0];
            }
        } else {
            index += 1;
        }
    }
}

fn changes_nothing(graph: &Graph, node: &Node) -> bool {
    let same_shape = graph.shape(node.inputs[0]) == graph.shape(node.output);
    let kind = match node.op {
        // With as many samples as before, every coordinate rule lands on the samples.
        Op::Reshape | Op::Expand => true,
        Op::Resize(ref resize) => resize.coordinates != Coordinates::CropAndResize,
        Op::Transpose(ref permutation) => permutation.is_sorted(),
        Op::Unary(function) => function == Unary::Identity,
        Op::Concat { .. } => node.inputs.len() == 1,
        _ => false,
    };
    kind && same_shape
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Resize;

    #[test]
    fn a_resize_to_the_same_size_goes_and_its_readers_read_what_was_before() {
        let mut graph = Graph::default();
        let x = graph.add_value("x", vec![1, 33, 33, 19]);
        let y = graph.add_value("y", vec![1, 33, 33, 19]);
        let z = graph.add_value("z", vec![1, 65, 65, 19]);
        (graph.inputs, graph.outputs) = (vec![x], vec![z]);
        for (input, output, size) in [(x, y, 33), (y, z, 65)] {
            let op = Op::Resize(Resize::bilinear([33, 33], [size, size], Coordinates::AlignCorners));
            graph.nodes.push(Node { name: "resize".into(), op, inputs: vec![input], output });
        }
        remove_identities(&mut graph);
        assert_eq!(graph.nodes.len(), 1);
        assert_eq!((graph.nodes[0].inputs[0], graph.nodes[0].output), (x, z));
    }
}
