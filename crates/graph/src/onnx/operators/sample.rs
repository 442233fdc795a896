//! Samples at computed places, and boxes.

use super::Operator;
use super::conv::real;
use crate::onnx::call::Call;
use crate::{Builder, Error, GridPadding, Interpolation, Op, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "GridSample" => grid_sample,
        "AffineGrid" => affine_grid,
        "RoiAlign" => roi_align,
        "NonMaxSuppression" => non_max_suppression,
        _ => return None,
    })
}

fn grid_sample(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, grid) = (real(builder, call, 0)?, real(builder, call, 1)?);
    // Opset 20 renamed the modes.
    let mode = match call.text("mode", "linear") {
        "linear" | "bilinear" => Interpolation::Linear,
        "nearest" => Interpolation::Nearest,
        "cubic" | "bicubic" => Interpolation::Cubic,
        other => return Err(call.missing(format!("mode {other}"))),
    };
    let padding = match call.text("padding_mode", "zeros") {
        "zeros" => GridPadding::Zeros,
        "border" => GridPadding::Border,
        "reflection" => GridPadding::Reflection,
        other => return Err(call.missing(format!("padding_mode {other}"))),
    };
    let x = builder.channels_last(x)?;
    let op = Op::GridSample { mode, padding, align_corners: call.flag("align_corners", false) };
    let y = builder.add(op, &[x, grid])?;
    Ok(vec![builder.channels_first(y)?])
}

/// `theta [n, axes, axes + 1]` -> the places `[n, s.., axes]` that it makes of a regular grid.
fn affine_grid(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let theta = real(builder, call, 0)?;
    let size = builder.known_i64s(call.input(1)?)?;
    let size = size.iter().map(|&size| call.size(size)).collect::<Result<Vec<_>, _>>()?;
    let [batch, _, spatial @ ..] = &size[..] else { return Err(call.fail(format!("a map of {size:?}"))) };
    let (axes, align_corners) = (spatial.len(), call.flag("align_corners", false));
    let pixels = builder.check_size(spatial)?;
    builder.check_size(&[pixels, axes + 1])?;
    let mut places = Vec::with_capacity(pixels * (axes + 1));
    for pixel in 0..pixels {
        let mut rest = pixel;
        // The last axis first: x before y before z.
        for &length in spatial.iter().rev() {
            places.push(centred(rest % length, length, align_corners));
            rest /= length;
        }
        places.push(1.0);
    }
    let places = builder.f32s(&[1, pixels, axes + 1], places);
    let theta = match builder.shape(theta).len() {
        3 => builder.transpose(theta, &[0, 2, 1])?,
        rank => return Err(call.fail(format!("a matrix of {rank} axes"))),
    };
    let grid = builder.add(Op::MatMul, &[places, theta])?;
    Ok(vec![builder.reshape(grid, &[&[*batch], spatial, &[axes]].concat())?])
}

/// Sample `index` of an axis in -1..1.
fn centred(index: usize, length: usize, align_corners: bool) -> f32 {
    let (index, length) = (index as f32, length as f32);
    match align_corners {
        true if length == 1.0 => -1.0,
        true => 2.0 * index / (length - 1.0) - 1.0,
        false => (2.0 * index + 1.0) / length - 1.0,
    }
}

fn roi_align(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, rois, batch) = (real(builder, call, 0)?, real(builder, call, 1)?, call.input(2)?);
    // Opset 16 introduced the half pixel as its default.
    let half_pixel = match call.text("coordinate_transformation_mode", "half_pixel") {
        "half_pixel" => call.opset >= 16,
        "output_half_pixel" => false,
        other => return Err(call.missing(format!("coordinate_transformation_mode {other}"))),
    };
    let max = match call.text("mode", "avg") {
        "avg" => false,
        "max" => true,
        other => return Err(call.missing(format!("mode {other}"))),
    };
    let sizes = [("output_height", 1), ("output_width", 1), ("sampling_ratio", 0)];
    let [rows, columns, ratio] = sizes.map(|(name, default)| call.size(call.int(name, default)));
    let (rows, columns, sampling_ratio) = (rows?, columns?, ratio?);
    if rows == 0 || columns == 0 || sampling_ratio > 4096 {
        return Err(call.fail(format!("{rows} x {columns} bins of {sampling_ratio} samples")));
    }
    let x = builder.channels_last(x)?;
    let op =
        Op::RoiAlign { spatial_scale: call.float("spatial_scale", 1.0), sampling_ratio, max, half_pixel };
    let (channels, regions) = (builder.shape(x), builder.shape(rois));
    let shape = vec![regions.first().copied().unwrap_or(0), rows, columns, channels[channels.len() - 1]];
    let y = builder.add_shaped(op, &[x, rois, batch], shape)?;
    Ok(vec![builder.channels_first(y)?])
}

fn non_max_suppression(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (boxes, scores) = (real(builder, call, 0)?, real(builder, call, 1)?);
    let number = |builder: &Builder, index: usize, default: f32| match call.optional(index) {
        Some(id) => Ok(builder.known_f32s(id)?.first().copied().unwrap_or(default)),
        None => Ok(default),
    };
    let limit = match call.optional(2) {
        Some(id) => builder.known_i64s(id)?.first().copied().unwrap_or(0),
        None => 0,
    };
    let max_per_class = usize::try_from(limit).unwrap_or(0);
    let iou_threshold = number(builder, 3, 0.0)?;
    let score_threshold = number(builder, 4, f32::NEG_INFINITY)?;
    let &[batch, classes, count] = builder.graph.shape(scores) else {
        return Err(call.fail("scores of three axes are expected"));
    };
    builder.check_size(&[batch, classes, count, 3])?;
    let rows = batch * classes * count.min(max_per_class);
    let centred = call.flag("center_point_box", false);
    let op = Op::NonMaxSuppression { max_per_class, iou_threshold, score_threshold, centred };
    let kept = builder.add_shaped(op, &[boxes, scores], vec![rows, 3])?;
    let Some(data) = builder.graph.i64s(kept) else {
        return Ok(vec![kept]);
    };
    // What is known is as long as ONNX has it.
    let used = data.chunks_exact(3).filter(|row| row[0] >= 0).count();
    Ok(vec![builder.slice_axis(kept, 0, 0, used)?])
}
