//! Softmax and normalisations.

use super::groups::{Groups, fold_run};
use super::{View, split_at_axis};
use crate::exponential::exp;
use crate::lanes::{Lanes, each};
use crate::{Data, Op};

/// [`crate::Op::Softmax`].
pub fn softmax(x: View, axis: usize, log: bool) -> Result<Data, String> {
    let [_, size, run] = split_at_axis(x.shape, axis);
    let mut out = x.f32s()?.to_vec();
    if out.is_empty() {
        return Ok(Data::F32(out));
    }
    match run {
        1 => out.chunks_exact_mut(size).for_each(|row| softmax_row(row, log)),
        _ => out.chunks_exact_mut(size * run).for_each(|rows| softmax_rows(rows, run, log)),
    }
    Ok(Data::F32(out))
}

fn softmax_row(row: &mut [f32], log: bool) {
    let largest = fold_run(row, f32::NEG_INFINITY, larger, larger);
    if log {
        row.iter_mut().for_each(|x| *x -= largest);
        let sum = fold_run(row, 0.0, |sum, x| sum + exp(x), |a, b| a + b);
        let logarithm = sum.ln();
        row.iter_mut().for_each(|x| *x -= logarithm);
        return;
    }
    each(row, |x| exp(x - Lanes::splat(largest)));
    let scale = 1.0 / fold_run(row, 0.0, |sum, x| sum + x, |a, b| a + b);
    each(row, |x| x * Lanes::splat(scale));
}

fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// Neighbours belong to different sums.
fn softmax_rows(rows: &mut [f32], run: usize, log: bool) {
    let mut largest = vec![f32::NEG_INFINITY; run];
    for row in rows.chunks_exact(run) {
        largest.iter_mut().zip(row).for_each(|(a, &b)| *a = larger(*a, b));
    }
    let mut sums = vec![0.0; run];
    for row in rows.chunks_exact_mut(run) {
        for ((x, sum), largest) in row.iter_mut().zip(&mut sums).zip(&largest) {
            let shifted = *x - largest;
            let exponential = exp(shifted);
            *sum += exponential;
            *x = if log { shifted } else { exponential };
        }
    }
    let change = |x: f32, number: f32| if log { x - number } else { x * number };
    let numbers: Vec<f32> = sums.into_iter().map(|sum: f32| if log { sum.ln() } else { 1.0 / sum }).collect();
    for row in rows.chunks_exact_mut(run) {
        row.iter_mut().zip(&numbers).for_each(|(x, &number)| *x = change(*x, number));
    }
}

/// [`crate::Op::Normalise`].
pub fn normalise(x: View, axes: &[usize], epsilon: f32, centred: bool) -> Result<Data, String> {
    let groups = Groups::new(x.shape, axes);
    let mut out = x.f32s()?.to_vec();
    if centred {
        let sums = groups.fold(&out, 0.0, |sum, x| sum + f64::from(x), |a, b| a + b);
        let means: Vec<f32> = sums.into_iter().map(|sum| (sum / groups.size as f64) as f32).collect();
        groups.spread(&mut out, &means, |x, mean| x - mean);
    }
    let squares = groups.fold(&out, 0.0, |sum, x| sum + f64::from(x) * f64::from(x), |a, b| a + b);
    let scale = |squares: f64| (1.0 / (squares / groups.size as f64 + f64::from(epsilon)).sqrt()) as f32;
    let scales: Vec<f32> = squares.into_iter().map(scale).collect();
    groups.spread(&mut out, &scales, |x, scale| x * scale);
    Ok(Data::F32(out))
}

/// [`crate::Op::LocalResponse`]. ONNX's window of an even size has its odd channel behind the centre.
pub fn local_response(op: &Op, x: View) -> Result<Data, String> {
    let &Op::LocalResponse { size, alpha, beta, bias } = op else {
        return Err("no local response".to_owned());
    };
    let channels = x.shape.last().copied().unwrap_or(1);
    let (before, behind) = (size.saturating_sub(1) / 2, size / 2);
    let weight = f64::from(alpha) / size.max(1) as f64;
    let mut out = x.f32s()?.to_vec();
    let mut sums = vec![0.0; channels + 1];
    for row in out.chunks_exact_mut(channels.max(1)) {
        for (channel, &x) in row.iter().enumerate() {
            sums[channel + 1] = sums[channel] + f64::from(x) * f64::from(x);
        }
        for (channel, x) in row.iter_mut().enumerate() {
            let end = channel.saturating_add(behind + 1).min(channels);
            let sum = sums[end] - sums[channel.saturating_sub(before)];
            *x /= power((f64::from(bias) + weight * sum) as f32, beta);
        }
    }
    Ok(Data::F32(out))
}

