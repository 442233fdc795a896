//! Operators that compute each element by itself.

use super::{Call, Single};
use crate::{Binary, Builder, Error, Kind, Op, Scalar, Unary, ValueId};

pub fn find(name: &str) -> Option<Single> {
    one_operand(name).or_else(|| two_operands(name)).or_else(|| others(name))
}

fn one_operand(name: &str) -> Option<Single> {
    Some(match name {
        "ABS" => |builder, call| unary(builder, call, Unary::Abs),
        "CEIL" => |builder, call| unary(builder, call, Unary::Ceil),
        "COS" => |builder, call| unary(builder, call, Unary::Cos),
        "ELU" => |builder, call| unary(builder, call, Unary::Elu(Scalar(1.0))),
        "EXP" => |builder, call| unary(builder, call, Unary::Exp),
        "FLOOR" => |builder, call| unary(builder, call, Unary::Floor),
        "HARD_SWISH" => |builder, call| unary(builder, call, Unary::HardSwish),
        "LOG" => |builder, call| unary(builder, call, Unary::Log),
        "LOGICAL_NOT" => |builder, call| unary(builder, call, Unary::Not),
        "LOGISTIC" => |builder, call| unary(builder, call, Unary::Sigmoid),
        "NEG" => |builder, call| unary(builder, call, Unary::Neg),
        "RELU" => |builder, call| unary(builder, call, Unary::Relu),
        "RELU6" => |builder, call| unary(builder, call, Unary::RELU6),
        "RELU_0_TO_1" => |builder, call| unary(builder, call, Unary::Clip(Scalar(0.0), Scalar(1.0))),
        "RELU_N1_TO_1" => |builder, call| unary(builder, call, Unary::Clip(Scalar(-1.0), Scalar(1.0))),
        "ROUND" => |builder, call| unary(builder, call, Unary::Round),
        "SIGN" => |builder, call| unary(builder, call, Unary::Sign),
        "SIN" => |builder, call| unary(builder, call, Unary::Sin),
        "SQRT" => |builder, call| unary(builder, call, Unary::Sqrt),
        "TANH" => |builder, call| unary(builder, call, Unary::Tanh),
        // Weights kept in half precision or 8 bits are expanded already; activations are real numbers.
        "QUANTIZE" | "DEQUANTIZE" => |builder, call| call.real(builder, 0),
        _ => return None,
    })
}

fn two_operands(name: &str) -> Option<Single> {
    Some(match name {
        "ADD" => |builder, call| sum(builder, call, Binary::Add),
        "SUB" => |builder, call| sum(builder, call, Binary::Sub),
        "MUL" => |builder, call| activated(builder, call, Binary::Mul),
        "DIV" => |builder, call| activated(builder, call, Binary::Div),
        "BITWISE_XOR" => |builder, call| binary(builder, call, Binary::BitwiseXor, Unary::Identity),
        "EQUAL" => |builder, call| binary(builder, call, Binary::Equal, Unary::Identity),
        "FLOOR_MOD" => |builder, call| binary(builder, call, Binary::Mod, Unary::Identity),
        "GREATER" => |builder, call| binary(builder, call, Binary::Greater, Unary::Identity),
        "GREATER_EQUAL" => |builder, call| binary(builder, call, Binary::GreaterOrEqual, Unary::Identity),
        "LESS" => |builder, call| binary(builder, call, Binary::Less, Unary::Identity),
        "LESS_EQUAL" => |builder, call| binary(builder, call, Binary::LessOrEqual, Unary::Identity),
        "LOGICAL_AND" => |builder, call| binary(builder, call, Binary::And, Unary::Identity),
        "LOGICAL_OR" => |builder, call| binary(builder, call, Binary::Or, Unary::Identity),
        "MAXIMUM" => |builder, call| binary(builder, call, Binary::Max, Unary::Identity),
        "MINIMUM" => |builder, call| binary(builder, call, Binary::Min, Unary::Identity),
        "POW" => |builder, call| binary(builder, call, Binary::Pow, Unary::Identity),
        "PRELU" => |builder, call| binary(builder, call, Binary::PRelu, Unary::Identity),
        _ => return None,
    })
}

