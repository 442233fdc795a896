//! Normalisation over batches, channels, groups, layers and neighbourhoods; softmax.

use super::Operator;
use super::conv::real;
use crate::onnx::call::Call;
use crate::{Binary, Builder, Error, Op, Reduction, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "BatchNormalization" => batch_normalisation,
        "InstanceNormalization" => instance_normalisation,
        "LayerNormalization" => layer_normalisation,
        "GroupNormalization" => group_normalisation,
        "RMSNormalization" => rms_normalisation,
        "LpNormalization" => lp_normalisation,
        "MeanVarianceNormalization" => mean_variance_normalisation,
        "LRN" => local_response,
        "Softmax" => |builder, call| softmax(builder, call, false),
        "LogSoftmax" => |builder, call| softmax(builder, call, true),
        _ => return None,
    })
}

/// `x * factor + shift`
fn affine(builder: &mut Builder, x: ValueId, factor: ValueId, shift: ValueId) -> Result<ValueId, Error> {
    let scaled = builder.binary(Binary::Mul, x, factor)?;
    builder.binary(Binary::Add, scaled, shift)
}

fn reduce(builder: &mut Builder, kind: Reduction, x: ValueId, axes: &[usize]) -> Result<ValueId, Error> {
    builder.add(Op::Reduce { kind, axes: axes.to_vec() }, &[x])
}

/// Mean and variance over axes, which keep size 1.
fn moments(builder: &mut Builder, x: ValueId, axes: &[usize]) -> Result<(ValueId, ValueId), Error> {
    let mean = reduce(builder, Reduction::Mean, x, axes)?;
    let centred = builder.binary(Binary::Sub, x, mean)?;
    let squares = builder.binary(Binary::Mul, centred, centred)?;
    Ok((mean, reduce(builder, Reduction::Mean, squares, axes)?))
}

/// `1 / sqrt(variance + epsilon)`
fn inverse_deviation(builder: &mut Builder, call: &Call, variance: ValueId) -> Result<ValueId, Error> {
    let epsilon = builder.scalar(call.float("epsilon", 1e-5));
    let sum = builder.binary(Binary::Add, variance, epsilon)?;
    let deviation = builder.unary(Unary::Sqrt, sum)?;
    builder.unary(Unary::Reciprocal, deviation)
}

fn batch_normalisation(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let training = call.flag("training_mode", false);
    if !call.flag("spatial", true) || (!training && call.has_output(1)) {
        return Err(call.missing("statistics of single pixels, and outputs of training"));
    }
    let x = real(builder, call, 0)?;
    let x = builder.channels_last(x)?;
    let mut statistics = [call.input(3)?, call.input(4)?];
    let mut outputs = vec![];
    if training {
        let rank = builder.shape(x).len();
        let batch = moments(builder, x, &(0..rank - 1).collect::<Vec<_>>())?;
        let channels = builder.shape(x)[rank - 1];
        for (running, batch) in statistics.iter_mut().zip([batch.0, batch.1]) {
            let batch = builder.reshape(batch, &[channels])?;
            outputs.push(running_average(builder, call, *running, batch)?);
            *running = batch;
        }
    }
    let [mean, variance] = statistics;
    let inverse = inverse_deviation(builder, call, variance)?;
    let factor = builder.binary(Binary::Mul, call.input(1)?, inverse)?;
    let offset = builder.binary(Binary::Mul, mean, factor)?;
    let shift = builder.binary(Binary::Sub, call.input(2)?, offset)?;
    let y = affine(builder, x, factor, shift)?;
    outputs.insert(0, builder.channels_first(y)?);
    Ok(outputs)
}

/// `running * momentum + batch * (1 - momentum)`
fn running_average(
    builder: &mut Builder,
    call: &Call,
    running: ValueId,
    batch: ValueId,
) -> Result<ValueId, Error> {
    let momentum = call.float("momentum", 0.9);
    let [old, new] = [momentum, 1.0 - momentum].map(|weight| builder.scalar(weight));
    let new = builder.binary(Binary::Mul, batch, new)?;
    affine(builder, running, old, new)
}

fn instance_normalisation(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let x = builder.channels_last(x)?;
    let axes = (1..builder.shape(x).len() - 1).collect();
    let normalised =
        builder.add(Op::Normalise { axes, epsilon: call.float("epsilon", 1e-5), centred: true }, &[x])?;
    let y = affine(builder, normalised, call.input(1)?, call.input(2)?)?;
    Ok(vec![builder.channels_first(y)?])
}

/// The axes from the attribute's on.
fn trailing_axes(builder: &Builder, call: &Call, x: ValueId) -> Result<Vec<usize>, Error> {
    let rank = builder.shape(x).len();
    Ok((call.axis(call.int("axis", -1), rank)?..rank).collect())
}

