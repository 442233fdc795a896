//! Whole numbers with scales and zero points -> real numbers.

use super::along_axis;
use super::cast::cast_kind;
use crate::host::{Quantised, Scale};
use crate::onnx::call::Call;
use crate::shape::broadcast;
use crate::{Binary, Builder, Constant, Data, Error, Graph, Kind, Op, Scalar, Unary, ValueId};

/// Nodes among which the maker of an operand is looked for.
const MAX_SEARCH: usize = 1 << 12;

/// `(x - zero) * scale`, of three operands of a call.
pub fn dequantize(
    builder: &mut Builder,
    call: &Call,
    [x, scale, zero]: [usize; 3],
) -> Result<ValueId, Error> {
    let x = call.input(x)?;
    let shape = builder.shape(x);
    let scale = along(builder, call, call.input(scale)?, &shape)?;
    let zero = call.optional(zero).map(|zero| along(builder, call, zero, &shape)).transpose()?;
    scaled(builder, x, scale, zero)
}

/// As [`dequantize`], with a scale for each row (the first axis, a convolution's output channels).
pub fn dequantize_rows(
    builder: &mut Builder,
    call: &Call,
    [x, scale, zero]: [usize; 3],
) -> Result<ValueId, Error> {
    let x = call.input(x)?;
    let rank = builder.shape(x).len();
    let zero = call.optional(zero).map(|zero| by_row(builder, zero, rank)).transpose()?;
    let scale = by_row(builder, call.input(scale)?, rank)?;
    scaled(builder, x, scale, zero)
}

/// Scales that belong to the rows of a value, its first axis.
pub fn by_row(builder: &mut Builder, scale: ValueId, rank: usize) -> Result<ValueId, Error> {
    match builder.shape(scale)[..] {
        [] => Ok(scale),
        _ => along_axis(builder, scale, 0, rank),
    }
}

/// `(x - zero) * scale` of values that broadcast. Known weights become real numbers in one step.
pub fn scaled(
    builder: &mut Builder,
    x: ValueId,
    scale: ValueId,
    zero: Option<ValueId>,
) -> Result<ValueId, Error> {
    let shape = builder.shape(x);
    let elements = shape.iter().product();
    // What is too much to be computed at load is left to a run.
    if let Some(real) = scaled_constant(&builder.graph, x, scale, zero)
        && builder.spend(elements).is_ok()
    {
        return Ok(builder.constant(Kind::F32, &shape, real));
    }
    let centred = centre(builder, x, zero)?;
    builder.binary(Binary::Mul, centred, scale)
}

/// None unless all is known and the scales belong to one axis or to all elements.
fn scaled_constant(graph: &Graph, x: ValueId, scale: ValueId, zero: Option<ValueId>) -> Option<Constant> {
    let (numbers, scales) = (graph.i64s(x)?, graph.f32s(scale)?);
    let by_scale = elements_behind(graph.shape(x), graph.shape(scale))?;
    let (zeros, by_zero) = match zero {
        Some(zero) => (graph.i64s(zero)?, elements_behind(graph.shape(x), graph.shape(zero))?),
        None => (&[0][..], 1),
    };
    if let Some(stored) = stored(numbers, (scales, by_scale), (zeros, by_zero)) {
        return Some(stored.into());
    }
    let real = |(index, &number): (usize, &i64)| {
        let zero = zeros[index / by_zero % zeros.len()];
        number.wrapping_sub(zero) as f32 * scales[index / by_scale % scales.len()]
    };
    Some(Data::F32(numbers.iter().enumerate().map(real).collect()).into())
}

/// Numbers of 8 bits, whose scales and zero points each belong to so many neighbours.
fn stored(
    numbers: &[i64],
    (scales, by_scale): (&[f32], usize),
    (zeros, by_zero): (&[i64], usize),
) -> Option<Quantised> {
    let run = match (scales.len(), zeros.len()) {
        (1, 1) => numbers.len().max(1),
        (_, 1) => by_scale,
        (all, others) if all == others && by_scale == by_zero => by_scale,
        _ => return None,
    };
    let signed = numbers.iter().any(|&number| number < 0);
    let byte = |&number: &i64| match signed {
        true => i8::try_from(number).ok().map(i8::cast_unsigned),
        false => u8::try_from(number).ok(),
    };
    let bytes = numbers.iter().map(byte).collect::<Option<Vec<u8>>>()?;
    let scale = |(&factor, &zero): (&f32, &i64)| Some(Scale { zero: i32::try_from(zero).ok()?, factor });
    let scales = scales.iter().zip(zeros.iter().cycle()).map(scale).collect::<Option<Vec<Scale>>>()?;
    Quantised::new(&bytes, signed, run, &scales)
}

