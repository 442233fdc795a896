//! Operators that move elements and do not change them.

use super::{Call, Single};
use crate::{Builder, Data, Error, Op, PadMode, Range, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "RESHAPE" => reshape,
        "SQUEEZE" => squeeze,
        "EXPAND_DIMS" => expand_dims,
        "TRANSPOSE" => |builder, call| {
            let permutation = call.sizes(builder, 1)?;
            builder.transpose(call.input(0)?, &permutation)
        },
        "PAD" => |builder, call| pad(builder, call, PadMode::Constant(0.0)),
        "PADV2" => |builder, call| {
            let number = match builder.known(call.input(2)?)? {
                Data::F32(data) => data.first().map(|&number| f64::from(number)),
                Data::I64(data) => data.first().map(|&number| number as f64),
            };
            let number = number.ok_or_else(|| call.fail("no number to pad with"))?;
            pad(builder, call, PadMode::Constant(number))
        },
        "MIRROR_PAD" => |builder, call| {
            let mode = if call.flag(0)? { PadMode::Symmetric } else { PadMode::Reflect };
            pad(builder, call, mode)
        },
        "TILE" => tile,
        "BROADCAST_TO" => |builder, call| {
            let shape = call.sizes(builder, 1)?;
            builder.expand(call.input(0)?, &shape)
        },
        "CONCATENATION" => concatenation,
        "PACK" => pack,
        "REVERSE_V2" => reverse,
        "REVERSE_SEQUENCE" => |builder, call| {
            let (x, lengths) = (call.input(0)?, call.input(1)?);
            let rank = builder.graph.shape(x).len();
            let time_axis = call.axis(call.option(0, 0)?, rank)?;
            let batch_axis = call.axis(call.option(1, 0)?, rank)?;
            builder.add(Op::ReverseSequence { time_axis, batch_axis }, &[x, lengths])
        },
        _ => return None,
    })
}

/// One size may be -1: as many as there are elements.
fn reshape(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let target = if call.optional(1).is_some() { call.ints(builder, 1)? } else { call.option_ints(0)? };
    let count: usize = builder.graph.shape(x).iter().product();
    // A scalar, as old converters write it.
    if target == [0] && count == 1 {
        return builder.reshape(x, &[]);
    }
    let others =
        target.iter().filter(|&&size| size != -1).try_fold(1_i64, |product, &size| product.checked_mul(size));
    let free = others.and_then(|others| (count as i64).checked_div(others));
    let size = |&size: &i64| match size {
        -1 => call.size(free.unwrap_or(-1)),
        size => call.size(size),
    };
    let shape = target.iter().map(size).collect::<Result<Vec<_>, _>>()?;
    builder.reshape(x, &shape)
}

/// Without given axes, all of size 1 go.
fn squeeze(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let gone = call.axes(&call.option_ints(0)?, shape.len())?;
    if gone.iter().any(|&axis| shape[axis] != 1) {
        return Err(call.fail(format!("axes {gone:?} of {shape:?} are not all 1")));
    }
    let stays =
        |&(axis, &size): &(usize, &usize)| if gone.is_empty() { size != 1 } else { !gone.contains(&axis) };
    let left: Vec<usize> = shape.iter().enumerate().filter(stays).map(|(_, &size)| size).collect();
    builder.reshape(x, &left)
}

fn expand_dims(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let mut shape = builder.shape(x);
    let axis = call.axis(call.int(builder, 1)?, shape.len() + 1)?;
    shape.insert(axis, 1);
    builder.reshape(x, &shape)
}

/// Amounts before and behind each axis, `[rank, 2]`.
fn pad(builder: &mut Builder, call: &Call, mode: PadMode) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let amounts = call.sizes(builder, 1)?;
    padded(builder, call, x, &amounts, mode)
}

pub fn padded(
    builder: &mut Builder,
    call: &Call,
    x: ValueId,
    amounts: &[usize],
    mode: PadMode,
) -> Result<ValueId, Error> {
    let shape = builder.shape(x);
    let pairs = amounts.as_chunks::<2>().0;
    if amounts.len() != 2 * shape.len() {
        return Err(call.fail(format!("{} amounts for {shape:?}", amounts.len())));
    }
    if amounts.iter().all(|&amount| amount == 0) {
        return Ok(x);
    }
    // The furthest element that is mirrored.
    let reach = |size: usize| match mode {
        PadMode::Reflect => size.saturating_sub(1),
        PadMode::Symmetric => size,
        _ => usize::MAX,
    };
    let grown = shape.iter().zip(pairs).map(|(&size, &[before, behind])| {
        let fits = before.max(behind) <= reach(size);
        size.checked_add(before).and_then(|size| size.checked_add(behind)).filter(|_| fits)
    });
    let grown = grown.collect::<Option<Vec<_>>>();
    let grown = grown.ok_or_else(|| call.fail(format!("{shape:?} cannot be padded by {pairs:?}")))?;
    let before = pairs.iter().map(|pair| pair[0]).collect();
    builder.add_shaped(Op::Pad { before, mode }, &[x], grown)
}

/// Axes of size 1 are expanded; others get a new axis before them, which is expanded and merged.
fn tile(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let (shape, repeats) = (builder.shape(x), call.sizes(builder, 1)?);
    if repeats.len() != shape.len() {
        return Err(call.fail(format!("repeating {shape:?} by {repeats:?}")));
    }
    let (mut split, mut expanded, mut merged) = (vec![], vec![], vec![]);
    for (&size, &times) in shape.iter().zip(&repeats) {
        if size != 1 && times != 1 {
            split.push(1);
            expanded.push(times);
        }
        split.push(size);
        expanded.push(if size == 1 { times } else { size });
        merged.push(size.checked_mul(times).ok_or_else(|| call.fail("too large"))?);
    }
    let x = builder.reshape(x, &split)?;
    let x = builder.expand(x, &expanded)?;
    builder.reshape(x, &merged)
}

fn concatenation(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let all = call.all_inputs()?;
    let axis = call.axis(call.option(0, 0)?, builder.graph.shape(all[0]).len())?;
    let joined = builder.add(Op::Concat { axis }, &all)?;
    call.activate(builder, call.activation(1)?, joined)
}

/// Values, joined along a new axis.
fn pack(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let all = call.all_inputs()?;
    let mut shape = builder.shape(all[0]);
    let axis = call.axis(call.option(1, 0)?, shape.len() + 1)?;
    shape.insert(axis, 1);
    let all = all.into_iter().map(|x| builder.reshape(x, &shape)).collect::<Result<Vec<_>, _>>()?;
    builder.add(Op::Concat { axis }, &all)
}

fn reverse(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let axes = call.axes(&call.ints(builder, 1)?, shape.len())?;
    let range = |(axis, &size): (usize, &usize)| match axes.contains(&axis) && size > 0 {
        true => Range { start: size - 1, step: -1 },
        false => Range { start: 0, step: 1 },
    };
    builder.add_shaped(Op::Slice(shape.iter().enumerate().map(range).collect()), &[x], shape)
}
