//! Four real numbers at once, and what functions need of numbers whether they come one by one or in fours.
//!
//! Written out where the compiler may not find vector code by itself: programs for the browser are linked for size, which
//! leaves plain loops as they are.

#[cfg(not(target_arch = "wasm32"))]
#[path = "lanes/portable.rs"]
mod machine;
#[cfg(target_arch = "wasm32")]
#[path = "lanes/wasm.rs"]
mod machine;

use std::ops::{Add, Div, Mul, Sub};

/// Four numbers.
#[derive(Clone, Copy)]
pub struct Lanes(machine::Four);

/// A number, or several that are computed alike.
pub trait Real:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// This number.
    fn of(number: f32) -> Self;
    /// `then` where it is below the limit, else `otherwise`.
    fn below(self, limit: Self, then: Self, otherwise: Self) -> Self;
    /// `low` where it is below; what is no number stays so.
    fn at_least(self, low: Self) -> Self;
    /// `high` where it is above; what is no number stays so.
    fn at_most(self, high: Self) -> Self;
    /// Without its sign.
    fn magnitude(self) -> Self;
    /// Its magnitude with another one's sign.
    fn signed_as(self, other: Self) -> Self;
    /// The square root.
    fn root(self) -> Self;
    /// The number whose exponent is what the low bits say.
    fn power_of_low_bits(self) -> Self;
}

impl Lanes {
    /// These numbers.
    #[inline(always)]
    pub fn load(numbers: [f32; 4]) -> Self {
        Self(machine::load(numbers))
    }

    /// The numbers.
    #[inline(always)]
    pub fn store(self) -> [f32; 4] {
        machine::store(self.0)
    }

    /// One number four times.
    #[inline(always)]
    pub fn splat(number: f32) -> Self {
        Self(machine::splat(number))
    }

    /// `self + a * b`
    #[inline(always)]
    pub fn add_product(self, a: Self, b: Self) -> Self {
        self + a * b
    }

    /// The smaller one; no number where one of them is none.
    #[inline(always)]
    pub fn min(self, other: Self) -> Self {
        Self(machine::min(self.0, other.0))
    }

    /// The larger one; no number where one of them is none.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self(machine::max(self.0, other.0))
    }

    /// The first number that is equal to the other's of the same place.
    #[inline(always)]
    pub fn first_equal(self, other: Self) -> Option<usize> {
        let bits = machine::equal(self.0, other.0);
        (bits != 0).then(|| bits.trailing_zeros() as usize)
    }
}

/// Replaces each number by a function of it.
#[inline(always)]
pub fn each(numbers: &mut [f32], function: impl Fn(Lanes) -> Lanes) {
    let (fours, rest) = numbers.as_chunks_mut::<4>();
    let mut last = [0.0; 4];
    last[..rest.len()].copy_from_slice(rest);
    // One loop, so that the function is there once.
    for index in 0..=fours.len() {
        let four = fours.get_mut(index).unwrap_or(&mut last);
        *four = function(Lanes::load(*four)).store();
    }
    rest.copy_from_slice(&last[..rest.len()]);
}

/// Replaces each number by a function of it and of the one at its place in `other`, which has as many.
#[inline(always)]
pub fn each_with(numbers: &mut [f32], other: &[f32], function: impl Fn(Lanes, Lanes) -> Lanes) {
    let (fours, rest) = numbers.as_chunks_mut::<4>();
    let (others, others_rest) = other.as_chunks::<4>();
    let (mut last, mut last_other) = ([0.0; 4], [0.0; 4]);
    last[..rest.len()].copy_from_slice(rest);
    last_other[..rest.len()].copy_from_slice(&others_rest[..rest.len()]);
    for index in 0..=fours.len().min(others.len()) {
        let (four, other) = match (fours.get_mut(index), others.get(index)) {
            (Some(four), Some(other)) => (four, other),
            _ => (&mut last, &last_other),
        };
        *four = function(Lanes::load(*four), Lanes::load(*other)).store();
    }
    rest.copy_from_slice(&last[..rest.len()]);
}

/// `sum = rows[0] * weights[0] + rows[1] * weights[1]`, all of one length.
pub fn weigh_two(sum: &mut [f32], rows: [&[f32]; 2], weights: [f32; 2]) {
    let weigh = |[a, b]: [[f32; 4]; 2]| {
        let [a, b] = [Lanes::load(a) * Lanes::splat(weights[0]), Lanes::load(b) * Lanes::splat(weights[1])];
        (a + b).store()
    };
    let fours = rows.map(|row| row.as_chunks::<4>().0);
    for ((sum, a), b) in sum.as_chunks_mut::<4>().0.iter_mut().zip(fours[0]).zip(fours[1]) {
        *sum = weigh([*a, *b]);
    }
    // The last four, some of which are there already.
    if let (Some(sum), [Some(a), Some(b)]) = (sum.last_chunk_mut(), rows.map(|row| row.last_chunk())) {
        *sum = weigh([*a, *b]);
        return;
    }
    for ((sum, a), b) in sum.iter_mut().zip(rows[0]).zip(rows[1]) {
        *sum = a * weights[0] + b * weights[1];
    }
}

