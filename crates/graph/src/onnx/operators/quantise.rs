//! 8-bit and 16-bit numbers with scales. Whole-number operators are computed in real numbers between two of them.

use super::cast::cast_kind;
use super::{Operator, along_axis, one};
use crate::onnx::call::Call;
use crate::onnx::tensor::data_type as types;
use crate::{Binary, Builder, Error, Kind, Op, Reduction, Scalar, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "QuantizeLinear" => quantize_linear,
        "DequantizeLinear" => dequantize_linear,
        "DynamicQuantizeLinear" => dynamic_quantize_linear,
        "QLinearConv" => q_linear_conv,
        "QLinearMatMul" => q_linear_matmul,
        "ConvInteger" => |builder, call| whole(builder, call, "Conv"),
        "MatMulInteger" => |builder, call| whole(builder, call, "MatMul"),
        _ => return None,
    })
}

fn quantize_linear(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let x = cast_kind(builder, x, Kind::F32)?;
    let data_type = match call.optional(2) {
        Some(_) => call.data_type(2),
        None => i32::try_from(call.int("output_dtype", 0))
            .ok()
            .filter(|&given| given != 0)
            .unwrap_or(types::UINT8),
    };
    let shape = builder.shape(x);
    let scale = along(builder, call, call.input(1)?, &shape)?;
    let zero = call.optional(2).map(|zero| along(builder, call, zero, &shape)).transpose()?;
    one(quantize(builder, call, x, [Some(scale), zero], data_type))
}

/// `clip(round(x / scale) + zero)`; scale and zero point fit the shape of `x`.
fn quantize(
    builder: &mut Builder,
    call: &Call,
    x: ValueId,
    [scale, zero]: [Option<ValueId>; 2],
    data_type: i32,
) -> Result<ValueId, Error> {
    let (low, high) = match data_type {
        types::UINT8 => (0.0, 255.0),
        types::INT8 => (-128.0, 127.0),
        types::UINT16 => (0.0, 65_535.0),
        types::INT16 => (-32_768.0, 32_767.0),
        other => return Err(call.missing(format!("to numbers of type {other}"))),
    };
    let clip = Unary::Clip(Scalar(low), Scalar(high));
    let mut y = x;
    match scale {
        Some(scale) => y = builder.add(Op::Binary(Binary::Div, Unary::Round), &[y, scale])?,
        None => y = builder.unary(Unary::Round, y)?,
    }
    y = match zero {
        Some(zero) => {
            let zero = cast_kind(builder, zero, Kind::F32)?;
            builder.add(Op::Binary(Binary::Add, clip), &[y, zero])?
        }
        None => builder.unary(clip, y)?,
    };
    cast_kind(builder, y, Kind::I64)
}

fn dequantize_linear(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    one(dequantize(builder, call, [0, 1, 2]))
}

/// `(x - zero) * scale`, of three operands of a call.
fn dequantize(builder: &mut Builder, call: &Call, [x, scale, zero]: [usize; 3]) -> Result<ValueId, Error> {
    let x = call.input(x)?;
    let shape = builder.shape(x);
    let scale = along(builder, call, call.input(scale)?, &shape)?;
    let zero = call.optional(zero).map(|zero| along(builder, call, zero, &shape)).transpose()?;
    let centred = centre(builder, x, zero)?;
    builder.binary(Binary::Mul, centred, scale)
}

/// `x - zero` as real numbers.
fn centre(builder: &mut Builder, x: ValueId, zero: Option<ValueId>) -> Result<ValueId, Error> {
    let x = cast_kind(builder, x, Kind::F32)?;
    let Some(zero) = zero else { return Ok(x) };
    let all_zero = builder.graph.i64s(zero).is_some_and(|zeros| zeros.iter().all(|&zero| zero == 0));
    if all_zero {
        return Ok(x);
    }
    let zero = cast_kind(builder, zero, Kind::F32)?;
    builder.binary(Binary::Sub, x, zero)
}

/// Scales or zero points for a value of a shape: one for all, one for each place of the axis, or one for each block.
fn along(builder: &mut Builder, call: &Call, scale: ValueId, shape: &[usize]) -> Result<ValueId, Error> {
    let given = builder.shape(scale);
    let block = call.size(call.int("block_size", 0))?;
    if given.iter().product::<usize>() == 1 && block == 0 {
        return builder.reshape(scale, &[]);
    }
    let axis = call.axis(call.int("axis", 1), shape.len())?;
    if block == 0 {
        return match given[..] {
            [_] => along_axis(builder, scale, axis, shape.len()),
            _ => Err(call.fail(format!("scales of {given:?} for {shape:?}"))),
        };
    }
    if given.len() != shape.len() || given[axis] != shape[axis].div_ceil(block) {
        return Err(call.fail(format!("scales of {given:?} for {shape:?} in blocks of {block}")));
    }
    let mut split = given.clone();
    split.insert(axis + 1, 1);
    let scale = builder.reshape(scale, &split)?;
    split[axis + 1] = block;
    let scale = builder.expand(scale, &split)?;
    let mut merged = given;
    merged[axis] = merged[axis].checked_mul(block).ok_or_else(|| call.fail("too large"))?;
    let scale = builder.reshape(scale, &merged)?;
    builder.slice_axis(scale, axis, 0, shape[axis])
}

