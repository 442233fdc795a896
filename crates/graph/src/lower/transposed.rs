//! Transposed convolution as a convolution whose results are interleaved.
//!
//! `y[o] = sum of x[i] * w[k]` over all `i * stride + k = o + before`. With `o + before = q * stride + r`, only the taps
//! `k = r + j * stride` meet a sample, `x[q - j]`: for each remainder `r` this is a convolution with stride 1, whose
//! kernel is every `stride`-th tap in reverse order. All remainders are computed at once, as channels (the sub-pixel
//! convolution of Shi et al. 2016, arXiv:1609.05158, section 3.2).

use crate::{Builder, Conv, Error, Op, PadMode, Padding, Range, Unary, ValueId, Window};

/// A transposed convolution with one to three spatial axes.
#[derive(Clone, Debug)]
pub struct Transposed {
    /// Distance of neighbouring samples in the output, for each spatial axis.
    pub strides: Vec<usize>,
    /// Elements that are cut off in front of each spatial axis.
    pub before: Vec<usize>,
    /// Size of each spatial axis of the output. What no sample reaches is the bias.
    pub output: Vec<usize>,
    /// The channels are split into so many independent convolutions.
    pub groups: usize,
    /// Applied to the result.
    pub activation: Unary,
}

/// `x [n, s.., ci]`, `weight [k.., ci / groups, co]` and `bias [co]` -> `[n, output.., co]`.
///
/// # Errors
/// [`Error::Node`] when shapes do not fit.
pub fn transposed_conv(
    builder: &mut Builder,
    transposed: &Transposed,
    [x, weight, bias]: [ValueId; 3],
) -> Result<ValueId, Error> {
    let axes = transposed.strides.len();
    let (map, taps) = (builder.shape(x), builder.shape(weight));
    let fits = map.len() == axes + 2
        && taps.len() == axes + 2
        && [&transposed.before, &transposed.output].iter().all(|sizes| sizes.len() == axes)
        && transposed.strides.iter().chain(&taps).all(|&size| size > 0)
        && transposed.groups > 0
        && taps[axes + 1].is_multiple_of(transposed.groups);
    if !fits {
        return Err(builder.fail(format!("{map:?} does not fit a transposed convolution by {taps:?}")));
    }
    let plan: Vec<Axis> =
        (0..axes).map(|axis| Axis::new(transposed, axis, map[axis + 1], taps[axis])).collect();
    let weight = phases_of_weight(builder, transposed, &plan, weight)?;
    let bias = phases_of_bias(builder, transposed, bias)?;
    let windows = plan.iter().map(|axis| axis.window).collect();
    let conv = Op::Conv(Conv { windows, groups: transposed.groups, activation: transposed.activation });
    let y = builder.add(conv, &[x, weight, bias])?;
    let mut y = interleaved(builder, transposed, y)?;
    for (axis, plan) in plan.iter().enumerate() {
        y = cut(builder, y, axis + 1, plan.skipped, transposed.output[axis])?;
    }
    Ok(y)
}

/// How one axis is computed.
struct Axis {
    window: Window,
    /// Elements of the interleaved result in front of the output.
    skipped: usize,
}

impl Axis {
    fn new(transposed: &Transposed, axis: usize, input: usize, taps: usize) -> Self {
        let [stride, before, output] =
            [&transposed.strides, &transposed.before, &transposed.output].map(|v| v[axis]);
        let kernel = taps.div_ceil(stride);
        // Windows in front of the output are not computed.
        let unused = (before / stride).min(kernel - 1);
        let front = kernel - 1 - unused;
        let behind = before.saturating_add(output).div_ceil(stride).saturating_sub(input);
        let padding = Padding::Explicit(front, behind);
        Self { window: Window { padding, ..Window::dense(kernel) }, skipped: before - unused * stride }
    }
}