fn others(name: &str) -> Option<Single> {
    Some(match name {
        "ADD_N" => add_n,
        "CAST" => cast,
        "FAKE_QUANT" => fake_quant,
        "FLOOR_DIV" => floor_div,
        "GELU" => |builder, call| {
            let function = if call.flag(0)? { Unary::GeluTanh } else { Unary::Gelu };
            unary(builder, call, function)
        },
        "LEAKY_RELU" => |builder, call| {
            let slope = call.option_f32(0)?.unwrap_or(0.0);
            unary(builder, call, Unary::LeakyRelu(Scalar(slope)))
        },
        "NOT_EQUAL" => |builder, call| {
            let equal = builder.binary(Binary::Equal, call.input(0)?, call.input(1)?)?;
            builder.unary(Unary::Not, equal)
        },
        "RSQRT" => |builder, call| {
            let root = unary(builder, call, Unary::Sqrt)?;
            builder.unary(Unary::Reciprocal, root)
        },
        "SELECT" | "SELECT_V2" => select,
        "SQUARE" => |builder, call| builder.binary(Binary::Mul, call.input(0)?, call.input(0)?),
        "SQUARED_DIFFERENCE" => |builder, call| {
            let difference = builder.binary(Binary::Sub, call.input(0)?, call.input(1)?)?;
            builder.binary(Binary::Mul, difference, difference)
        },
        _ => return None,
    })
}

fn unary(builder: &mut Builder, call: &Call, function: Unary) -> Result<ValueId, Error> {
    builder.unary(function, call.input(0)?)
}

fn binary(builder: &mut Builder, call: &Call, function: Binary, after: Unary) -> Result<ValueId, Error> {
    builder.add(Op::Binary(function, after), &[call.input(0)?, call.input(1)?])
}

fn activated(builder: &mut Builder, call: &Call, function: Binary) -> Result<ValueId, Error> {
    binary(builder, call, function, call.activation(0)?)
}

fn sum(builder: &mut Builder, call: &Call, function: Binary) -> Result<ValueId, Error> {
    binary(builder, call, function, call.activation_or_implied(0)?)
}

fn add_n(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let all = call.all_inputs()?;
    all[1..].iter().try_fold(all[0], |sum, &x| builder.binary(Binary::Add, sum, x))
}

/// Casts read and write the 8-bit numbers themselves, not the real numbers that they stand for.
fn cast(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let scales =
        |tensor: Option<&&super::super::tensor::Tensor>| tensor.and_then(|tensor| tensor.quantisation());
    let mut x = call.input(0)?;
    if let Some((scale, zero)) = scales(call.operands[0].as_ref()) {
        x = affine(builder, x, 1.0 / scale, zero as f32)?;
    }
    let kind = call.outputs.first().and_then(|output| output.element_kind());
    let kind = kind.ok_or_else(|| call.missing("to a type that is not computed with"))?;
    if builder.graph.kind(x) != kind {
        x = builder.add(Op::Cast(kind), &[x])?;
    }
    match scales(call.outputs.first()) {
        Some((scale, zero)) => affine(builder, x, scale, -(zero as f32) * scale),
        None => Ok(x),
    }
}

/// `x * factor + offset`
fn affine(builder: &mut Builder, x: ValueId, factor: f32, offset: f32) -> Result<ValueId, Error> {
    let (factor, offset) = (builder.scalar(factor), builder.scalar(offset));
    let scaled = builder.binary(Binary::Mul, x, factor)?;
    builder.binary(Binary::Add, scaled, offset)
}

/// Rounding is left out as everywhere; what lies outside of the range is cut off.
fn fake_quant(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let bounds = call.option_f32(0)?.zip(call.option_f32(1)?);
    let (low, high) = bounds.ok_or_else(|| call.fail("its range is missing"))?;
    unary(builder, call, Unary::Clip(Scalar(low), Scalar(high)))
}

fn floor_div(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (a, b) = (call.input(0)?, call.input(1)?);
    if builder.graph.kind(a) == Kind::F32 {
        return binary(builder, call, Binary::Div, Unary::Floor);
    }
    // The quotient of whole numbers is cut towards zero: without the remainder, nothing is cut.
    let remainder = builder.binary(Binary::Mod, a, b)?;
    let multiple = builder.binary(Binary::Sub, a, remainder)?;
    builder.binary(Binary::Div, multiple, b)
}

/// A condition with fewer axes belongs to the first ones in SELECT, and to the last ones in SELECT_V2.
fn select(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (mut condition, a, b) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let (mut shape, rank) = (builder.shape(condition), builder.shape(a).len());
    if call.operator == "SELECT" && shape.len() == 1 && rank > 1 {
        shape.resize(rank, 1);
        condition = builder.reshape(condition, &shape)?;
    }
    builder.add(Op::Where, &[condition, a, b])
}
