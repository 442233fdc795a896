//! Operators that compute each element by itself.

use super::cast::{cast_kind, wrap};
use super::{Operator, one};
use crate::onnx::call::Call;
use crate::{Binary, Builder, Error, Kind, Scalar, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    unary_operator(name).or_else(|| activation(name)).or_else(|| binary_operator(name))
}

fn unary_operator(name: &str) -> Option<Operator> {
    Some(match name {
        "Identity" => |_, call| one(call.input(0)),
        "Abs" => |builder, call| unary(builder, call, Unary::Abs),
        "Neg" => |builder, call| unary(builder, call, Unary::Neg),
        "Sign" => |builder, call| unary(builder, call, Unary::Sign),
        "Exp" => |builder, call| unary(builder, call, Unary::Exp),
        "Log" => |builder, call| unary(builder, call, Unary::Log),
        "Sqrt" => |builder, call| unary(builder, call, Unary::Sqrt),
        "Reciprocal" => |builder, call| unary(builder, call, Unary::Reciprocal),
        "Floor" => |builder, call| unary(builder, call, Unary::Floor),
        "Ceil" => |builder, call| unary(builder, call, Unary::Ceil),
        "Round" => |builder, call| unary(builder, call, Unary::Round),
        "Erf" => |builder, call| unary(builder, call, Unary::Erf),
        "Sin" => |builder, call| unary(builder, call, Unary::Sin),
        "Cos" => |builder, call| unary(builder, call, Unary::Cos),
        "Tan" => |builder, call| unary(builder, call, Unary::Tan),
        "Asin" => |builder, call| unary(builder, call, Unary::Asin),
        "Acos" => |builder, call| unary(builder, call, Unary::Acos),
        "Atan" => |builder, call| unary(builder, call, Unary::Atan),
        "Sinh" => |builder, call| unary(builder, call, Unary::Sinh),
        "Cosh" => |builder, call| unary(builder, call, Unary::Cosh),
        "Tanh" => |builder, call| unary(builder, call, Unary::Tanh),
        "Asinh" => |builder, call| unary(builder, call, Unary::Asinh),
        "Acosh" => |builder, call| unary(builder, call, Unary::Acosh),
        "Atanh" => |builder, call| unary(builder, call, Unary::Atanh),
        "Not" => |builder, call| unary(builder, call, Unary::Not),
        "BitwiseNot" => |builder, call| unary(builder, call, Unary::BitwiseNot),
        "IsNaN" => |builder, call| unary(builder, call, Unary::IsNan),
        "IsInf" => |builder, call| {
            let (negative, positive) =
                (call.flag("detect_negative", true), call.flag("detect_positive", true));
            unary(builder, call, Unary::IsInf { negative, positive })
        },
        _ => return None,
    })
}

/// Activations; the defaults are those of ONNX's operator definitions.
fn activation(name: &str) -> Option<Operator> {
    Some(match name {
        "Relu" => |builder, call| unary(builder, call, Unary::Relu),
        "Sigmoid" => |builder, call| unary(builder, call, Unary::Sigmoid),
        "HardSwish" => |builder, call| unary(builder, call, Unary::HardSwish),
        "Softplus" => |builder, call| unary(builder, call, Unary::Softplus),
        "Softsign" => |builder, call| unary(builder, call, Unary::Softsign),
        "Mish" => |builder, call| unary(builder, call, Unary::Mish),
        "Swish" => |builder, call| unary(builder, call, Unary::Swish(scalar(call, "alpha", 1.0))),
        "LeakyRelu" => |builder, call| unary(builder, call, Unary::LeakyRelu(scalar(call, "alpha", 0.01))),
        "Elu" => |builder, call| unary(builder, call, Unary::Elu(scalar(call, "alpha", 1.0))),
        "Celu" => |builder, call| unary(builder, call, Unary::Celu(scalar(call, "alpha", 1.0))),
        "ThresholdedRelu" => {
            |builder, call| unary(builder, call, Unary::ThresholdedRelu(scalar(call, "alpha", 1.0)))
        }
        "Selu" => |builder, call| {
            let (alpha, gamma) = (scalar(call, "alpha", 1.673_263_2), scalar(call, "gamma", 1.050_701));
            unary(builder, call, Unary::Selu { alpha, gamma })
        },
        "Shrink" => |builder, call| {
            let (lambda, bias) = (scalar(call, "lambd", 0.5), scalar(call, "bias", 0.0));
            unary(builder, call, Unary::Shrink { lambda, bias })
        },
        "HardSigmoid" => |builder, call| {
            let (alpha, beta) = (scalar(call, "alpha", 0.2), scalar(call, "beta", 0.5));
            unary(builder, call, Unary::HardSigmoid { alpha, beta })
        },
        "Gelu" => |builder, call| match call.text("approximate", "none") {
            "none" => unary(builder, call, Unary::Gelu),
            "tanh" => unary(builder, call, Unary::GeluTanh),
            other => Err(call.missing(format!("approximate {other}"))),
        },
        "SwiGLU" => |builder, call| {
            let gate = builder.unary(Unary::Swish(scalar(call, "alpha", 1.0)), call.input(0)?)?;
            one(builder.binary(Binary::Mul, gate, call.input(1)?))
        },
        "Clip" => clip,
        _ => return None,
    })
}

