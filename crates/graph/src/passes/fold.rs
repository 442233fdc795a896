//! Nodes whose operands are all known at load.

use crate::{Graph, host};

/// Computes nodes of constants once, at load.
///
/// The readers have done so already; this is for what other passes leave behind.
pub fn fold_constants(graph: &mut Graph) {
    let mut kept = vec![];
    let mut budget = host::Budget::default();
    for node in std::mem::take(&mut graph.nodes) {
        let known = node.inputs.iter().all(|id| graph.constants.contains_key(id));
        if !known || !budget.take_node(graph, &node) {
            kept.push(node);
            continue;
        }
        match host::evaluate_node(graph, &node) {
            Ok(Some(data)) => drop(graph.constants.insert(node.output, data)),
            // What cannot be computed now fails in a run, if a run needs it.
            Ok(None) | Err(_) => kept.push(node),
        }
    }
    graph.nodes = kept;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Binary, Node, Op, Unary};

    #[test]
    fn a_sum_of_constants_becomes_a_constant() {
        let mut graph = Graph::default();
        let a = graph.add_constant("a", vec![2], vec![1.0, -5.0]);
        let b = graph.add_constant("b", vec![2], vec![0.5, 1.0]);
        let sum = graph.add_value("sum", vec![2]);
        let op = Op::Binary(Binary::Add, Unary::Relu);
        graph.nodes.push(Node { name: "ADD #0".into(), op, inputs: vec![a, b], output: sum });
        fold_constants(&mut graph);
        assert!(graph.nodes.is_empty());
        assert_eq!(graph.f32s(sum), Some(&[1.5, 0.0][..]));
    }
}
