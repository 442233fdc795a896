//! Products with a constant matrix, along an axis that need not be the last one.

use super::permutation::shape_before;
use super::sink::{Held, Sinker};
use crate::{Node, Op, ValueId};

impl Sinker<'_> {
    /// Multiplies along the axis where it lies: what is behind it counts as columns.
    ///
    /// None, and nothing done, unless one operand is held in another order and the other one is a constant matrix.
    pub fn contract(&mut self, node: &Node) -> Option<()> {
        let &[a, b] = &node.inputs[..] else { return None };
        let is_constant = |id| self.graph.constants.contains_key(&id);
        let (x, matrix, right) = match (is_constant(a), is_constant(b)) {
            (false, true) => (a, b, true),
            (true, false) => (b, a, false),
            _ => return None,
        };
        let Held { id, permutation } = self.held(x);
        let (rank, output) = (permutation.len(), self.graph.shape(node.output).to_vec());
        let [batch @ .., rows, columns] = self.graph.shape(matrix) else { return None };
        let (rows, columns) = (*rows, *columns);
        let fits = batch.iter().all(|&size| size == 1) && rank == output.len() && rank >= 2;
        if !fits || permutation.is_sorted() || output.contains(&0) {
            return None;
        }
        let (axis, shape) = (permutation[rank - if right { 1 } else { 2 }], self.graph.shape(id).to_vec());
        let result = shape_before(&permutation, &output);
        let matrix = self.reshaped(matrix, vec![rows, columns]);
        let made = if axis == rank - 1 {
            let matrix = if right { matrix } else { self.moved(matrix, &[1, 0]) };
            self.product(node, [id, matrix], result.clone())
        } else {
            let behind = |shape: &[usize]| {
                let behind = shape[axis + 1..].iter().product();
                [&shape[..=axis], &[behind]].concat()
            };
            let matrix = if right { self.moved(matrix, &[1, 0]) } else { matrix };
            let grouped = self.reshaped(id, behind(&shape));
            self.product(node, [matrix, grouped], behind(&result))
        };
        let id = self.reshaped(made, result);
        self.held.insert(node.output, Held { id, permutation });
        Some(())
    }

    fn product(&mut self, node: &Node, inputs: [ValueId; 2], shape: Vec<usize>) -> ValueId {
        let value = self.graph.value(node.output).clone();
        let output = self.graph.add_typed(value.name, value.kind, shape);
        let inputs = inputs.to_vec();
        self.graph.nodes.push(Node { name: node.name.clone(), op: Op::MatMul, inputs, output });
        output
    }
}
