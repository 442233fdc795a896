//! Transposes climb to where there are fewer elements to move, and to the graph's inputs.

use super::carry::{Carried, carried, permuted};
use super::permutation::inverse;
use crate::host::Budget;
use crate::passes::links::Links;
use crate::{Graph, Node, Op, ValueId};
use std::collections::HashSet;

/// Lets transposes climb above what makes more elements than it reads, and above what else lies between them and an
/// input of the graph.
pub fn climb(graph: &mut Graph) {
    let links = Links::new(graph);
    let mut made: HashSet<(ValueId, Vec<usize>)> = HashSet::new();
    for node in &graph.nodes {
        if let Op::Transpose(permutation) = &node.op {
            made.insert((node.inputs[0], permutation.clone()));
        }
    }
    let mut budget = Budget::default();
    let reaching = reach_inputs(graph, &links);
    for index in (0..graph.nodes.len()).rev() {
        let Op::Transpose(permutation) = graph.nodes[index].op.clone() else { continue };
        let Some((above, x)) = step(graph, &links, index) else { continue };
        let better = elements(graph, x) < elements(graph, graph.nodes[index].output)
            || made.contains(&(x, permutation.clone()))
            || reaching.contains(&x);
        if better && swap(graph, &mut budget, [above, index], x, &permutation) {
            made.insert((x, permutation));
        }
    }
}

/// For a transpose: the node above it, if it can be computed behind the transpose as well, and what that node reads.
fn step(graph: &Graph, links: &Links, index: usize) -> Option<(usize, ValueId)> {
    let y = graph.nodes[index].inputs[0];
    let above = links.maker(y).filter(|&above| above < index && links.uses(y) == 1)?;
    Some((above, only_operand(graph, above)?))
}

/// What a node reads in the layout of its output, if that is one value and of the same rank.
fn only_operand(graph: &Graph, index: usize) -> Option<ValueId> {
    let node = &graph.nodes[index];
    let varying = |id: &&ValueId| !graph.constants.contains_key(id);
    let x = match carried(&node.op)? {
        Carried::First => *node.inputs.first()?,
        Carried::All | Carried::Joined if node.inputs.iter().filter(varying).count() == 1 => {
            *node.inputs.iter().find(varying)?
        }
        _ => return None,
    };
    let rank = graph.shape(node.output).len();
    let fits = node.inputs.iter().all(|&id| graph.shape(id).len() <= rank);
    (fits && graph.shape(x).len() == rank && !graph.constants.contains_key(&x)).then_some(x)
}

/// Values between which and an input lies nothing but what a transpose can be swapped with at no cost.
fn reach_inputs(graph: &Graph, links: &Links) -> HashSet<ValueId> {
    let mut reaching: HashSet<ValueId> = graph.inputs.iter().copied().collect();
    for (index, node) in graph.nodes.iter().enumerate() {
        let free =
            |x: &ValueId| links.uses(node.output) == 1 && elements(graph, *x) <= elements(graph, node.output);
        if only_operand(graph, index).filter(free).is_some_and(|x| reaching.contains(&x)) {
            reaching.insert(node.output);
        }
    }
    reaching
}

fn elements(graph: &Graph, id: ValueId) -> usize {
    graph.shape(id).iter().product()
}

/// Puts the transpose in the place of the node above it, and that node in the place of the transpose.
fn swap(
    graph: &mut Graph,
    budget: &mut Budget,
    [above, index]: [usize; 2],
    x: ValueId,
    permutation: &[usize],
) -> bool {
    let (node, output) = (graph.nodes[above].clone(), graph.nodes[index].output);
    let permute = |shape: &[usize]| permutation.iter().map(|&axis| shape[axis]).collect::<Vec<_>>();
    let value = graph.value(x).clone();
    let moved = graph.add_typed(value.name, value.kind, permute(&value.shape));
    let shared = carried(&node.op) != Some(Carried::First);
    let mut inputs = vec![];
    for &id in &node.inputs {
        inputs.push(match id {
            id if id == x => moved,
            id if shared => match permuted_constant(graph, budget, id, permutation) {
                Some(constant) => constant,
                None => return false,
            },
            id => id,
        });
    }
    let op = permuted(&node.op, &inverse(permutation));
    let name = graph.nodes[index].name.clone();
    graph.nodes[above] =
        Node { name, op: Op::Transpose(permutation.to_vec()), inputs: vec![x], output: moved };
    graph.nodes[index] = Node { name: node.name, op, inputs, output };
    true
}

/// A constant in the layout behind the transpose; one that broadcasts keeps doing so.
fn permuted_constant(
    graph: &mut Graph,
    budget: &mut Budget,
    id: ValueId,
    permutation: &[usize],
) -> Option<ValueId> {
    let (value, known) = (graph.value(id).clone(), graph.constants.get(&id)?);
    if value.shape.iter().all(|&size| size == 1) {
        return Some(id);
    }
    let padded = [&vec![1; permutation.len() - value.shape.len()][..], &value.shape].concat();
    let shape: Vec<usize> = permutation.iter().map(|&axis| padded[axis]).collect();
    if !budget.take(known.len(), known.len() as u64) {
        return None;
    }
    let moved = known.through(&Op::Transpose(permutation.to_vec()), &padded, value.kind, &shape).ok()?;
    let constant = graph.add_typed(value.name, value.kind, shape);
    graph.constants.insert(constant, moved);
    Some(constant)
}
