//! Elements that only change their places.

use super::strided::{Axis, broadcast_axes, coalesce, collect, for_each_place};
use super::{View, split_at_axis, strides};
use crate::threads::{MOVED, share};
use crate::{Data, PadMode, Range};
use std::mem::take;

/// [`crate::Op::Transpose`].
pub fn transpose(x: View, permutation: &[usize]) -> Data {
    let axes = transposed_axes(x.shape, permutation);
    match x.data {
        Data::F32(x) => Data::F32(collect(x, 0, &axes)),
        Data::I64(x) => Data::I64(collect(x, 0, &axes)),
    }
}

/// The walk over a tensor whose axis `i` becomes what its axis `permutation[i]` was.
pub(super) fn transposed_axes(shape: &[usize], permutation: &[usize]) -> Vec<Axis<1>> {
    let strides = strides(shape);
    let axis = |&axis: &usize| Axis { size: shape[axis], strides: [strides[axis] as isize] };
    coalesce(permutation.iter().map(axis))
}

/// [`crate::Op::Expand`].
pub fn expand(x: View, shape: &[usize]) -> Data {
    let axes = broadcast_axes([x.shape], shape);
    match x.data {
        Data::F32(x) => Data::F32(collect(x, 0, &axes)),
        Data::I64(x) => Data::I64(collect(x, 0, &axes)),
    }
}

/// [`crate::Op::Slice`].
pub fn slice(x: View, ranges: &[Range], shape: &[usize]) -> Data {
    let strides = strides(x.shape);
    let axis = |((range, &stride), &size): ((&Range, &usize), &usize)| Axis {
        size,
        strides: [range.step.wrapping_mul(stride as isize)],
    };
    let axes = coalesce(ranges.iter().zip(&strides).zip(shape).map(axis));
    let start = ranges.iter().zip(&strides).map(|(range, stride)| range.start.wrapping_mul(*stride));
    let start = start.fold(0, usize::wrapping_add);
    match x.data {
        Data::F32(x) => Data::F32(collect(x, start, &axes)),
        Data::I64(x) => Data::I64(collect(x, start, &axes)),
    }
}

/// [`crate::Op::Pad`].
pub fn pad(x: View, before: &[usize], mode: PadMode, shape: &[usize]) -> Result<Data, String> {
    let fill = if let PadMode::Constant(fill) = mode { fill } else { 0.0 };
    let frame = Frame { inner: x.shape, before, shape };
    Ok(match x.data {
        Data::F32(x) => Data::F32(frame.pad(x, mode, fill as f32)?),
        Data::I64(x) => Data::I64(frame.pad(x, mode, fill as i64)?),
    })
}

/// A value within a larger one.
struct Frame<'a> {
    inner: &'a [usize],
    before: &'a [usize],
    shape: &'a [usize],
}

impl Frame<'_> {
    fn pad<T: Copy>(&self, x: &[T], mode: PadMode, fill: T) -> Result<Vec<T>, String> {
        let mut out = vec![fill; self.shape.iter().product()];
        if !x.is_empty() {
            self.place(x, &mut out);
        }
        if !matches!(mode, PadMode::Constant(_)) && !out.is_empty() {
            for axis in (0..self.shape.len()).rev() {
                self.continue_axis(axis, mode, &mut out)?;
            }
        }
        Ok(out)
    }

    fn place<T: Copy>(&self, x: &[T], out: &mut [T]) {
        let (from, to) = (strides(self.inner), strides(self.shape));
        let start: usize = self.before.iter().zip(&to).map(|(before, stride)| before * stride).sum();
        let axis = |i: usize| Axis { size: self.inner[i], strides: [from[i] as isize, to[i] as isize] };
        let axes = coalesce((0..self.inner.len()).map(axis));
        let one = Axis { size: 1, strides: [1; 2] };
        let (inner, outer) = match axes.split_last() {
            Some((last, outer)) if last.strides == [1, 1] => (*last, outer),
            _ => (one, &axes[..]),
        };
        for_each_place(outer, [0, start as isize], &mut |[from, to]| {
            out[to..to + inner.size].copy_from_slice(&x[from..from + inner.size]);
        });
    }

    /// Fills one axis from its own middle. The axes behind it are complete; those before it are not, and what this makes
    /// in their margins is overwritten in their turn.
    fn continue_axis<T: Copy>(&self, axis: usize, mode: PadMode, out: &mut [T]) -> Result<(), String> {
        let [outer, size, run] = split_at_axis(self.shape, axis);
        let (before, inner) = (self.before[axis], self.inner[axis]);
        if size == inner {
            return Ok(());
        }
        if inner == 0 {
            return Err("nothing to repeat along an axis without elements".to_owned());
        }
        for base in (0..outer).map(|index| index * size) {
            for to in (0..before).chain(before + inner..size) {
                let from = before + continued(to as isize - before as isize, inner as isize, mode);
                out.copy_within((base + from) * run..(base + from + 1) * run, (base + to) * run);
            }
        }
        Ok(())
    }
}

