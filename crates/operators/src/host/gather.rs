//! Picking elements by index, and putting them back.

use super::strided::{Axis, coalesce, for_each_place};
use super::{View, split_at_axis, strides};
use crate::{Binary, Data, Update};

/// An index that may count from the end.
fn resolve(index: i64, size: usize) -> Result<usize, String> {
    let from_front = if index < 0 { index.saturating_add_unsigned(size as u64) } else { index };
    let inside = usize::try_from(from_front).ok().filter(|&index| index < size);
    inside.ok_or_else(|| format!("index {index} is outside of an axis of {size}"))
}

/// [`crate::Op::Gather`].
pub fn gather(x: View, indices: View, axis: usize) -> Result<Data, String> {
    let [outer, size, run] = split_at_axis(x.shape, axis);
    let rows = indices.i64s()?.iter().map(|&index| resolve(index, size)).collect::<Result<Vec<_>, _>>()?;
    let starts = (0..outer).flat_map(|index| rows.iter().map(move |row| (index * size + row) * run));
    Ok(pick(x.data, starts, run, outer * rows.len()))
}

/// Runs of elements, one behind the other.
fn pick(x: &Data, starts: impl Iterator<Item = usize>, run: usize, count: usize) -> Data {
    fn runs<T: Copy>(x: &[T], starts: impl Iterator<Item = usize>, run: usize, count: usize) -> Vec<T> {
        if run == 1 {
            return starts.map(|start| x[start]).collect();
        }
        let mut out = Vec::with_capacity(count * run);
        starts.for_each(|start| out.extend_from_slice(&x[start..start + run]));
        out
    }
    match x {
        Data::F32(x) => Data::F32(runs(x, starts, run, count)),
        Data::I64(x) => Data::I64(runs(x, starts, run, count)),
    }
}

/// Where in `x` each element of `indices` points, which replaces the place along one axis.
fn element_places(x: &[usize], indices: View, axis: usize) -> Result<Vec<usize>, String> {
    let numbers = indices.i64s()?;
    if numbers.is_empty() {
        return Ok(vec![]);
    }
    let strides = strides(x);
    let along = |i: usize| if i == axis { 0 } else { strides[i] as isize };
    let axes = coalesce((0..x.len()).map(|i| Axis { size: indices.shape[i], strides: [along(i)] }));
    let mut places = Vec::with_capacity(numbers.len());
    for_each_place(&axes, [0], &mut |[at]| places.push(at));
    for (place, &index) in places.iter_mut().zip(numbers) {
        *place += resolve(index, x[axis])? * strides[axis];
    }
    Ok(places)
}

/// [`crate::Op::GatherElements`].
pub fn gather_elements(x: View, indices: View, axis: usize) -> Result<Data, String> {
    let places = element_places(x.shape, indices, axis)?;
    let count = places.len();
    Ok(pick(x.data, places.into_iter(), 1, count))
}

/// Where in `x` the parts start that rows of indices pick behind the axes of the batch, and how long they are.
fn part_places(x: &[usize], indices: View, batch_axes: usize) -> Result<(Vec<usize>, usize), String> {
    let numbers = indices.i64s()?;
    let (&depth, rows) = indices.shape.split_last().ok_or("indices without an axis")?;
    let batch: usize = x[..batch_axes].iter().product();
    let picked = &x[batch_axes..batch_axes + depth];
    let run: usize = x[batch_axes + depth..].iter().product();
    let count: usize = rows.iter().product();
    let rows_per_batch = count.checked_div(batch).unwrap_or(0);
    let place = |row: usize| {
        let part = &numbers[row * depth..(row + 1) * depth];
        let within = part.iter().zip(picked).try_fold(row / rows_per_batch, |at, (&index, &size)| {
            resolve(index, size).map(|index| at * size + index)
        });
        within.map(|at| at * run)
    };
    Ok(((0..count).map(place).collect::<Result<_, _>>()?, run))
}

/// [`crate::Op::GatherNd`].
pub fn gather_nd(x: View, indices: View, batch_axes: usize) -> Result<Data, String> {
    let (places, run) = part_places(x.shape, indices, batch_axes)?;
    let count = places.len();
    Ok(pick(x.data, places.into_iter(), run, count))
}

/// [`crate::Op::ScatterElements`].
pub fn scatter_elements(
    x: View,
    indices: View,
    updates: View,
    axis: usize,
    update: Update,
) -> Result<Data, String> {
    scatter(x, updates, &element_places(x.shape, indices, axis)?, 1, update)
}

/// [`crate::Op::ScatterNd`].
pub fn scatter_nd(x: View, indices: View, updates: View, update: Update) -> Result<Data, String> {
    let (places, run) = part_places(x.shape, indices, 0)?;
    scatter(x, updates, &places, run, update)
}

fn scatter(x: View, updates: View, places: &[usize], run: usize, update: Update) -> Result<Data, String> {
    let function = match update {
        Update::Replace => None,
        Update::Add => Some(Binary::Add),
        Update::Mul => Some(Binary::Mul),
        Update::Min => Some(Binary::Min),
        Update::Max => Some(Binary::Max),
    };
    match x.data {
        Data::F32(x) => {
            let combine = |old, new| function.map_or(new, |function| function.apply(old, new));
            Ok(Data::F32(updated(x, updates.f32s()?, places, run, combine)))
        }
        Data::I64(x) => {
            let combine = |old, new| function.map_or(new, |function| function.apply_whole(old, new));
            Ok(Data::I64(updated(x, updates.i64s()?, places, run, combine)))
        }
    }
}

