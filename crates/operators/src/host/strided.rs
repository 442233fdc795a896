//! Walks over tensors whose neighbours lie at any distance: what broadcasting, transposing, slicing and reducing share.

use super::strides;
use crate::threads::{MOVED, share};

/// One axis of a walk over `N` tensors at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis<const N: usize> {
    /// Steps along the axis.
    pub size: usize,
    /// Distance of neighbours in each tensor; 0 where the same element is read again.
    pub strides: [isize; N],
}

/// Side of a square of a plane that is transposed at once: one cache line of real numbers.
const TILE: usize = 16;

/// Joins axes that are one in every tensor and drops those of size 1, so that the last axis is as long as it can be.
pub(super) fn coalesce<const N: usize>(axes: impl IntoIterator<Item = Axis<N>>) -> Vec<Axis<N>> {
    let mut joined: Vec<Axis<N>> = vec![];
    for axis in axes.into_iter().filter(|axis| axis.size != 1) {
        let continues = |last: &&mut Axis<N>| {
            (0..N).all(|i| last.strides[i] == axis.strides[i].wrapping_mul(axis.size as isize))
        };
        match joined.last_mut().filter(continues) {
            Some(last) => *last = Axis { size: last.size * axis.size, ..axis },
            None => joined.push(axis),
        }
    }
    joined
}

/// The walk over the output's shape of operands that broadcast to it.
pub(super) fn broadcast_axes<const N: usize>(operands: [&[usize]; N], shape: &[usize]) -> Vec<Axis<N>> {
    let operands = operands.map(|operand| (operand, strides(operand)));
    let stride = |axis: usize, (operand, strides): &(&[usize], Vec<usize>)| {
        let own = (axis + operand.len()).checked_sub(shape.len());
        own.filter(|&own| operand[own] != 1).map_or(0, |own| strides[own] as isize)
    };
    let axis = |(axis, &size): (usize, &usize)| Axis {
        size,
        strides: std::array::from_fn(|index| stride(axis, &operands[index])),
    };
    coalesce(shape.iter().enumerate().map(axis))
}

/// Visits every combination of steps along the axes, in row-major order, with the place in each tensor.
pub(super) fn for_each_place<const N: usize>(
    axes: &[Axis<N>],
    mut at: [isize; N],
    visit: &mut impl FnMut([usize; N]),
) {
    let Some((axis, rest)) = axes.split_first() else { return visit(at.map(|place| place as usize)) };
    for _ in 0..axis.size {
        for_each_place(rest, at, visit);
        (0..N).for_each(|i| at[i] += axis.strides[i]);
    }
}

/// The elements from `start` along the axes, row-major.
pub(super) fn collect<T: Copy + Default + Send + Sync>(x: &[T], start: usize, axes: &[Axis<1>]) -> Vec<T> {
    let count = axes.iter().map(|axis| axis.size).product();
    if count == 0 {
        return vec![];
    }
    let Some((inner, outer)) = axes.split_last() else { return vec![x[start]] };
    let unit = outer.iter().position(|axis| axis.strides == [1]);
    if let (Some(unit), 2..) = (unit, inner.strides[0]) {
        return transposed_planes(x, start, axes, unit);
    }
    let mut out = Vec::with_capacity(count);
    for_each_place(outer, [start as isize], &mut |[at]| match inner.strides[0] {
        1 => out.extend_from_slice(&x[at..at + inner.size]),
        0 => out.extend(std::iter::repeat_n(x[at], inner.size)),
        stride => out.extend((0..inner.size).map(|i| x[at.wrapping_add_signed(i as isize * stride)])),
    });
    out
}

