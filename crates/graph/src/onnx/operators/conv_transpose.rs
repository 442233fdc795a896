//! Transposed convolutions.

use super::conv::{bias_or_zeros, groups, real};
use super::windows::{extents, windows};
use crate::lower::{Transposed, transposed_conv};
use crate::onnx::call::Call;
use crate::{Builder, Error, Op, PadMode, Padding, Unary, ValueId, Window};

/// ONNX's ConvTranspose.
pub fn conv_transpose(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, weight) = (real(builder, call, 0)?, real(builder, call, 1)?);
    let (shape, groups) = (builder.shape(weight), groups(call)?);
    let [ci, group_co, kernel @ ..] = &shape[..] else {
        return Err(call.fail(format!("a weight of {shape:?}")));
    };
    let windows = windows(call, kernel)?;
    let input = builder.shape(x);
    let co = group_co.checked_mul(groups).filter(|_| ci.is_multiple_of(groups) && input.len() == shape.len());
    let co =
        co.ok_or_else(|| call.fail(format!("{input:?} in {groups} groups does not fit a weight {shape:?}")))?;
    let (before, output) = extent(call, &windows, &input[2..])?.into_iter().unzip();
    let weight = spread(builder, weight, &windows)?;
    let weight = channels_last_kernel(builder, weight, groups)?;
    let bias = bias_or_zeros(builder, call.optional(2), co)?;
    let strides = windows.iter().map(|window| window.stride).collect();
    let transposed = Transposed { strides, before, output, groups, activation: Unary::Identity };
    let x = builder.channels_last(x)?;
    let y = transposed_conv(builder, &transposed, [x, weight, bias])?;
    Ok(vec![builder.channels_first(y)?])
}

/// For each spatial axis, what is cut off in front of the output and the output's size, by the formulas of ONNX's operator.
fn extent(call: &Call, windows: &[Window], input: &[usize]) -> Result<Vec<(usize, usize)>, Error> {
    let count = windows.len();
    let added = extents(call, "output_padding", 0, count)?;
    let asked = call.ints("output_shape").filter(|sizes| !sizes.is_empty());
    let asked = asked.map(|sizes| sizes[sizes.len().saturating_sub(count)..].to_vec());
    if asked.as_ref().is_some_and(|sizes| sizes.len() != count) {
        return Err(call.fail("an output_shape of another rank"));
    }
    let axis = |index: usize| {
        let asked = asked.as_ref().map(|sizes| call.size(sizes[index])).transpose()?;
        let axis = axis(&windows[index], input[index], added[index], asked);
        axis.ok_or_else(|| call.fail(format!("no output along spatial axis {index}")))
    };
    (0..count).map(axis).collect()
}

fn axis(window: &Window, input: usize, added: usize, asked: Option<usize>) -> Option<(usize, usize)> {
    let stride = window.stride;
    let whole = input.checked_sub(1)?.checked_mul(stride)?.checked_add(window.span() + added)?;
    let same = matches!(window.padding, Padding::Same | Padding::SameLower);
    let asked = asked.or(if same { input.checked_mul(stride) } else { None });
    let (before, size) = match (asked, window.padding) {
        (Some(size), padding) => {
            let surplus = whole.saturating_sub(size);
            (if padding == Padding::Same { surplus / 2 } else { surplus.div_ceil(2) }, size)
        }
        (None, Padding::Explicit(before, after)) => (before, whole.checked_sub(before)?.checked_sub(after)?),
        (None, _) => (0, whole),
    };
    if size > 0 { Some((before, size)) } else { None }
}

/// Zeros between the taps of a dilated kernel `[ci, co, k..]`.
fn spread(builder: &mut Builder, weight: ValueId, windows: &[Window]) -> Result<ValueId, Error> {
    let mut weight = weight;
    for (index, window) in windows.iter().enumerate().filter(|(_, window)| window.dilation > 1) {
        let (axis, shape) = (index + 2, builder.shape(weight));
        let split = [&shape[..=axis], &[1], &shape[axis + 1..]].concat();
        weight = builder.reshape(weight, &split)?;
        let mut padded = split.clone();
        padded[axis + 1] = window.dilation;
        let pad = Op::Pad { before: vec![0; split.len()], mode: PadMode::Constant(0.0) };
        weight = builder.add_shaped(pad, &[weight], padded)?;
        let joined = [&shape[..axis], &[window.kernel * window.dilation], &shape[axis + 1..]].concat();
        weight = builder.reshape(weight, &joined)?;
        weight = builder.slice_axis(weight, axis, 0, window.span())?;
    }
    Ok(weight)
}

/// `[ci, co / groups, k..]` -> `[k.., ci / groups, co]`
fn channels_last_kernel(builder: &mut Builder, weight: ValueId, groups: usize) -> Result<ValueId, Error> {
    let shape = builder.shape(weight);
    let (group_ci, group_co, kernel) = (shape[0] / groups, shape[1], &shape[2..]);
    let weight = builder.reshape(weight, &[&[groups, group_ci, group_co], kernel].concat())?;
    let permutation: Vec<usize> = (3..kernel.len() + 3).chain([1, 0, 2]).collect();
    let weight = builder.transpose(weight, &permutation)?;
    builder.reshape(weight, &[kernel, &[group_ci, groups * group_co]].concat())
}
