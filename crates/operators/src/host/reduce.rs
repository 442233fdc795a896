//! Many elements become one.

use super::groups::Groups;
use super::{View, split_at_axis};
use crate::lanes::first_largest;
use crate::{Binary, Data, Kind, Reduction};

/// [`crate::Op::Reduce`].
///
/// Without elements the result is what changes nothing: 0 for a sum, 1 for a product, negative infinity for a maximum,
/// false for that of truth values.
pub fn reduce(x: View, how: Reduction, axes: &[usize], kind: Kind) -> Data {
    let groups = Groups::new(x.shape, axes);
    match x.data {
        Data::F32(x) => Data::F32(reduce_real(x, how, &groups)),
        Data::I64(x) if kind == Kind::Bool => {
            Data::I64(reduce_whole(x, how, &groups).into_iter().map(|x| x.clamp(0, 1)).collect())
        }
        Data::I64(x) => Data::I64(reduce_whole(x, how, &groups)),
    }
}

/// Sums are double precision: a map has so many pixels that single precision would lose the last three digits.
fn reduce_real(x: &[f32], kind: Reduction, groups: &Groups) -> Vec<f32> {
    let count = groups.size as f64;
    match kind {
        Reduction::Sum => sums(x, groups, |x| x, |sum| sum),
        Reduction::Mean => sums(x, groups, |x| x, |sum| sum / count),
        Reduction::Max => groups.fold(x, f32::NEG_INFINITY, max, max),
        Reduction::Min => groups.fold(x, f32::INFINITY, min, min),
        Reduction::Prod => groups.fold(x, 1.0, |a, b| a * b, |a, b| a * b),
        Reduction::L1 => sums(x, groups, f64::abs, |sum| sum),
        Reduction::L2 => sums(x, groups, |x| x * x, f64::sqrt),
        Reduction::LogSum => sums(x, groups, |x| x, f64::ln),
        Reduction::LogSumExp => log_sum_exp(x, groups),
        Reduction::SumSquare => sums(x, groups, |x| x * x, |sum| sum),
    }
}

fn sums(x: &[f32], groups: &Groups, term: impl Fn(f64) -> f64, finish: impl Fn(f64) -> f64) -> Vec<f32> {
    let sums = groups.fold(x, 0.0, |sum, x| sum + term(x.into()), |a, b| a + b);
    sums.into_iter().map(|sum| finish(sum) as f32).collect()
}

fn max(a: f32, b: f32) -> f32 {
    Binary::Max.apply(a, b)
}

fn min(a: f32, b: f32) -> f32 {
    Binary::Min.apply(a, b)
}

/// Shifted by the largest element, so that no exponential overflows.
fn log_sum_exp(x: &[f32], groups: &Groups) -> Vec<f32> {
    let largest = reduce_real(x, Reduction::Max, groups);
    let shifts: Vec<f32> = largest.iter().map(|&x| if x.is_finite() { x } else { 0.0 }).collect();
    let mut shifted = x.to_vec();
    groups.spread(&mut shifted, &shifts, |x, shift| (x - shift).exp());
    let logarithms = reduce_real(&shifted, Reduction::LogSum, groups);
    logarithms.iter().zip(&shifts).map(|(logarithm, shift)| logarithm + shift).collect()
}

/// Sums of whole numbers wrap; what is no whole number loses its fraction.
fn reduce_whole(x: &[i64], kind: Reduction, groups: &Groups) -> Vec<i64> {
    let sum =
        |term: fn(i64) -> i64| groups.fold(x, 0, |sum: i64, x| sum.wrapping_add(term(x)), i64::wrapping_add);
    let count = i64::try_from(groups.size).unwrap_or(i64::MAX);
    match kind {
        Reduction::Sum => sum(|x| x),
        Reduction::Mean => sum(|x| x).into_iter().map(|sum| sum.checked_div(count).unwrap_or(0)).collect(),
        Reduction::Max => groups.fold(x, i64::MIN, i64::max, i64::max),
        Reduction::Min => groups.fold(x, i64::MAX, i64::min, i64::min),
        Reduction::Prod => groups.fold(x, 1, i64::wrapping_mul, i64::wrapping_mul),
        Reduction::L1 => sum(i64::wrapping_abs),
        Reduction::SumSquare => sum(|x| x.wrapping_mul(x)),
        Reduction::L2 | Reduction::LogSum | Reduction::LogSumExp => {
            let real: Vec<f32> = x.iter().map(|&x| x as f32).collect();
            reduce_real(&real, kind, groups).into_iter().map(|x| x as i64).collect()
        }
    }
}