/// `[k.., ci, co]` -> `[ceil(k / stride).., ci, groups * stride.. * co]`, the taps of each remainder in reverse order.
fn phases_of_weight(
    builder: &mut Builder,
    transposed: &Transposed,
    plan: &[Axis],
    weight: ValueId,
) -> Result<ValueId, Error> {
    let axes = plan.len();
    let (strides, shape) = (&transposed.strides, builder.shape(weight));
    let [ci, co] = [shape[axes], shape[axes + 1]];
    let kernel = |axis: usize| plan[axis].window.kernel;
    let padded: Vec<usize> = (0..axes).map(|axis| kernel(axis) * strides[axis]).chain([ci, co]).collect();
    let pad = Op::Pad { before: vec![0; axes + 2], mode: PadMode::Constant(0.0) };
    let mut weight = if padded == shape { weight } else { builder.add_shaped(pad, &[weight], padded)? };
    // [kernel, stride, kernel, stride, .., ci, groups, co / groups]
    let split: Vec<usize> = (0..axes)
        .flat_map(|axis| [kernel(axis), strides[axis]])
        .chain([ci, transposed.groups, co / transposed.groups])
        .collect();
    weight = builder.reshape(weight, &split)?;
    let range = |(axis, &size): (usize, &usize)| match axis % 2 == 0 && axis < 2 * axes {
        true => Range { start: size - 1, step: -1 },
        false => Range { start: 0, step: 1 },
    };
    weight = builder.add_shaped(
        Op::Slice(split.iter().enumerate().map(range).collect()),
        &[weight],
        split.clone(),
    )?;
    let permutation: Vec<usize> = (0..axes)
        .map(|axis| 2 * axis)
        .chain([2 * axes, 2 * axes + 1])
        .chain((0..axes).map(|axis| 2 * axis + 1))
        .chain([2 * axes + 2])
        .collect();
    weight = builder.transpose(weight, &permutation)?;
    let merged: Vec<usize> = (0..axes).map(kernel).chain([ci, co * phases(transposed)]).collect();
    builder.reshape(weight, &merged)
}

fn phases(transposed: &Transposed) -> usize {
    transposed.strides.iter().product()
}

/// `[co]` -> `[groups * stride.. * co]`
fn phases_of_bias(builder: &mut Builder, transposed: &Transposed, bias: ValueId) -> Result<ValueId, Error> {
    let co: usize = builder.shape(bias).iter().product();
    let (groups, each) = (transposed.groups, co / transposed.groups);
    let bias = builder.reshape(bias, &[groups, 1, each])?;
    let bias = builder.expand(bias, &[groups, phases(transposed), each])?;
    builder.reshape(bias, &[co * phases(transposed)])
}

/// `[n, q.., groups * stride.. * co]` -> `[n, q * stride.., groups * co]`
fn interleaved(builder: &mut Builder, transposed: &Transposed, y: ValueId) -> Result<ValueId, Error> {
    let (strides, axes, groups) = (&transposed.strides, transposed.strides.len(), transposed.groups);
    if phases(transposed) == 1 {
        return Ok(y);
    }
    let shape = builder.shape(y);
    let each = shape[axes + 1] / phases(transposed) / groups;
    let split: Vec<usize> = [&shape[..=axes], &[groups], strides, &[each]].concat();
    let y = builder.reshape(y, &split)?;
    let permutation: Vec<usize> = std::iter::once(0)
        .chain((0..axes).flat_map(|axis| [1 + axis, 2 + axes + axis]))
        .chain([1 + axes, 2 + 2 * axes])
        .collect();
    let y = builder.transpose(y, &permutation)?;
    let merged: Vec<usize> = std::iter::once(shape[0])
        .chain((0..axes).map(|axis| shape[1 + axis] * strides[axis]))
        .chain([groups * each])
        .collect();
    builder.reshape(y, &merged)
}

/// The elements `start..start + size` of an axis; the value itself if those are all.
fn cut(builder: &mut Builder, x: ValueId, axis: usize, start: usize, size: usize) -> Result<ValueId, Error> {
    if start == 0 && builder.graph.shape(x)[axis] == size {
        Ok(x)
    } else {
        builder.slice_axis(x, axis, start, size)
    }
}
