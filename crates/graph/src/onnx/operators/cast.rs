//! Changes of type. Kinds do not tell widths: narrow whole numbers wrap and half precision rounds by operators of their
//! own.

use super::{Operator, one};
use crate::onnx::call::Call;
use crate::onnx::tensor::{data_type as types, kind_of};
use crate::{Binary, Builder, Error, Kind, Op, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Cast" => |builder, call| {
            let to = call.int("to", 0);
            one(cast(builder, call, i32::try_from(to).unwrap_or_default()))
        },
        "CastLike" => |builder, call| one(cast(builder, call, call.data_type(1))),
        _ => return None,
    })
}

fn cast(builder: &mut Builder, call: &Call, to: i32) -> Result<ValueId, Error> {
    let (x, from) = (call.input(0)?, call.data_type(0));
    let kind = kind_of(to).ok_or_else(|| call.missing(format!("to numbers of type {to}")))?;
    let y = cast_kind(builder, x, kind)?;
    match to {
        types::FLOAT16 if from != types::FLOAT16 => builder.unary(Unary::ToHalf, y),
        _ if from == to => Ok(y),
        _ => wrap(builder, y, to),
    }
}

/// The value itself if it has that kind.
pub fn cast_kind(builder: &mut Builder, x: ValueId, kind: Kind) -> Result<ValueId, Error> {
    if builder.graph.kind(x) == kind { Ok(x) } else { builder.add(Op::Cast(kind), &[x]) }
}

/// Whole numbers as the type holds them: what is beyond its range starts again at its other end.
///
/// Sums and casts of 32-bit numbers are trusted to fit, where they are not known at load.
pub fn wrap(builder: &mut Builder, x: ValueId, data_type: i32) -> Result<ValueId, Error> {
    let known = builder.graph.constants.contains_key(&x);
    let (bits, signed) = match data_type {
        types::UINT8 => (8, false),
        types::INT8 => (8, true),
        types::UINT16 => (16, false),
        types::INT16 => (16, true),
        types::UINT32 if known => (32, false),
        types::INT32 if known => (32, true),
        _ => return Ok(x),
    };
    if builder.graph.kind(x) != Kind::I64 {
        return Ok(x);
    }
    let mask = builder.i64s(&[], vec![(1 << bits) - 1]);
    if !signed {
        return builder.binary(Binary::BitwiseAnd, x, mask);
    }
    let half = builder.i64s(&[], vec![1 << (bits - 1)]);
    let shifted = builder.binary(Binary::Add, x, half)?;
    let wrapped = builder.binary(Binary::BitwiseAnd, shifted, mask)?;
    builder.binary(Binary::Sub, wrapped, half)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold_reals, fold_wholes, node, reals, typed, wholes};
    use super::types;

    /// As C and NumPy convert whole numbers.
    #[test]
    fn narrow_whole_numbers_wrap() {
        let cast = |to: i32| {
            let x = wholes("x", &[5], &[-1, 127, 128, 256, 300]);
            fold_wholes(vec![node("Cast", &["x"], &["y"]).int("to", to.into())], vec![x])
        };
        assert_eq!(cast(types::UINT8), [255, 127, 128, 0, 44]);
        assert_eq!(cast(types::INT8), [-1, 127, -128, 0, 44]);
        assert_eq!(cast(types::BOOL), [1; 5]);
    }

    /// 2049 lies between 2048 and 2050, the nearest numbers of half precision (11 bits).
    #[test]
    fn half_precision_rounds_also_when_an_operand_asks_for_it() {
        let x = || reals("x", &[1], &[2049.0]);
        assert_eq!(fold_reals(vec![node("Cast", &["x"], &["y"]).int("to", 10)], vec![x()]), [2048.0]);
        let like = typed("like", types::FLOAT16, &[1], &[0]);
        assert_eq!(fold_reals(vec![node("CastLike", &["x", "like"], &["y"])], vec![x(), like]), [2048.0]);
    }
}
