//! How long a node takes, before it is computed: a small file must not keep its reader busy for ever.

use crate::shape::count;
use crate::{Graph, Node, Op, Window};

/// Elements that computing at load may make altogether; what is beyond is left to a run.
const MAX_ELEMENTS: usize = 1 << 26;
/// Steps that computing at load may take altogether: a second or two.
const MAX_STEPS: u64 = 1 << 29;
/// Steps along an axis where the elements of an operand decide.
const UNKNOWN: u64 = 32;

/// What computing at load may still take.
#[derive(Debug)]
pub struct Budget {
    elements: usize,
    steps: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { elements: MAX_ELEMENTS, steps: MAX_STEPS }
    }
}

impl Budget {
    /// Takes what the node needs, if that much is left.
    pub fn take_node(&mut self, graph: &Graph, node: &Node) -> bool {
        count(graph.shape(node.output)).is_some_and(|elements| self.take(elements, steps(graph, node)))
    }

    /// Takes elements and steps, if that many are left.
    pub fn take(&mut self, elements: usize, steps: u64) -> bool {
        let left = self.elements.checked_sub(elements).zip(self.steps.checked_sub(steps));
        if let Some((elements, steps)) = left {
            *self = Self { elements, steps };
        }
        left.is_some()
    }
}

/// The elements that a node reads and makes, or the multiplications that this takes.
fn steps(graph: &Graph, node: &Node) -> u64 {
    let operand = |index: usize| node.inputs.get(index).map_or(&[][..], |&id| graph.shape(id));
    let (x, output) = (operand(0), graph.shape(node.output));
    let each = match &node.op {
        Op::Conv(_) | Op::DeformConv { .. } => operand(1).split_last().map_or(1, |(_, rest)| elements(rest)),
        Op::MatMul => elements(&x[x.len().saturating_sub(1)..]),
        Op::Pool(pool) | Op::MaxPoolIndices(pool) => kernel(&pool.windows),
        Op::RoiAlign { sampling_ratio: 0, .. } => UNKNOWN * UNKNOWN,
        Op::RoiAlign { sampling_ratio, .. } => (*sampling_ratio as u64).saturating_pow(2),
        Op::Determinant => return elements(x).saturating_mul(x.last().map_or(1, |&size| size as u64)),
        Op::NonMaxSuppression { max_per_class, .. } => {
            return elements(operand(1))
                .saturating_mul((*max_per_class as u64).min(elements(x.get(1..2).unwrap_or_default())));
        }
        // These leave out what they do not pick.
        Op::Slice(_) | Op::Gather { .. } | Op::GatherElements { .. } | Op::GatherNd { .. } => {
            return elements(output);
        }
        _ => 1,
    };
    let read = node.inputs.iter().fold(0, |sum: u64, &id| sum.saturating_add(elements(graph.shape(id))));
    elements(output).saturating_mul(each).saturating_add(read)
}

fn elements(shape: &[usize]) -> u64 {
    count(shape).map_or(u64::MAX, |count| count as u64)
}

fn kernel(windows: &[Window]) -> u64 {
    windows.iter().fold(1, |product: u64, window| product.saturating_mul(window.kernel as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Reduction};

    fn steps_of(op: Op, operands: &[&[usize]], output: &[usize]) -> u64 {
        let mut graph = Graph::default();
        let inputs = operands.iter().map(|shape| graph.add_value("", shape.to_vec())).collect();
        let output = graph.add_typed("", Kind::F32, output.to_vec());
        steps(&graph, &Node { name: String::new(), op, inputs, output })
    }

    #[test]
    fn steps_are_what_is_read_and_what_is_multiplied() {
        assert_eq!(steps_of(Op::MatMul, &[&[2, 3], &[3, 4]], &[2, 4]), 2 * 4 * 3 + 6 + 12);
        let sum = Op::Reduce { kind: Reduction::Sum, axes: vec![0] };
        assert_eq!(steps_of(sum, &[&[1000]], &[1]), 1001);
        assert_eq!(steps_of(Op::Determinant, &[&[5, 10, 10]], &[5]), 5 * 1000);
        assert_eq!(steps_of(Op::Gather { axis: 0 }, &[&[1000, 8], &[2]], &[2, 8]), 16);
    }

    #[test]
    fn a_budget_is_spent() {
        let mut budget = Budget::default();
        assert!(!budget.take(0, MAX_STEPS + 1) && !budget.take(MAX_ELEMENTS + 1, 0));
        assert!(budget.take(MAX_ELEMENTS, 1) && budget.take(0, 1) && !budget.take(1, 1));
    }
}
