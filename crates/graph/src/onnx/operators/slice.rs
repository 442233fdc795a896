//! Parts of a value: Slice, and a centred part or frame.

use super::pad::pad_constant;
use super::{Operator, one};
use crate::onnx::call::Call;
use crate::{Builder, Error, Op, Range, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Slice" => slice,
        "CenterCropPad" => center_crop_pad,
        _ => return None,
    })
}

/// Attributes in opset 1, operands since 10.
fn slice(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let mut shape = builder.shape(x);
    let starts = call.ints_or_operand(builder, "starts", 1)?.ok_or_else(|| call.fail("no starts"))?;
    let ends = call.ints_or_operand(builder, "ends", 2)?.ok_or_else(|| call.fail("no ends"))?;
    let axes =
        call.ints_or_operand(builder, "axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = call.ints_or_operand(builder, "steps", 4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
        return Err(call.fail("starts, ends, axes and steps differ in number"));
    }
    let mut ranges = vec![Range { start: 0, step: 1 }; shape.len()];
    let mut seen = vec![];
    for (index, &axis) in axes.iter().enumerate() {
        let axis = call.axis(axis, shape.len())?;
        if seen.contains(&axis) {
            return Err(call.fail("an axis is named twice"));
        }
        seen.push(axis);
        let part = part(shape[axis], starts[index], ends[index], steps[index]);
        (ranges[axis], shape[axis]) = part.ok_or_else(|| call.fail("a step of 0"))?;
    }
    if shape == builder.shape(x) && ranges.iter().all(|range| range.step == 1) {
        return Ok(vec![x]);
    }
    one(builder.add_shaped(Op::Slice(ranges), &[x], shape))
}

/// Where a part of an axis starts and how many elements it has, as Python's slices.
fn part(size: usize, start: i64, end: i64, step: i64) -> Option<(Range, usize)> {
    let length = i64::try_from(size).ok()?;
    let counted = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
    let (start, end) = match step {
        0 => return None,
        1.. => (counted(start).clamp(0, length), counted(end).clamp(0, length)),
        _ => (counted(start).clamp(-1, length - 1), counted(end).clamp(-1, length - 1)),
    };
    let distance = if step > 0 { end - start } else { start - end };
    let count = usize::try_from(distance).unwrap_or(0).div_ceil(usize::try_from(step.unsigned_abs()).ok()?);
    // A step beyond the axis is never taken.
    let step = isize::try_from(step.clamp(-length.max(1), length.max(1))).ok()?;
    Some((Range { start: usize::try_from(start).unwrap_or(0), step }, count))
}

/// Odd remainders: a crop loses one more at the end, a frame gains one more there.
fn center_crop_pad(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let mut x = call.input(0)?;
    let rank = builder.shape(x).len();
    let sizes = builder.known_i64s(call.input(1)?)?;
    let axes = call.ints("axes").map_or_else(|| (0..rank as i64).collect(), <[i64]>::to_vec);
    if axes.len() != sizes.len() {
        return Err(call.fail("a size for each axis is expected"));
    }
    let mut around = vec![(0, 0); rank];
    for (&axis, &size) in axes.iter().zip(&sizes) {
        let (axis, size) = (call.axis(axis, rank)?, call.size(size)?);
        let old = builder.shape(x)[axis];
        match size.checked_sub(old) {
            Some(missing) => around[axis] = (missing / 2, missing - missing / 2),
            None => x = builder.slice_axis(x, axis, (old - size) / 2, size)?,
        }
    }
    one(pad_constant(builder, x, &around, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `list(range(5))[start:end:step]` in Python: the first index and how many.
    #[test]
    fn parts_are_pythons_slices() {
        let part = |start, end, step| part(5, start, end, step).map(|(range, count)| (range.start, count));
        assert_eq!(part(1, 4, 1), Some((1, 3)));
        assert_eq!(part(-3, i64::MAX, 2), Some((2, 2)));
        assert_eq!(part(4, i64::MIN, -2), Some((4, 3)));
        assert_eq!(part(20, 0, -1), Some((4, 4)));
        assert_eq!(part(4, 1, 1), Some((4, 0)));
        assert_eq!(part(i64::MIN, i64::MAX, i64::MAX), Some((0, 1)));
        assert_eq!(part(0, 5, 0), None);
    }
}
