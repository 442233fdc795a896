//! Reshapes leave the way between a convolution and what can become part of it.

use super::links::Links;
use crate::{Binary, Constant, Graph, Kind, Node, Op, ValueId};
use std::collections::{HashMap, HashSet};

/// `f(reshape(conv(x)))` becomes `reshape(f(conv(x)))` for functions of each number, for sums and products with a
/// constant for each channel, and for residual sums.
pub fn sink_reshapes(graph: &mut Graph) {
    let links = Links::new(graph);
    let nodes = std::mem::take(&mut graph.nodes);
    let mut sinker = Sinker { graph, links, kept: vec![], reshapes: HashMap::new(), sources: HashSet::new() };
    for node in nodes {
        sinker.read(node);
    }
    sinker.graph.nodes = sinker.kept.into_iter().flatten().collect();
}

struct Sinker<'a> {
    graph: &'a mut Graph,
    links: Links,
    kept: Vec<Option<Node>>,
    /// Where the reshapes of convolutions are.
    reshapes: HashMap<ValueId, usize>,
    /// Outputs of convolutions, and of what was put behind them.
    sources: HashSet<ValueId>,
}

impl Sinker<'_> {
    fn read(&mut self, node: Node) {
        if let Some(operand) = self.sinking(&node) {
            return self.sink(node, operand);
        }
        match node.op {
            Op::Conv(_) => {
                self.sources.insert(node.output);
            }
            Op::Reshape if self.sources.contains(&node.inputs[0]) => {
                self.reshapes.insert(node.output, self.kept.len());
            }
            _ => {}
        }
        self.kept.push(Some(node));
    }

    /// Which operand of a node is a reshape that can be made behind the node.
    fn sinking(&self, node: &Node) -> Option<usize> {
        let elementwise = match node.op {
            Op::Unary(_) => true,
            Op::Binary(function, _) => {
                matches!(function, Binary::Add | Binary::Sub | Binary::Mul | Binary::Div)
            }
            _ => false,
        };
        let fits = |&operand: &usize| {
            let id = node.inputs[operand];
            let others = node.inputs.iter().enumerate().filter(|(other, _)| *other != operand);
            self.graph.shape(id) == self.graph.shape(node.output)
                && self.source(id).is_some_and(|source| {
                    others.into_iter().all(|(_, &other)| self.goes_along(&node.op, id, source, other))
                })
        };
        if !elementwise || self.graph.kind(node.output) != Kind::F32 {
            return None;
        }
        (0..node.inputs.len()).find(fits)
    }

    /// What a reshape that nothing else reads makes its output of.
    fn source(&self, id: ValueId) -> Option<ValueId> {
        let node = self.kept.get(*self.reshapes.get(&id)?)?.as_ref()?;
        (self.links.uses(id) == 1).then(|| node.inputs[0])
    }

    /// Whether the other operand can be used in the shape before the reshape.
    fn goes_along(&self, op: &Op, id: ValueId, source: ValueId, other: ValueId) -> bool {
        let (shape, channels) = (self.graph.shape(other), self.graph.shape(id).last());
        match self.graph.constants.get(&other) {
            Some(data) if data.len() == 1 => true,
            Some(data) if Some(&data.len()) == channels && shape.last() == channels => {
                self.graph.shape(source).last() == channels
            }
            _ => matches!(op, Op::Binary(Binary::Add, _)) && shape == self.graph.shape(id),
        }
    }

    fn sink(&mut self, node: Node, operand: usize) {
        let Some(source) = self.source(node.inputs[operand]) else { return self.kept.push(Some(node)) };
        if let Some(&at) = self.reshapes.get(&node.inputs[operand]) {
            self.kept[at] = None;
        }
        let shape = self.graph.shape(source).to_vec();
        let mut along =
            |(index, &id)| if index == operand { source } else { self.along(&node.name, id, &shape) };
        let inputs = node.inputs.iter().enumerate().map(&mut along).collect();
        let name = self.graph.value(node.output).name.clone();
        let made = self.graph.add_value(name, shape);
        self.kept.push(Some(Node { name: node.name.clone(), op: node.op, inputs, output: made }));
        self.sources.insert(made);
        self.reshapes.insert(node.output, self.kept.len());
        self.kept.push(Some(Node {
            name: node.name,
            op: Op::Reshape,
            inputs: vec![made],
            output: node.output,
        }));
    }

    /// The other operand in the shape before the reshape.
    fn along(&mut self, node: &str, id: ValueId, shape: &[usize]) -> ValueId {
        let value = self.graph.value(id).clone();
        let few = |known: &&Constant| known.is_real() && known.len() <= shape.last().copied().unwrap_or(1);
        match self.graph.constants.get(&id).filter(few).cloned() {
            Some(known) => {
                let flat = self.graph.add_value(value.name, vec![known.len()]);
                self.graph.constants.insert(flat, known);
                flat
            }
            _ => {
                let reshaped = self.graph.add_value(value.name, shape.to_vec());
                self.kept.push(Some(Node {
                    name: node.to_owned(),
                    op: Op::Reshape,
                    inputs: vec![id],
                    output: reshaped,
                }));
                reshaped
            }
        }
    }
}