/// To 8 bits, with the scale and the zero point that the largest and the smallest element ask for.
fn dynamic_quantize_linear(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let axes: Vec<usize> = (0..builder.shape(x).len()).collect();
    let (none, steps) = (builder.scalar(0.0), builder.scalar(255.0));
    let mut extreme = |kind, function| {
        let extreme = builder.add(Op::Reduce { kind, axes: axes.clone() }, &[x])?;
        let extreme = builder.reshape(extreme, &[])?;
        builder.binary(function, extreme, none)
    };
    let (high, low) = (extreme(Reduction::Max, Binary::Max)?, extreme(Reduction::Min, Binary::Min)?);
    let span = builder.binary(Binary::Sub, high, low)?;
    let scale = builder.binary(Binary::Div, span, steps)?;
    // Zeros alone have no span; ONNX Runtime takes the scale 1 then.
    let (flat, one) = (builder.binary(Binary::Equal, span, none)?, builder.scalar(1.0));
    let scale = builder.add(Op::Where, &[flat, one, scale])?;
    let below = builder.binary(Binary::Sub, none, low)?;
    let clip = Unary::Clip(Scalar(0.0), Scalar(255.0));
    let zero = builder.add(Op::Binary(Binary::Div, clip), &[below, scale])?;
    let zero = builder.unary(Unary::Round, zero)?;
    let y = quantize(builder, call, x, [Some(scale), Some(zero)], types::UINT8)?;
    let zero = cast_kind(builder, zero, Kind::I64)?;
    Ok(vec![y, scale, zero])
}

/// Another operator of the family's, with these operands and the attributes of this call.
fn delegate(
    builder: &mut Builder,
    call: &Call,
    name: &str,
    inputs: Vec<Option<ValueId>>,
) -> Result<ValueId, Error> {
    let operator = super::find("", name).ok_or_else(|| call.missing(""))?;
    let node = crate::onnx::proto::Node { operator: name.to_owned(), ..call.node.clone() };
    let types = vec![types::FLOAT; inputs.len()];
    let call = Call { node: &node, index: call.index, opset: call.opset, inputs, types };
    operator(builder, &call)?.first().copied().ok_or_else(|| call.fail("no output"))
}

/// `x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias`; the bias has the scale `x_scale * w_scale`.
fn q_linear_conv(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, weight) = (dequantize(builder, call, [0, 1, 2])?, dequantize_rows(builder, call, [3, 4, 5])?);
    let bias = match call.optional(8) {
        Some(bias) => {
            let scale = builder.binary(Binary::Mul, call.input(4)?, call.input(1)?)?;
            let bias = cast_kind(builder, bias, Kind::F32)?;
            Some(builder.binary(Binary::Mul, bias, scale)?)
        }
        None => None,
    };
    let y = delegate(builder, call, "Conv", vec![Some(x), Some(weight), bias])?;
    one(quantize(builder, call, y, [call.optional(6), call.optional(7)], call.data_type(7)))
}

/// As [`dequantize`], with a scale for each row (the first axis, a convolution's output channels).
fn dequantize_rows(
    builder: &mut Builder,
    call: &Call,
    [x, scale, zero]: [usize; 3],
) -> Result<ValueId, Error> {
    let x = call.input(x)?;
    let rank = builder.shape(x).len();
    let zero = call.optional(zero).map(|zero| by_row(builder, zero, rank)).transpose()?;
    let scale = by_row(builder, call.input(scale)?, rank)?;
    let centred = centre(builder, x, zero)?;
    builder.binary(Binary::Mul, centred, scale)
}

fn by_row(builder: &mut Builder, scale: ValueId, rank: usize) -> Result<ValueId, Error> {
    match builder.shape(scale)[..] {
        [] => Ok(scale),
        _ => along_axis(builder, scale, 0, rank),
    }
}

/// `a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero`
fn q_linear_matmul(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let mut factor = |[x, scale, zero]: [usize; 3]| {
        let centred = centre(builder, call.input(x)?, call.optional(zero))?;
        builder.binary(Binary::Mul, centred, call.input(scale)?)
    };
    let (a, b) = (factor([0, 1, 2])?, factor([3, 4, 5])?);
    let y = delegate(builder, call, "MatMul", vec![Some(a), Some(b)])?;
    one(quantize(builder, call, y, [call.optional(6), call.optional(7)], call.data_type(7)))
}

/// `x, weight, x_zero, weight_zero` -> 32-bit sums.
fn whole(builder: &mut Builder, call: &Call, name: &str) -> Result<Vec<ValueId>, Error> {
    let mut x = call.input(0)?;
    let weight = call.input(1)?;
    let rank = builder.shape(weight).len();
    let rows =
        |builder: &mut Builder, zero| if name == "Conv" { by_row(builder, zero, rank) } else { Ok(zero) };
    let weight_zero = call.optional(3).map(|zero| rows(builder, zero)).transpose()?;
    x = centre(builder, x, call.optional(2))?;
    let weight = centre(builder, weight, weight_zero)?;
    let y = delegate(builder, call, name, vec![Some(x), Some(weight)])?;
    one(cast_kind(builder, y, Kind::I64))
}
