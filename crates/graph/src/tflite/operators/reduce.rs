//! Many elements that become one, and running sums.

use super::{Call, Single};
use crate::{Builder, Error, Op, Reduction, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "MEAN" => |builder, call| reduce(builder, call, Reduction::Mean),
        "SUM" => |builder, call| reduce(builder, call, Reduction::Sum),
        "REDUCE_PROD" => |builder, call| reduce(builder, call, Reduction::Prod),
        // Truth values are 0 and 1.
        "REDUCE_MAX" | "REDUCE_ANY" => |builder, call| reduce(builder, call, Reduction::Max),
        "REDUCE_MIN" | "REDUCE_ALL" => |builder, call| reduce(builder, call, Reduction::Min),
        "ARG_MAX" => |builder, call| arg_reduce(builder, call, true),
        "ARG_MIN" => |builder, call| arg_reduce(builder, call, false),
        "CUMSUM" => |builder, call| {
            let x = call.input(0)?;
            let axis = call.axis(call.int(builder, 1)?, builder.graph.shape(x).len())?;
            builder.add(Op::CumSum { axis, exclusive: call.flag(0)?, reverse: call.flag(1)? }, &[x])
        },
        _ => return None,
    })
}

fn reduce(builder: &mut Builder, call: &Call, kind: Reduction) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let axes = call.axes(&call.ints(builder, 1)?, shape.len())?;
    if axes.is_empty() {
        return Ok(x);
    }
    let kept = builder.add(Op::Reduce { kind, axes: axes.clone() }, &[x])?;
    if call.flag(0)? { Ok(kept) } else { without(builder, kept, &axes) }
}

fn arg_reduce(builder: &mut Builder, call: &Call, largest: bool) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let axis = call.axis(call.int(builder, 1)?, builder.graph.shape(x).len())?;
    let kept = builder.add(Op::ArgReduce { axis, largest, last: false }, &[x])?;
    without(builder, kept, &[axis])
}

fn without(builder: &mut Builder, x: ValueId, axes: &[usize]) -> Result<ValueId, Error> {
    let shape = builder.shape(x);
    let left = shape.iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
    builder.reshape(x, &left.map(|(_, &size)| size).collect::<Vec<_>>())
}
