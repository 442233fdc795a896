//! Functions of two real numbers that follow one another, over the memory of what they change.

use super::View;
use super::strided::{Axis, broadcast_axes, for_each_place};
use crate::lanes::{Lanes, Real, each_with};
use crate::threads::{MOVED, share};
use crate::{Binary, Link};

/// Numbers that stay in the fastest cache from link to link, beside what the links read.
const PART: usize = 1024;
/// Parts of so many numbers are too long to be worth it.
const LONGEST: usize = 4 * PART;
/// A number that a whole row is changed by is repeated so often.
const REPEATS: usize = 64;

/// As [`crate::Op::Chain`]: `x` has the result's shape and is overwritten, `others` are the links' operands.
///
/// # Errors
/// That an operand's numbers are whole ones.
pub fn chain_onto(
    links: &[Link],
    mut x: Vec<f32>,
    others: &[View],
    shape: &[usize],
) -> Result<Vec<f32>, String> {
    if x.is_empty() {
        return Ok(x);
    }
    let mut operands =
        others.iter().map(|other| Operand::new(*other, shape)).collect::<Result<Vec<_>, _>>()?;
    let period = operands.iter().try_fold(1, |all, operand| common(all, operand.period()?));
    let effort = x.len() * MOVED * links.len();
    match (period, links) {
        (Some(period), _) if period <= LONGEST || links.len() == 1 => {
            let size = PART.next_multiple_of(period);
            operands.iter_mut().for_each(|operand| operand.repeat(size.min(x.len())));
            share(&mut x, size, effort, |start, part| {
                for (index, part) in part.chunks_mut(size).enumerate() {
                    let first = start + index * size;
                    links
                        .iter()
                        .zip(&operands)
                        .for_each(|(link, operand)| operand.change(*link, first, part));
                }
            });
        }
        (_, &[link]) => operands.iter().for_each(|operand| operand.change(link, 0, &mut x)),
        _ => {
            for (link, other) in links.iter().zip(others) {
                x = chain_onto(&[*link], x, &[*other], shape)?;
            }
        }
    }
    Ok(x)
}

