//! Elements in groups that share their places along some axes: what reductions and normalisations work on.

use super::strided::{Axis, coalesce, for_each_place};
use super::strides;

/// Partial results of a run, so that neither the order of the sum nor the latency of one addition binds it.
const LANES: usize = 8;

/// The elements of a tensor, grouped by all axes but some.
pub(super) struct Groups {
    /// The axes before the runs, with the distances of elements and of their groups.
    outer: Vec<Axis<2>>,
    /// Elements that follow each other.
    run: usize,
    /// Whether a run belongs to one group, or each of its elements to one of its own.
    run_is_one_group: bool,
    /// How many groups there are.
    pub count: usize,
    /// Elements of each group.
    pub size: usize,
}

impl Groups {
    /// Elements that differ in nothing but their places along `axes` are one group.
    pub fn new(shape: &[usize], axes: &[usize]) -> Self {
        let size = |axis: usize| if axes.contains(&axis) { 1 } else { shape[axis] };
        let kept: Vec<usize> = (0..shape.len()).map(size).collect();
        let (from, to) = (strides(shape), strides(&kept));
        let walk = |axis: usize| {
            let to = if axes.contains(&axis) { 0 } else { to[axis] };
            Axis { size: shape[axis], strides: [from[axis] as isize, to as isize] }
        };
        let mut outer = coalesce((0..shape.len()).map(walk));
        let inner = outer.pop().unwrap_or(Axis { size: 1, strides: [1, 1] });
        Self {
            outer,
            run: inner.size,
            run_is_one_group: inner.strides[1] == 0,
            count: kept.iter().product(),
            size: axes.iter().map(|&axis| shape[axis]).product(),
        }
    }

    /// Visits each run's place and its first group.
    fn for_each_run(&self, mut visit: impl FnMut(usize, usize)) {
        for_each_place(&self.outer, [0, 0], &mut |[from, to]| visit(from, to));
    }

    /// An accumulator for each group, which takes in the group's elements. One that has taken in nothing, `start`, changes
    /// nothing when it is merged into another.
    pub fn fold<T: Copy, A: Copy>(
        &self,
        x: &[T],
        start: A,
        take: impl Fn(A, T) -> A,
        merge: impl Fn(A, A) -> A,
    ) -> Vec<A> {
        let mut out = vec![start; self.count];
        if x.is_empty() {
            return out;
        }
        self.for_each_run(|from, to| {
            let run = &x[from..from + self.run];
            if self.run_is_one_group {
                out[to] = merge(out[to], fold_run(run, start, &take, &merge));
            } else {
                out[to..to + self.run].iter_mut().zip(run).for_each(|(sum, &x)| *sum = take(*sum, x));
            }
        });
        out
    }

    /// Changes each element by its group's number.
    pub fn spread(&self, x: &mut [f32], numbers: &[f32], change: impl Fn(f32, f32) -> f32) {
        if x.is_empty() {
            return;
        }
        self.for_each_run(|from, to| {
            let run = &mut x[from..from + self.run];
            if self.run_is_one_group {
                let number = numbers[to];
                run.iter_mut().for_each(|x| *x = change(*x, number));
            } else {
                run.iter_mut()
                    .zip(&numbers[to..to + self.run])
                    .for_each(|(x, &number)| *x = change(*x, number));
            }
        });
    }
}

/// One accumulator that takes in all numbers.
pub(super) fn fold_run<T: Copy, A: Copy>(
    run: &[T],
    start: A,
    take: impl Fn(A, T) -> A,
    merge: impl Fn(A, A) -> A,
) -> A {
    let (lanes, rest) = run.as_chunks::<LANES>();
    let mut sums = [start; LANES];
    for chunk in lanes {
        for (sum, &x) in sums.iter_mut().zip(chunk) {
            *sum = take(*sum, x);
        }
    }
    let whole = sums.into_iter().fold(start, merge);
    rest.iter().fold(whole, |sum, &x| take(sum, x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_may_interleave() {
        let groups = Groups::new(&[2, 2, 3], &[0, 2]);
        assert_eq!((groups.count, groups.size), (2, 6));
        let x: Vec<i64> = (0..12).collect();
        assert_eq!(groups.fold(&x, 0, |sum, x| sum + x, |a, b| a + b), [3 + 21, 12 + 30]);
        let mut x = [1.0; 12];
        groups.spread(&mut x, &[10.0, 20.0], |x, number| x + number);
        assert_eq!(x, [11.0, 11.0, 11.0, 21.0, 21.0, 21.0, 11.0, 11.0, 11.0, 21.0, 21.0, 21.0]);
    }

    #[test]
    fn a_run_longer_than_the_lanes_is_taken_in_whole() {
        let x: Vec<i64> = (0..2 * LANES as i64 + 3).collect();
        let groups = Groups::new(&[x.len()], &[0]);
        assert_eq!(groups.fold(&x, 0, |sum, x| sum + x, |a, b| a + b), [19 * 18 / 2]);
    }
}
