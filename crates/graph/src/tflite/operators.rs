//! TFLite's operators in terms of [`crate::Op`]. Numbers of option fields are those of schema.fbs.

use super::flatbuffer::Table;
use super::{Call, Reader, Translated};
use crate::{
    Binary, Conv, Coordinates, Error, Kind, Node, Op, Padding, Reduction, Resize, Unary, ValueId, Window,
};

impl Reader {
    pub(super) fn translate(&mut self, call: &Call) -> Result<Translated, Error> {
        let options = Options(call.operator.options);
        match super::names::OPERATORS.get(call.operator.code).copied().unwrap_or_default() {
            "CONV_2D" => self.conv(call, options, 3, 4, false),
            "DEPTHWISE_CONV_2D" => self.conv(call, options, 4, 5, true),
            "ADD" => binary(call, options, Binary::Add),
            "SUB" => binary(call, options, Binary::Sub),
            "MUL" => binary(call, options, Binary::Mul),
            "AVERAGE_POOL_2D" => self.average_pool(call, options),
            "TILE" => self.tile(call),
            "CONCATENATION" => self.concatenation(call, options),
            "RESIZE_BILINEAR" => self.resize_bilinear(call, options),
            "ARG_MAX" => self.arg_max(call),
            "RESHAPE" | "SQUEEZE" | "EXPAND_DIMS" => self.same_numbers(call, Op::Reshape),
            "QUANTIZE" | "DEQUANTIZE" => self.same_numbers(call, Op::Unary(Unary::Identity)),
            "SOFTMAX" => softmax(call, options, self.graph.shape(call.inputs[0]).len()),
            "LOGISTIC" => one(call, Op::Unary(Unary::Sigmoid), 1),
            "RELU" => one(call, Op::Unary(Unary::Relu), 1),
            "RELU6" => one(call, Op::Unary(Unary::RELU6), 1),
            "HARD_SWISH" => one(call, Op::Unary(Unary::HardSwish), 1),
            _ => Ok(Translated::Missing(String::new())),
        }
    }

    /// The same numbers; those of a constant (weights kept as f16) are known at once.
    fn same_numbers(&mut self, call: &Call, op: Op) -> Result<Translated, Error> {
        let constant = call.inputs.first().and_then(|id| self.graph.constants.get(id));
        match constant.cloned() {
            Some(constant) => {
                self.graph.constants.insert(call.output, constant);
                Ok(Translated::Nodes(vec![]))
            }
            None => one(call, op, 1),
        }
    }

    /// Weights `[co, kh, kw, ci / groups]`, or `[1, kh, kw, co]` when depthwise -> `[kh, kw, ci / groups, co]`.
    fn conv(
        &mut self,
        call: &Call,
        options: Options,
        activation: usize,
        dilation: usize,
        depthwise: bool,
    ) -> Result<Translated, Error> {
        let fail = |cause: &str| Error::node(&call.name, cause);
        let (&[x, weight], bias) =
            call.inputs.split_first_chunk::<2>().ok_or_else(|| fail("two operands at least"))?;
        let Some(data) = self.graph.f32s(weight) else {
            return Ok(Translated::Missing("weights that are not constant".to_owned()));
        };
        let &[a, kh, kw, b] = self.graph.shape(weight) else { return Err(fail("a weight has 4 axes")) };
        let &[_, _, _, ci] = self.graph.shape(x) else { return Err(fail("a feature map has 4 axes")) };
        if a == 0 || b == 0 || ci == 0 || (!depthwise && ci % b != 0) {
            return Err(fail("channels of input and weight do not fit"));
        }
        let (data, groups, shape) = if depthwise {
            (data.to_vec(), ci, vec![kh, kw, 1, b])
        } else {
            (output_channels_last(data, a), ci / b, vec![kh, kw, b, a])
        };
        let co = shape[3];
        let weight = self.graph.add_constant(self.graph.value(weight).name.clone(), shape, data);
        let bias = match bias {
            [bias, ..] => *bias,
            [] => self.graph.add_constant(format!("{} bias", call.name), vec![co], vec![0.0; co]),
        };
        let Some(activation) = options.activation(activation)? else { return Ok(missing_activation()) };
        let padding = options.padding()?;
        let window = |kernel, stride, dilation| {
            let (stride, dilation) = (options.size(stride)?, options.size(dilation)?);
            Ok::<_, Error>(Window { kernel, stride, dilation, padding, ceil: false })
        };
        let windows = vec![window(kh, 2, dilation + 1)?, window(kw, 1, dilation)?];
        let op = Op::Conv(Conv { windows, groups, activation });
        Ok(nodes(call, op, vec![x, weight, bias]))
    }

    /// Only the mean over the whole map so far.
    fn average_pool(&self, call: &Call, options: Options) -> Result<Translated, Error> {
        let x = call.inputs.first().ok_or_else(|| Error::node(&call.name, "no operand"))?;
        let kernel = [options.size(4)?, options.size(3)?];
        let whole = matches!(self.graph.shape(*x), &[_, h, w, _] if kernel == [h, w]);
        if !whole || !matches!(self.graph.shape(call.output), [_, 1, 1, _]) {
            return Ok(Translated::Missing(format!("a window of {kernel:?} that is not the whole map")));
        }
        match options.activation(5)? {
            Some(Unary::Identity) => one(call, Op::Reduce { kind: Reduction::Mean, axes: vec![1, 2] }, 1),
            _ => Ok(missing_activation()),
        }
    }