/// Elements of a value behind the only axis along which its scales differ.
fn elements_behind(shape: &[usize], scales: &[usize]) -> Option<usize> {
    let fits = broadcast(shape, scales).is_ok_and(|both| both == shape);
    let mut wide = (0..scales.len()).filter(|&axis| fits && scales[axis] != 1);
    let behind =
        wide.next().map_or(1, |axis| shape[shape.len() - scales.len() + axis + 1..].iter().product());
    (fits && wide.next().is_none()).then_some(behind)
}

/// `x - zero` as real numbers.
pub fn centre(builder: &mut Builder, x: ValueId, zero: Option<ValueId>) -> Result<ValueId, Error> {
    let x = match before_cast(&builder.graph, x) {
        Some(real) => real,
        None => cast_kind(builder, x, Kind::F32)?,
    };
    let Some(zero) = zero else { return Ok(x) };
    let all_zero = builder.graph.i64s(zero).is_some_and(|zeros| zeros.iter().all(|&zero| zero == 0));
    if all_zero {
        return Ok(x);
    }
    let zero = cast_kind(builder, zero, Kind::F32)?;
    builder.binary(Binary::Sub, x, zero)
}

/// The real numbers of which QuantizeLinear made whole ones by a cast alone: they need no cast back.
fn before_cast(graph: &Graph, x: ValueId) -> Option<ValueId> {
    // The operands of a node lie closely before it: a longer search makes hostile files slow.
    let made = |id| graph.nodes.iter().rev().take(MAX_SEARCH).find(move |node| node.output == id);
    let cast = made(x).filter(|node| node.op == Op::Cast(Kind::I64))?;
    let clipped = made(*cast.inputs.first()?)?;
    let whole = |number: Scalar| number.0.fract() == 0.0;
    let rounded = match clipped.op {
        Op::Unary(Unary::Clip(low, high)) if whole(low) && whole(high) => clipped.inputs.first(),
        Op::Binary(Binary::Add, Unary::Clip(low, high)) if whole(low) && whole(high) => {
            let zeros = clipped.inputs.get(1).and_then(|&zero| graph.f32s(zero));
            clipped
                .inputs
                .first()
                .filter(|_| zeros.is_some_and(|zeros| zeros.iter().all(|zero| zero.fract() == 0.0)))
        }
        _ => None,
    };
    let is_rounded = matches!(made(*rounded?)?.op, Op::Binary(Binary::Div, Unary::Round));
    is_rounded.then_some(clipped.output)
}

/// Scales or zero points for a value of a shape: one for all, one for each place of the axis, or one for each block.
pub fn along(builder: &mut Builder, call: &Call, scale: ValueId, shape: &[usize]) -> Result<ValueId, Error> {
    let given = builder.shape(scale);
    let block = call.size(call.int("block_size", 0))?;
    if given.iter().product::<usize>() == 1 && block == 0 {
        return builder.reshape(scale, &[]);
    }
    let axis = call.axis(call.int("axis", 1), shape.len())?;
    if block == 0 {
        return match given[..] {
            [_] => along_axis(builder, scale, axis, shape.len()),
            _ => Err(call.fail(format!("scales of {given:?} for {shape:?}"))),
        };
    }
    if given.len() != shape.len() || given[axis] != shape[axis].div_ceil(block) {
        return Err(call.fail(format!("scales of {given:?} for {shape:?} in blocks of {block}")));
    }
    let mut split = given.clone();
    split.insert(axis + 1, 1);
    let scale = builder.reshape(scale, &split)?;
    split[axis + 1] = block;
    let scale = builder.expand(scale, &split)?;
    let mut merged = given;
    merged[axis] = merged[axis].checked_mul(block).ok_or_else(|| call.fail("too large"))?;
    let scale = builder.reshape(scale, &merged)?;
    builder.slice_axis(scale, axis, 0, shape[axis])
}
