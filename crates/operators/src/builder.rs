//! A graph while a reader builds it: shapes are inferred, and what is known is computed at once.

use crate::shape::count;
use crate::{
    Binary, Constant, Data, Error, Graph, Kind, Node, Op, Range, Unary, UnsupportedNode, Value, ValueId,
    host, infer,
};
use std::collections::HashMap;

/// More nodes of a file than this cannot be meant: large detectors have some ten thousand.
pub const MAX_NODES: usize = 1 << 16;

/// A graph that grows node by node.
///
/// Every method that adds a node returns the value that it makes. When all operands are known, the value is computed and
/// no node is added: this is how shapes that a file computes from shapes become known.
#[derive(Debug, Default)]
pub struct Builder {
    /// The graph so far.
    pub graph: Graph,
    /// Name of the file's node that is being read; made nodes carry it.
    pub node: String,
    budget: host::Budget,
    /// An input on which a value depends, for values that nodes make.
    origins: HashMap<ValueId, ValueId>,
}

impl Builder {
    /// A node whose shape follows from its operands.
    ///
    /// # Errors
    /// [`Error::Node`] when the operands do not fit.
    pub fn add(&mut self, op: Op, inputs: &[ValueId]) -> Result<ValueId, Error> {
        self.add_shaped(op, inputs, vec![])
    }

    /// A node whose operator leaves the output's shape open, such as [`Op::Reshape`].
    ///
    /// # Errors
    /// [`Error::Node`] when operands and shape do not fit.
    pub fn add_shaped(&mut self, op: Op, inputs: &[ValueId], shape: Vec<usize>) -> Result<ValueId, Error> {
        let output = self.graph.add_value(self.node.clone(), shape);
        let node = Node { name: self.node.clone(), op, inputs: inputs.to_vec(), output };
        let (kind, shape) = infer(&self.graph, &node)?;
        self.check_size(&shape)?;
        self.graph.values[output.0] = Value { name: self.node.clone(), kind, shape };
        let known = inputs.iter().all(|id| self.graph.constants.contains_key(id));
        match known && self.budget.take_node(&self.graph, &node) {
            true => match host::evaluate_node(&self.graph, &node)? {
                Some(data) => drop(self.graph.constants.insert(output, data)),
                None => self.graph.nodes.push(node),
            },
            false => self.graph.nodes.push(node),
        }
        if let Some(&operand) = inputs.iter().find(|id| !self.graph.constants.contains_key(id)) {
            let origin = self.origins.get(&operand).copied().unwrap_or(operand);
            self.origins.insert(output, origin);
        }
        Ok(output)
    }

    /// How many elements a shape has.
    ///
    /// # Errors
    /// [`Error::Node`] when they are more than can be meant.
    pub fn check_size(&self, shape: &[usize]) -> Result<usize, Error> {
        count(shape).ok_or_else(|| self.fail(format!("{shape:?} is too large")))
    }

    /// Counts elements that are made at load, other than by a node.
    ///
    /// # Errors
    /// [`Error::Node`] when they are more than can be meant.
    pub fn spend(&mut self, elements: usize) -> Result<(), Error> {
        let within = self.budget.take(elements, elements as u64);
        if within { Ok(()) } else { Err(self.fail("computing it at load makes too many elements")) }
    }

    /// An error of the node that is being read.
    pub fn fail(&self, cause: impl Into<String>) -> Error {
        Error::node(&self.node, cause)
    }

    /// Size of a value along each axis.
    pub fn shape(&self, id: ValueId) -> Vec<usize> {
        self.graph.shape(id).to_vec()
    }

    /// A constant of real numbers.
    pub fn f32s(&mut self, shape: &[usize], data: Vec<f32>) -> ValueId {
        self.constant(Kind::F32, shape, Data::F32(data))
    }

    /// A constant of whole numbers.
    pub fn i64s(&mut self, shape: &[usize], data: Vec<i64>) -> ValueId {
        self.constant(Kind::I64, shape, Data::I64(data))
    }

    /// One real number.
    pub fn scalar(&mut self, number: f32) -> ValueId {
        self.f32s(&[], vec![number])
    }

    /// A constant.
    pub fn constant(&mut self, kind: Kind, shape: &[usize], data: impl Into<Constant>) -> ValueId {
        let id = self.graph.add_typed(self.node.clone(), kind, shape.to_vec());
        self.graph.constants.insert(id, data.into());
        id
    }

    /// The whole numbers of a value that has to be known at load.
    ///
    /// # Errors
    /// [`Error::NeedsInput`] when it depends on what a run is given.
    pub fn known_i64s(&self, id: ValueId) -> Result<Vec<i64>, Error> {
        match self.known(id)? {
            Data::I64(data) => Ok(data.clone()),
            Data::F32(_) => Err(self.fail("whole numbers are expected, not real ones")),
        }
    }

    /// The real numbers of a value that has to be known at load.
    ///
    /// # Errors
    /// [`Error::NeedsInput`] when it depends on what a run is given.
    pub fn known_f32s(&self, id: ValueId) -> Result<Vec<f32>, Error> {
        match self.known(id)? {
            Data::F32(data) => Ok(data.clone()),
            Data::I64(data) => Ok(data.iter().map(|&number| number as f32).collect()),
        }
    }

