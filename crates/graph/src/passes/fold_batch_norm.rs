//! Scales and shifts of channels move into the convolution beside them.

use super::links::{Links, drop_nodes};
use crate::host::Budget;
use crate::{Binary, Conv, Graph, Node, Op, Unary, ValueId};

/// Folds products, quotients, sums and differences with a constant for each channel, as batch norm leaves them, into
/// weight and bias of the convolution before them; products, and sums where nothing is padded, into the one behind them.
pub fn fold_batch_norm(graph: &mut Graph) {
    let (links, dead) = (Links::new(graph), vec![false; graph.nodes.len()]);
    let mut folder = Folder { graph, links, dead, budget: Budget::default() };
    for index in 0..folder.graph.nodes.len() {
        folder.fold_behind(index);
        while folder.fold_before(index).is_some() {}
    }
    drop_nodes(folder.graph, &folder.dead);
}

/// `scale * x + shift` for each channel.
struct Affine {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

struct Folder<'a> {
    graph: &'a mut Graph,
    links: Links,
    dead: Vec<bool>,
    /// For copies of weights that several convolutions read.
    budget: Budget,
}

impl Folder<'_> {
    /// Folds the node at `index` into the convolution that makes its operand.
    fn fold_behind(&mut self, index: usize) -> Option<()> {
        let beside =
            |id: &ValueId| self.links.maker(*id).is_some_and(|maker| self.convolution(maker).is_some());
        self.graph.nodes[index].inputs.iter().find(|id| beside(id))?;
        let (x, affine, activation) = self.affine(&self.graph.nodes[index])?;
        let before = self.links.maker(x).filter(|&before| before < index && self.links.uses(x) == 1)?;
        let (conv, inputs) = self.convolution(before)?;
        let pure_shift = affine.scale.iter().all(|&scale| scale == 1.0);
        if conv.activation != Unary::Identity || (inputs.len() > 3 && !pure_shift) {
            return None;
        }
        let bias = self.own(before, 2)?;
        // A weight that is only shifted behind stays as it is, and so stays bytes.
        if !pure_shift {
            let weight = self.own(before, 1)?;
            for row in self.numbers(weight)?.chunks_exact_mut(affine.scale.len()) {
                row.iter_mut().zip(&affine.scale).for_each(|(weight, scale)| *weight *= scale);
            }
        }
        let numbers = self.numbers(bias)?.iter_mut().zip(affine.scale.iter().zip(&affine.shift));
        numbers.for_each(|(bias, (scale, shift))| *bias = *bias * scale + shift);
        let output = self.graph.nodes[index].output;
        self.graph.nodes[before].output = output;
        self.links.set_maker(output, before);
        self.dead[index] = true;
        if let Op::Conv(conv) = &mut self.graph.nodes[before].op {
            conv.activation = activation;
        }
        Some(())
    }

    /// Folds the node that makes the operand of the convolution at `index` into that convolution.
    fn fold_before(&mut self, index: usize) -> Option<()> {
        let (conv, inputs) = self.convolution(index)?;
        let x = *inputs.first()?;
        let before = self.links.maker(x).filter(|&before| before < index && self.links.uses(x) == 1)?;
        let (operand, affine, activation) = self.affine(&self.graph.nodes[before])?;
        let shifts = affine.shift.iter().any(|&shift| shift != 0.0);
        if activation != Unary::Identity || (shifts && pads(&conv, self.graph.shape(x))) {
            return None;
        }
        let (weight, bias) = (self.own(index, 1)?, self.own(index, 2)?);
        let co = self.graph.shape(bias).iter().product::<usize>();
        let mut sums = vec![0.0; co];
        let (inputs_per_group, outputs_per_group) = (affine.scale.len() / conv.groups, co / conv.groups);
        for (row, weights) in self.numbers(weight)?.chunks_exact_mut(co).enumerate() {
            for (output, weight) in weights.iter_mut().enumerate() {
                let input = output / outputs_per_group * inputs_per_group + row % inputs_per_group;
                sums[output] += *weight * affine.shift[input];
                *weight *= affine.scale[input];
            }
        }
        self.numbers(bias)?.iter_mut().zip(sums).for_each(|(bias, sum)| *bias += sum);
        self.graph.nodes[index].inputs[0] = operand;
        self.dead[before] = true;
        Some(())
    }

    /// What a node scales and shifts, by how much, and the function that it applies then.
    fn affine(&self, node: &Node) -> Option<(ValueId, Affine, Unary)> {
        let Op::Binary(function, activation) = node.op else { return None };
        let &[a, b] = &node.inputs[..] else { return None };
        let channels = *self.graph.shape(node.output).last().filter(|&&channels| channels > 0)?;
        let same = |x: ValueId| self.graph.shape(x) == self.graph.shape(node.output);
        let (x, numbers, swapped) = match (self.per_channel(b, channels), self.per_channel(a, channels)) {
            (Some(numbers), None) if same(a) => (a, numbers, false),
            (None, Some(numbers)) if same(b) => (b, numbers, true),
            _ => return None,
        };
        let (ones, zeros) = (vec![1.0; channels], vec![0.0; channels]);
        let affine = match (function, swapped) {
            (Binary::Add, _) => Affine { scale: ones, shift: numbers },
            (Binary::Sub, false) => Affine { scale: ones, shift: numbers.iter().map(|x| -x).collect() },
            (Binary::Sub, true) => Affine { scale: vec![-1.0; channels], shift: numbers },
            (Binary::Mul, _) => Affine { scale: numbers, shift: zeros },
            (Binary::Div, false) => Affine { scale: numbers.iter().map(|x| 1.0 / x).collect(), shift: zeros },
            _ => return None,
        };
        let finite = affine.scale.iter().chain(&affine.shift).all(|number| number.is_finite());
        finite.then_some((x, affine, activation))
    }

    /// The numbers of a constant that has one for all channels, or one for each.
    fn per_channel(&self, id: ValueId, channels: usize) -> Option<Vec<f32>> {
        match self.graph.constants.get(&id)?.len() {
            1 => Some(vec![self.graph.number(id)?; channels]),
            length if length == channels && self.graph.shape(id).last() == Some(&channels) => {
                self.graph.f32s(id).map(<[f32]>::to_vec)
            }
            _ => None,
        }
    }

    /// The convolution at a position, if its weight and bias are known.
    fn convolution(&self, index: usize) -> Option<(Conv, Vec<ValueId>)> {
        let node = self.graph.nodes.get(index).filter(|_| !self.dead[index])?;
        let Op::Conv(conv) = &node.op else { return None };
        let known =
            node.inputs.len() >= 3 && node.inputs[1..3].iter().all(|&id| self.graph.is_real_constant(id));
        known.then(|| (conv.clone(), node.inputs.clone()))
    }

    /// A constant operand that nothing else reads: itself, or a copy.
    fn own(&mut self, index: usize, operand: usize) -> Option<ValueId> {
        let id = self.graph.nodes[index].inputs[operand];
        if self.links.uses(id) <= 1 {
            return Some(id);
        }
        if !self.budget.take(self.graph.constants.get(&id)?.len(), 0) {
            return None;
        }
        let (value, data) = (self.graph.value(id).clone(), self.graph.f32s(id)?.to_vec());
        let copy = self.graph.add_constant(value.name, value.shape, data);
        self.graph.nodes[index].inputs[operand] = copy;
        Some(copy)
    }

    fn numbers(&mut self, id: ValueId) -> Option<&mut Vec<f32>> {
        match self.graph.constants.get_mut(&id)?.to_mut() {
            crate::Data::F32(data) => Some(data),
            crate::Data::I64(_) => None,
        }
    }
}

