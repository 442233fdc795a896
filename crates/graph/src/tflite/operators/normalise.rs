//! Normalisation along axes.

use super::{Call, Single};
use crate::{Binary, Builder, Error, Op, Reduction, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "SOFTMAX" => softmax,
        "LOG_SOFTMAX" => |builder, call| {
            let (x, axis) = with_last_axis(builder, call)?;
            builder.add(Op::Softmax { axis, log: true }, &[x])
        },
        "L2_NORMALIZATION" => l2_normalisation,
        "LOCAL_RESPONSE_NORMALIZATION" => local_response,
        _ => return None,
    })
}

fn with_last_axis(builder: &Builder, call: &Call) -> Result<(ValueId, usize), Error> {
    let x = call.real(builder, 0)?;
    let last = builder.graph.shape(x).len().checked_sub(1);
    Ok((x, last.ok_or_else(|| call.fail("an operand without axes"))?))
}

/// `beta` is the inverse of the temperature.
fn softmax(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (mut x, axis) = with_last_axis(builder, call)?;
    let beta = call.option_f32(0)?.unwrap_or(1.0);
    if beta != 1.0 {
        let beta = builder.scalar(beta);
        x = builder.binary(Binary::Mul, x, beta)?;
    }
    builder.add(Op::Softmax { axis, log: false }, &[x])
}

/// Divided by the length, which is at least 1e-6.
fn l2_normalisation(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (x, axis) = with_last_axis(builder, call)?;
    let length = builder.add(Op::Reduce { kind: Reduction::L2, axes: vec![axis] }, &[x])?;
    let least = builder.scalar(1e-6);
    let length = builder.binary(Binary::Max, length, least)?;
    builder.add(Op::Binary(Binary::Div, call.activation(0)?), &[x, length])
}

/// The sum is not divided by its length, unlike ONNX's.
fn local_response(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.real(builder, 0)?;
    let radius = usize::from(u16::try_from(call.option(0, 0)?).map_err(|_| call.fail("its radius"))?);
    let option = |field| Ok::<_, Error>(call.option_f32(field)?.unwrap_or(0.0));
    let size = 2 * radius + 1;
    let (bias, alpha, beta) = (option(1)?, option(2)? * size as f32, option(3)?);
    builder.add(Op::LocalResponse { size, alpha, beta, bias }, &[x])
}
