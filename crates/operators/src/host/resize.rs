//! Resampling along axes: every rule and filter is a short weighted sum along one axis. The rules are those of ONNX's
//! operator Resize and its reference implementation.

use super::{View, split_at_axis};
use crate::lanes::{Lanes, each_with, weigh_two};
use crate::threads::{MOVED, share};
use crate::{Coordinates, Data, Interpolation, Nearest, Resize, ResizeAxis};
use std::borrow::Cow;

/// For each output sample of an axis: the input samples that it mixes, and their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisTaps {
    /// Weighted input samples, in ascending order; none for an output sample outside of the input, which is
    /// [`Resize::outside`].
    pub samples: Vec<Vec<(usize, f32)>>,
}

impl AxisTaps {
    /// The samples as two for each output sample, if none has more and none lies outside.
    fn pairs(&self) -> Option<Vec<[(usize, f32); 2]>> {
        let pair = |samples: &Vec<(usize, f32)>| match samples[..] {
            [one] => Some([one, (one.0, 0.0)]),
            [one, other] => Some([one, other]),
            _ => None,
        };
        self.samples.iter().map(pair).collect()
    }
}

/// The samples and weights of one of the axes of a resize that has `input` samples; `axis` counts in [`Resize::axes`].
pub fn taps(resize: &Resize, axis: usize, input: usize) -> AxisTaps {
    let axis = &resize.axes[axis];
    let sample = |output| match input {
        0 => vec![],
        _ => samples(resize, axis, input, place(resize.coordinates, axis, input, output)),
    };
    AxisTaps { samples: (0..axis.size).map(sample).collect() }
}

/// Where an output sample lies among the input's.
fn place(coordinates: Coordinates, axis: &ResizeAxis, input: usize, output: usize) -> f64 {
    let (output, length) = (output as f64, input as f64);
    // A scale that is just the sizes' ratio would bring its rounding along.
    let exact = axis.scale == axis.size as f32 / input as f32;
    let (scaled, resized) = match exact {
        true => ((length, axis.size as f64), axis.size as f64),
        false => ((1.0, axis.scale.into()), length * f64::from(axis.scale)),
    };
    let unscaled = |place: f64| place * scaled.0 / scaled.1;
    let aligned =
        |part: f64| if resized == 1.0 { 0.0 } else { output * part * (length - 1.0) / (resized - 1.0) };
    match coordinates {
        Coordinates::AlignCorners => aligned(1.0),
        Coordinates::HalfPixel => unscaled(output + 0.5) - 0.5,
        Coordinates::PytorchHalfPixel if axis.size == 1 => 0.0,
        Coordinates::PytorchHalfPixel => unscaled(output + 0.5) - 0.5,
        Coordinates::HalfPixelSymmetric => {
            let offset = length / 2.0 * (1.0 - axis.size as f64 / resized);
            offset + unscaled(output + 0.5) - 0.5
        }
        Coordinates::Asymmetric => unscaled(output),
        Coordinates::HalfPixelNearest => unscaled(output + 0.5),
        Coordinates::CropAndResize => {
            let [start, end] = axis.region.map(f64::from);
            let within =
                if resized == 1.0 { (end - start) * (length - 1.0) / 2.0 } else { aligned(end - start) };
            within + start * (length - 1.0)
        }
    }
}

fn samples(resize: &Resize, axis: &ResizeAxis, input: usize, place: f64) -> Vec<(usize, f32)> {
    let last = input as f64 - 1.0;
    if resize.coordinates == Coordinates::CropAndResize && !(0.0..=last).contains(&place) {
        return vec![];
    }
    // Beyond the edges all samples are the outermost one, whose index a hostile scale must not overflow.
    let place = if place.is_nan() { 0.0 } else { place.clamp(-1e9, 1e9) };
    if resize.mode == Interpolation::Nearest {
        // A place between samples, or on one, must not become another by the noise of its last bits.
        let halves = (place * 2.0).round();
        let place =
            if (place * 2.0 - halves).abs() < 1e-12 * (1.0 + halves.abs()) { halves / 2.0 } else { place };
        let nearest = match resize.nearest {
            Nearest::RoundPreferFloor => (place - 0.5).ceil(),
            Nearest::RoundPreferCeil => (place + 0.5).floor(),
            Nearest::Floor => place.floor(),
            Nearest::Ceil => place.ceil(),
        };
        return vec![(nearest.clamp(0.0, last) as usize, 1.0)];
    }
    let mut mixed: Vec<(usize, f64)> = vec![];
    for (at, weight) in filter(resize, axis, input, place) {
        let outside = !(0.0..=last).contains(&at);
        if weight == 0.0 || outside && resize.exclude_outside {
            continue;
        }
        let index = at.clamp(0.0, last) as usize;
        match mixed.last_mut().filter(|(previous, _)| *previous == index) {
            Some((_, sum)) => *sum += weight,
            None => mixed.push((index, weight)),
        }
    }
    let sum: f64 = if resize.exclude_outside || resize.antialias {
        mixed.iter().map(|(_, weight)| weight).sum()
    } else {
        1.0
    };
    if sum == 0.0 {
        return vec![(place.clamp(0.0, last) as usize, 0.0)];
    }
    mixed.into_iter().map(|(index, weight)| (index, (weight / sum) as f32)).collect()
}

