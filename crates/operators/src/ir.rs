//! The graph: values, and nodes that make one value each.

use crate::{Constant, Error, Op};
use std::collections::BTreeMap;

/// Index into [`Graph::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub usize);

/// What the elements of a value are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Real numbers. Half and double precision are computed in single precision.
    #[default]
    F32,
    /// Whole numbers: sizes, indices, axes.
    I64,
    /// Truth values, held as the whole numbers 0 and 1.
    Bool,
}

/// A tensor that flows through the graph, or a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The author's name.
    pub name: String,
    /// What its elements are.
    pub kind: Kind,
    /// Its size along each axis.
    pub shape: Vec<usize>,
}

/// The elements of a tensor, row-major.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Real numbers.
    F32(Vec<f32>),
    /// Whole numbers, and truth values as 0 and 1.
    I64(Vec<i64>),
}

/// A static graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// All values; nodes and constants refer to them by index.
    pub values: Vec<Value>,
    /// The values that are known at load.
    pub constants: BTreeMap<ValueId, Constant>,
    /// In an order in which they can be computed.
    pub nodes: Vec<Node>,
    /// What a run is given.
    pub inputs: Vec<ValueId>,
    /// What a run gives. May hold constants and inputs.
    pub outputs: Vec<ValueId>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Operator name and position in the file, for messages.
    pub name: String,
    /// What is computed.
    pub op: Op,
    /// Operands, in the order that [`Op`] documents.
    pub inputs: Vec<ValueId>,
    /// The value that it makes.
    pub output: ValueId,
}

impl Data {
    /// How many elements there are.
    pub fn len(&self) -> usize {
        match self {
            Self::F32(data) => data.len(),
            Self::I64(data) => data.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Real numbers, if that is what they are.
    pub fn f32s(&self) -> Option<&[f32]> {
        match self {
            Self::F32(data) => Some(data),
            Self::I64(_) => None,
        }
    }

    /// Whole numbers or truth values, if that is what they are.
    pub fn i64s(&self) -> Option<&[i64]> {
        match self {
            Self::I64(data) => Some(data),
            Self::F32(_) => None,
        }
    }
}

impl Graph {
    /// The value behind an id.
    pub fn value(&self, id: ValueId) -> &Value {
        &self.values[id.0]
    }

    /// The size of a value along each axis.
    pub fn shape(&self, id: ValueId) -> &[usize] {
        &self.values[id.0].shape
    }

    /// What the elements of a value are.
    pub fn kind(&self, id: ValueId) -> Kind {
        self.values[id.0].kind
    }

    /// Adds a value of real numbers.
    pub fn add_value(&mut self, name: impl Into<String>, shape: Vec<usize>) -> ValueId {
        self.add_typed(name, Kind::F32, shape)
    }

    /// Adds a value.
    pub fn add_typed(&mut self, name: impl Into<String>, kind: Kind, shape: Vec<usize>) -> ValueId {
        self.values.push(Value { name: name.into(), kind, shape });
        ValueId(self.values.len() - 1)
    }

    /// Adds a constant of real numbers.
    pub fn add_constant(&mut self, name: impl Into<String>, shape: Vec<usize>, data: Vec<f32>) -> ValueId {
        let id = self.add_value(name, shape);
        self.constants.insert(id, Data::F32(data).into());
        id
    }

    /// Real numbers of a constant.
    pub fn f32s(&self, id: ValueId) -> Option<&[f32]> {
        self.constants.get(&id).and_then(|constant| constant.f32s())
    }

    /// A constant of a single real number.
    pub fn number(&self, id: ValueId) -> Option<f32> {
        let constant = self.constants.get(&id).filter(|constant| constant.len() == 1)?;
        constant.f32s()?.first().copied()
    }

    /// Whether a value is a constant of real numbers.
    pub fn is_real_constant(&self, id: ValueId) -> bool {
        self.constants.get(&id).is_some_and(Constant::is_real)
    }

    /// Whole numbers of a constant.
    pub fn i64s(&self, id: ValueId) -> Option<&[i64]> {
        self.constants.get(&id).and_then(|constant| constant.i64s())
    }

    /// The value that has the author's name.
    ///
    /// # Errors
    /// [`Error::NoValue`].
    pub fn find(&self, name: &str) -> Result<ValueId, Error> {
        let position = self.values.iter().position(|value| value.name == name);
        position.map(ValueId).ok_or_else(|| Error::NoValue { name: name.to_owned() })
    }

    /// How often a value is read, the graph's outputs included.
    pub fn uses(&self, id: ValueId) -> usize {
        let reads = self.nodes.iter().flat_map(|node| &node.inputs).filter(|&&input| input == id).count();
        reads + self.outputs.iter().filter(|&&output| output == id).count()
    }
}