/// [`crate::Op::ArgReduce`]; 0 along an axis without elements.
pub fn arg_reduce(x: View, axis: usize, largest: bool, last: bool) -> Data {
    let sizes = split_at_axis(x.shape, axis);
    Data::I64(match (x.data, largest, last) {
        (Data::F32(x), true, false) if sizes[1] > 0 && sizes[2] == 1 => {
            x.chunks_exact(sizes[1]).map(|row| first_largest(row) as i64).collect()
        }
        (Data::F32(x), true, false) => scan(x, sizes, |new, best| new > best),
        (Data::F32(x), ..) => scan(x, sizes, |new, best| is_better(new, best, largest, last)),
        (Data::I64(x), ..) => scan(x, sizes, |new, best| is_better(new, best, largest, last)),
    })
}

fn is_better<T: PartialOrd>(new: T, best: T, largest: bool, last: bool) -> bool {
    (if largest { new > best } else { new < best }) || (last && new == best)
}

fn scan<T: Copy>(x: &[T], [outer, size, run]: [usize; 3], better: impl Fn(T, T) -> bool) -> Vec<i64> {
    let mut places = vec![0; outer * run];
    if x.is_empty() {
        return places;
    }
    if run == 1 {
        let place = |row: &[T]| (1..size).fold(0, |best, i| if better(row[i], row[best]) { i } else { best });
        return x.chunks_exact(size).map(|row| place(row) as i64).collect();
    }
    let mut best = vec![x[0]; run];
    for (x, places) in x.chunks_exact(size * run).zip(places.chunks_exact_mut(run)) {
        best.copy_from_slice(&x[..run]);
        for (index, row) in x.chunks_exact(run).enumerate() {
            for ((&x, best), place) in row.iter().zip(&mut best).zip(&mut *places) {
                if better(x, *best) {
                    (*best, *place) = (x, index as i64);
                }
            }
        }
    }
    places
}

/// [`crate::Op::CumSum`].
pub fn running_sum(x: View, axis: usize, exclusive: bool, reverse: bool) -> Data {
    let order = Order { sizes: split_at_axis(x.shape, axis), exclusive, reverse };
    match x.data {
        Data::F32(x) => Data::F32(order.running_sum(x, |a, b| a + b)),
        Data::I64(x) => Data::I64(order.running_sum(x, i64::wrapping_add)),
    }
}

struct Order {
    /// Elements before, along and behind the axis.
    sizes: [usize; 3],
    exclusive: bool,
    reverse: bool,
}