fn layer_normalisation(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let axes = trailing_axes(builder, call, x)?;
    let op = Op::Normalise { axes: axes.clone(), epsilon: call.float("epsilon", 1e-5), centred: true };
    let normalised = builder.add(op, &[x])?;
    let mut y = builder.binary(Binary::Mul, normalised, call.input(1)?)?;
    if let Some(bias) = call.optional(2) {
        y = builder.binary(Binary::Add, y, bias)?;
    }
    if !call.has_output(1) && !call.has_output(2) {
        return Ok(vec![y]);
    }
    let (mean, variance) = moments(builder, x, &axes)?;
    Ok(vec![y, mean, inverse_deviation(builder, call, variance)?])
}

fn rms_normalisation(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let axes = trailing_axes(builder, call, x)?;
    let op = Op::Normalise { axes, epsilon: call.float("epsilon", 1e-5), centred: false };
    let normalised = builder.add(op, &[x])?;
    Ok(vec![builder.binary(Binary::Mul, normalised, call.input(1)?)?])
}

fn group_normalisation(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let x = builder.channels_last(x)?;
    let (shape, groups) = (builder.shape(x), call.size(call.int("num_groups", 0))?);
    let (&channels, outer) = shape.split_last().ok_or_else(|| call.fail("no channels"))?;
    if groups == 0 || !channels.is_multiple_of(groups) {
        return Err(call.fail(format!("{channels} channels in {groups} groups")));
    }
    let grouped = builder.reshape(x, &[outer, &[groups, channels / groups]].concat())?;
    let axes = (1..outer.len()).chain([outer.len() + 1]).collect();
    let op = Op::Normalise { axes, epsilon: call.float("epsilon", 1e-5), centred: true };
    let mut y = builder.add(op, &[grouped])?;
    let (scale, bias) = (call.input(1)?, call.input(2)?);
    // A factor for each group before opset 21, for each channel since.
    if call.opset < 21 {
        let scale = builder.reshape(scale, &[groups, 1])?;
        let bias = builder.reshape(bias, &[groups, 1])?;
        y = affine(builder, y, scale, bias)?;
        y = builder.reshape(y, &shape)?;
    } else {
        y = builder.reshape(y, &shape)?;
        y = affine(builder, y, scale, bias)?;
    }
    Ok(vec![builder.channels_first(y)?])
}

fn lp_normalisation(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let axis = call.axis(call.int("axis", -1), builder.shape(x).len())?;
    let kind = match call.int("p", 2) {
        1 => Reduction::L1,
        2 => Reduction::L2,
        p => return Err(call.missing(format!("p = {p}"))),
    };
    let norm = reduce(builder, kind, x, &[axis])?;
    // Zeros have the norm 0 and stay zeros.
    let smallest = builder.scalar(f32::MIN_POSITIVE);
    let norm = builder.binary(Binary::Max, norm, smallest)?;
    Ok(vec![builder.binary(Binary::Div, x, norm)?])
}

fn mean_variance_normalisation(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let axes = call.axes(call.ints("axes").unwrap_or(&[0, 2, 3]), builder.shape(x).len())?;
    // The definition adds 1e-9 to the deviation.
    Ok(vec![builder.add(Op::Normalise { axes, epsilon: 1e-18, centred: true }, &[x])?])
}

fn local_response(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let x = builder.channels_last(x)?;
    let size = call.size(call.int("size", 0))?;
    if size == 0 {
        return Err(call.fail("a neighbourhood of no channels"));
    }
    let (alpha, beta, bias) = (call.float("alpha", 1e-4), call.float("beta", 0.75), call.float("bias", 1.0));
    let y = builder.add(Op::LocalResponse { size, alpha, beta, bias }, &[x])?;
    Ok(vec![builder.channels_first(y)?])
}

/// Before opset 13, all axes from the attribute's on count as one.
fn softmax(builder: &mut Builder, call: &Call, log: bool) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let shape = builder.shape(x);
    let older = call.opset < 13;
    let axis = call.axis(call.int("axis", if older { 1 } else { -1 }), shape.len())?;
    let (outer, inner) = shape.split_at(axis);
    if !older || inner[1..].iter().all(|&size| size == 1) {
        return Ok(vec![builder.add(Op::Softmax { axis, log }, &[x])?]);
    }
    let flat = builder.reshape(x, &[outer.iter().product(), inner.iter().product()])?;
    let y = builder.add(Op::Softmax { axis: 1, log }, &[flat])?;
    Ok(vec![builder.reshape(y, &shape)?])
}
