//! Picking and placing by indices.

use super::constants::zeros;
use super::{Call, Single};
use crate::{Binary, Builder, Error, Kind, Op, Update, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "GATHER" => gather,
        "GATHER_ND" => |builder, call| {
            builder.add(Op::GatherNd { batch_axes: 0 }, &[call.input(0)?, indices(builder, call, 1)?])
        },
        "SCATTER_ND" => scatter_nd,
        "ONE_HOT" => one_hot,
        _ => return None,
    })
}

fn indices(builder: &Builder, call: &Call, operand: usize) -> Result<ValueId, Error> {
    match call.input(operand)? {
        id if builder.graph.kind(id) == Kind::I64 => Ok(id),
        _ => Err(call.fail("indices have to be whole numbers")),
    }
}

fn gather(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (x, indices) = (call.input(0)?, indices(builder, call, 1)?);
    let axis = call.axis(call.option(0, 0)?, builder.graph.shape(x).len())?;
    let mut shape = builder.shape(indices);
    match call.option(1, 0)? {
        0 => builder.add(Op::Gather { axis }, &[x, indices]),
        batches if usize::try_from(batches) == Ok(axis) => {
            shape.push(1);
            let indices = builder.reshape(indices, &shape)?;
            builder.add(Op::GatherNd { batch_axes: axis }, &[x, indices])
        }
        batches => Err(call.missing(format!("{batches} batch axes and axis {axis}"))),
    }
}

/// Updates of one element add up.
fn scatter_nd(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (indices, updates, shape) = (indices(builder, call, 0)?, call.input(1)?, call.sizes(builder, 2)?);
    let empty = zeros(builder, builder.graph.kind(updates), &shape)?;
    builder.add(Op::ScatterNd(Update::Add), &[empty, indices, updates])
}

/// Indices are compared with all of them along a new axis.
fn one_hot(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (indices, depth) = (indices(builder, call, 0)?, call.size(call.int(builder, 1)?)?);
    let mut shape = builder.shape(indices);
    let axis = call.axis(call.option(0, 0)?, shape.len() + 1)?;
    shape.insert(axis, 1);
    let indices = builder.reshape(indices, &shape)?;
    builder.check_size(&[depth])?;
    builder.spend(depth)?;
    let all = builder.i64s(&[depth], (0..depth as i64).collect());
    let mut along = vec![1; shape.len()];
    along[axis] = depth;
    let all = builder.reshape(all, &along)?;
    let hot = builder.binary(Binary::Equal, indices, all)?;
    builder.add(Op::Where, &[hot, call.input(2)?, call.input(3)?])
}