impl Order {
    fn running_sum<T: Copy + Default>(&self, x: &[T], add: impl Fn(T, T) -> T) -> Vec<T> {
        let [outer, size, run] = self.sizes;
        let mut out = vec![T::default(); x.len()];
        for index in 0..outer {
            let mut sums = vec![T::default(); run];
            for step in 0..size {
                let place = (index * size + if self.reverse { size - 1 - step } else { step }) * run;
                for ((sum, &x), out) in sums.iter_mut().zip(&x[place..]).zip(&mut out[place..]) {
                    let before = *sum;
                    *sum = add(before, x);
                    *out = if self.exclusive { before } else { *sum };
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(data: &[f32]) -> Data {
        Data::F32(data.to_vec())
    }

    fn whole(data: &[i64]) -> Data {
        Data::I64(data.to_vec())
    }

    fn reduced(kind: Reduction, shape: &[usize], data: &Data, axes: &[usize]) -> Data {
        let element = if data.f32s().is_some() { Kind::F32 } else { Kind::I64 };
        reduce(View { shape, data }, kind, axes, element)
    }

    #[test]
    fn any_axes_are_reduced() {
        let x = Data::F32((0..12).map(|x| x as f32).collect());
        let sum = |axes: &[usize]| reduced(Reduction::Sum, &[2, 3, 2], &x, axes);
        assert_eq!(sum(&[2]), real(&[1.0, 5.0, 9.0, 13.0, 17.0, 21.0]));
        assert_eq!(sum(&[1]), real(&[6.0, 9.0, 24.0, 27.0]));
        assert_eq!(sum(&[0]), real(&[6.0, 8.0, 10.0, 12.0, 14.0, 16.0]));
        assert_eq!(sum(&[0, 2]), real(&[14.0, 22.0, 30.0]));
        assert_eq!(sum(&[1, 2]), real(&[15.0, 51.0]));
        assert_eq!(sum(&[0, 1, 2]), real(&[66.0]));
        assert_eq!(sum(&[]), x);
    }

    #[test]
    fn every_kind_of_real_numbers() {
        let x = real(&[3.0, -4.0]);
        let of = |kind| reduced(kind, &[2], &x, &[0]);
        assert_eq!(of(Reduction::Mean), real(&[-0.5]));
        assert_eq!(of(Reduction::Max), real(&[3.0]));
        assert_eq!(of(Reduction::Min), real(&[-4.0]));
        assert_eq!(of(Reduction::Prod), real(&[-12.0]));
        assert_eq!(of(Reduction::L1), real(&[7.0]));
        assert_eq!(of(Reduction::L2), real(&[5.0]));
        assert_eq!(of(Reduction::SumSquare), real(&[25.0]));
        assert_eq!(reduced(Reduction::LogSum, &[2], &real(&[0.25, 0.75]), &[0]), real(&[0.0]));
    }

    #[test]
    fn exponentials_in_a_logarithm_do_not_overflow() {
        let x = real(&[1000.0, 1000.0, -1000.0, f32::NEG_INFINITY]);
        let out = reduced(Reduction::LogSumExp, &[2, 2], &x, &[1]);
        assert_eq!(out, real(&[1000.0 + std::f32::consts::LN_2, -1000.0]));
    }

    #[test]
    fn every_kind_of_whole_numbers() {
        let x = whole(&[3, -4, 8]);
        let of = |kind| reduced(kind, &[3], &x, &[0]);
        assert_eq!(of(Reduction::Sum), whole(&[7]));
        assert_eq!(of(Reduction::Mean), whole(&[2]));
        assert_eq!(of(Reduction::Max), whole(&[8]));
        assert_eq!(of(Reduction::Min), whole(&[-4]));
        assert_eq!(of(Reduction::Prod), whole(&[-96]));
        assert_eq!(of(Reduction::L1), whole(&[15]));
        assert_eq!(of(Reduction::SumSquare), whole(&[89]));
        assert_eq!(of(Reduction::L2), whole(&[9]));
    }

    /// ONNX's operators Reduce*: what an empty set becomes.
    #[test]
    fn nothing_becomes_what_changes_nothing() {
        let of = |kind| reduced(kind, &[2, 0], &real(&[]), &[1]);
        assert_eq!(of(Reduction::Sum), real(&[0.0, 0.0]));
        assert_eq!(of(Reduction::Prod), real(&[1.0, 1.0]));
        assert_eq!(of(Reduction::Max), real(&[f32::NEG_INFINITY; 2]));
        assert_eq!(of(Reduction::Min), real(&[f32::INFINITY; 2]));
        assert_eq!(of(Reduction::LogSum), real(&[f32::NEG_INFINITY; 2]));
        assert_eq!(of(Reduction::LogSumExp), real(&[f32::NEG_INFINITY; 2]));
        assert_eq!(reduced(Reduction::Mean, &[0], &whole(&[]), &[0]), whole(&[0]));
        let truths = whole(&[]);
        let of_truths = |how| reduce(View { shape: &[0], data: &truths }, how, &[0], Kind::Bool);
        assert_eq!([Reduction::Max, Reduction::Min].map(of_truths), [whole(&[0]), whole(&[1])]);
    }

    /// 0.1 in single precision, a million times: its running sum in single precision is 100958.34.
    #[test]
    fn a_long_mean_keeps_its_digits() {
        let x = Data::F32(vec![0.1; 1_000_000]);
        assert_eq!(reduced(Reduction::Mean, &[1_000_000], &x, &[0]), real(&[0.1]));
        assert_eq!(reduced(Reduction::Mean, &[500_000, 2], &x, &[0]), real(&[0.1, 0.1]));
    }

    #[test]
    fn the_first_or_the_last_of_equal_elements_is_found() {
        let x = real(&[2.0, 1.0, 2.0, 0.0, 3.0, 0.0]);
        let arg = |axis, largest, last| arg_reduce(View { shape: &[2, 3], data: &x }, axis, largest, last);
        assert_eq!(arg(1, true, false), whole(&[0, 1]));
        assert_eq!(arg(1, true, true), whole(&[2, 1]));
        assert_eq!(arg(1, false, false), whole(&[1, 0]));
        assert_eq!(arg(1, false, true), whole(&[1, 2]));
        assert_eq!(arg(0, true, false), whole(&[0, 1, 0]));
        assert_eq!(arg(0, false, true), whole(&[1, 0, 1]));
        let none = arg_reduce(View { shape: &[2, 0], data: &real(&[]) }, 1, true, false);
        assert_eq!(none, whole(&[0, 0]));
    }

    /// The examples of ONNX's operator CumSum.
    #[test]
    fn running_sums_run_both_ways_with_and_without_the_element() {
        let x = whole(&[1, 2, 3]);
        let sum = |exclusive, reverse| running_sum(View { shape: &[3], data: &x }, 0, exclusive, reverse);
        assert_eq!(sum(false, false), whole(&[1, 3, 6]));
        assert_eq!(sum(true, false), whole(&[0, 1, 3]));
        assert_eq!(sum(false, true), whole(&[6, 5, 3]));
        assert_eq!(sum(true, true), whole(&[5, 3, 0]));
        let x = whole(&[1, 2, 3, 4]);
        assert_eq!(running_sum(View { shape: &[2, 2], data: &x }, 0, false, false), whole(&[1, 2, 4, 6]));
        assert_eq!(running_sum(View { shape: &[2, 2], data: &x }, 1, false, false), whole(&[1, 3, 3, 7]));
    }
}
