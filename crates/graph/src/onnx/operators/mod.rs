//! ONNX's operators in terms of [`crate::Op`], a file for each family.

mod attention;
mod attention_bias;
mod cast;
mod conv;
mod conv_transpose;
mod dequantise;
mod einsum;
mod elementwise;
mod index;
mod linear;
mod microsoft;
mod movement;
mod normalise;
mod pad;
mod pool;
mod quantise;
mod reduce;
mod resize;
mod sample;
mod select;
mod shape;
mod slice;
mod windows;

use super::Operator;
use super::call::Call;
use crate::{Builder, Error, Op, ValueId};

/// The operator of that name; none if it is missing here.
pub fn find(domain: &str, name: &str) -> Option<Operator> {
    match domain {
        "" | "ai.onnx" => {}
        "com.microsoft" => return microsoft::find(name),
        _ => return None,
    }
    None.or_else(|| elementwise::find(name))
        .or_else(|| cast::find(name))
        .or_else(|| shape::find(name))
        .or_else(|| movement::find(name))
        .or_else(|| slice::find(name))
        .or_else(|| pad::find(name))
        .or_else(|| index::find(name))
        .or_else(|| select::find(name))
        .or_else(|| reduce::find(name))
        .or_else(|| quantise::find(name))
        .or_else(|| conv::find(name))
        .or_else(|| pool::find(name))
        .or_else(|| normalise::find(name))
        .or_else(|| linear::find(name))
        .or_else(|| attention::find(name))
        .or_else(|| resize::find(name))
        .or_else(|| sample::find(name))
}

/// One output.
fn one(id: Result<ValueId, Error>) -> Result<Vec<ValueId>, Error> {
    id.map(|id| vec![id])
}

/// The whole numbers `0..count`.
fn count_up(builder: &mut Builder, count: usize) -> Result<ValueId, Error> {
    let one = builder.i64s(&[1], vec![1]);
    let ones = builder.expand(one, &[count])?;
    builder.add(Op::CumSum { axis: 0, exclusive: true, reverse: false }, &[ones])
}

/// A vector that varies along one of `rank` axes.
fn along_axis(builder: &mut Builder, vector: ValueId, axis: usize, rank: usize) -> Result<ValueId, Error> {
    let mut shape = vec![1; rank];
    if let Some(size) = shape.get_mut(axis) {
        *size = builder.shape(vector).iter().product();
    }
    builder.reshape(vector, &shape)
}

/// An axis that has size 1 is dropped, unless the file asks for it with the attribute `keepdims`.
fn drop_unless_kept(
    builder: &mut Builder,
    call: &Call,
    x: ValueId,
    axes: &[usize],
) -> Result<ValueId, Error> {
    if call.flag("keepdims", true) {
        return Ok(x);
    }
    let shape = builder.shape(x);
    let kept = shape.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
    let kept: Vec<usize> = kept.map(|(_, &size)| size).collect();
    builder.reshape(x, &kept)
}
