//! Functions of one, two and three values, element by element.

use super::View;
use super::chain::chain_onto;
use super::strided::{Axis, broadcast_axes, for_each_place};
use crate::{Binary, Data, Kind, Link, Unary};

/// Numbers that stay in the fastest cache between two loops over them.
const CACHED: usize = 4096;

/// A function of each element.
pub fn unary(function: Unary, x: &Data) -> Result<Data, String> {
    let truth = matches!(function, Unary::Not | Unary::IsNan | Unary::IsInf { .. });
    Ok(match x {
        Data::F32(x) if truth => Data::I64(x.iter().map(|&x| function.apply(x) as i64).collect()),
        Data::F32(x) => Data::F32(unary_real(function, x)),
        Data::I64(_) if function == Unary::Identity => x.clone(),
        Data::I64(x) => Data::I64(unary_whole(function, x)?),
    })
}

fn unary_real(function: Unary, x: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(x.len());
    for part in x.chunks(CACHED) {
        let start = out.len();
        out.extend_from_slice(part);
        function.apply_all(&mut out[start..]);
    }
    out
}

fn unary_whole(function: Unary, x: &[i64]) -> Result<Vec<i64>, String> {
    let whole = |&x: &i64| function.apply_whole(x).ok_or_else(|| format!("{function:?} of whole numbers"));
    x.iter().map(whole).collect()
}

/// A function of two values that broadcast to `shape`, and one of the result.
pub fn binary(function: Binary, after: Unary, a: View, b: View, shape: &[usize]) -> Result<Data, String> {
    let axes = broadcast_axes([a.shape, b.shape], shape);
    match (a.data, b.data) {
        (Data::F32(a), Data::F32(b)) if function.is_truth() => {
            let truths = zip(a, b, &axes, |a, b| function.apply(a, b) as i64);
            unary(after, &Data::I64(truths))
        }
        (Data::F32(_), Data::F32(_)) => match super::movement::expand(a, shape) {
            Data::F32(a) => chain_onto(&[Link(function, after)], a, &[b], shape).map(Data::F32),
            Data::I64(_) => Err("real numbers became whole ones".to_owned()),
        },
        (Data::I64(a), Data::I64(b)) => {
            let out = Data::I64(zip(a, b, &axes, |a, b| function.apply_whole(a, b)));
            if after == Unary::Identity { Ok(out) } else { unary(after, &out) }
        }
        _ => Err("real and whole numbers do not mix".to_owned()),
    }
}

/// The last axis of a broadcast has neighbours or one repeated element in each operand, never anything else.
fn zip<T: Copy, O>(a: &[T], b: &[T], axes: &[Axis<2>], f: impl Fn(T, T) -> O) -> Vec<O> {
    let count = axes.iter().map(|axis| axis.size).product();
    if count == 0 {
        return vec![];
    }
    let Some((inner, outer)) = axes.split_last() else { return vec![f(a[0], b[0])] };
    let mut out = Vec::with_capacity(count);
    for_each_place(outer, [0, 0], &mut |[i, j]| match inner.strides {
        [0, _] => out.extend(b[j..j + inner.size].iter().map(|&b| f(a[i], b))),
        [_, 0] => out.extend(a[i..i + inner.size].iter().map(|&a| f(a, b[j]))),
        _ => out.extend(a[i..i + inner.size].iter().zip(&b[j..j + inner.size]).map(|(&a, &b)| f(a, b))),
    });
    out
}

/// `a` where the condition is not 0, else `b`; all three broadcast to `shape`.
pub fn select(condition: View, a: View, b: View, shape: &[usize]) -> Result<Data, String> {
    let axes = broadcast_axes([condition.shape, a.shape, b.shape], shape);
    let condition = condition.i64s()?;
    match (a.data, b.data) {
        (Data::F32(a), Data::F32(b)) => Ok(Data::F32(choose(condition, a, b, &axes))),
        (Data::I64(a), Data::I64(b)) => Ok(Data::I64(choose(condition, a, b, &axes))),
        _ => Err("real and whole numbers do not mix".to_owned()),
    }
}

fn choose<T: Copy>(condition: &[i64], a: &[T], b: &[T], axes: &[Axis<3>]) -> Vec<T> {
    let count = axes.iter().map(|axis| axis.size).product();
    if count == 0 {
        return vec![];
    }
    let one = Axis { size: 1, strides: [0; 3] };
    let (inner, outer) = axes.split_last().unwrap_or((&one, &[]));
    let [condition_step, a_step, b_step] = inner.strides.map(isize::unsigned_abs);
    let mut out = Vec::with_capacity(count);
    for_each_place(outer, [0; 3], &mut |[i, j, k]| {
        let (condition, a, b) = (&condition[i..], &a[j..], &b[k..]);
        let pick =
            |at: usize| if condition[at * condition_step] != 0 { a[at * a_step] } else { b[at * b_step] };
        out.extend((0..inner.size).map(pick));
    });
    out
}