/// Roots are several times faster, and 0.75 is the exponent of every published network.
fn power(x: f32, exponent: f32) -> f32 {
    if exponent == 0.75 { x.sqrt() * x.sqrt().sqrt() } else { x.powf(exponent) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(out: Result<Data, String>, expected: &[f32]) {
        let Ok(Data::F32(out)) = out else { panic!("{out:?}") };
        let near = out.iter().zip(expected).all(|(a, b)| (a - b).abs() <= 1e-6 * b.abs().max(1.0));
        assert!(out.len() == expected.len() && near, "{out:?}");
    }

    /// The example of ONNX's operator Softmax, and its logarithm.
    #[test]
    fn softmax_sums_to_one_along_any_axis() {
        let x = Data::F32(vec![-1.0, 0.0, 1.0]);
        let expected = [0.090_030_57, 0.244_728_48, 0.665_240_94];
        close(softmax(View { shape: &[1, 3], data: &x }, 1, false), &expected);
        close(softmax(View { shape: &[3, 1], data: &x }, 0, false), &expected);
        close(softmax(View { shape: &[1, 3], data: &x }, 1, true), &[-2.407_606, -1.407_606, -0.407_606]);
        let x = Data::F32(vec![0.0, 1.0, 0.0, 1.0]);
        close(softmax(View { shape: &[2, 2], data: &x }, 0, false), &[0.5; 4]);
        close(softmax(View { shape: &[2, 2], data: &x }, 0, true), &[-std::f32::consts::LN_2; 4]);
    }

    /// The second example of ONNX's operator Softmax, whose exponentials overflow.
    #[test]
    fn softmax_of_large_numbers_does_not_overflow() {
        let x = Data::F32(vec![0.0, 1.0, 2.0, 3.0, 10000.0, 10001.0, 10002.0, 10003.0]);
        let row = [0.032_058_604, 0.087_144_32, 0.236_882_82, 0.643_914_3];
        close(softmax(View { shape: &[2, 4], data: &x }, 1, false), &[row, row].concat());
        let large = Data::F32(vec![1e4, 1e4]);
        close(softmax(View { shape: &[2, 1], data: &large }, 0, true), &[-std::f32::consts::LN_2; 2]);
        close(softmax(View { shape: &[2, 0], data: &Data::F32(vec![]) }, 1, false), &[]);
        close(softmax(View { shape: &[0, 2], data: &Data::F32(vec![]) }, 0, false), &[]);
    }

    #[test]
    fn a_group_gets_mean_0_and_variance_1() {
        let x = Data::F32(vec![1.0, 3.0, 10.0, 30.0]);
        let of = |axes: &[usize], centred| normalise(View { shape: &[2, 2], data: &x }, axes, 0.0, centred);
        close(of(&[1], true), &[-1.0, 1.0, -1.0, 1.0]);
        close(of(&[0], true), &[-1.0, -1.0, 1.0, 1.0]);
        close(of(&[1], false), &[1.0, 3.0, 1.0, 3.0].map(|x: f32| x / 5.0_f32.sqrt()));
        let same = Data::F32(vec![4.0; 3]);
        close(normalise(View { shape: &[3], data: &same }, &[0], 1e-5, true), &[0.0; 3]);
        close(normalise(View { shape: &[0, 2], data: &Data::F32(vec![]) }, &[0], 1e-5, true), &[]);
    }

    /// Krizhevsky et al. 2012, section 3.3, with k = 1, alpha / n = 1, beta = 1.
    #[test]
    fn a_response_is_divided_by_its_neighbours_squares() {
        let x = Data::F32(vec![1.0, 2.0, 3.0, 0.0]);
        let of = |size, alpha| {
            let op = Op::LocalResponse { size, alpha, beta: 1.0, bias: 1.0 };
            local_response(&op, View { shape: &[1, 4], data: &x })
        };
        close(of(3, 3.0), &[1.0 / 6.0, 2.0 / 15.0, 3.0 / 14.0, 0.0]);
        close(of(2, 2.0), &[1.0 / 6.0, 2.0 / 14.0, 3.0 / 10.0, 0.0]);
        close(of(usize::MAX, 0.0), &[1.0, 2.0, 3.0, 0.0]);
        assert!((power(16.0, 0.75), power(16.0, 0.25)) == (8.0, 2.0));
    }
}