fn updated<T: Copy>(
    x: &[T],
    updates: &[T],
    places: &[usize],
    run: usize,
    combine: impl Fn(T, T) -> T,
) -> Vec<T> {
    let mut out = x.to_vec();
    for (row, &place) in places.iter().enumerate() {
        let new = &updates[row * run..(row + 1) * run];
        out[place..place + run].iter_mut().zip(new).for_each(|(old, &new)| *old = combine(*old, new));
    }
    out
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

    #[test]
    fn rows_and_columns_are_gathered_also_from_the_end() {
        let (x, indices) = (whole(&[0, 1, 2, 3, 4, 5]), whole(&[-1, 0]));
        let (x, indices) = (view(&[2, 3], &x), view(&[2], &indices));
        assert_eq!(gather(x, indices, 0), Ok(whole(&[3, 4, 5, 0, 1, 2])));
        assert_eq!(gather(x, indices, 1), Ok(whole(&[2, 0, 5, 3])));
        assert_eq!(gather(x, view(&[], &whole(&[1])), 1), Ok(whole(&[1, 4])));
        assert_eq!(gather(x, view(&[0], &whole(&[])), 1), Ok(whole(&[])));
    }

    #[test]
    fn an_index_outside_is_an_error() {
        let x = whole(&[0, 1, 2]);
        let at = |index| gather(view(&[3], &x), view(&[1], &whole(&[index])), 0);
        assert!([3, -4, i64::MIN, i64::MAX].into_iter().all(|index| at(index).is_err()));
        assert!(gather(view(&[0], &whole(&[])), view(&[1], &whole(&[0])), 0).is_err());
    }

    /// The examples of ONNX's operator GatherElements.
    #[test]
    fn elements_are_gathered_along_one_axis() {
        let (x, indices) = (whole(&[1, 2, 3, 4]), whole(&[0, 0, 1, 0]));
        assert_eq!(gather_elements(view(&[2, 2], &x), view(&[2, 2], &indices), 1), Ok(whole(&[1, 1, 4, 3])));
        let (x, indices) = (whole(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), whole(&[1, 2, 0, 2, 0, 0]));
        let out = gather_elements(view(&[3, 3], &x), view(&[2, 3], &indices), 0);
        assert_eq!(out, Ok(whole(&[4, 8, 3, 7, 2, 3])));
    }

    /// The examples of ONNX's operator GatherND.
    #[test]
    fn parts_are_gathered_by_rows_of_indices() {
        let (x, rows) = (whole(&[0, 1, 2, 3]), whole(&[0, 0, 1, 1]));
        assert_eq!(gather_nd(view(&[2, 2], &x), view(&[2, 2], &rows), 0), Ok(whole(&[0, 3])));
        assert_eq!(gather_nd(view(&[2, 2], &x), view(&[2, 1], &whole(&[1, 0])), 0), Ok(whole(&[2, 3, 0, 1])));
        let x = whole(&[0, 1, 2, 3, 4, 5, 6, 7]);
        let out = gather_nd(view(&[2, 2, 2], &x), view(&[2, 1], &whole(&[1, 0])), 1);
        assert_eq!(out, Ok(whole(&[2, 3, 4, 5])));
        assert!(gather_nd(view(&[2, 2, 2], &x), view(&[2, 1], &whole(&[1, 2])), 1).is_err());
        assert_eq!(gather_nd(view(&[0, 2], &whole(&[])), view(&[0, 1], &whole(&[])), 1), Ok(whole(&[])));
    }

    /// The examples of ONNX's operator ScatterElements.
    #[test]
    fn elements_are_scattered_along_one_axis() {
        let (x, indices, updates) =
            (whole(&[0; 9]), whole(&[1, 0, 2, 0, 2, 1]), whole(&[10, 11, 12, 20, 21, 22]));
        let scatter = |update| {
            scatter_elements(view(&[3, 3], &x), view(&[2, 3], &indices), view(&[2, 3], &updates), 0, update)
        };
        assert_eq!(scatter(Update::Replace), Ok(whole(&[20, 11, 0, 10, 0, 22, 0, 21, 12])));
        let (x, indices, updates) = (whole(&[1, 2, 3, 4, 5]), whole(&[1, 1]), whole(&[6, 2]));
        let scatter = |update| {
            scatter_elements(view(&[1, 5], &x), view(&[1, 2], &indices), view(&[1, 2], &updates), 1, update)
        };
        assert_eq!(scatter(Update::Add), Ok(whole(&[1, 10, 3, 4, 5])));
        assert_eq!(scatter(Update::Mul), Ok(whole(&[1, 24, 3, 4, 5])));
        assert_eq!(scatter(Update::Max), Ok(whole(&[1, 6, 3, 4, 5])));
        assert_eq!(scatter(Update::Min), Ok(whole(&[1, 2, 3, 4, 5])));
    }

    /// The first example of ONNX's operator ScatterND, and its rows as in the second.
    #[test]
    fn parts_are_scattered_by_rows_of_indices() {
        let (x, indices) = (whole(&[1, 2, 3, 4, 5, 6, 7, 8]), whole(&[4, 3, 1, 7]));
        let out = scatter_nd(
            view(&[8], &x),
            view(&[4, 1], &indices),
            view(&[4], &whole(&[9, 10, 11, 12])),
            Update::Replace,
        );
        assert_eq!(out, Ok(whole(&[1, 11, 3, 10, 9, 6, 7, 12])));
        let updates = whole(&[10, 20]);
        let out =
            scatter_nd(view(&[4, 2], &x), view(&[1, 1], &whole(&[-1])), view(&[1, 2], &updates), Update::Add);
        assert_eq!(out, Ok(whole(&[1, 2, 3, 4, 5, 6, 17, 28])));
        let whole_value =
            scatter_nd(view(&[2], &updates), view(&[0], &whole(&[])), view(&[2], &updates), Update::Add);
        assert_eq!(whole_value, Ok(whole(&[20, 40])));
    }
}
