//! The graph: values, and nodes that make one value each.

use crate::Error;
use std::collections::BTreeMap;

/// Index into [`Graph::values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub usize);

/// A tensor that flows through the graph, or a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The author's name.
    pub name: String,
    /// Its size along each axis.
    pub shape: Vec<usize>,
}

/// Data that is known at load.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// Real numbers; 8-bit weights are expanded with their scales.
    F32(Vec<f32>),
    /// Whole numbers: sizes, axes.
    I64(Vec<i64>),
}

/// A static graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// All values; nodes and constants refer to them by index.
    pub values: Vec<Value>,
    /// Data of the values that are known at load.
    pub constants: BTreeMap<ValueId, Constant>,
    /// In an order in which they can be computed.
    pub nodes: Vec<Node>,
    /// What a run is given.
    pub inputs: Vec<ValueId>,
    /// What a run gives.
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

/// What a node computes. Feature maps are `[n, h, w, c]`.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// `x [n, h, w, ci]`, `weight [kh, kw, ci / groups, co]`, `bias [co]`, and optionally `residual` of the output's
    /// shape, which is added before the activation.
    Conv2d(Conv2d),
    /// `a`, `b` of shapes that broadcast.
    Binary(BinaryKind, Activation),
    /// `x` of any shape.
    Activation(Activation),
    /// `x [n, h, w, c]` -> `[n, 1, 1, c]`: the mean over the whole map, whatever its size.
    GlobalAveragePool,
    /// `x` -> the shape of the output, repeating axes of size 1.
    Expand,
    /// Any number of values, joined along the axis.
    Concat {
        /// The axis, 0 the first.
        axis: usize,
    },
    /// `x [n, h, w, c]` -> `[n, oh, ow, c]`, bilinear.
    Resize(Resize),
    /// `x` -> the same numbers in the shape of the output.
    Reshape,
    /// `x` -> exponentials along the last axis, normalised to the sum 1.
    Softmax,
    /// `x` -> index of the largest value along the last axis, which vanishes; the first one when there are several.
    ArgMax,
}

/// A two-dimensional convolution (cross-correlation, as all frameworks define it).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv2d {
    /// Step along h and w.
    pub stride: [usize; 2],
    /// Distance of the kernel's samples along h and w.
    pub dilation: [usize; 2],
    /// Zeros around the input.
    pub padding: Padding,
    /// The channels are split into so many independent convolutions.
    pub groups: usize,
    /// Applied to the result.
    pub activation: Activation,
}

/// Zeros around a feature map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Output size is `ceil(input / stride)`; an odd zero goes to the bottom and the right (TensorFlow's SAME).
    Same,
    /// No zeros.
    Valid,
}

/// Element-wise arithmetic with broadcasting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryKind {
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
}

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x`
    Identity,
    /// `max(x, 0)`
    Relu,
    /// `min(max(x, 0), 6)`
    Relu6,
    /// `1 / (1 + exp(-x))`
    Sigmoid,
    /// `x * min(max(x + 3, 0), 6) / 6`: Howard et al. 2019, arXiv:1905.02244, section 5.2.
    HardSwish,
}

/// Bilinear resampling without antialiasing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resize {
    /// Rows and columns of the output.
    pub size: [usize; 2],
    /// Where output samples lie in the input.
    pub coordinates: Coordinates,
}

/// Where sample `i` of `out` samples lies among `in` samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coordinates {
    /// `i * (in - 1) / (out - 1)`
    AlignCorners,
    /// `(i + 0.5) * in / out - 0.5`
    HalfPixel,
    /// `i * in / out`
    Asymmetric,
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

    /// Adds a value.
    pub fn add_value(&mut self, name: impl Into<String>, shape: Vec<usize>) -> ValueId {
        self.values.push(Value { name: name.into(), shape });
        ValueId(self.values.len() - 1)
    }

    /// Adds a constant of real numbers.
    pub fn add_constant(&mut self, name: impl Into<String>, shape: Vec<usize>, data: Vec<f32>) -> ValueId {
        let id = self.add_value(name, shape);
        self.constants.insert(id, Constant::F32(data));
        id
    }

    /// Real numbers of a constant.
    pub fn f32s(&self, id: ValueId) -> Option<&[f32]> {
        match self.constants.get(&id) {
            Some(Constant::F32(data)) => Some(data),
            _ => None,
        }
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

impl Padding {
    /// Zeros before and after an axis.
    ///
    /// `span` is the kernel's reach, `(kernel - 1) * dilation + 1`.
    pub fn amounts(self, input: usize, span: usize, stride: usize) -> (usize, usize) {
        match self {
            Self::Valid => (0, 0),
            Self::Same => {
                let output = input.div_ceil(stride);
                let total = ((output - 1) * stride + span).saturating_sub(input);
                (total / 2, total - total / 2)
            }
        }
    }
}
