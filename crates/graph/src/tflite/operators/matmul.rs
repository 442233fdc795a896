//! Products of matrices.

use super::conv::arranged;
use super::{Call, Single};
use crate::{Binary, Builder, Error, Op, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "FULLY_CONNECTED" => fully_connected,
        "BATCH_MATMUL" => batch_matmul,
        _ => return None,
    })
}

/// `x [.., k]`, weights `[n, k]`, a bias `[n]`. All axes of `x` but the last one are one, unless they are to be kept.
fn fully_connected(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    if call.option_u8(1)? != 0 {
        return Err(call.missing("shuffled weights"));
    }
    let (mut x, weight) = (call.real(builder, 0)?, call.real(builder, 1)?);
    let (shape, &[n, k]) = (builder.shape(x), &builder.shape(weight)[..]) else {
        return Err(call.fail("its weights have to be a matrix"));
    };
    let count: usize = shape.iter().product();
    if k == 0 || !count.is_multiple_of(k) {
        return Err(call.fail(format!("{shape:?} is no number of rows of {k}")));
    }
    let rows = match shape.split_last() {
        Some((&last, rows)) if call.flag(2)? && last == k => rows.to_vec(),
        _ => vec![count / k],
    };
    x = builder.reshape(x, &[count / k, k])?;
    let weight = arranged(builder, weight, &[1, 0])?;
    let mut y = builder.add(Op::MatMul, &[x, weight])?;
    let activation = call.activation_or_implied(0)?;
    y = match call.optional(2) {
        Some(_) => builder.add(Op::Binary(Binary::Add, activation), &[y, call.real(builder, 2)?])?,
        None => call.activate(builder, activation, y)?,
    };
    builder.reshape(y, &[&rows[..], &[n]].concat())
}

fn batch_matmul(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let a = turned(builder, call.real(builder, 0)?, call.flag(0)?)?;
    let b = turned(builder, call.real(builder, 1)?, call.flag(1)?)?;
    builder.add(Op::MatMul, &[a, b])
}

/// The last two axes, exchanged if so.
fn turned(builder: &mut Builder, x: ValueId, turn: bool) -> Result<ValueId, Error> {
    let mut permutation: Vec<usize> = (0..builder.graph.shape(x).len()).collect();
    if let ([.., a, b], true) = (&mut permutation[..], turn) {
        std::mem::swap(a, b);
    }
    arranged(builder, x, &permutation)
}
