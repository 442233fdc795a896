//! Transposes sink.

use super::carry::{Carried, carried, permuted};
use super::permutation::{between, compose, extended, identity, shape_before};
use super::reshape::Regrouping;
use crate::host::Budget;
use crate::passes::reshapes::moves_nothing;
use crate::{Graph, Node, Op, Unary, Value, ValueId};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Lets transposes sink as far as they can.
pub fn sink(graph: &mut Graph) {
    let nodes = std::mem::take(&mut graph.nodes);
    let outputs = graph.outputs.iter().copied().collect();
    let wanted = wanted(graph, &nodes);
    let (held, made, budget) = (HashMap::new(), HashMap::new(), Budget::default());
    let mut sinker = Sinker { graph, outputs, wanted, held, made, budget, node: String::new() };
    for node in nodes {
        sinker.node.clone_from(&node.name);
        sinker.read(node);
    }
}

/// The transposes by which each value is read.
fn wanted(graph: &Graph, nodes: &[Node]) -> HashMap<ValueId, BTreeSet<Vec<usize>>> {
    let mut wanted: HashMap<_, BTreeSet<_>> = HashMap::new();
    for node in nodes {
        if let Op::Transpose(permutation) = &node.op {
            wanted.entry(node.inputs[0]).or_default().insert(permutation.clone());
        }
    }
    for &id in &graph.outputs {
        wanted.entry(id).or_default().insert(identity(graph.shape(id).len()));
    }
    wanted
}

/// A value of the graph before, as it is held now.
#[derive(Clone)]
pub(super) struct Held {
    pub id: ValueId,
    /// The transpose by which `id` would become the value.
    pub permutation: Vec<usize>,
}

/// Of what, by which transpose (none: a reshape), to which shape.
type Move = (ValueId, Option<Vec<usize>>, Vec<usize>);

/// The graph while transposes sink.
pub(super) struct Sinker<'a> {
    pub graph: &'a mut Graph,
    outputs: HashSet<ValueId>,
    /// The transposes by which each value is read; outputs are read as they are.
    wanted: HashMap<ValueId, BTreeSet<Vec<usize>>>,
    /// Values that are not simply themselves.
    pub held: HashMap<ValueId, Held>,
    /// Moves that were made already.
    made: HashMap<Move, ValueId>,
    /// For constants in other layouts.
    budget: Budget,
    node: String,
}

