//! Activations that are spelt out.

use super::known_function::known;
use super::links::Links;
use crate::{Binary, Graph, Kind, Node, Op, Unary, ValueId};
use std::collections::BTreeSet;

/// The longest spelling, GELU's with tanh, has nine operations.
const MAX_OPERATIONS: usize = 12;

/// Replaces spelt-out activations such as `x * sigmoid(x)` by one function.
///
/// A function of one number is known by its values: whatever the operations and their order are, when they agree with
/// an activation wherever it is tried, they are that activation.
pub fn recognise_functions(graph: &mut Graph) {
    let links = Links::new(graph);
    for index in 0..graph.nodes.len() {
        if let Some((function, x)) = spelt_out(graph, &links, index) {
            (graph.nodes[index].op, graph.nodes[index].inputs) = (Op::Unary(function), vec![x]);
        }
    }
}

/// The function that a node computes together with those before it, and of what.
fn spelt_out(graph: &Graph, links: &Links, index: usize) -> Option<(Unary, ValueId)> {
    // An activation already: a scale before it is not its own.
    if matches!(
        graph.nodes[index].op,
        Op::Unary(Unary::HardSigmoid { .. } | Unary::Sigmoid | Unary::Softplus)
    ) {
        return None;
    }
    let mut spelling = Spelling { graph, nodes: vec![] };
    // Latest first: what is behind everything else cannot be computed from the rest.
    let mut open = BTreeSet::from([(Some(index), graph.nodes[index].output)]);
    while spelling.nodes.len() < MAX_OPERATIONS {
        let (position, _) = open.pop_last()?;
        let node = &graph.nodes[position.filter(|&position| position <= index)?];
        if !spelling.fits(node, graph.nodes[index].output) {
            return None;
        }
        spelling.nodes.push(node);
        let varying = node.inputs.iter().filter(|&&id| spelling.number(id).is_none());
        open.extend(varying.map(|&id| (links.maker(id), id)));
        let Some(&(_, x)) = open.first().filter(|_| open.len() == 1) else { continue };
        let single = spelling.nodes.len() == 1 && matches!(node.op, Op::Unary(_));
        if let (false, Some(function)) = (single, known(|number| spelling.evaluate(x, number))) {
            return Some((function, x));
        }
    }
    None
}

/// Operations that make one value out of another, the last one first.
struct Spelling<'a> {
    graph: &'a Graph,
    nodes: Vec<&'a Node>,
}

