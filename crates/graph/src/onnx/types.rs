//! `TensorProto.DataType` of what a node gives. [`Kind`] does not tell widths, on which rounding and wrapping depend.

use super::call::Call;
use super::tensor::data_type::{BOOL, FLOAT, INT32, INT64, UINT8};
use crate::Kind;

/// The type of output `index`, whose kind is known.
pub fn of_output(call: &Call, index: usize, kind: Kind) -> i32 {
    match (declared(call, index), kind) {
        (Some(data_type), _) if super::tensor::kind_of(data_type) == Some(kind) => data_type,
        (_, Kind::Bool) => BOOL,
        (None, _) => like_an_operand(call, kind),
        (Some(_), Kind::F32) => FLOAT,
        (Some(_), Kind::I64) => INT64,
    }
}

/// The type where it is not that of an operand.
fn declared(call: &Call, index: usize) -> Option<i32> {
    let attribute = |name| call.attribute(name).and_then(|attribute| i32::try_from(attribute.i).ok());
    let operand = |index| Some(call.data_type(index)).filter(|&data_type| data_type != 0);
    match (&call.node.operator[..], index) {
        ("Cast", _) => attribute("to"),
        ("CastLike", _) => operand(1),
        ("Constant" | "ConstantOfShape", _) => {
            call.tensor("value").map(|tensor| tensor.data_type).or(Some(0))
        }
        ("EyeLike", _) => attribute("dtype"),
        ("Shape" | "Size" | "ArgMax" | "ArgMin" | "NonZero" | "NonMaxSuppression", _) | ("TopK", 1) => {
            Some(INT64)
        }
        ("OneHot", _) => operand(2),
        ("QuantizeLinear", _) => operand(2).or(attribute("output_dtype")).or(Some(UINT8)),
        ("QLinearConv" | "QLinearMatMul", _) => operand(7),
        ("DynamicQuantizeLinear", 0 | 2) => Some(UINT8),
        ("ConvInteger" | "MatMulInteger", _) => Some(INT32),
        _ => None,
    }
}

fn like_an_operand(call: &Call, kind: Kind) -> i32 {
    let alike = call.types.iter().copied().find(|&data_type| super::tensor::kind_of(data_type) == Some(kind));
    alike.unwrap_or(if kind == Kind::I64 { INT64 } else { FLOAT })
}