/// As [`collect`] where the neighbours of the axis `unit` are neighbours in `x`, and those of the last axis are not.
fn transposed_planes<T: Copy + Default + Send + Sync>(
    x: &[T],
    start: usize,
    axes: &[Axis<1>],
    unit: usize,
) -> Vec<T> {
    let sizes: Vec<usize> = axes.iter().map(|axis| axis.size).collect();
    let out_strides = strides(&sizes);
    let last = axes.len() - 1;
    let both = |i: usize| Axis { size: sizes[i], strides: [axes[i].strides[0], out_strides[i] as isize] };
    let outer: Vec<Axis<2>> = (0..last).filter(|&i| i != unit).map(both).collect();
    let plane = Plane {
        rows: sizes[unit],
        columns: sizes[last],
        column_stride: axes[last].strides[0].unsigned_abs(),
        row_stride: out_strides[unit],
    };
    let mut out = vec![T::default(); sizes.iter().product()];
    for_each_place(&outer, [start as isize, 0], &mut |[from, to]| {
        if plane.row_stride != plane.columns {
            return plane.transpose(&x[from..], &mut out[to..]);
        }
        // Its rows lie one behind the other.
        let out = &mut out[to..][..plane.rows * plane.columns];
        share(out, TILE * plane.columns, out.len() * MOVED, |first, part| {
            let (first, rows) = (first / plane.columns, part.len() / plane.columns);
            Plane { rows, ..plane }.transpose(&x[from + first..], part);
        });
    });
    out
}

#[derive(Clone, Copy)]
struct Plane {
    rows: usize,
    columns: usize,
    /// Distance in the input of elements that become neighbours.
    column_stride: usize,
    /// Distance in the output of elements that were neighbours.
    row_stride: usize,
}

impl Plane {
    fn transpose<T: Copy>(&self, x: &[T], out: &mut [T]) {
        if self.columns < TILE / 2 {
            return self.transpose_narrow(x, out);
        }
        for row in (0..self.rows).step_by(TILE) {
            for column in (0..self.columns).step_by(TILE) {
                self.transpose_tile(x, out, row, column);
            }
        }
    }

    /// For a few columns, such as the channels of an image: column by column, in parts that stay in the cache.
    fn transpose_narrow<T: Copy>(&self, x: &[T], out: &mut [T]) {
        const PART: usize = 1024;
        for row in (0..self.rows).step_by(PART) {
            let height = PART.min(self.rows - row);
            for column in 0..self.columns {
                let from = &x[row + column * self.column_stride..][..height];
                let to = out[row * self.row_stride + column..].iter_mut().step_by(self.row_stride);
                to.zip(from).for_each(|(to, from)| *to = *from);
            }
        }
    }

    fn transpose_tile<T: Copy>(&self, x: &[T], out: &mut [T], row: usize, column: usize) {
        let width = TILE.min(self.columns - column);
        for row in row..self.rows.min(row + TILE) {
            let from = x[row + column * self.column_stride..].iter().step_by(self.column_stride);
            let to = &mut out[row * self.row_stride + column..][..width];
            to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_that_are_one_in_every_tensor_are_joined() {
        let channel_last = broadcast_axes([&[2, 1, 3, 4], &[4]], &[2, 1, 3, 4]);
        assert_eq!(channel_last, [Axis { size: 6, strides: [4, 0] }, Axis { size: 4, strides: [1, 1] }]);
        assert_eq!(broadcast_axes([&[2, 3], &[]], &[2, 3]), [Axis { size: 6, strides: [1, 0] }]);
        assert_eq!(broadcast_axes([&[1, 1], &[]], &[1, 1]), []);
    }

    #[test]
    fn planes_of_any_size_are_transposed() {
        for (rows, columns) in [(TILE + 3, 2 * TILE + 1), (3, 2000), (2000, 3)] {
            transposes(rows, columns);
        }
    }

    fn transposes(rows: usize, columns: usize) {
        let x: Vec<i64> = (0..(2 * rows * columns) as i64).collect();
        let axis = |size: usize, stride: usize| Axis { size, strides: [stride as isize] };
        let axes = [axis(2, rows * columns), axis(columns, 1), axis(rows, columns)];
        let out = collect(&x, 0, &axes);
        let expected = (0..2 * rows * columns).map(|i| {
            let (plane, column, row) = (i / (rows * columns), i / rows % columns, i % rows);
            (plane * rows * columns + row * columns + column) as i64
        });
        assert_eq!(out, expected.collect::<Vec<_>>());
    }
}