fn binary_operator(name: &str) -> Option<Operator> {
    Some(match name {
        "Add" => |builder, call| binary(builder, call, Binary::Add),
        "Sub" => |builder, call| binary(builder, call, Binary::Sub),
        "Mul" => |builder, call| binary(builder, call, Binary::Mul),
        "Div" => |builder, call| binary(builder, call, Binary::Div),
        "PRelu" => |builder, call| binary(builder, call, Binary::PRelu),
        "Equal" => |builder, call| binary(builder, call, Binary::Equal),
        "Less" => |builder, call| binary(builder, call, Binary::Less),
        "LessOrEqual" => |builder, call| binary(builder, call, Binary::LessOrEqual),
        "Greater" => |builder, call| binary(builder, call, Binary::Greater),
        "GreaterOrEqual" => |builder, call| binary(builder, call, Binary::GreaterOrEqual),
        "And" => |builder, call| binary(builder, call, Binary::And),
        "Or" => |builder, call| binary(builder, call, Binary::Or),
        "Xor" => |builder, call| binary(builder, call, Binary::Xor),
        "BitwiseAnd" => |builder, call| binary(builder, call, Binary::BitwiseAnd),
        "BitwiseOr" => |builder, call| binary(builder, call, Binary::BitwiseOr),
        "BitwiseXor" => |builder, call| binary(builder, call, Binary::BitwiseXor),
        "BitShift" => |builder, call| match call.text("direction", "") {
            "LEFT" => binary(builder, call, Binary::ShiftLeft),
            "RIGHT" => binary(builder, call, Binary::ShiftRight),
            other => Err(call.fail(format!("direction \"{other}\""))),
        },
        "Mod" => |builder, call| {
            let function = if call.flag("fmod", false) { Binary::Remainder } else { Binary::Mod };
            binary(builder, call, function)
        },
        "Pow" => pow,
        "Sum" => |builder, call| one(variadic(builder, call, Binary::Add)),
        "Min" => |builder, call| one(variadic(builder, call, Binary::Min)),
        "Max" => |builder, call| one(variadic(builder, call, Binary::Max)),
        "Mean" => |builder, call| {
            let sum = variadic(builder, call, Binary::Add)?;
            let count = builder.scalar(call.inputs.len() as f32);
            one(builder.binary(Binary::Div, sum, count))
        },
        _ => return None,
    })
}

fn scalar(call: &Call, name: &str, default: f32) -> Scalar {
    Scalar(call.float(name, default))
}

fn unary(builder: &mut Builder, call: &Call, function: Unary) -> Result<Vec<ValueId>, Error> {
    let y = builder.unary(function, call.input(0)?)?;
    one(wrap(builder, y, call.data_type(0)))
}

fn binary(builder: &mut Builder, call: &Call, function: Binary) -> Result<Vec<ValueId>, Error> {
    let y = builder.binary(function, call.input(0)?, call.input(1)?)?;
    one(wrap(builder, y, call.data_type(0)))
}

