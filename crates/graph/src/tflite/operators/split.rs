//! Operators with several outputs.

use super::{Call, Several};
use crate::{Builder, Error, Op, ValueId};

pub fn find(name: &str) -> Option<Several> {
    Some(match name {
        "SPLIT" => split,
        "SPLIT_V" => split_by_sizes,
        "UNPACK" => unpack,
        "TOPK_V2" => top_k,
        _ => return None,
    })
}

/// The axis, and the value.
fn split(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, parts) = (call.input(1)?, call.outputs.len());
    let axis = call.axis(call.int(builder, 0)?, builder.graph.shape(x).len())?;
    let size = builder.graph.shape(x)[axis];
    if parts == 0 || !size.is_multiple_of(parts) {
        return Err(call.fail(format!("{parts} parts of {size}")));
    }
    slices(builder, x, axis, &vec![size / parts; parts])
}

/// The value, the sizes, one of which may be -1, and the axis.
fn split_by_sizes(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, sizes) = (call.input(0)?, call.ints(builder, 1)?);
    let axis = call.axis(call.int(builder, 2)?, builder.graph.shape(x).len())?;
    let whole = builder.graph.shape(x)[axis];
    let given = sizes.iter().filter(|&&size| size != -1).map(|&size| call.size(size).unwrap_or(usize::MAX));
    let left = whole.saturating_sub(given.fold(0, usize::saturating_add));
    let size = |&size: &i64| if size == -1 { Ok(left) } else { call.size(size) };
    let sizes = sizes.iter().map(size).collect::<Result<Vec<_>, _>>()?;
    if sizes.iter().copied().fold(0, usize::saturating_add) != whole || sizes.len() != call.outputs.len() {
        return Err(call.fail(format!("parts {sizes:?} of {whole}")));
    }
    slices(builder, x, axis, &sizes)
}

fn slices(builder: &mut Builder, x: ValueId, axis: usize, sizes: &[usize]) -> Result<Vec<ValueId>, Error> {
    let mut start = 0;
    let mut part = |&size: &usize| {
        start += size;
        builder.slice_axis(x, axis, start - size, size)
    };
    sizes.iter().map(&mut part).collect()
}

/// The parts along an axis, which goes.
fn unpack(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let mut shape = builder.shape(x);
    let axis = call.axis(call.option(1, 0)?, shape.len())?;
    if shape.remove(axis) != call.outputs.len() {
        return Err(call.fail(format!("{} outputs", call.outputs.len())));
    }
    let part = |index| {
        let part = builder.slice_axis(x, axis, index, 1)?;
        builder.reshape(part, &shape)
    };
    (0..call.outputs.len()).map(part).collect()
}

/// The largest elements along the last axis, and their indices.
fn top_k(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, count) = (call.input(0)?, call.size(call.int(builder, 1)?)?);
    let mut shape = builder.shape(x);
    let axis = shape.len().checked_sub(1).ok_or_else(|| call.fail("an operand without axes"))?;
    shape[axis] = count;
    let top = |indices| builder.add_shaped(Op::TopK { axis, largest: true, indices }, &[x], shape.clone());
    [false, true].into_iter().map(top).collect()
}
