//! Reshapes, which move nothing.

use super::links::Links;
use crate::{Graph, Op};

/// Reads what was there before a row of reshapes, and spells transposes that only move axes of size 1 as reshapes.
pub fn merge_reshapes(graph: &mut Graph) {
    let links = Links::new(graph);
    for index in 0..graph.nodes.len() {
        let node = &graph.nodes[index];
        let Some(&x) = node.inputs.first() else { continue };
        if let Op::Transpose(permutation) = &node.op
            && moves_nothing(permutation, graph.shape(x))
        {
            graph.nodes[index].op = Op::Reshape;
        }
        if graph.nodes[index].op != Op::Reshape {
            continue;
        }
        if let Some(before) = links.made_by(graph, x).filter(|node| node.op == Op::Reshape) {
            graph.nodes[index].inputs = before.inputs.clone();
        }
    }
}

/// Whether a transpose of this shape keeps all elements where they are: no two axes longer than 1 change their order.
pub(super) fn moves_nothing(permutation: &[usize], shape: &[usize]) -> bool {
    permutation.iter().filter(|&&axis| shape[axis] != 1).is_sorted()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;
    use crate::passes::remove_dead;
    use crate::passes::testing::assert_kept;

    #[test]
    fn pooled_channels_become_a_row_by_one_reshape() {
        let mut b = Builder::default();
        let pooled = b.graph.add_value("pooled", vec![2, 1, 1, 5]);
        let first = b.channels_first(pooled).unwrap();
        let row = b.reshape(first, &[2, 5]).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![pooled], vec![row]);
        assert_kept(&mut graph, merge_reshapes);
        remove_dead(&mut graph);
        assert_eq!(graph.nodes.len(), 1);
        assert_eq!((&graph.nodes[0].op, graph.nodes[0].inputs[0]), (&Op::Reshape, pooled));
    }

    #[test]
    fn a_transpose_of_two_long_axes_moves_elements() {
        assert!(moves_nothing(&[0, 3, 1, 2], &[2, 1, 1, 5]));
        assert!(!moves_nothing(&[0, 3, 1, 2], &[1, 2, 1, 5]));
    }
}