/// Whether a convolution sees zeros around its input.
fn pads(conv: &Conv, x: &[usize]) -> bool {
    conv.windows.iter().zip(&x[1..]).any(|(window, &size)| {
        window.padding.amounts(size, window.span(), window.stride) != (0, 0) || window.ceil
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::{assert_kept, random};
    use crate::{Builder, Kind, Padding, Window};

    struct Writer {
        b: Builder,
        seed: u64,
    }

    impl Writer {
        fn new(shape: &[usize]) -> (Self, ValueId) {
            let mut b = Builder::default();
            let x = b.graph.add_value("x", shape.to_vec());
            b.graph.inputs.push(x);
            (Self { b, seed: 100 }, x)
        }

        fn constant(&mut self, shape: &[usize]) -> ValueId {
            self.seed += 1;
            let data = random(Kind::F32, shape.iter().product(), self.seed);
            self.b.constant(Kind::F32, shape, data)
        }

        fn scaled(&mut self, function: Binary, x: ValueId, shape: &[usize]) -> ValueId {
            let constant = self.constant(shape);
            self.b.binary(function, x, constant).unwrap()
        }

        fn conv(&mut self, x: ValueId, padding: Padding, groups: usize) -> ValueId {
            let ci = *self.b.shape(x).last().unwrap();
            let (weight, bias) = (self.constant(&[3, 3, ci / groups, 6]), self.constant(&[6]));
            let windows = vec![Window { padding, ..Window::dense(3) }; 2];
            let conv = Conv { windows, groups, activation: Unary::Identity };
            self.b.add(Op::Conv(conv), &[x, weight, bias]).unwrap()
        }

        fn folded(self, y: ValueId) -> usize {
            let mut graph = self.b.graph;
            graph.outputs = vec![y];
            assert_kept(&mut graph, fold_batch_norm);
            graph.nodes.len()
        }
    }

    /// Ioffe and Szegedy 2015, arXiv:1502.03167, algorithm 2, is such a scale and shift.
    #[test]
    fn scales_and_shifts_behind_a_convolution_fold_into_it() {
        let (mut w, x) = Writer::new(&[2, 5, 6, 4]);
        let mut y = w.conv(x, Padding::Same, 2);
        for (function, shape) in
            [(Binary::Mul, vec![6]), (Binary::Add, vec![1, 1, 1, 6]), (Binary::Div, vec![])]
        {
            y = w.scaled(function, y, &shape);
        }
        let constant = w.constant(&[1, 6]);
        y = w.b.binary(Binary::Sub, constant, y).unwrap();
        assert_eq!(w.folded(y), 1);
    }

    #[test]
    fn scales_before_a_convolution_fold_into_it_and_shifts_where_nothing_is_padded() {
        for (padding, left) in [(Padding::VALID, 1), (Padding::Same, 2)] {
            for groups in [1, 2] {
                let (mut w, x) = Writer::new(&[1, 5, 6, 4]);
                let y = w.scaled(Binary::Add, x, &[4]);
                let y = w.scaled(Binary::Mul, y, &[4]);
                let y = w.conv(y, padding, groups);
                assert_eq!(w.folded(y), left);
            }
        }
    }

    #[test]
    fn what_several_read_or_varies_in_space_stays() {
        let (mut w, x) = Writer::new(&[1, 5, 6, 4]);
        let y = w.conv(x, Padding::Same, 1);
        let scaled = w.scaled(Binary::Mul, y, &[6]);
        let sum = w.b.binary(Binary::Add, y, scaled).unwrap();
        let y = w.conv(sum, Padding::Same, 1);
        let y = w.scaled(Binary::Mul, y, &[6, 1]);
        assert_eq!(w.folded(y), 5);
    }

    #[test]
    fn a_shift_behind_a_convolution_leaves_its_weight_in_bytes() {
        let (mut w, x) = Writer::new(&[1, 2, 2, 8]);
        let scales = [crate::host::Scale { zero: 1, factor: 0.5 }];
        let bytes: Vec<u8> = (0..48).collect();
        let stored = crate::host::Quantised::new(&bytes, false, 48, &scales).unwrap();
        let (weight, bias) = (w.b.constant(Kind::F32, &[1, 1, 8, 6], stored), w.constant(&[6]));
        let windows = vec![Window::dense(1); 2];
        let conv = Op::Conv(Conv { windows, groups: 1, activation: Unary::Identity });
        let y = w.b.add(conv, &[x, weight, bias]).unwrap();
        let y = w.scaled(Binary::Add, y, &[6]);
        let mut graph = w.b.graph;
        graph.outputs = vec![y];
        fold_batch_norm(&mut graph);
        assert_eq!(graph.nodes.len(), 1);
        let weight = &graph.constants[&graph.nodes[0].inputs[1]];
        assert!(matches!(weight, crate::Constant::Stored(_, read) if read.get().is_none()));
    }

    #[test]
    fn a_weight_that_two_convolutions_share_is_folded_into_for_one() {
        let (mut w, x) = Writer::new(&[1, 5, 6, 6]);
        let (weight, bias) = (w.constant(&[1, 1, 6, 6]), w.constant(&[6]));
        let conv =
            Op::Conv(Conv { windows: vec![Window::dense(1); 2], groups: 1, activation: Unary::Identity });
        let first = w.b.add(conv.clone(), &[x, weight, bias]).unwrap();
        let first = w.scaled(Binary::Mul, first, &[6]);
        let second = w.b.add(conv, &[first, weight, bias]).unwrap();
        assert_eq!(w.folded(second), 2);
    }
}
