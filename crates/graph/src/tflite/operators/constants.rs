//! Values that follow from shapes and sizes alone.

use super::{Call, Single};
use crate::shape::broadcast;
use crate::{Builder, Data, Error, Kind, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "SHAPE" => |builder, call| {
            let shape = builder.shape(call.input(0)?);
            let sizes = shape.iter().map(|&size| size as i64).collect();
            Ok(builder.i64s(&[shape.len()], sizes))
        },
        "RANK" => |builder, call| {
            let rank = builder.graph.shape(call.input(0)?).len();
            Ok(builder.i64s(&[], vec![rank as i64]))
        },
        "FILL" => |builder, call| {
            let shape = call.sizes(builder, 0)?;
            builder.expand(call.input(1)?, &shape)
        },
        "ZEROS_LIKE" => |builder, call| {
            let x = call.input(0)?;
            zeros(builder, builder.graph.kind(x), &builder.shape(x))
        },
        "RANGE" => range,
        "BROADCAST_ARGS" => |builder, call| {
            let (a, b) = (call.sizes(builder, 0)?, call.sizes(builder, 1)?);
            let shape = broadcast(&a, &b).map_err(|cause| call.fail(cause))?;
            let sizes = shape.iter().map(|&size| size as i64).collect();
            Ok(builder.i64s(&[shape.len()], sizes))
        },
        _ => return None,
    })
}

/// Zeros of a kind.
pub fn zeros(builder: &mut Builder, kind: Kind, shape: &[usize]) -> Result<ValueId, Error> {
    let data = if kind == Kind::F32 { Data::F32(vec![0.0]) } else { Data::I64(vec![0]) };
    let zero = builder.constant(kind, &[], data);
    builder.expand(zero, shape)
}

/// From the first number in steps, without the second one.
fn range(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let operands = [call.input(0)?, call.input(1)?, call.input(2)?];
    let real = operands.iter().any(|&id| builder.graph.kind(id) == Kind::F32);
    let known = |index: usize| match &builder.known_f32s(operands[index])?[..] {
        [number] => Ok(f64::from(*number)),
        _ => Err(call.fail("one number is expected")),
    };
    let [start, end, step] = [known(0)?, known(1)?, known(2)?];
    let count = ((end - start) / step).ceil().max(0.0);
    if !count.is_finite() {
        return Err(call.fail(format!("from {start} to {end} in steps of {step}")));
    }
    let count = builder.check_size(&[count as usize])?;
    builder.spend(count)?;
    if real {
        // As TFLite does: the step is added again and again.
        let numbers = std::iter::successors(Some(start as f32), |&number| Some(number + step as f32));
        return Ok(builder.f32s(&[count], numbers.take(count).collect()));
    }
    let numbers = (0..count as i64).map(|index| (start as i64).wrapping_add(index.wrapping_mul(step as i64)));
    Ok(builder.i64s(&[count], numbers.collect()))
}