/// What a link reads beside the number that it changes.
enum Operand<'a> {
    /// A number for each.
    Whole(&'a [f32]),
    /// Numbers that come again and again.
    Row(Vec<f32>),
    /// Numbers at any distance, and the walk through the result and through them.
    Spread(&'a [f32], Vec<Axis<2>>),
}

impl<'a> Operand<'a> {
    fn new(other: View<'a>, shape: &[usize]) -> Result<Self, String> {
        let (numbers, axes) = (other.f32s()?, broadcast_axes([shape, other.shape], shape));
        let repeats = |axes: &[Axis<2>]| axes.iter().all(|axis| axis.strides[1] == 0);
        Ok(match &axes[..] {
            [Axis { strides: [1, 1], .. }] => Self::Whole(numbers),
            all if repeats(all) => Self::Row(numbers[..1].to_vec()),
            [outer @ .., Axis { strides: [_, 1], size }] if repeats(outer) => {
                Self::Row(numbers[..*size].to_vec())
            }
            _ => Self::Spread(numbers, axes),
        })
    }

    /// After how many numbers it begins anew.
    fn period(&self) -> Option<usize> {
        match self {
            Self::Whole(_) => Some(1),
            Self::Row(row) => Some(row.len()),
            Self::Spread(..) => None,
        }
    }

    /// Has a row for at least so many numbers.
    fn repeat(&mut self, count: usize) {
        if let Self::Row(row) = self {
            *row = row.repeat(count.div_ceil(row.len()));
        }
    }

    /// Changes `x`, which is the result from `first` on: the start of a row, and all of it where numbers are spread.
    fn change(&self, link: Link, first: usize, x: &mut [f32]) {
        match self {
            Self::Whole(numbers) => change(link, x, &numbers[first..][..x.len()]),
            Self::Row(row) => change(link, x, &row[..x.len()]),
            Self::Spread(numbers, axes) => {
                let Some((inner, outer)) = axes.split_last() else { return };
                for_each_place(outer, [0, 0], &mut |[i, j]| {
                    let row = &mut x[i..i + inner.size];
                    if inner.strides[1] == 1 {
                        return change(link, row, &numbers[j..j + inner.size]);
                    }
                    // The last axis has neighbours or one repeated number, never anything else.
                    let number = [numbers[j]; REPEATS];
                    row.chunks_mut(REPEATS).for_each(|row| change(link, row, &number[..row.len()]));
                });
            }
        }
    }
}

/// Changes each number by the one at its place in `other`, which has as many.
fn change(Link(function, after): Link, x: &mut [f32], other: &[f32]) {
    match function {
        Binary::Add => each_with(x, other, |a, b| a + b),
        Binary::Sub => each_with(x, other, |a, b| a - b),
        Binary::Mul => each_with(x, other, |a, b| a * b),
        Binary::Div => each_with(x, other, |a, b| a / b),
        Binary::PRelu => each_with(x, other, |a, b| a.below(Lanes::splat(0.0), a * b, a)),
        Binary::Max => each_with(x, other, Lanes::max),
        Binary::Min => each_with(x, other, Lanes::min),
        _ => x.iter_mut().zip(other).for_each(|(a, b)| *a = function.apply(*a, *b)),
    }
    after.apply_all(x);
}

/// The least number that both divide.
fn common(a: usize, b: usize) -> Option<usize> {
    let (mut divisor, mut rest) = (a, b);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    (a / divisor.max(1)).checked_mul(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Data, Unary};

    fn numbers(count: usize, seed: usize) -> Data {
        Data::F32((0..count).map(|index| ((index * 7919 + seed) % 201) as f32 / 50.0 - 2.0).collect())
    }

    /// Beside one number after the other, for operands of any shape that broadcasts.
    #[test]
    fn every_link_is_applied_to_every_number() {
        let shape = [2, 3, 70, 50];
        let shapes: [&[usize]; 7] =
            [&shape, &[50], &[], &[70, 50], &[2, 1, 70, 1], &[3, 1, 1], &[2, 1, 1, 50]];
        let links = [
            Link(Binary::Mul, Unary::Identity),
            Link(Binary::PRelu, Unary::Relu),
            Link(Binary::Pow, Unary::Identity),
        ];
        let x = numbers(shape.iter().product(), 3);
        for first in shapes {
            for second in shapes {
                let sizes = [first, second, &[50]];
                let others = sizes.map(|size| numbers(size.iter().product(), size.len()));
                let views = [0, 1, 2].map(|index| View { shape: sizes[index], data: &others[index] });
                let found = chain_onto(&links, x.f32s().unwrap().to_vec(), &views, &shape).unwrap();
                for (index, found) in found.iter().enumerate() {
                    let at = [index / 10500, index / 3500 % 3, index / 50 % 70, index % 50];
                    let number = |view: &View| {
                        let skipped = 4 - view.shape.len();
                        let place = view.shape.iter().zip(&at[skipped..]);
                        let place =
                            place.fold(0, |sum, (&size, &at)| sum * size + if size == 1 { 0 } else { at });
                        view.data.f32s().unwrap()[place]
                    };
                    let mut expected = x.f32s().unwrap()[index];
                    for (Link(function, after), view) in links.iter().zip(&views) {
                        expected = after.apply(function.apply(expected, number(view)));
                    }
                    assert!(*found == expected || found.is_nan() && expected.is_nan(), "{sizes:?} {at:?}");
                }
            }
        }
    }

    #[test]
    fn the_least_common_multiple_is_found() {
        assert_eq!([common(4, 6), common(1, 7), common(12, 12)], [Some(12), Some(7), Some(12)]);
        assert_eq!(common(usize::MAX, 2), None);
    }
}
