//! Convolutions.

use super::{Call, Single};
use crate::lower::{Transposed, transposed_conv};
use crate::{Builder, Conv, Error, Op, Unary, ValueId, Window};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "CONV_2D" => conv,
        "DEPTHWISE_CONV_2D" => depthwise,
        "CONV_3D" => conv_3d,
        "TRANSPOSE_CONV" => transpose_conv,
        "CONV_3D_TRANSPOSE" => conv_3d_transpose,
        "custom operator Convolution2DTransposeBias" => mediapipe_transpose_conv,
        _ => return None,
    })
}

/// Weights `[co, kh, kw, ci / groups]`.
fn conv(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let windows = windows(builder, call, [1, 2], [2, 1], [5, 4])?;
    let weight = arranged(builder, call.real(builder, 1)?, &[1, 2, 3, 0])?;
    let (ci, per_group) = (channels(builder, call.input(0)?), builder.shape(weight)[2]);
    if per_group == 0 || ci % per_group != 0 {
        return Err(call.fail(format!("weights for {per_group} channels, where the map has {ci}")));
    }
    finish(
        builder,
        call,
        Conv { windows, groups: ci / per_group, activation: call.activation_or_implied(3)? },
        weight,
    )
}

/// Weights `[1, kh, kw, co]`.
fn depthwise(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let windows = windows(builder, call, [1, 2], [2, 1], [6, 5])?;
    let weight = arranged(builder, call.real(builder, 1)?, &[1, 2, 0, 3])?;
    let groups = channels(builder, call.input(0)?);
    finish(builder, call, Conv { windows, groups, activation: call.activation_or_implied(4)? }, weight)
}

/// Weights `[kd, kh, kw, ci / groups, co]`.
fn conv_3d(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let windows = windows(builder, call, [0, 1, 2], [1, 3, 2], [5, 7, 6])?;
    let weight = call.real(builder, 1)?;
    let (ci, per_group) = (channels(builder, call.input(0)?), builder.shape(weight)[3]);
    if per_group == 0 || ci % per_group != 0 {
        return Err(call.fail(format!("weights for {per_group} channels, where the map has {ci}")));
    }
    finish(
        builder,
        call,
        Conv { windows, groups: ci / per_group, activation: call.activation_or_implied(4)? },
        weight,
    )
}

/// A window for each spatial axis: where its size lies in the weight's shape, and the fields of stride and dilation.
fn windows<const N: usize>(
    builder: &Builder,
    call: &Call,
    sizes: [usize; N],
    strides: [usize; N],
    dilations: [usize; N],
) -> Result<Vec<Window>, Error> {
    let weight = builder.shape(call.input(1)?);
    if weight.len() != N + 2 {
        return Err(call.fail(format!("a weight of {weight:?}")));
    }
    let padding = call.padding(0)?;
    let window = |index: usize| {
        let (stride, dilation) = (call.extent(strides[index])?, call.extent(dilations[index])?);
        Ok(Window { kernel: weight[sizes[index]], stride, dilation, padding, ceil: false })
    };
    (0..N).map(window).collect()
}

fn channels(builder: &Builder, x: ValueId) -> usize {
    builder.graph.shape(x).last().copied().unwrap_or(0)
}

fn finish(builder: &mut Builder, call: &Call, conv: Conv, weight: ValueId) -> Result<ValueId, Error> {
    let bias = bias(builder, call, call.optional(2), channels(builder, weight))?;
    builder.add(Op::Conv(conv), &[call.real(builder, 0)?, weight, bias])
}

/// The bias, `[co]`; zeros where it is left out.
fn bias(builder: &mut Builder, call: &Call, bias: Option<ValueId>, co: usize) -> Result<ValueId, Error> {
    match bias {
        Some(bias) if builder.graph.kind(bias) != crate::Kind::F32 => {
            Err(call.missing("a bias that has no scale"))
        }
        Some(bias) => builder.reshape(bias, &[co]),
        None => {
            let zero = builder.scalar(0.0);
            builder.expand(zero, &[co])
        }
    }
}

