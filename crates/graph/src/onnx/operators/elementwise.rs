//! Operators that compute each element by itself.

use super::Operator;
use crate::onnx::call::Call;
use crate::{Builder, Error, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Identity" => |_, call| Ok(vec![call.input(0)?]),
        "Relu" => |builder, call| unary(builder, call, Unary::Relu),
        _ => return None,
    })
}

fn unary(builder: &mut Builder, call: &Call, function: Unary) -> Result<Vec<ValueId>, Error> {
    Ok(vec![builder.unary(function, call.input(0)?)?])
}