impl Spelling<'_> {
    /// Whether a node computes each real number of the output from numbers in the same place.
    fn fits(&self, node: &Node, output: ValueId) -> bool {
        use Unary::*;
        let elementwise = match node.op {
            Op::Unary(Exp | Log | Sqrt | Reciprocal | Erf | Tanh | Neg | Abs | Relu | Clip(..) | Sigmoid) => {
                true
            }
            Op::Unary(HardSigmoid { .. } | Softplus | LeakyRelu(_)) => true,
            Op::Binary(function, Unary::Identity) => {
                use Binary::*;
                matches!(function, Add | Sub | Mul | Div | Pow | Min | Max | PRelu)
            }
            _ => false,
        };
        let alike = |id: ValueId| {
            self.graph.kind(id) == Kind::F32
                && (self.number(id).is_some() || self.graph.shape(id) == self.graph.shape(output))
        };
        elementwise && node.inputs.iter().chain([&node.output]).all(|&id| alike(id))
    }

    /// A constant of one number.
    fn number(&self, id: ValueId) -> Option<f32> {
        self.graph.number(id)
    }

    fn evaluate(&self, x: ValueId, number: f32) -> f32 {
        let mut held = vec![(x, number)];
        for node in self.nodes.iter().rev() {
            let of = |index: usize| {
                let id = node.inputs.get(index)?;
                self.number(*id)
                    .or_else(|| held.iter().rev().find(|(held, _)| held == id).map(|(_, number)| *number))
            };
            let number = match node.op {
                Op::Unary(function) => of(0).map(|x| function.apply(x)),
                Op::Binary(function, _) => of(0).zip(of(1)).map(|(a, b)| function.apply(a, b)),
                _ => None,
            };
            held.push((node.output, number.unwrap_or(f32::NAN)));
        }
        held.last().map_or(f32::NAN, |(_, number)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::assert_kept;
    use crate::{Builder, Scalar};

    struct Writer {
        b: Builder,
        x: ValueId,
    }

    impl Writer {
        fn new() -> Self {
            let mut b = Builder::default();
            let input = b.graph.add_value("x", vec![3, 50]);
            b.graph.inputs.push(input);
            // Something before it that is no part of the activation.
            let three = b.scalar(3.0);
            let x = b.binary(Binary::Mul, input, three).unwrap();
            Self { b, x }
        }

        fn of(&mut self, function: Unary, x: ValueId) -> ValueId {
            self.b.unary(function, x).unwrap()
        }

        fn both(&mut self, function: Binary, a: ValueId, b: ValueId) -> ValueId {
            self.b.binary(function, a, b).unwrap()
        }

        fn with(&mut self, function: Binary, x: ValueId, number: f32) -> ValueId {
            let number = self.b.f32s(&[1], vec![number]);
            self.both(function, x, number)
        }

        fn from(&mut self, function: Binary, number: f32, x: ValueId) -> ValueId {
            let number = self.b.scalar(number);
            self.both(function, number, x)
        }

        /// The function that reads what is before the activation, and makes `y`.
        fn recognised(self, y: ValueId) -> Option<Unary> {
            let mut graph = self.b.graph;
            graph.outputs = vec![y];
            assert_kept(&mut graph, recognise_functions);
            let node = graph.nodes.iter().find(|node| node.output == y)?;
            match node.op {
                Op::Unary(function) if node.inputs == [self.x] => Some(function),
                _ => None,
            }
        }
    }

    /// Howard et al. 2019, arXiv:1905.02244, section 5.2, as PyTorch and PaddlePaddle export it.
    #[test]
    fn hard_swish_is_recognised_however_it_is_spelt() {
        let mut w = Writer::new();
        let shifted = w.with(Binary::Add, w.x, 3.0);
        let clipped = w.of(Unary::RELU6, shifted);
        let product = w.both(Binary::Mul, w.x, clipped);
        let y = w.with(Binary::Div, product, 6.0);
        assert_eq!(w.recognised(y), Some(Unary::HardSwish));

        let mut w = Writer::new();
        let shifted = w.from(Binary::Add, 3.0, w.x);
        let clipped = w.with(Binary::Max, shifted, 0.0);
        let clipped = w.from(Binary::Min, 6.0, clipped);
        let gate = w.from(Binary::Mul, 1.0 / 6.0, clipped);
        let y = w.both(Binary::Mul, gate, w.x);
        assert_eq!(w.recognised(y), Some(Unary::HardSwish));

        let mut w = Writer::new();
        let gate = w.of(Unary::HardSigmoid { alpha: Scalar(0.166_666_7), beta: Scalar(0.5) }, w.x);
        let y = w.both(Binary::Mul, w.x, gate);
        assert_eq!(w.recognised(y), Some(Unary::HardSwish));
    }

    #[test]
    fn a_hard_sigmoid_keeps_its_slope() {
        let mut w = Writer::new();
        let y = w.with(Binary::Mul, w.x, 0.2);
        let y = w.with(Binary::Add, y, 0.5);
        let y = w.of(Unary::Clip(Scalar(0.0), Scalar(1.0)), y);
        let Some(Unary::HardSigmoid { alpha, beta }) = w.recognised(y) else { panic!("not recognised") };
        assert!((alpha.0 - 0.2).abs() < 1e-6 && beta.0 == 0.5);
    }

    #[test]
    fn sigmoid_gates_are_recognised() {
        let mut w = Writer::new();
        let gate = w.of(Unary::Sigmoid, w.x);
        let y = w.both(Binary::Mul, gate, w.x);
        assert_eq!(w.recognised(y), Some(Unary::SILU));

        let mut w = Writer::new();
        let softplus = w.of(Unary::Softplus, w.x);
        let gate = w.of(Unary::Tanh, softplus);
        let y = w.both(Binary::Mul, w.x, gate);
        assert_eq!(w.recognised(y), Some(Unary::Mish));

        let mut w = Writer::new();
        let scaled = w.with(Binary::Mul, w.x, 1.702);
        let gate = w.of(Unary::Sigmoid, scaled);
        let y = w.both(Binary::Mul, w.x, gate);
        let Some(Unary::Swish(alpha)) = w.recognised(y) else { panic!("not recognised") };
        assert!((alpha.0 - 1.702).abs() < 1e-5);
    }

    /// Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2.
    #[test]
    fn both_forms_of_gelu_are_recognised() {
        let mut w = Writer::new();
        let inner = w.with(Binary::Div, w.x, std::f32::consts::SQRT_2);
        let erf = w.of(Unary::Erf, inner);
        let gate = w.with(Binary::Add, erf, 1.0);
        let product = w.both(Binary::Mul, w.x, gate);
        let y = w.with(Binary::Mul, product, 0.5);
        assert_eq!(w.recognised(y), Some(Unary::Gelu));

        let mut w = Writer::new();
        let cube = w.with(Binary::Pow, w.x, 3.0);
        let cube = w.with(Binary::Mul, cube, 0.044_715);
        let inner = w.both(Binary::Add, w.x, cube);
        let inner = w.with(Binary::Mul, inner, 0.797_884_6);
        let tanh = w.of(Unary::Tanh, inner);
        let gate = w.from(Binary::Add, 1.0, tanh);
        let half = w.from(Binary::Mul, 0.5, w.x);
        let y = w.both(Binary::Mul, half, gate);
        assert_eq!(w.recognised(y), Some(Unary::GeluTanh));
    }

    #[test]
    fn bounds_and_slopes_are_recognised() {
        let mut w = Writer::new();
        let y = w.with(Binary::Max, w.x, 0.0);
        assert_eq!(w.recognised(y), Some(Unary::Relu));

        let mut w = Writer::new();
        let y = w.with(Binary::PRelu, w.x, 0.25);
        assert_eq!(w.recognised(y), Some(Unary::LeakyRelu(Scalar(0.25))));

        let mut w = Writer::new();
        let y = w.with(Binary::Min, w.x, 4.0);
        assert_eq!(w.recognised(y), Some(Unary::Clip(Scalar(f32::NEG_INFINITY), Scalar(4.0))));
    }

    #[test]
    fn a_small_lower_bound_is_not_zero() {
        let mut w = Writer::new();
        let y = w.with(Binary::Max, w.x, 1e-6);
        assert_eq!(w.recognised(y), Some(Unary::Clip(Scalar(1e-6), Scalar(f32::INFINITY))));
    }

    /// The logarithm of it would be another one.
    #[test]
    fn a_gate_that_is_kept_from_zero_stays() {
        let mut w = Writer::new();
        let gate = w.with(Binary::Mul, w.x, -1.0);
        let gate = w.of(Unary::Exp, gate);
        let gate = w.with(Binary::Add, gate, 1.0);
        let gate = w.of(Unary::Reciprocal, gate);
        let y = w.with(Binary::Add, gate, 1e-8);
        assert_eq!(w.recognised(y), None);
    }

    #[test]
    fn what_is_only_similar_stays() {
        let mut w = Writer::new();
        let gate = w.of(Unary::Sigmoid, w.x);
        let y = w.both(Binary::Mul, gate, w.x);
        let y = w.with(Binary::Mul, y, 1.001);
        assert_eq!(w.recognised(y), None);
    }
}