    /// The elements of a value that has to be known at load.
    ///
    /// # Errors
    /// [`Error::NeedsInput`] when it depends on what a run is given.
    pub fn known(&self, id: ValueId) -> Result<&Data, Error> {
        self.graph.constants.get(&id).map(|constant| &**constant).ok_or_else(|| {
            let input = self.depends_on(id).map(|input| self.graph.value(input).name.clone());
            Error::NeedsInput { node: self.node.clone(), input: input.unwrap_or_default() }
        })
    }

    /// An input of the graph on which a value depends.
    fn depends_on(&self, id: ValueId) -> Option<ValueId> {
        // Values that no node makes are inputs or constants.
        let origin = self.origins.get(&id).copied().unwrap_or(id);
        (!self.graph.constants.contains_key(&origin)).then_some(origin)
    }

    /// A function of each number.
    ///
    /// # Errors
    /// As [`Builder::add`].
    pub fn unary(&mut self, function: Unary, x: ValueId) -> Result<ValueId, Error> {
        self.add(Op::Unary(function), &[x])
    }

    /// A function of two values that broadcast.
    ///
    /// # Errors
    /// As [`Builder::add`].
    pub fn binary(&mut self, function: Binary, a: ValueId, b: ValueId) -> Result<ValueId, Error> {
        self.add(Op::Binary(function, Unary::Identity), &[a, b])
    }

    /// The same elements in another shape; the value itself if that is its shape.
    ///
    /// # Errors
    /// As [`Builder::add`].
    pub fn reshape(&mut self, x: ValueId, shape: &[usize]) -> Result<ValueId, Error> {
        if self.graph.shape(x) == shape { Ok(x) } else { self.add_shaped(Op::Reshape, &[x], shape.to_vec()) }
    }

    /// Axis `i` of the result is axis `permutation[i]` of `x`; the value itself if nothing moves.
    ///
    /// # Errors
    /// As [`Builder::add`].
    pub fn transpose(&mut self, x: ValueId, permutation: &[usize]) -> Result<ValueId, Error> {
        if permutation.iter().enumerate().all(|(index, &axis)| index == axis)
            && permutation.len() == self.graph.shape(x).len()
        {
            return Ok(x);
        }
        self.add(Op::Transpose(permutation.to_vec()), &[x])
    }

    /// `[n, c, s..]` -> `[n, s.., c]`.
    ///
    /// # Errors
    /// As [`Builder::add`]; a value without channels is refused.
    pub fn channels_last(&mut self, x: ValueId) -> Result<ValueId, Error> {
        let rank = self.rank_of_map(x)?;
        let permutation: Vec<usize> = std::iter::once(0).chain(2..rank).chain([1]).collect();
        self.transpose(x, &permutation)
    }

    /// `[n, s.., c]` -> `[n, c, s..]`.
    ///
    /// # Errors
    /// As [`Builder::add`]; a value without channels is refused.
    pub fn channels_first(&mut self, x: ValueId) -> Result<ValueId, Error> {
        let rank = self.rank_of_map(x)?;
        let permutation: Vec<usize> = [0, rank - 1].into_iter().chain(1..rank - 1).collect();
        self.transpose(x, &permutation)
    }

    fn rank_of_map(&self, x: ValueId) -> Result<usize, Error> {
        match self.graph.shape(x).len() {
            rank @ 2.. => Ok(rank),
            rank => Err(self.fail(format!("a map with channels is expected, not {rank} axes"))),
        }
    }

    /// The elements `start..start + size` of an axis.
    ///
    /// # Errors
    /// As [`Builder::add`].
    pub fn slice_axis(
        &mut self,
        x: ValueId,
        axis: usize,
        start: usize,
        size: usize,
    ) -> Result<ValueId, Error> {
        let mut shape = self.shape(x);
        let mut ranges = vec![Range { start: 0, step: 1 }; shape.len()];
        match (ranges.get_mut(axis), shape.get_mut(axis)) {
            (Some(range), Some(length)) => (range.start, *length) = (start, size),
            _ => return Err(self.fail(format!("no axis {axis} in {shape:?}"))),
        }
        self.add_shaped(Op::Slice(ranges), &[x], shape)
    }

    /// Repeats axes of size 1 up to the shape; the value itself if that is its shape.
    ///
    /// # Errors
    /// As [`Builder::add`].
    pub fn expand(&mut self, x: ValueId, shape: &[usize]) -> Result<ValueId, Error> {
        if self.graph.shape(x) == shape { Ok(x) } else { self.add_shaped(Op::Expand, &[x], shape.to_vec()) }
    }

    /// An [`Error::Unsupported`] of the node that is being read.
    pub fn unsupported(
        &self,
        index: usize,
        operator: &str,
        output: &str,
        detail: impl Into<String>,
    ) -> Error {
        let (operator, output) = (operator.to_owned(), output.to_owned());
        Error::Unsupported(vec![UnsupportedNode { index, operator, output, detail: detail.into() }])
    }
}