fn variadic(builder: &mut Builder, call: &Call, function: Binary) -> Result<ValueId, Error> {
    let inputs = call.all_inputs()?;
    let mut y = inputs[0];
    for &x in &inputs[1..] {
        y = builder.binary(function, y, x)?;
    }
    wrap(builder, y, call.data_type(0))
}

/// The result has the base's type, whatever the exponent's is.
fn pow(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (mut base, mut exponent) = (call.input(0)?, call.input(1)?);
    let kind = builder.graph.kind(base);
    if kind != builder.graph.kind(exponent) {
        base = cast_kind(builder, base, Kind::F32)?;
        exponent = cast_kind(builder, exponent, Kind::F32)?;
    }
    let power = builder.binary(Binary::Pow, base, exponent)?;
    let power = cast_kind(builder, power, kind)?;
    one(wrap(builder, power, call.data_type(0)))
}

/// Bounds are attributes up to opset 10 and operands since; each may be left out.
fn clip(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let real = builder.graph.kind(x) == Kind::F32;
    let known = |operand| match call.optional(operand) {
        Some(id) => builder.graph.f32s(id).and_then(|data| data.first().copied()),
        None => None,
    };
    let bound = |operand, name, default| match call.optional(operand) {
        Some(_) => known(operand),
        None => Some(call.float(name, default)),
    };
    match (bound(1, "min", f32::NEG_INFINITY), bound(2, "max", f32::INFINITY)) {
        (Some(low), Some(high)) if real => one(builder.unary(Unary::Clip(Scalar(low), Scalar(high)), x)),
        _ => {
            let mut y = x;
            for (operand, function) in [(1, Binary::Max), (2, Binary::Min)] {
                if let Some(bound) = call.optional(operand) {
                    y = builder.binary(function, y, bound)?;
                }
            }
            Ok(vec![y])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold, fold_reals, fold_wholes, node, reals, typed, wholes};

    #[test]
    fn bounds_of_clip_are_attributes_or_operands_and_may_be_left_out() {
        let x = || reals("x", &[3], &[-2.0, 0.5, 2.0]);
        assert_eq!(
            fold_reals(vec![node("Clip", &["x"], &["y"]).float("min", -1.0)], vec![x()]),
            [-1.0, 0.5, 2.0]
        );
        let high = reals("high", &[], &[1.0]);
        assert_eq!(
            fold_reals(vec![node("Clip", &["x", "", "high"], &["y"])], vec![x(), high]),
            [-2.0, 0.5, 1.0]
        );
    }

    /// ONNX's documentation of Pow: the result has the type of the base.
    #[test]
    fn a_power_has_the_kind_of_its_base() {
        let (real, whole) = (reals("r", &[2], &[2.0, 3.0]), wholes("w", &[2], &[2, 3]));
        let y = fold_reals(vec![node("Pow", &["r", "w"], &["y"])], vec![real.clone(), whole.clone()]);
        assert_eq!(y, [4.0, 27.0]);
        assert_eq!(fold_wholes(vec![node("Pow", &["w", "r"], &["y"])], vec![real, whole]), [4, 27]);
    }

    #[test]
    fn sums_of_bytes_wrap() {
        let bytes = |name| typed(name, 2, &[2], &[200, 1]);
        assert_eq!(
            fold_wholes(vec![node("Add", &["a", "b"], &["y"])], vec![bytes("a"), bytes("b")]),
            [144, 2]
        );
    }

    #[test]
    fn a_mean_divides_by_the_number_of_operands() {
        let nodes = vec![node("Mean", &["a", "b", "a"], &["y"])];
        assert_eq!(
            fold_reals(nodes, vec![reals("a", &[1], &[3.0]), reals("b", &[2], &[0.0, 6.0])]),
            [2.0, 4.0]
        );
    }

    #[test]
    fn real_and_whole_numbers_do_not_mix() {
        let nodes = vec![node("Add", &["r", "w"], &["y"])];
        assert!(fold(nodes, vec![reals("r", &[1], &[2.0]), wholes("w", &[1], &[2])]).is_err());
    }
}
