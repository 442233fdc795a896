//! One node of a file with its operands resolved and its attributes at hand.

use super::proto;
use crate::{Builder, Error, Graph, ValueId, axes};

/// One node of a file.
pub struct Call<'a> {
    /// As the file has it.
    pub node: &'a proto::Node,
    /// Position in the file.
    pub index: usize,
    /// Version of ONNX's operators that the file was written for.
    pub opset: i64,
    /// Operands; an optional one that is left out is none.
    pub inputs: Vec<Option<ValueId>>,
    /// `TensorProto.DataType` of each operand, 0 where it is left out: [`crate::Kind`] does not tell widths.
    pub types: Vec<i32>,
}

impl Call<'_> {
    /// An operand that has to be there.
    pub fn input(&self, index: usize) -> Result<ValueId, Error> {
        self.optional(index).ok_or_else(|| self.fail(format!("operand {index} is missing")))
    }

    /// An operand that may be left out.
    pub fn optional(&self, index: usize) -> Option<ValueId> {
        self.inputs.get(index).copied().flatten()
    }

    /// All operands, none of which may be left out.
    pub fn all_inputs(&self) -> Result<Vec<ValueId>, Error> {
        let all: Option<Vec<_>> = self.inputs.iter().copied().collect();
        all.filter(|inputs| !inputs.is_empty()).ok_or_else(|| self.fail("an operand is missing"))
    }

    /// `TensorProto.DataType` of an operand; 0 if it is left out.
    pub fn data_type(&self, index: usize) -> i32 {
        self.types.get(index).copied().unwrap_or_default()
    }

    /// Whether the file reads this output.
    pub fn has_output(&self, index: usize) -> bool {
        self.node.outputs.get(index).is_some_and(|name| !name.is_empty())
    }

    /// An attribute as the file has it.
    pub fn attribute(&self, name: &str) -> Option<&proto::Attribute> {
        self.node.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// A whole number, or its default.
    pub fn int(&self, name: &str, default: i64) -> i64 {
        self.attribute(name).map_or(default, |attribute| attribute.i)
    }

    /// A whole number that is a truth value, or its default.
    pub fn flag(&self, name: &str, default: bool) -> bool {
        self.int(name, default.into()) != 0
    }

    /// A real number, or its default.
    pub fn float(&self, name: &str, default: f32) -> f32 {
        self.attribute(name).map_or(default, |attribute| attribute.f)
    }

    /// Whole numbers, if they are given.
    pub fn ints(&self, name: &str) -> Option<&[i64]> {
        self.attribute(name).map(|attribute| &attribute.ints[..])
    }

    /// A tensor, if it is given.
    pub fn tensor(&self, name: &str) -> Option<&proto::Tensor> {
        self.attribute(name).and_then(|attribute| attribute.t.as_ref())
    }

    /// A text, or its default.
    pub fn text<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        let text = self.attribute(name).and_then(|attribute| std::str::from_utf8(&attribute.s).ok());
        text.unwrap_or(default)
    }

    /// Whole numbers that are an attribute in older files and an operand in newer ones.
    ///
    /// # Errors
    /// [`Error::NeedsInput`] when the operand is not known at load.
    pub fn ints_or_operand(
        &self,
        builder: &Builder,
        name: &str,
        operand: usize,
    ) -> Result<Option<Vec<i64>>, Error> {
        match (self.ints(name), self.optional(operand)) {
            (Some(ints), _) => Ok(Some(ints.to_vec())),
            (None, Some(id)) => builder.known_i64s(id).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// An axis counted from the front; negative ones count from the end.
    pub fn axis(&self, axis: i64, rank: usize) -> Result<usize, Error> {
        axes::axis(axis, rank).map_err(|cause| self.fail(cause))
    }

    /// Axes counted from the front, in ascending order.
    pub fn axes(&self, axes: &[i64], rank: usize) -> Result<Vec<usize>, Error> {
        axes::axes(axes, rank).map_err(|cause| self.fail(cause))
    }

    /// A number that has to be positive or zero.
    pub fn size(&self, number: i64) -> Result<usize, Error> {
        axes::size(number).map_err(|cause| self.fail(cause))
    }

    /// Operator and position, for messages.
    pub fn name(&self) -> String {
        let (operator, index) = (&self.node.operator, self.index);
        if self.node.name.is_empty() {
            format!("{operator} #{index}")
        } else {
            format!("{operator} \"{}\"", self.node.name)
        }
    }

    /// The node contradicts itself.
    pub fn fail(&self, cause: impl Into<String>) -> Error {
        Error::node(&self.name(), cause)
    }

    /// A part of the operator is missing here; all of it if `detail` is empty.
    pub fn missing(&self, detail: impl Into<String>) -> Error {
        Error::Unsupported(vec![crate::UnsupportedNode {
            index: self.index,
            operator: self.node.operator.clone(),
            output: self.node.outputs.first().cloned().unwrap_or_default(),
            detail: detail.into(),
        }])
    }

    /// Size of an operand along each axis.
    pub fn shape<'g>(&self, graph: &'g Graph, index: usize) -> Result<&'g [usize], Error> {
        Ok(graph.shape(self.input(index)?))
    }
}