/// Which of `size` elements continues the axis at `place`, which lies outside of it.
fn continued(place: isize, size: isize, mode: PadMode) -> usize {
    let mirrored = |period: isize, place: isize| place.min(period - place);
    let from = match mode {
        PadMode::Reflect if size > 1 => mirrored(2 * size - 2, place.rem_euclid(2 * size - 2)),
        PadMode::Symmetric => mirrored(2 * size - 1, place.rem_euclid(2 * size)),
        PadMode::Wrap => place.rem_euclid(size),
        _ => place.clamp(0, size - 1),
    };
    from.unsigned_abs()
}

/// [`crate::Op::Concat`].
pub fn concat(operands: &[View], axis: usize) -> Result<Data, String> {
    let runs = operands.iter().map(|x| split_at_axis(x.shape, axis)).map(|[_, size, inner]| size * inner);
    let runs: Vec<usize> = runs.collect();
    let outer = operands.first().map_or(0, |x| split_at_axis(x.shape, axis)[0]);
    match operands.first().map(|x| x.data) {
        Some(Data::I64(_)) => {
            let parts = operands.iter().map(View::i64s).collect::<Result<Vec<_>, _>>()?;
            Ok(Data::I64(interleave(&parts, &runs, outer)))
        }
        _ => {
            let parts = operands.iter().map(View::f32s).collect::<Result<Vec<_>, _>>()?;
            Ok(Data::F32(interleave(&parts, &runs, outer)))
        }
    }
}

fn interleave<T: Copy + Default + Send + Sync>(parts: &[&[T]], runs: &[usize], outer: usize) -> Vec<T> {
    let whole: usize = runs.iter().sum();
    let mut out = vec![T::default(); outer * whole];
    let effort = out.len() * MOVED;
    share(&mut out, whole, effort, |start, out| {
        let whole = whole.max(1);
        for (index, mut row) in (start / whole..).zip(out.chunks_exact_mut(whole)) {
            for (part, &run) in parts.iter().zip(runs) {
                let (own, rest) = take(&mut row).split_at_mut(run);
                own.copy_from_slice(&part[index * run..][..run]);
                row = rest;
            }
        }
    });
    out
}

/// [`crate::Op::ReverseSequence`].
pub fn reverse_sequence(x: View, lengths: View, time_axis: usize, batch_axis: usize) -> Result<Data, String> {
    let size = x.shape[time_axis];
    let length = |&length: &i64| usize::try_from(length).ok().filter(|&length| length <= size);
    let lengths: Option<Vec<usize>> = lengths.i64s()?.iter().map(length).collect();
    let lengths =
        lengths.ok_or_else(|| format!("a sequence is longer than {size}, or shorter than nothing"))?;
    let sequences = Sequences { shape: x.shape, lengths, time_axis, batch_axis };
    Ok(match x.data {
        Data::F32(x) => Data::F32(sequences.reversed(x)),
        Data::I64(x) => Data::I64(sequences.reversed(x)),
    })
}

struct Sequences<'a> {
    shape: &'a [usize],
    lengths: Vec<usize>,
    time_axis: usize,
    batch_axis: usize,
}