impl Sinker<'_> {
    fn read(&mut self, node: Node) {
        let done = match &node.op {
            Op::Transpose(permutation) => self.transpose(&node, permutation),
            Op::Reshape => self.reshape(&node),
            Op::MatMul => self.contract(&node).is_some(),
            op => carried(op).is_some_and(|carried| self.carry(&node, carried)),
        };
        if !done {
            let inputs = node.inputs.iter().map(|&id| self.plain(id)).collect();
            self.graph.nodes.push(Node { inputs, ..node });
        } else if self.outputs.contains(&node.output) {
            let held = self.held(node.output);
            self.emit(&held, node.output);
        }
    }

    pub fn held(&self, id: ValueId) -> Held {
        let own = || Held { id, permutation: identity(self.graph.shape(id).len()) };
        self.held.get(&id).cloned().unwrap_or_else(own)
    }

    fn transpose(&mut self, node: &Node, permutation: &[usize]) -> bool {
        let Held { id, permutation: first } = self.held(node.inputs[0]);
        self.held.insert(node.output, Held { id, permutation: compose(&first, permutation) });
        true
    }

    /// Regroups axes without bringing them into order first.
    fn reshape(&mut self, node: &Node) -> bool {
        let held = self.held(node.inputs[0]);
        let (from, to) = (self.graph.shape(node.inputs[0]).to_vec(), self.graph.shape(node.output).to_vec());
        if held.permutation.is_sorted() {
            return false;
        }
        let Some(regrouping) = Regrouping::new(&held.permutation, &from, &to) else { return false };
        let grouped = self.moved(held.id, &regrouping.before);
        let id = self.reshaped(grouped, regrouping.shape);
        self.held.insert(node.output, Held { id, permutation: regrouping.permutation });
        true
    }

    /// Computes a node in the layout that its operands have.
    fn carry(&mut self, node: &Node, carried: Carried) -> bool {
        let shape = self.graph.shape(node.output).to_vec();
        let count = if carried == Carried::First { 1 } else { node.inputs.len() };
        let fits = |id: &ValueId| match self.graph.shape(*id).len() {
            rank if carried == Carried::All => rank <= shape.len(),
            rank => rank == shape.len(),
        };
        if !node.inputs.iter().take(count).all(fits) {
            return false;
        }
        let layout = self.layout(&node.inputs[..count], node.output);
        if layout.is_sorted() {
            return false;
        }
        let carry = |(index, &id)| if index < count { self.conformed(id, &layout) } else { self.plain(id) };
        let inputs = node.inputs.iter().enumerate().map(carry).collect();
        let value = self.graph.value(node.output).clone();
        let output = self.graph.add_typed(value.name, value.kind, shape_before(&layout, &shape));
        self.graph.nodes.push(Node {
            name: node.name.clone(),
            op: permuted(&node.op, &layout),
            inputs,
            output,
        });
        self.held.insert(node.output, Held { id: output, permutation: layout });
        true
    }

    /// The layout among those of the operands that costs least, now and for what transposes the output next.
    fn layout(&self, inputs: &[ValueId], output: ValueId) -> Vec<usize> {
        let (rank, made) =
            (self.graph.shape(output).len(), self.graph.shape(output).iter().product::<usize>());
        let varying = inputs.iter().filter(|id| !self.graph.constants.contains_key(id));
        let held = varying.map(|&id| self.held(id));
        let held: Vec<_> = held.map(|held| (held.id, extended(&held.permutation, rank))).collect();
        let cost = |layout: &Vec<usize>| -> usize {
            let moved = held.iter().filter(|(id, permutation)| {
                let (step, shape) = (between(permutation, layout), self.graph.shape(*id));
                let exists = shape.len() == rank && self.made.contains_key(&self.key(*id, &step));
                !exists && !moves_nothing(&step, &padded(shape, rank))
            });
            let shape = shape_before(layout, self.graph.shape(output));
            let wanted = self.wanted.get(&output).into_iter().flatten();
            let next = wanted.filter(|next| !moves_nothing(&compose(layout, next), &shape));
            moved.map(|(id, _)| self.graph.shape(*id).iter().product::<usize>()).sum::<usize>()
                + next.count() * made
        };
        let layouts: HashSet<_> = held.iter().map(|(_, permutation)| permutation).collect();
        let mut layouts: Vec<_> = layouts.into_iter().cloned().collect();
        layouts.sort_unstable();
        match layouts.len() {
            0 => identity(rank),
            1 => layouts.swap_remove(0),
            _ => layouts
                .into_iter()
                .min_by_key(|layout| (cost(layout), layout.is_sorted()))
                .unwrap_or_default(),
        }
    }

    /// A value, or a constant, in a layout.
    fn conformed(&mut self, id: ValueId, layout: &[usize]) -> ValueId {
        if self.graph.constants.contains_key(&id) && self.graph.shape(id).iter().all(|&size| size == 1) {
            return id;
        }
        let held = self.held(id);
        let padded = padded(self.graph.shape(held.id), layout.len());
        let step = between(&extended(&held.permutation, layout.len()), layout);
        let held = self.reshaped(held.id, padded);
        self.moved(held, &step)
    }

    /// A value as the graph had it.
    fn plain(&mut self, id: ValueId) -> ValueId {
        match self.held.get(&id).cloned() {
            None => id,
            Some(held) if held.permutation.is_sorted() => held.id,
            Some(held) => match self.made.get(&self.key(held.id, &held.permutation)) {
                Some(&made) => made,
                None => self.emit(&held, id),
            },
        }
    }

    /// Makes a value of the graph before out of what is held for it.
    fn emit(&mut self, held: &Held, output: ValueId) -> ValueId {
        let key = self.key(held.id, &held.permutation);
        let op = match &key.1 {
            _ if held.permutation.is_sorted() => Op::Unary(Unary::Identity),
            Some(permutation) => Op::Transpose(permutation.clone()),
            None => Op::Reshape,
        };
        self.graph.nodes.push(Node { name: self.node.clone(), op, inputs: vec![held.id], output });
        *self.made.entry(key).or_insert(output)
    }

    /// A transposed value.
    pub fn moved(&mut self, id: ValueId, permutation: &[usize]) -> ValueId {
        let key = self.key(id, permutation);
        match &key.1 {
            Some(permutation) => self.make(Op::Transpose(permutation.clone()), key),
            None => self.make(Op::Reshape, key),
        }
    }

    pub fn reshaped(&mut self, id: ValueId, shape: Vec<usize>) -> ValueId {
        self.make(Op::Reshape, (id, None, shape))
    }

    /// A move that has been made already, or a new one. Constants are moved at once.
    fn make(&mut self, op: Op, key: Move) -> ValueId {
        let (id, shape) = (key.0, key.2.clone());
        if op == Op::Reshape && self.graph.shape(id) == shape {
            return id;
        }
        if let Some(&made) = self.made.get(&key) {
            return made;
        }
        let Value { name, kind, shape: before } = self.graph.value(id).clone();
        let output = self.graph.add_typed(name, kind, shape.clone());
        let elements = shape.iter().product();
        let known = self.graph.constants.get(&id).filter(|_| self.budget.take(elements, elements as u64));
        match known.map(|known| known.through(&op, &before, kind, &shape)) {
            Some(Ok(moved)) => drop(self.graph.constants.insert(output, moved)),
            _ => self.graph.nodes.push(Node { name: self.node.clone(), op, inputs: vec![id], output }),
        }
        self.made.insert(key, output);
        output
    }

    fn key(&self, id: ValueId, permutation: &[usize]) -> Move {
        let shape = self.graph.shape(id);
        let moved = permutation.iter().map(|&axis| shape[axis]).collect();
        (id, (!moves_nothing(permutation, shape)).then(|| permutation.to_vec()), moved)
    }
}

/// A shape with axes of size 1 in front.
fn padded(shape: &[usize], rank: usize) -> Vec<usize> {
    [&vec![1; rank - shape.len()][..], shape].concat()
}
