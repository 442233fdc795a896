//! One operator of a file with its operands resolved and its options at hand.

use super::flatbuffer::Table;
use super::tensor::Tensor;
use crate::{Builder, Data, Error, Kind, Op, Padding, Scalar, Unary, UnsupportedNode, ValueId, axes};

/// One operator of a file.
pub struct Call<'a> {
    /// Its name.
    pub operator: String,
    /// Position in the file.
    pub index: usize,
    /// Operands; an optional one that is left out is none.
    pub inputs: Vec<Option<ValueId>>,
    /// What the file says about the operands.
    pub operands: Vec<Option<&'a Tensor<'a>>>,
    /// What the file says about the outputs.
    pub outputs: Vec<&'a Tensor<'a>>,
    /// Options of a builtin operator, by the field numbers of schema.fbs.
    pub options: Option<Table<'a>>,
    /// Options of a custom operator.
    pub custom_options: &'a [u8],
}

impl Call<'_> {
    /// An operand that has to be there.
    pub fn input(&self, index: usize) -> Result<ValueId, Error> {
        self.optional(index).ok_or_else(|| self.fail(format!("operand {index} is missing")))
    }

    /// An operand that has to be there and to hold real numbers.
    pub fn real(&self, builder: &Builder, index: usize) -> Result<ValueId, Error> {
        match self.input(index)? {
            id if builder.graph.kind(id) == Kind::F32 => Ok(id),
            _ => Err(self.missing("whole numbers that have no scale")),
        }
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

    /// The whole numbers of an operand that has to be known at load.
    ///
    /// # Errors
    /// [`Error::NeedsInput`] when it depends on what a run is given.
    pub fn ints(&self, builder: &Builder, index: usize) -> Result<Vec<i64>, Error> {
        match builder.known(self.input(index)?)? {
            Data::I64(data) => Ok(data.clone()),
            Data::F32(_) => Err(self.fail(format!("operand {index} has to hold whole numbers"))),
        }
    }

    /// One whole number of an operand that has to be known at load.
    ///
    /// # Errors
    /// As [`Call::ints`].
    pub fn int(&self, builder: &Builder, index: usize) -> Result<i64, Error> {
        match self.ints(builder, index)?[..] {
            [number] => Ok(number),
            _ => Err(self.fail(format!("operand {index} has to be one number"))),
        }
    }

    /// Sizes that an operand has to give at load.
    ///
    /// # Errors
    /// As [`Call::ints`].
    pub fn sizes(&self, builder: &Builder, index: usize) -> Result<Vec<usize>, Error> {
        self.ints(builder, index)?.into_iter().map(|number| self.size(number)).collect()
    }

    /// A whole number among the options, or its default.
    pub fn option(&self, field: usize, absent: i32) -> Result<i64, Error> {
        self.options.map_or(Ok(absent), |options| options.i32(field, absent)).map(i64::from)
    }

    /// A truth value or a small number among the options; 0 when absent.
    pub fn option_u8(&self, field: usize) -> Result<u8, Error> {
        self.options.map_or(Ok(0), |options| options.u8(field))
    }

    /// A truth value among the options.
    pub fn flag(&self, field: usize) -> Result<bool, Error> {
        Ok(self.option_u8(field)? != 0)
    }

    /// A real number among the options; none when there are no options.
    pub fn option_f32(&self, field: usize) -> Result<Option<f32>, Error> {
        self.options.map(|options| options.f32(field)).transpose()
    }

    /// Whole numbers among the options; none when absent.
    pub fn option_ints(&self, field: usize) -> Result<Vec<i64>, Error> {
        let numbers = self.options.map_or(Ok(vec![]), |options| options.i32s(field))?;
        Ok(numbers.into_iter().map(i64::from).collect())
    }

    /// A stride, dilation or window among the options: 1 when absent, 0 (which is refused) when out of range.
    pub fn extent(&self, field: usize) -> Result<usize, Error> {
        Ok(u16::try_from(self.option(field, 1)?).unwrap_or(0).into())
    }

    /// `Padding` among the options.
    pub fn padding(&self, field: usize) -> Result<Padding, Error> {
        match self.option_u8(field)? {
            0 => Ok(Padding::Same),
            1 => Ok(Padding::VALID),
            other => Err(self.fail(format!("no padding has the number {other}"))),
        }
    }

    /// `ActivationFunctionType` among the options.
    pub fn activation(&self, field: usize) -> Result<Unary, Error> {
        Ok(match self.option_u8(field)? {
            0 => Unary::Identity,
            1 => Unary::Relu,
            2 => Unary::Clip(Scalar(-1.0), Scalar(1.0)),
            3 => Unary::RELU6,
            4 => Unary::Tanh,
            other => return Err(self.missing(format!("fused activation {other}"))),
        })
    }

    /// As [`Call::activation`]; where it is left out, the one that the output's range implies.
    pub fn activation_or_implied(&self, field: usize) -> Result<Unary, Error> {
        match (self.activation(field)?, self.outputs.first()) {
            (Unary::Identity, Some(output)) => Ok(output.implied_activation()),
            (activation, _) => Ok(activation),
        }
    }

    /// Adds an activation where there is one.
    pub fn activate(&self, builder: &mut Builder, activation: Unary, x: ValueId) -> Result<ValueId, Error> {
        if activation == Unary::Identity { Ok(x) } else { builder.add(Op::Unary(activation), &[x]) }
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
        format!("{} #{}", self.operator, self.index)
    }

    /// The operator contradicts itself.
    pub fn fail(&self, cause: impl Into<String>) -> Error {
        Error::node(&self.name(), cause)
    }

    /// A part of the operator is missing here; all of it if `detail` is empty.
    pub fn missing(&self, detail: impl Into<String>) -> Error {
        Error::Unsupported(vec![UnsupportedNode {
            index: self.index,
            operator: self.operator.clone(),
            output: self.outputs.first().map(|output| output.name.clone()).unwrap_or_default(),
            detail: detail.into(),
        }])
    }
}
