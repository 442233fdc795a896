//! Sizes alone: how many elements, and which sizes follow from which.

use crate::Range;

/// More elements than this in one value (1 GiB as f32) cannot be meant.
const MAX_ELEMENTS: usize = 1 << 28;
/// More axes than this, as NumPy has it.
const MAX_RANK: usize = 64;

/// How many elements a shape has; none if they are more than can be meant.
///
/// An axis without elements does not excuse the others: loops over them would still take for ever.
pub fn count(shape: &[usize]) -> Option<usize> {
    let bound = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size.max(1)));
    bound
        .filter(|&bound| bound <= MAX_ELEMENTS && shape.len() <= MAX_RANK)
        .map(|bound| if shape.contains(&0) { 0 } else { bound })
}

/// The shape with another size along an axis.
pub fn with(shape: &[usize], axis: usize, size: usize) -> Vec<usize> {
    let mut shape = shape.to_vec();
    shape[axis] = size;
    shape
}

/// Refuses an axis that a shape lacks.
pub fn within(axis: usize, shape: &[usize]) -> Result<(), String> {
    if axis < shape.len() { Ok(()) } else { Err(format!("no axis {axis} in {shape:?}")) }
}

/// Refuses what does not name each axis once.
pub fn is_permutation(permutation: &[usize], rank: usize) -> Result<(), String> {
    let complete = permutation.len() == rank && (0..rank).all(|axis| permutation.contains(&axis));
    if complete { Ok(()) } else { Err(format!("{permutation:?} is no permutation of {rank} axes")) }
}

/// Whether axes of size 1 can be repeated up to the output.
pub fn expands(x: &[usize], output: &[usize]) -> bool {
    broadcast(x, output).is_ok_and(|shape| shape == output)
}

/// Whether start and the last element lie inside.
pub fn slices(x: &[usize], ranges: &[Range], output: &[usize]) -> bool {
    let inside = |((range, &size), &count): ((&Range, &usize), &usize)| {
        let Some(steps) = count.checked_sub(1) else { return true };
        let last = isize::try_from(steps).ok().and_then(|steps| steps.checked_mul(range.step));
        let last = last.and_then(|offset| range.start.checked_add_signed(offset));
        range.start < size && last.is_some_and(|last| last < size)
    };
    output.len() == x.len() && ranges.iter().zip(x).zip(output).all(inside)
}

/// Whether the output has room for what is in front and for the elements.
pub fn pads(x: &[usize], before: &[usize], output: &[usize]) -> bool {
    let grows = |((&size, &before), &padded): ((&usize, &usize), &usize)| {
        before.checked_add(size).is_some_and(|least| least <= padded)
    };
    output.len() == x.len() && x.iter().zip(before).zip(output).all(grows)
}

/// The shape that both broadcast to, from the last axis.
///
/// # Errors
/// That they do not.
pub fn broadcast(a: &[usize], b: &[usize]) -> Result<Vec<usize>, String> {
    let rank = a.len().max(b.len());
    let at = |shape: &[usize], axis: usize| match (axis + shape.len()).checked_sub(rank) {
        Some(index) => shape[index],
        None => 1,
    };
    let axis_size = |axis| match (at(a, axis), at(b, axis)) {
        (x, y) if x == y => Ok(x),
        (1, y) => Ok(y),
        (x, 1) => Ok(x),
        _ => Err(format!("{a:?} and {b:?} do not broadcast")),
    };
    (0..rank).map(axis_size).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_broadcast_from_the_last_axis() {
        assert_eq!(broadcast(&[1, 5, 7, 3], &[3]).unwrap(), [1, 5, 7, 3]);
        assert_eq!(broadcast(&[2, 1, 3], &[4, 1]).unwrap(), [2, 4, 3]);
        assert!(broadcast(&[2, 3], &[2]).is_err());
    }

    #[test]
    fn sizes_beyond_reason_have_no_count_even_beside_an_axis_without_elements() {
        assert_eq!(count(&[2, 3]), Some(6));
        assert_eq!(count(&[2, 0]), Some(0));
        assert_eq!(count(&[]), Some(1));
        assert_eq!(count(&[1 << 14, 1 << 15]), None);
        assert_eq!(count(&[0, 1 << 40]), None);
        assert_eq!(count(&[usize::MAX, 2, 0]), None);
        assert_eq!(count(&[1; 100_000]), None);
    }

    #[test]
    fn a_slice_stays_inside() {
        let range = |start, step| [Range { start, step }];
        assert!(slices(&[5], &range(4, -2), &[3]));
        assert!(!slices(&[5], &range(4, -2), &[4]));
        assert!(slices(&[5], &range(0, 2), &[3]));
        assert!(!slices(&[5], &range(5, 1), &[1]));
        assert!(slices(&[5], &range(9, 1), &[0]));
    }
}