/// The place of the first of the largest numbers: as comparing one after the other finds it, for which what is no number is
/// never larger, and nothing is larger than it.
pub fn first_largest(numbers: &[f32]) -> usize {
    let Some(&first) = numbers.first() else { return 0 };
    let (fours, rest) = numbers.as_chunks::<4>();
    let mut best = Lanes::splat(first);
    for four in fours {
        best = best.at_least(Lanes::load(*four));
    }
    let largest = |best: f32, x: &f32| if *x > best { *x } else { best };
    let largest = rest.iter().fold(best.store().iter().fold(first, largest), largest);
    let found = fours
        .iter()
        .enumerate()
        .find_map(|(index, four)| Some(index * 4 + Lanes::load(*four).first_equal(Lanes::splat(largest))?));
    let behind = || rest.iter().position(|x| *x == largest).map_or(0, |at| fours.len() * 4 + at);
    found.unwrap_or_else(behind)
}

macro_rules! operator {
    ($operator:ident, $function:ident) => {
        impl $operator for Lanes {
            type Output = Self;

            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                Self(machine::$function(self.0, other.0))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);
operator!(Div, div);

#[rustfmt::skip]
impl Real for Lanes {
    #[inline(always)]
    fn of(number: f32) -> Self { Self::splat(number) }
    #[inline(always)]
    fn below(self, limit: Self, then: Self, otherwise: Self) -> Self {
        Self(machine::below([self.0, limit.0, then.0, otherwise.0]))
    }
    #[inline(always)]
    fn at_least(self, low: Self) -> Self { Self(machine::at_least(self.0, low.0)) }
    #[inline(always)]
    fn at_most(self, high: Self) -> Self { Self(machine::at_most(self.0, high.0)) }
    #[inline(always)]
    fn magnitude(self) -> Self { Self(machine::magnitude(self.0)) }
    #[inline(always)]
    fn signed_as(self, other: Self) -> Self { Self(machine::signed_as(self.0, other.0)) }
    #[inline(always)]
    fn root(self) -> Self { Self(machine::root(self.0)) }
    #[inline(always)]
    fn power_of_low_bits(self) -> Self { Self(machine::power_of_low_bits(self.0)) }
}

#[rustfmt::skip]
impl Real for f32 {
    #[inline(always)]
    fn of(number: f32) -> Self { number }
    #[inline(always)]
    fn below(self, limit: Self, then: Self, otherwise: Self) -> Self {
        if self < limit { then } else { otherwise }
    }
    #[inline(always)]
    fn at_least(self, low: Self) -> Self { if self < low { low } else { self } }
    #[inline(always)]
    fn at_most(self, high: Self) -> Self { if high < self { high } else { self } }
    #[inline(always)]
    fn magnitude(self) -> Self { self.abs() }
    #[inline(always)]
    fn signed_as(self, other: Self) -> Self { self.copysign(other) }
    #[inline(always)]
    fn root(self) -> Self { self.sqrt() }
    #[inline(always)]
    fn power_of_low_bits(self) -> Self { Self::from_bits(self.to_bits().wrapping_add(127) << 23) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_reach_the_numbers_behind_the_last_four() {
        for count in 0..10 {
            let mut numbers: Vec<f32> = (0..count).map(|x| x as f32).collect();
            let other = numbers.clone();
            each(&mut numbers, |x| x + Lanes::splat(1.0));
            each_with(&mut numbers, &other, |a, b| a * b);
            let expected: Vec<f32> = other.iter().map(|x| (x + 1.0) * x).collect();
            assert_eq!(numbers, expected);
        }
    }

    #[test]
    fn the_first_of_the_largest_is_found_wherever_it_is() {
        for size in 1..14 {
            for place in 0..size {
                let mut numbers = vec![-1.0; size];
                numbers[place..].fill(2.0);
                numbers[size - 1] = if place < size - 1 { f32::NAN } else { 2.0 };
                assert_eq!(first_largest(&numbers), place, "{numbers:?}");
            }
        }
        assert_eq!(first_largest(&[f32::NAN, 1.0, 2.0, 3.0, 4.0]), 0);
        assert_eq!(first_largest(&[f32::NEG_INFINITY; 5]), 0);
    }
}