/// Samples round a place, some of which may lie outside, and their weights.
fn filter(resize: &Resize, axis: &ResizeAxis, input: usize, place: f64) -> impl Iterator<Item = (f64, f64)> {
    let narrowest = 1.0 / input as f64;
    let scale = if resize.antialias { f64::from(axis.scale).clamp(narrowest, 1.0) } else { 1.0 };
    let reach = if resize.mode == Interpolation::Cubic { 2.0 } else { 1.0 };
    let (cubic, mode) = (f64::from(resize.cubic), resize.mode);
    let first = (-reach / scale).floor() as i64 + 1;
    (first..=1 - first).map(move |offset| {
        let at = place.floor() + offset as f64;
        let distance = ((at - place) * scale).abs();
        (at, if mode == Interpolation::Cubic { keys(cubic, distance) } else { (1.0 - distance).max(0.0) })
    })
}

/// The weight of a sample at a distance: Keys 1981, <https://doi.org/10.1109/TASSP.1981.1163711>.
pub(super) fn keys(a: f64, distance: f64) -> f64 {
    let x = distance;
    match x {
        x if x <= 1.0 => ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0,
        x if x < 2.0 => a * (((x - 5.0) * x + 8.0) * x - 4.0),
        _ => 0.0,
    }
}

/// [`crate::Op::Resize`].
pub fn resize(x: View, resize: &Resize) -> Result<Data, String> {
    match x.data {
        Data::F32(data) => {
            let pair = |[(a, a_weight), (b, b_weight)]: [(f32, f32); 2]| a * a_weight + b * b_weight;
            Ok(Data::F32(along_axes(x.shape, data, resize, resize.outside, mix, pair)))
        }
        Data::I64(_) if resize.mode != Interpolation::Nearest => {
            Err("whole numbers are not mixed".to_owned())
        }
        Data::I64(data) => {
            let copy = |row: &mut [i64], rows: &[(&[i64], f32)]| {
                if let [(only, _), ..] = rows {
                    row.copy_from_slice(only);
                }
            };
            Ok(Data::I64(along_axes(x.shape, data, resize, resize.outside as i64, copy, |[(a, _), _]| a)))
        }
    }
}

/// The axes with their numbers, the cheapest order: what grows comes last where all grow.
fn in_order(shape: Vec<usize>, resize: &Resize) -> Vec<(usize, &ResizeAxis)> {
    let mut axes: Vec<_> = resize.axes.iter().enumerate().collect();
    if axes.iter().all(|(_, axis)| axis.size >= shape[axis.axis]) {
        axes.reverse();
    }
    axes
}

fn along_axes<T: Copy + Default + Send + Sync>(
    shape: &[usize],
    data: &[T],
    resize: &Resize,
    outside: T,
    mix: impl Fn(&mut [T], &[(&[T], f32)]) + Sync,
    pair: impl Fn([(T, f32); 2]) -> T,
) -> Vec<T> {
    let (mut shape, mut data) = (shape.to_vec(), Cow::Borrowed(data));
    for (index, axis) in in_order(shape.clone(), resize) {
        let [outer, length, inner] = split_at_axis(&shape, axis.axis);
        let taps = taps(resize, index, length);
        // Single numbers are not worth a loop each.
        let pairs = if inner == 1 && length > 0 { taps.pairs() } else { None };
        if let Some(pairs) = pairs {
            let mut output = Vec::with_capacity(outer * axis.size);
            for line in data.chunks_exact(length) {
                output.extend(pairs.iter().map(|pairs| pair(pairs.map(|(at, weight)| (line[at], weight)))));
            }
            shape[axis.axis] = axis.size;
            data = Cow::Owned(output);
            continue;
        }
        let mut output = vec![outside; outer * axis.size * inner];
        let inner = inner.max(1);
        let effort = output.len() * MOVED;
        share(&mut output, inner, effort, |start, rows| {
            let mut weighted = vec![];
            for (index, row) in (start / inner..).zip(rows.chunks_exact_mut(inner)) {
                let (part, at) = (index / axis.size, index % axis.size);
                let source = |sample: usize| &data[(part * length + sample) * inner..][..inner];
                weighted.clear();
                weighted.extend(taps.samples[at].iter().map(|&(sample, weight)| (source(sample), weight)));
                mix(row, &weighted);
            }
        });
        shape[axis.axis] = axis.size;
        data = Cow::Owned(output);
    }
    data.into_owned()
}