    /// Repetition of axes of size 1 is an expansion.
    fn tile(&self, call: &Call) -> Result<Translated, Error> {
        let repeats = self.integers(call, 1)?;
        let shape = self.graph.shape(call.inputs[0]);
        if repeats.len() != shape.len() || shape.iter().zip(repeats).any(|(&size, &n)| size != 1 && n != 1) {
            return Ok(Translated::Missing(format!("repeating {shape:?} by {repeats:?}")));
        }
        one(call, Op::Expand, 1)
    }

    fn concatenation(&self, call: &Call, options: Options) -> Result<Translated, Error> {
        let rank = self.graph.shape(call.output).len() as i32;
        let axis = options.i32(0, 0)?;
        let axis = if axis < 0 { axis + rank } else { axis };
        let axis = usize::try_from(axis).map_err(|_| Error::node(&call.name, "axis out of range"))?;
        match options.activation(1)? {
            Some(Unary::Identity) => one(call, Op::Concat { axis }, call.inputs.len()),
            _ => Ok(missing_activation()),
        }
    }

    fn resize_bilinear(&self, call: &Call, options: Options) -> Result<Translated, Error> {
        let &[height, width] = self.integers(call, 1)? else {
            return Err(Error::node(&call.name, "the size has two numbers"));
        };
        let size = [height, width].map(|size| usize::try_from(size).unwrap_or(0));
        let coordinates = match (options.u8(2)?, options.u8(3)?) {
            (0, 0) => Coordinates::Asymmetric,
            (0, _) => Coordinates::HalfPixel,
            (_, _) => Coordinates::AlignCorners,
        };
        let &[_, h, w, _] = self.graph.shape(call.inputs[0]) else {
            return Err(Error::node(&call.name, "a feature map has 4 axes"));
        };
        one(call, Op::Resize(Resize::bilinear([h, w], size, coordinates)), 1)
    }

    fn arg_max(&mut self, call: &Call) -> Result<Translated, Error> {
        let x = call.inputs[0];
        let shape = self.graph.shape(x).to_vec();
        let rank = shape.len() as i64;
        let &[axis] = self.integers(call, 1)? else { return Err(Error::node(&call.name, "one axis is expected")) };
        let axis = if axis < 0 { axis + rank } else { axis };
        let Some(axis) = usize::try_from(axis).ok().filter(|&axis| axis < shape.len()) else {
            return Err(Error::node(&call.name, format!("no axis {axis} among {rank}")));
        };
        let mut kept = shape;
        kept[axis] = 1;
        let best = self.graph.add_typed(format!("{} kept", call.name), Kind::I64, kept);
        let node = |op, inputs, output| Node { name: call.name.clone(), op, inputs, output };
        Ok(Translated::Nodes(vec![
            node(Op::ArgReduce { axis, largest: true, last: false }, vec![x], best),
            node(Op::Reshape, vec![best], call.output),
        ]))
    }
}

/// `[co, rest]` -> `[rest, co]`.
fn output_channels_last(data: &[f32], co: usize) -> Vec<f32> {
    let rest = data.len() / co;
    (0..rest).flat_map(|i| (0..co).map(move |o| data[o * rest + i])).collect()
}

fn nodes(call: &Call, op: Op, inputs: Vec<ValueId>) -> Translated {
    Translated::Nodes(vec![Node { name: call.name.clone(), op, inputs, output: call.output }])
}

/// One node that reads the first `operands` operands.
fn one(call: &Call, op: Op, operands: usize) -> Result<Translated, Error> {
    match call.inputs.get(..operands) {
        Some(inputs) if !inputs.is_empty() => Ok(nodes(call, op, inputs.to_vec())),
        _ => Err(Error::node(&call.name, format!("{operands} operands expected"))),
    }
}

fn binary(call: &Call, options: Options, kind: Binary) -> Result<Translated, Error> {
    match options.activation(0)? {
        Some(activation) => one(call, Op::Binary(kind, activation), 2),
        None => Ok(missing_activation()),
    }
}

fn softmax(call: &Call, options: Options, rank: usize) -> Result<Translated, Error> {
    match options.0.map_or(Ok(1.0), |table| table.f32(0))? {
        1.0 => one(call, Op::Softmax { axis: rank.saturating_sub(1), log: false }, 1),
        beta => Ok(Translated::Missing(format!("a sharpness (beta) of {beta}"))),
    }
}

fn missing_activation() -> Translated {
    Translated::Missing("its fused activation".to_owned())
}

/// The table of an operator's options; a field that is absent has its default.
#[derive(Clone, Copy)]
struct Options<'a>(Option<Table<'a>>);

impl Options<'_> {
    fn u8(&self, number: usize) -> Result<u8, Error> {
        self.0.map_or(Ok(0), |table| table.u8(number))
    }

    fn i32(&self, number: usize, absent: i32) -> Result<i32, Error> {
        self.0.map_or(Ok(absent), |table| table.i32(number, absent))
    }

    /// A stride, dilation or window; 1 when absent, 0 (which shape inference refuses) when out of range.
    fn size(&self, number: usize) -> Result<usize, Error> {
        Ok(u16::try_from(self.i32(number, 1)?).unwrap_or(0).into())
    }

    fn padding(&self) -> Result<Padding, Error> {
        Ok(if self.u8(0)? == 0 { Padding::Same } else { Padding::VALID })
    }

    /// `ActivationFunctionType`; none if it is missing here.
    fn activation(&self, number: usize) -> Result<Option<Unary>, Error> {
        Ok(match self.u8(number)? {
            0 => Some(Unary::Identity),
            1 => Some(Unary::Relu),
            3 => Some(Unary::RELU6),
            _ => None,
        })
    }
}
