//! Products of matrices.

use super::Operator;
use super::einsum::einsum;
use crate::onnx::call::Call;
use crate::{Binary, Builder, Error, Kind, Op, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Gemm" => gemm,
        "MatMul" => |builder, call| Ok(vec![matmul(builder, call.input(0)?, call.input(1)?)?]),
        "Einsum" => einsum,
        _ => return None,
    })
}

/// `alpha * a * b + beta * c`
fn gemm(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (mut a, mut b) = (call.input(0)?, call.input(1)?);
    if builder.shape(a).len() != 2 || builder.shape(b).len() != 2 {
        return Err(call.fail("two matrices are expected"));
    }
    if call.flag("transA", false) {
        a = builder.transpose(a, &[1, 0])?;
    }
    if call.flag("transB", false) {
        b = builder.transpose(b, &[1, 0])?;
    }
    // The weight is scaled, not the product: it is the one that is known.
    let b = scaled(builder, call, b, call.float("alpha", 1.0))?;
    let product = builder.add(Op::MatMul, &[a, b])?;
    let Some(c) = call.optional(2) else { return Ok(vec![product]) };
    let beta = call.float("beta", 1.0);
    if beta == 0.0 {
        return Ok(vec![product]);
    }
    let c = scaled(builder, call, c, beta)?;
    Ok(vec![builder.binary(Binary::Add, product, c)?])
}

fn scaled(builder: &mut Builder, call: &Call, x: ValueId, factor: f32) -> Result<ValueId, Error> {
    if factor == 1.0 {
        return Ok(x);
    }
    if builder.graph.kind(x) != Kind::F32 {
        return Err(call.missing("whole numbers by a real factor"));
    }
    let factor = builder.scalar(factor);
    builder.binary(Binary::Mul, x, factor)
}

/// A product as NumPy's: a vector is a row on the left and a column on the right.
pub fn matmul(builder: &mut Builder, a: ValueId, b: ValueId) -> Result<ValueId, Error> {
    let (a_shape, b_shape) = (builder.shape(a), builder.shape(b));
    let a = if let [k] = a_shape[..] { builder.reshape(a, &[1, k])? } else { a };
    let b = if let [k] = b_shape[..] { builder.reshape(b, &[k, 1])? } else { b };
    let product = builder.add(Op::MatMul, &[a, b])?;
    let mut shape = builder.shape(product);
    if b_shape.len() == 1 {
        shape.pop();
    }
    if a_shape.len() == 1 {
        let columns = usize::from(b_shape.len() != 1);
        shape.remove(shape.len() - 1 - columns);
    }
    builder.reshape(product, &shape)
}