/// Axes in another order. The file's own weights are arranged at load whatever their size.
pub fn arranged(builder: &mut Builder, x: ValueId, permutation: &[usize]) -> Result<ValueId, Error> {
    let (kind, shape) = (builder.graph.kind(x), builder.shape(x));
    let op = Op::Transpose(permutation.to_vec());
    if shape.len() == permutation.len()
        && let Some(known) = builder.graph.constants.get(&x)
    {
        let moved: Vec<usize> = permutation.iter().map(|&axis| shape[axis]).collect();
        let arranged = known.through(&op, &shape, kind, &moved).map_err(|cause| builder.fail(cause))?;
        return Ok(builder.constant(kind, &moved, arranged));
    }
    builder.transpose(x, permutation)
}

/// The output's shape, weights `[co, kh, kw, ci]`, and the map.
fn transpose_conv(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let weight = arranged(builder, call.real(builder, 1)?, &[1, 2, 3, 0])?;
    let strides = vec![call.extent(2)?, call.extent(1)?];
    let activation = call.activation_or_implied(3)?;
    sized(builder, call, weight, strides, activation)
}

/// The output's shape, weights `[kd, kh, kw, co, ci]`, and the map.
fn conv_3d_transpose(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    if (5..8).any(|field| call.extent(field) != Ok(1)) {
        return Err(call.missing("dilation"));
    }
    let weight = arranged(builder, call.real(builder, 1)?, &[0, 1, 2, 4, 3])?;
    let strides = vec![call.extent(1)?, call.extent(3)?, call.extent(2)?];
    let activation = call.activation_or_implied(4)?;
    sized(builder, call, weight, strides, activation)
}

/// A transposed convolution is the gradient of one that reads its output: its padding follows from that size.
fn sized(
    builder: &mut Builder,
    call: &Call,
    weight: ValueId,
    strides: Vec<usize>,
    activation: Unary,
) -> Result<ValueId, Error> {
    let (shape, kernel) = (call.sizes(builder, 0)?, builder.shape(weight));
    let x = call.real(builder, 2)?;
    if shape.len() != strides.len() + 2 || kernel.len() != shape.len() {
        return Err(call.fail(format!("an output of {shape:?}")));
    }
    builder.check_size(&shape)?;
    if strides.contains(&0) || kernel.contains(&0) {
        return Err(call.fail(format!("strides {strides:?} and weights {kernel:?}")));
    }
    let output = shape[1..shape.len() - 1].to_vec();
    let padding = call.padding(0)?;
    let before = |axis: usize| padding.amounts(output[axis], kernel[axis], strides[axis]).0;
    let before = (0..output.len()).map(before).collect();
    let co = channels(builder, weight);
    let bias = bias(builder, call, call.optional(3), co)?;
    let transposed = Transposed { strides, before, output, groups: 1, activation };
    transposed_conv(builder, &transposed, [x, weight, bias])
}

/// MediaPipe's operator: the map, weights `[co, kh, kw, ci]`, and a bias; its options are those of TFLite's as a C
/// struct: padding (1 is SAME), stride along x, stride along y.
fn mediapipe_transpose_conv(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let options = super::super::flatbuffer::numbers(call.custom_options, i32::from_le_bytes);
    let &[padding, across, down, ..] = &options[..] else { return Err(call.fail("its options are missing")) };
    let (x, weight) = (call.real(builder, 0)?, arranged(builder, call.real(builder, 1)?, &[1, 2, 3, 0])?);
    let (map, kernel) = (builder.shape(x), builder.shape(weight));
    let strides = [down, across].map(|stride| usize::from(u16::try_from(stride).unwrap_or(0)));
    if map.len() != 4 || kernel.len() != 4 || strides.contains(&0) || map.contains(&0) {
        return Err(call.fail("its strides or operands do not fit"));
    }
    let axis = |axis: usize| {
        let (size, stride, kernel) = (map[axis + 1], strides[axis], kernel[axis]);
        let cut = if padding == 1 { kernel.saturating_sub((size - 1) % stride + 1) } else { 0 };
        (cut / 2, (stride * (size - 1) + kernel).saturating_sub(cut))
    };
    let (before, output) = (0..2).map(axis).unzip();
    let bias = bias(builder, call, call.optional(2), kernel[3])?;
    let transposed =
        Transposed { strides: strides.to_vec(), before, output, groups: 1, activation: Unary::Identity };
    transposed_conv(builder, &transposed, [x, weight, bias])
}