/// Elements of another kind.
pub fn cast(x: &Data, kind: Kind) -> Data {
    match (x, kind) {
        (Data::F32(_), Kind::F32) | (Data::I64(_), Kind::I64) => x.clone(),
        (Data::F32(x), Kind::I64) => Data::I64(x.iter().map(|&x| x as i64).collect()),
        (Data::F32(x), Kind::Bool) => Data::I64(x.iter().map(|&x| i64::from(x != 0.0)).collect()),
        (Data::I64(x), Kind::F32) => Data::F32(x.iter().map(|&x| x as f32).collect()),
        (Data::I64(x), Kind::Bool) => Data::I64(x.iter().map(|&x| i64::from(x != 0)).collect()),
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

    fn view<'a>(shape: &'a [usize], data: &'a Data) -> View<'a> {
        View { shape, data }
    }

    fn of_two(function: Binary, a: View, b: View, shape: &[usize]) -> Data {
        binary(function, Unary::Identity, a, b, shape).unwrap()
    }

    #[test]
    fn operands_broadcast_over_any_axis() {
        let (a, row, column) =
            (real(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), real(&[10.0, 20.0, 30.0]), real(&[1.0, 2.0]));
        let a = view(&[2, 3], &a);
        let sub = |b, shape: &[usize]| of_two(Binary::Sub, a, b, shape);
        assert_eq!(sub(a, &[2, 3]), real(&[0.0; 6]));
        assert_eq!(sub(view(&[3], &row), &[2, 3]), real(&[-9.0, -18.0, -27.0, -6.0, -15.0, -24.0]));
        assert_eq!(sub(view(&[2, 1], &column), &[2, 3]), real(&[0.0, 1.0, 2.0, 2.0, 3.0, 4.0]));
        assert_eq!(sub(view(&[], &real(&[1.0])), &[2, 3]), real(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]));
        let long = real(&[1.0; 3 * 100]);
        let per_channel = of_two(Binary::Mul, view(&[100, 3], &long), view(&[3], &row), &[100, 3]);
        assert_eq!(per_channel, Data::F32([10.0, 20.0, 30.0].repeat(100)));
        let outer = of_two(Binary::Sub, view(&[2, 1], &column), view(&[3], &row), &[2, 3]);
        assert_eq!(outer, real(&[-9.0, -19.0, -29.0, -8.0, -18.0, -28.0]));
    }

    #[test]
    fn values_without_elements_have_functions_without_elements() {
        let (none, some) = (real(&[]), real(&[1.0, 2.0]));
        assert_eq!(of_two(Binary::Add, view(&[0, 2], &none), view(&[2], &some), &[0, 2]), none);
        assert_eq!(unary(Unary::Relu, &none), Ok(none.clone()));
        let condition = whole(&[1, 0]);
        assert_eq!(
            select(view(&[2], &condition), view(&[0, 1], &none), view(&[], &real(&[1.0])), &[0, 2]),
            Ok(none)
        );
    }

    #[test]
    fn the_function_after_applies_to_the_result() {
        let (a, b) = (real(&[1.0, 5.0]), real(&[3.0]));
        let out = binary(Binary::Sub, Unary::Relu, view(&[2], &a), view(&[1], &b), &[2]);
        assert_eq!(out, Ok(real(&[0.0, 2.0])));
        let out = binary(Binary::Less, Unary::Not, view(&[2], &a), view(&[1], &b), &[2]);
        assert_eq!(out, Ok(whole(&[0, 1])));
    }

    #[test]
    fn comparisons_of_real_numbers_are_truth_values() {
        let (a, b) = (real(&[1.0, f32::NAN, 3.0]), real(&[2.0]));
        assert_eq!(of_two(Binary::Less, view(&[3], &a), view(&[1], &b), &[3]), whole(&[1, 0, 0]));
        assert_eq!(unary(Unary::IsNan, &a), Ok(whole(&[0, 1, 0])));
    }

    #[test]
    fn real_and_whole_numbers_do_not_mix() {
        let (a, b) = (real(&[1.0]), whole(&[2]));
        assert!(binary(Binary::Add, Unary::Identity, view(&[1], &a), view(&[1], &b), &[1]).is_err());
        assert!(unary(Unary::Exp, &b).is_err());
    }

    #[test]
    fn every_operand_of_where_broadcasts() {
        let (condition, a, b) = (whole(&[1, 0, 2]), whole(&[10, 20]), whole(&[-1]));
        let out = select(view(&[3], &condition), view(&[2, 1], &a), view(&[], &b), &[2, 3]);
        assert_eq!(out, Ok(whole(&[10, -1, 10, 20, -1, 20])));
        assert_eq!(select(view(&[1], &b), view(&[1], &b), view(&[], &b), &[1]), Ok(whole(&[-1])));
    }

    #[test]
    fn a_cast_drops_the_fraction() {
        let x = real(&[-1.7, 0.4, 0.0, f32::NAN, 1e30]);
        assert_eq!(cast(&x, Kind::I64), whole(&[-1, 0, 0, 0, i64::MAX]));
        assert_eq!(cast(&x, Kind::Bool), whole(&[1, 1, 0, 1, 1]));
        assert_eq!(cast(&whole(&[-3, 0]), Kind::F32), real(&[-3.0, 0.0]));
        assert_eq!(cast(&whole(&[-3, 0]), Kind::Bool), whole(&[1, 0]));
    }
}
