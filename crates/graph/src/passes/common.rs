//! Nodes that compute the same.

use crate::{Data, Graph, Node, ValueId};
use std::collections::{HashMap, HashSet};

/// Constants up to this size are compared by their elements.
const SMALL: usize = 16;

/// Keeps the first of several nodes that compute the same from the same operands.
pub fn merge_common(graph: &mut Graph) {
    let mut seen: HashMap<String, ValueId> = HashMap::new();
    let mut renamed: HashMap<ValueId, ValueId> = HashMap::new();
    for (&id, data) in graph.constants.iter().filter(|(_, data)| data.len() <= SMALL) {
        let value = graph.value(id);
        let first = *seen.entry(format!("{:?} {:?} {}", value.kind, value.shape, bits(data))).or_insert(id);
        renamed.insert(id, first);
    }
    let outputs: HashSet<_> = graph.outputs.iter().copied().collect();
    for mut node in std::mem::take(&mut graph.nodes) {
        for id in &mut node.inputs {
            *id = *renamed.get(id).unwrap_or(id);
        }
        match seen.get(&key(graph, &node)) {
            Some(&first) if !outputs.contains(&node.output) => {
                renamed.insert(node.output, first);
            }
            Some(_) => graph.nodes.push(node),
            None => {
                seen.insert(key(graph, &node), node.output);
                graph.nodes.push(node);
            }
        }
    }
}

fn key(graph: &Graph, node: &Node) -> String {
    let Node { op, inputs, output, .. } = node;
    format!("{op:?} {inputs:?} {:?} {:?}", graph.kind(*output), graph.shape(*output))
}

/// Unlike numbers, their bits tell 0 from -0.
fn bits(data: &Data) -> String {
    match data {
        Data::F32(data) => format!("{:?}", data.iter().map(|x| x.to_bits()).collect::<Vec<_>>()),
        Data::I64(data) => format!("{data:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::assert_kept;
    use crate::{Binary, Builder, Unary};

    #[test]
    fn equal_sums_are_computed_once_unless_both_are_outputs() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 3]);
        let mut sums = vec![];
        for number in [1.0, 1.0, -1.0, 1.0] {
            let constant = b.scalar(number);
            sums.push(b.binary(Binary::Add, x, constant).unwrap());
        }
        let product = b.binary(Binary::Mul, sums[0], sums[1]).unwrap();
        let last = b.unary(Unary::Exp, sums[2]).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![product, last, sums[0], sums[3]]);
        assert_kept(&mut graph, merge_common);
        assert_eq!(graph.nodes.len(), 5);
        assert_eq!(graph.nodes[2 + 1].inputs, [sums[0], sums[0]]);
    }
}
