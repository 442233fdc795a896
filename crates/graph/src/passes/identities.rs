//! Operations that change nothing.

use super::links::Links;
use crate::{
    Binary, Coordinates, Data, Graph, Node, Op, Padding, Pool, PoolKind, Range, Reduction, Unary, ValueId,
};
use std::collections::{HashMap, HashSet};

/// Removes operations whose output is an operand, number for number and shape for shape.
///
/// What makes the operand makes the output instead when the output is one of the graph's.
pub fn remove_identities(graph: &mut Graph) {
    let links = Links::new(graph);
    let mut renamed: HashMap<ValueId, ValueId> = HashMap::new();
    let mut claimed: HashMap<ValueId, ValueId> = HashMap::new();
    let outputs: HashSet<_> = graph.outputs.iter().copied().collect();
    for mut node in std::mem::take(&mut graph.nodes) {
        for id in &mut node.inputs {
            *id = *renamed.get(id).unwrap_or(id);
        }
        simplify(graph, &mut node);
        match kept_operand(graph, &node) {
            Some(operand) if !outputs.contains(&node.output) => {
                renamed.insert(node.output, operand);
            }
            Some(operand) if can_be_renamed(&outputs, &links, operand) && !claimed.contains_key(&operand) => {
                claimed.insert(operand, node.output);
            }
            _ => graph.nodes.push(node),
        }
    }
    for node in &mut graph.nodes {
        for id in node.inputs.iter_mut().chain([&mut node.output]) {
            *id = *claimed.get(id).unwrap_or(id);
        }
    }
}

/// Whether a value is made by a node and is not promised to anyone under its own name.
fn can_be_renamed(outputs: &HashSet<ValueId>, links: &Links, id: ValueId) -> bool {
    links.maker(id).is_some() && !outputs.contains(&id)
}

/// Cheaper spellings of the same node.
fn simplify(graph: &Graph, node: &mut Node) {
    if let Op::Binary(function, activation) = node.op
        && activation != Unary::Identity
        && let Some(operand) = neutral(graph, function, &node.inputs)
    {
        (node.op, node.inputs) = (Op::Unary(activation), vec![operand]);
    }
    if let Op::Concat { axis } = node.op
        && graph.shape(node.output).get(axis).is_some_and(|&size| size > 0)
    {
        node.inputs.retain(|&id| graph.shape(id).get(axis) != Some(&0));
    }
}

/// The operand that the output is equal to.
fn kept_operand(graph: &Graph, node: &Node) -> Option<ValueId> {
    let x = *node.inputs.first()?;
    let shape = graph.shape(node.output);
    let kept = match &node.op {
        // With as many samples as before, every coordinate rule lands on the samples.
        Op::Resize(resize) => resize.coordinates != Coordinates::CropAndResize && !resize.antialias,
        Op::Reshape | Op::Expand | Op::Pad { .. } => true,
        Op::Transpose(permutation) => permutation.is_sorted(),
        Op::Unary(function) => *function == Unary::Identity,
        Op::Cast(kind) => *kind == graph.kind(x),
        Op::Concat { .. } => node.inputs.len() == 1,
        Op::Slice(ranges) => ranges.iter().zip(shape).all(|(range, &size)| is_whole(*range, size)),
        Op::Reduce { kind, .. } => {
            use Reduction::*;
            matches!(kind, Sum | Mean | Max | Min | Prod)
        }
        Op::Pool(pool) => sees_one(pool),
        Op::Binary(function, Unary::Identity) => {
            let operand = neutral(graph, *function, &node.inputs)?;
            return (graph.shape(operand) == shape).then_some(operand);
        }
        _ => false,
    };
    (kept && graph.shape(x) == shape && graph.kind(x) == graph.kind(node.output)).then_some(x)
}

fn is_whole(range: Range, size: usize) -> bool {
    range.start == 0 && (range.step == 1 || size <= 1)
}

/// A pool whose windows hold a single element.
fn sees_one(pool: &Pool) -> bool {
    let single =
        |window: &crate::Window| (window.kernel, window.stride, window.padding) == (1, 1, Padding::VALID);
    matches!(pool.kind, PoolKind::Max | PoolKind::Average { .. }) && pool.windows.iter().all(single)
}

/// The operand that a function does not change, because the other one is a constant 0 or 1.
fn neutral(graph: &Graph, function: Binary, inputs: &[ValueId]) -> Option<ValueId> {
    let &[a, b] = inputs else { return None };
    let is_all = |id: ValueId, number: i8| match graph.constants.get(&id).map(|constant| &**constant) {
        Some(Data::F32(data)) => data.iter().all(|&x| x == f32::from(number)),
        Some(Data::I64(data)) => data.iter().all(|&x| x == i64::from(number)),
        None => false,
    };
    let broadcasts = |operand: ValueId, constant: ValueId| {
        crate::shape::broadcast(graph.shape(operand), graph.shape(constant))
            .is_ok_and(|shape| shape == graph.shape(operand))
    };
    let keeps = |operand, constant, number| is_all(constant, number) && broadcasts(operand, constant);
    match function {
        Binary::Add if keeps(a, b, 0) => Some(a),
        Binary::Add if keeps(b, a, 0) => Some(b),
        Binary::Sub if keeps(a, b, 0) => Some(a),
        Binary::Mul if keeps(a, b, 1) => Some(a),
        Binary::Mul if keeps(b, a, 1) => Some(b),
        Binary::Div | Binary::Pow if keeps(a, b, 1) => Some(a),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::assert_kept;
    use crate::{Builder, Kind, Resize};

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

    #[test]
    fn what_changes_nothing_goes_and_outputs_keep_their_names() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 1, 3]);
        let [zero, one] = [b.f32s(&[3], vec![0.0; 3]), b.scalar(1.0)];
        let mut y = b.unary(Unary::Tanh, x).unwrap();
        y = b.binary(Binary::Add, zero, y).unwrap();
        y = b.binary(Binary::Div, y, one).unwrap();
        y = b.add(Op::Reduce { kind: Reduction::Mean, axes: vec![1] }, &[y]).unwrap();
        y = b.slice_axis(y, 2, 0, 3).unwrap();
        y = b.add(Op::Cast(Kind::F32), &[y]).unwrap();
        y = b.add(Op::Concat { axis: 0 }, &[y]).unwrap();
        let z = b.unary(Unary::Identity, y).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![y, z]);
        assert_kept(&mut graph, remove_identities);
        assert_eq!(graph.nodes.len(), 2);
        assert_eq!(graph.nodes[0].output, y);
    }

    #[test]
    fn a_sum_with_zero_that_is_larger_than_its_operand_and_a_reversal_stay() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![3]);
        let zeros = b.f32s(&[2, 3], vec![0.0; 6]);
        let larger = b.binary(Binary::Add, x, zeros).unwrap();
        let reversed = b.add_shaped(Op::Slice(vec![Range { start: 2, step: -1 }]), &[x], vec![3]).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![larger, reversed]);
        assert_kept(&mut graph, remove_identities);
        assert_eq!(graph.nodes.len(), 2);
    }

    #[test]
    fn an_input_that_is_an_output_under_another_name_is_copied() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![3]);
        let y = b.unary(Unary::Identity, x).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![x, y]);
        assert_kept(&mut graph, remove_identities);
        assert_eq!(graph.nodes.len(), 1);
    }
}