/// The sum of rows with weights; nothing of none.
fn mix(row: &mut [f32], rows: &[(&[f32], f32)]) {
    match rows {
        [] => {}
        [(only, 1.0)] => row.copy_from_slice(only),
        // Two halves of a number are the number again.
        &[(only, weight)] => weigh_two(row, [only; 2], [weight / 2.0; 2]),
        &[(one, weight), (other, other_weight), ref rest @ ..] => {
            weigh_two(row, [one, other], [weight, other_weight]);
            for &(source, weight) in rest {
                each_with(row, source, |sum, x| sum.add_product(x, Lanes::splat(weight)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resized(input: &[f32], scale: f32, change: impl Fn(&mut Resize)) -> Vec<f32> {
        let size = (input.len() as f32 * scale) as usize;
        let axis = ResizeAxis { axis: 0, size, scale, region: [0.0, 1.0] };
        let mut resize =
            Resize { axes: vec![axis], ..Resize::bilinear([1, 1], [1, 1], Coordinates::HalfPixel) };
        change(&mut resize);
        let data = Data::F32(input.to_vec());
        super::resize(View { shape: &[input.len()], data: &data }, &resize).unwrap().f32s().unwrap().to_vec()
    }

    fn close(a: &[f32], b: &[f32]) {
        assert!(a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5), "{a:?} {b:?}");
    }

    /// ONNX's operator Resize, examples upsample_scales_linear, .._align_corners and downsample_scales_linear, first rows.
    #[test]
    fn linear_samples_are_onnxs() {
        close(&resized(&[1.0, 2.0], 2.0, |_| {}), &[1.0, 1.25, 1.75, 2.0]);
        let aligned = |resize: &mut Resize| resize.coordinates = Coordinates::AlignCorners;
        close(&resized(&[1.0, 2.0], 2.0, aligned), &[1.0, 1.333_333_3, 1.666_666_6, 2.0]);
        close(&resized(&[1.0, 2.0, 3.0, 4.0], 0.6, aligned), &[1.0, 3.142_857]);
    }

    /// ONNX Runtime's Resize with mode cubic, of 1 2 3 4 to 8 samples.
    #[test]
    fn cubic_samples_are_onnx_runtimes() {
        let cubic = |resize: &mut Resize| resize.mode = Interpolation::Cubic;
        let lower = [0.894_531_25, 1.191_406_2, 1.667_968_8, 2.296_875];
        let upper = [2.703_125, 3.332_031_2, 3.808_593_8, 4.105_468_8];
        close(&resized(&[1.0, 2.0, 3.0, 4.0], 2.0, cubic), &[lower, upper].concat());
    }

    /// By hand: 2.5 lies between samples 2 and 3.
    #[test]
    fn the_four_roundings_differ_between_samples() {
        let input = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let nearest = |rule| {
            resized(&input, 0.5, |resize| (resize.mode, resize.nearest) = (Interpolation::Nearest, rule))
        };
        assert_eq!(nearest(Nearest::RoundPreferFloor)[1], 2.0);
        assert_eq!(nearest(Nearest::RoundPreferCeil)[1], 3.0);
        assert_eq!(nearest(Nearest::Floor)[1], 2.0);
        assert_eq!(nearest(Nearest::Ceil)[1], 3.0);
    }

    /// 171 / (513 / 33) is 11, which rounding of the scale must not make 10.
    #[test]
    fn a_ratio_of_sizes_is_exact() {
        let axis = ResizeAxis { axis: 0, size: 513, scale: 513.0 / 33.0, region: [0.0, 1.0] };
        assert_eq!(place(Coordinates::Asymmetric, &axis, 33, 171), 11.0);
    }

    /// ONNX's reference: 3.5 * (1 - 3 / 3.5) + 0.5 / 0.5 - 0.5 is 1, which the last bits of doubles make more.
    #[test]
    fn noise_does_not_pick_another_sample() {
        let input = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let output = resized(&input, 0.5, |resize| {
            (resize.mode, resize.nearest) = (Interpolation::Nearest, Nearest::Ceil);
            resize.coordinates = Coordinates::HalfPixelSymmetric;
        });
        assert_eq!(output, [1.0, 3.0, 5.0]);
    }

    /// By hand: halving with a triangle four samples wide weighs 1 3 3 1.
    #[test]
    fn antialiasing_widens_the_filter() {
        let antialias = |resize: &mut Resize| resize.antialias = true;
        let output = resized(&[0.0, 0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.0], 0.5, antialias);
        close(&output, &[0.0, 3.0, 1.0, 0.0]);
    }
}
