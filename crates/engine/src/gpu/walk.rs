//! Where the operands of an output element lie.

use super::VECTOR;
use cubecl::prelude::*;

/// Values that a kernel walks through: its output, and up to four operands.
pub const VALUES: usize = 5;
/// Axes of a walk, neighbours having been merged.
const AXES: usize = 6;

/// Strides of some values over common axes, compiled into a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Walk {
    pub axes: usize,
    pub sizes: [usize; AXES],
    /// For each value. The first one is the output.
    pub strides: [[isize; AXES]; VALUES],
    /// The value's element that belongs to the first step.
    pub starts: [usize; VALUES],
}

impl Walk {
    /// `strides` for each value; values that are not there have none. None when there are too many axes.
    pub fn new(sizes: &[usize], strides: &[Vec<isize>], starts: &[usize]) -> Option<Self> {
        let mut walk = Self { axes: 0, sizes: [1; AXES], strides: [[0; AXES]; VALUES], starts: [0; VALUES] };
        walk.starts.get_mut(..starts.len())?.copy_from_slice(starts);
        for (axis, &size) in sizes.iter().enumerate().filter(|&(_, &size)| size != 1) {
            let own = |value: usize| strides.get(value).map_or(0, |strides| strides[axis]);
            let last = walk.axes.checked_sub(1);
            let merges = |last: usize| {
                (0..VALUES).all(|value| walk.strides[value][last] == own(value) * size as isize)
            };
            let at = match last.filter(|&last| merges(last)) {
                Some(last) => last,
                None if walk.axes == AXES => return None,
                None => {
                    walk.axes += 1;
                    walk.axes - 1
                }
            };
            walk.sizes[at] *= size;
            (0..VALUES).for_each(|value| walk.strides[value][at] = own(value));
        }
        Some(walk)
    }

    /// Operands that broadcast to the output's shape, which is walked in order.
    pub fn broadcast(output: &[usize], operands: &[&[usize]]) -> Option<Self> {
        let strides: Vec<_> = std::iter::once(strides(output))
            .chain(operands.iter().map(|shape| Self::repeated(output, shape)))
            .collect();
        Self::new(output, &strides, &[])
    }

    /// Strides of an operand that broadcasts to the output's shape.
    pub fn repeated(output: &[usize], shape: &[usize]) -> Vec<isize> {
        let missing = output.len() - shape.len();
        let own = strides(shape);
        let stride = |axis: usize| match axis.checked_sub(missing) {
            Some(axis) if shape[axis] != 1 => own[axis],
            _ => 0,
        };
        (0..output.len()).map(stride).collect()
    }

    /// Some axes of one operand, its output being as small as the walk.
    pub fn some(shape: &[usize], axes: impl Iterator<Item = usize>) -> Option<Self> {
        let own = strides(shape);
        let (sizes, picked): (Vec<_>, Vec<_>) = axes.map(|axis| (shape[axis], own[axis])).unzip();
        Self::new(&sizes, &[strides(&sizes), picked], &[])
    }

    /// How many steps there are.
    pub fn count(&self) -> usize {
        self.sizes[..self.axes].iter().product()
    }

    /// Takes vectors for steps where the sizes allow it. Gives the size of each value's vectors: 1 for a value that is
    /// repeated along the last axis, or everywhere.
    pub fn vectorise(&mut self) -> [usize; VALUES] {
        let Some(last) = self.axes.checked_sub(1) else { return [1; VALUES] };
        let whole = |value: usize| {
            let strides = &self.strides[value];
            let outer = strides[..last].iter().all(|stride| stride % VECTOR as isize == 0);
            strides[last] == 0 && value > 0
                || strides[last] == 1 && outer && self.starts[value].is_multiple_of(VECTOR)
        };
        if !self.sizes[last].is_multiple_of(VECTOR) || !(0..VALUES).all(whole) {
            return [1; VALUES];
        }
        self.sizes[last] /= VECTOR;
        std::array::from_fn(|value| {
            if self.strides[value][last] == 0 {
                return 1;
            }
            self.strides[value][..last].iter_mut().for_each(|stride| *stride /= VECTOR as isize);
            self.starts[value] /= VECTOR;
            VECTOR
        })
    }
}

/// Distance of neighbours along each axis.
pub fn strides(shape: &[usize]) -> Vec<isize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis] as isize;
    }
    strides
}

/// The element of a value that belongs to a step.
#[cube]
pub fn place(step: usize, #[comptime] walk: Walk, #[comptime] value: usize) -> usize {
    let mut at = comptime!(walk.starts[value]).runtime();
    let mut rest = step;
    #[unroll]
    for index in 0..walk.axes {
        let axis = comptime!(walk.axes - 1 - index);
        let along = if comptime!(axis > 0) { rest % comptime!(walk.sizes[axis]) } else { rest };
        if comptime!(walk.strides[value][axis] > 0) {
            at += along * comptime!(walk.strides[value][axis].unsigned_abs());
        } else if comptime!(walk.strides[value][axis] < 0) {
            at -= along * comptime!(walk.strides[value][axis].unsigned_abs());
        }
        if comptime!(axis > 0) {
            rest /= comptime!(walk.sizes[axis]);
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_that_all_values_cross_alike_are_one() {
        let walk = Walk::broadcast(&[2, 3, 4, 5], &[&[2, 3, 4, 5], &[4, 5]]).unwrap();
        assert_eq!((walk.axes, &walk.sizes[..2]), (2, &[6, 20][..]));
        assert_eq!((&walk.strides[1][..2], &walk.strides[2][..2]), (&[20, 1][..], &[0, 1][..]));
        assert_eq!(Walk::broadcast(&[1, 1], &[&[]]).unwrap().axes, 0);
    }

    #[test]
    fn vectors_are_taken_where_every_value_has_them() {
        let mut walk = Walk::broadcast(&[2, 8], &[&[2, 8], &[2, 1]]).unwrap();
        assert_eq!(walk.vectorise(), [4, 4, 1, 1, 1]);
        assert_eq!((walk.count(), walk.strides[1][0], walk.strides[2][0]), (4, 2, 1));
        let mut walk = Walk::broadcast(&[2, 6], &[&[2, 6], &[6]]).unwrap();
        assert_eq!(walk.vectorise(), [1; VALUES]);
        let mut walk = Walk::new(&[4], &[vec![1], vec![1]], &[0, 3]).unwrap();
        assert_eq!(walk.vectorise(), [1; VALUES]);
    }
}
