//! Normalisations that are spelt out.

use super::links::Links;
use crate::{Binary, Graph, Kind, Op, Reduction, Unary, ValueId};

/// Replaces `(x - mean) / sqrt(variance + epsilon)`, with or without the mean, by one operation.
pub fn recognise_norms(graph: &mut Graph) {
    let links = Links::new(graph);
    for index in 0..graph.nodes.len() {
        let output = graph.nodes[index].output;
        if let Some((op, x)) = (Spelling { graph, links: &links }).normalised(output)
            && graph.shape(x) == graph.shape(output)
            && graph.kind(x) == Kind::F32
        {
            (graph.nodes[index].op, graph.nodes[index].inputs) = (op, vec![x]);
        }
    }
}

#[derive(Clone, Copy)]
struct Spelling<'a> {
    graph: &'a Graph,
    links: &'a Links,
}

impl<'a> Spelling<'a> {
    fn normalised(self, output: ValueId) -> Option<(Op, ValueId)> {
        let (deviation, root) = self.divided(output)?;
        let (variance, epsilon) = self.with_number(Binary::Add, self.root(root)?)?;
        let (square, axes) = self.mean(variance)?;
        if self.square(square)? != deviation || !(0.0..1.0).contains(&epsilon) {
            return None;
        }
        let axes = axes.to_vec();
        let centre = self
            .operands(Binary::Sub, deviation)
            .filter(|&[x, mean]| self.mean(mean) == Some((x, &axes[..])));
        let x = centre.map_or(deviation, |[x, _]| x);
        Some((Op::Normalise { axes, epsilon, centred: centre.is_some() }, x))
    }

    /// `a / b`, or `a * (1 / b)`.
    fn divided(self, id: ValueId) -> Option<(ValueId, ValueId)> {
        if let Some([a, b]) = self.operands(Binary::Div, id) {
            return Some((a, b));
        }
        let [a, b] = self.operands(Binary::Mul, id)?;
        let inverse = |id| self.function(Unary::Reciprocal, id);
        inverse(b).map(|b| (a, b)).or_else(|| inverse(a).map(|a| (b, a)))
    }

    fn root(self, id: ValueId) -> Option<ValueId> {
        let power = || self.with_number(Binary::Pow, id).filter(|(_, exponent)| *exponent == 0.5);
        self.function(Unary::Sqrt, id).or_else(|| power().map(|(x, _)| x))
    }

    fn square(self, id: ValueId) -> Option<ValueId> {
        let power = self.with_number(Binary::Pow, id).filter(|(_, exponent)| *exponent == 2.0);
        let product = || self.operands(Binary::Mul, id).filter(|[a, b]| a == b);
        power.map(|(x, _)| x).or_else(|| product().map(|[a, _]| a))
    }

    fn mean(self, id: ValueId) -> Option<(ValueId, &'a [usize])> {
        let node = self.links.made_by(self.graph, id)?;
        match &node.op {
            Op::Reduce { kind: Reduction::Mean, axes } => Some((*node.inputs.first()?, axes)),
            _ => None,
        }
    }

    fn function(self, function: Unary, id: ValueId) -> Option<ValueId> {
        let node = self.links.made_by(self.graph, id)?;
        if node.op == Op::Unary(function) { node.inputs.first().copied() } else { None }
    }

    fn operands(self, function: Binary, id: ValueId) -> Option<[ValueId; 2]> {
        let node = self.links.made_by(self.graph, id)?;
        if node.op == Op::Binary(function, Unary::Identity) { node.inputs[..].try_into().ok() } else { None }
    }

    /// A value and a constant of one number.
    fn with_number(self, function: Binary, id: ValueId) -> Option<(ValueId, f32)> {
        let [a, b] = self.operands(function, id)?;
        let number = |id| self.graph.number(id);
        let swapped = || number(a).filter(|_| function == Binary::Add).map(|number| (b, number));
        number(b).map(|number| (a, number)).or_else(swapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;
    use crate::passes::remove_dead;
    use crate::passes::testing::assert_kept;

    /// As PyTorch 1.x exports `LayerNorm` (opset 12), and as LLaMA's RMS norm is written.
    fn norm(centred: bool, divide: bool) -> (Graph, ValueId) {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 5, 7]);
        let [two, epsilon] = [2.0, 1e-5].map(|number| b.scalar(number));
        let mean =
            |b: &mut Builder, x| b.add(Op::Reduce { kind: Reduction::Mean, axes: vec![2] }, &[x]).unwrap();
        let mut deviation = x;
        if centred {
            let mean = mean(&mut b, x);
            deviation = b.binary(Binary::Sub, x, mean).unwrap();
        }
        let square = b.binary(Binary::Pow, deviation, two).unwrap();
        let variance = mean(&mut b, square);
        let sum = b.binary(Binary::Add, epsilon, variance).unwrap();
        let root = b.unary(Unary::Sqrt, sum).unwrap();
        let y = if divide {
            b.binary(Binary::Div, deviation, root).unwrap()
        } else {
            let inverse = b.unary(Unary::Reciprocal, root).unwrap();
            b.binary(Binary::Mul, inverse, deviation).unwrap()
        };
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![y]);
        (graph, x)
    }

    #[test]
    fn a_layer_norm_and_a_root_mean_square_norm_are_recognised() {
        for (centred, divide) in [(true, true), (true, false), (false, true), (false, false)] {
            let (mut graph, x) = norm(centred, divide);
            assert_kept(&mut graph, recognise_norms);
            remove_dead(&mut graph);
            assert_eq!(graph.nodes.len(), 1);
            assert_eq!(graph.nodes[0].op, Op::Normalise { axes: vec![2], epsilon: 1e-5, centred });
            assert_eq!(graph.nodes[0].inputs, [x]);
        }
    }
}