impl Sequences<'_> {
    fn reversed<T: Copy>(&self, x: &[T]) -> Vec<T> {
        let strides = strides(self.shape);
        let (time_stride, batch_stride) = (strides[self.time_axis], strides[self.batch_axis]);
        let run = time_stride.min(batch_stride);
        let mut out = Vec::with_capacity(x.len());
        while out.len() < x.len() {
            let at = out.len();
            let time = at / time_stride % self.shape[self.time_axis];
            let length = self.lengths[at / batch_stride % self.shape[self.batch_axis]];
            let from_time = if time < length { length - 1 - time } else { time };
            let from = at - time * time_stride + from_time * time_stride;
            out.extend_from_slice(&x[from..from + run]);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(data: &[i64]) -> Data {
        Data::I64(data.to_vec())
    }

    fn view<'a>(shape: &'a [usize], data: &'a Data) -> View<'a> {
        View { shape, data }
    }

    fn counting(end: i64) -> Data {
        Data::I64((0..end).collect())
    }

    #[test]
    fn axes_move() {
        let x = counting(6);
        assert_eq!(transpose(view(&[2, 3], &x), &[1, 0]), whole(&[0, 3, 1, 4, 2, 5]));
        assert_eq!(transpose(view(&[1, 2, 3], &x), &[2, 0, 1]), whole(&[0, 3, 1, 4, 2, 5]));
        let x = counting(8);
        assert_eq!(transpose(view(&[2, 2, 2], &x), &[1, 0, 2]), whole(&[0, 1, 4, 5, 2, 3, 6, 7]));
        assert_eq!(transpose(view(&[2, 2, 2], &x), &[2, 1, 0]), whole(&[0, 4, 2, 6, 1, 5, 3, 7]));
        assert_eq!(transpose(view(&[0, 3], &whole(&[])), &[1, 0]), whole(&[]));
        assert_eq!(transpose(view(&[], &whole(&[7])), &[]), whole(&[7]));
    }

    #[test]
    fn axes_of_one_element_repeat_it() {
        let x = whole(&[1, 2]);
        assert_eq!(expand(view(&[2, 1], &x), &[2, 3]), whole(&[1, 1, 1, 2, 2, 2]));
        assert_eq!(expand(view(&[2], &x), &[2, 2]), whole(&[1, 2, 1, 2]));
        assert_eq!(expand(view(&[2, 1], &x), &[2, 0]), whole(&[]));
        assert_eq!(expand(view(&[], &whole(&[9])), &[2, 2]), whole(&[9; 4]));
    }

    #[test]
    fn slices_step_in_both_directions() {
        let range = |start, step| Range { start, step };
        let x = counting(12);
        let part = slice(view(&[3, 4], &x), &[range(1, 1), range(3, -2)], &[2, 2]);
        assert_eq!(part, whole(&[7, 5, 11, 9]));
        assert_eq!(
            slice(view(&[3, 4], &x), &[range(2, -1), range(1, 1)], &[3, 2]),
            whole(&[9, 10, 5, 6, 1, 2])
        );
        assert_eq!(slice(view(&[3, 4], &x), &[range(0, 1), range(9, 1)], &[3, 0]), whole(&[]));
        let flipped = slice(view(&[2, 2], &counting(4)), &[range(1, -1), range(1, -1)], &[2, 2]);
        assert_eq!(flipped, whole(&[3, 2, 1, 0]));
    }

    /// numpy.pad's documentation, whose names are constant, reflect, symmetric, edge and wrap.
    #[test]
    fn pads_are_numpys() {
        let (three, x) = (counting(3), counting(4));
        let row = |mode| pad(view(&[3], &three), &[4], mode, &[10]).unwrap();
        assert_eq!(row(PadMode::Constant(7.0)), whole(&[7, 7, 7, 7, 0, 1, 2, 7, 7, 7]));
        assert_eq!(row(PadMode::Reflect), whole(&[0, 1, 2, 1, 0, 1, 2, 1, 0, 1]));
        assert_eq!(row(PadMode::Symmetric), whole(&[2, 2, 1, 0, 0, 1, 2, 2, 1, 0]));
        assert_eq!(row(PadMode::Edge), whole(&[0, 0, 0, 0, 0, 1, 2, 2, 2, 2]));
        assert_eq!(row(PadMode::Wrap), whole(&[2, 0, 1, 2, 0, 1, 2, 0, 1, 2]));
        let square = pad(view(&[2, 2], &x), &[1, 1], PadMode::Reflect, &[3, 3]).unwrap();
        assert_eq!(square, whole(&[3, 2, 3, 1, 0, 1, 3, 2, 3]));
        let square = pad(view(&[2, 2], &x), &[0, 1], PadMode::Constant(0.0), &[3, 3]).unwrap();
        assert_eq!(square, whole(&[0, 0, 1, 0, 2, 3, 0, 0, 0]));
    }

    #[test]
    fn an_axis_without_elements_is_padded_with_a_constant_only() {
        let none = whole(&[]);
        assert_eq!(pad(view(&[0, 2], &none), &[1, 0], PadMode::Constant(5.0), &[1, 2]), Ok(whole(&[5, 5])));
        assert!(pad(view(&[0, 2], &none), &[1, 0], PadMode::Edge, &[1, 2]).is_err());
        assert_eq!(pad(view(&[1], &counting(1)), &[2], PadMode::Reflect, &[4]), Ok(whole(&[0; 4])));
    }

    #[test]
    fn values_are_joined_along_any_axis() {
        let (a, b, none) = (counting(4), whole(&[8, 9]), whole(&[]));
        let (a, none) = (view(&[2, 2], &a), view(&[2, 0], &none));
        assert_eq!(concat(&[a, none, view(&[2, 1], &b)], 1), Ok(whole(&[0, 1, 8, 2, 3, 9])));
        assert_eq!(concat(&[view(&[1, 2], &b), a], 0), Ok(whole(&[8, 9, 0, 1, 2, 3])));
        assert!(concat(&[a, view(&[2, 2], &Data::F32(vec![0.0; 4]))], 0).is_err());
    }

    /// The example of ONNX's operator ReverseSequence, its first two rows.
    #[test]
    fn sequences_are_reversed_up_to_their_lengths() {
        let (x, lengths) = (counting(8), whole(&[1, 3]));
        let batch_first = reverse_sequence(view(&[2, 4], &x), view(&[2], &lengths), 1, 0);
        assert_eq!(batch_first, Ok(whole(&[0, 1, 2, 3, 6, 5, 4, 7])));
        let time_first = reverse_sequence(view(&[4, 2], &x), view(&[2], &lengths), 0, 1);
        assert_eq!(time_first, Ok(whole(&[0, 5, 2, 3, 4, 1, 6, 7])));
        assert!(reverse_sequence(view(&[2, 4], &x), view(&[2], &whole(&[1, 5])), 1, 0).is_err());
    }
}
