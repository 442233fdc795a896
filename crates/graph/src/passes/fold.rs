//! Nodes whose operands are all known at load.

use crate::{Activation, BinaryKind, Constant, Graph, Node, Op};

/// Computes nodes of constants once, at load.
pub fn fold_constants(graph: &mut Graph) {
    let mut kept = vec![];
    for node in std::mem::take(&mut graph.nodes) {
        match evaluate(graph, &node) {
            Some(data) => drop(graph.constants.insert(node.output, Constant::F32(data))),
            None => kept.push(node),
        }
    }
    graph.nodes = kept;
}

/// None when an operand is not known, or the operator is one that files do not apply to constants.
fn evaluate(graph: &Graph, node: &Node) -> Option<Vec<f32>> {
    let operand = |index: usize| graph.f32s(*node.inputs.get(index)?);
    match node.op {
        Op::Reshape => Some(operand(0)?.to_vec()),
        Op::Activation(activation) => Some(operand(0)?.iter().map(|&x| activation.apply(x)).collect()),
        Op::Binary(kind, activation) => {
            let (a, b) = (operand(0)?, operand(1)?);
            let alike = graph.shape(node.inputs[0]) == graph.shape(node.inputs[1]);
            let compute = |(&a, &b): (&f32, &f32)| activation.apply(kind.apply(a, b));
            alike.then(|| a.iter().zip(b).map(compute).collect())
        }
        _ => None,
    }
}

impl Activation {
    /// The function of one number.
    pub fn apply(self, x: f32) -> f32 {
        match self {
            Self::Identity => x,
            Self::Relu => x.max(0.0),
            Self::Relu6 => x.clamp(0.0, 6.0),
            Self::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Self::HardSwish => x * (x + 3.0).clamp(0.0, 6.0) / 6.0,
        }
    }
}

impl BinaryKind {
    /// The function of two numbers.
    pub fn apply(self, a: f32, b: f32) -> f32 {
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_of_constants_becomes_a_constant() {
        let mut graph = Graph::default();
        let a = graph.add_constant("a", vec![2], vec![1.0, -5.0]);
        let b = graph.add_constant("b", vec![2], vec![0.5, 1.0]);
        let sum = graph.add_value("sum", vec![2]);
        let op = Op::Binary(BinaryKind::Add, Activation::Relu);
        graph.nodes.push(Node { name: "ADD #0".into(), op, inputs: vec![a, b], output: sum });
        fold_constants(&mut graph);
        assert!(graph.nodes.is_empty());
        assert_eq!(graph.f32s(sum), Some(&[1.5, 0.0][..]));
    }

    /// Howard et al. 2019, figure 6: 0 at -3, 3 at 3, the identity above.
    #[test]
    fn hard_swish_is_the_papers() {
        let values = [-4.0, -3.0, 0.0, 3.0, 5.0].map(|x| Activation::HardSwish.apply(x));
        assert_eq!(values, [0.0, 0.0, 0.0, 3.0, 5.0]);
    }
}
