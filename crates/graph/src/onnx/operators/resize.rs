//! Resampling.

use super::Operator;
use crate::onnx::call::Call;
use crate::{Builder, Coordinates, Error, Interpolation, Kind, Nearest, Op, Resize, ResizeAxis, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Resize" => resize,
        "Upsample" => upsample,
        _ => return None,
    })
}

/// Upsample is what Resize was in opset 10.
fn upsample(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let scales = match call.attribute("scales") {
        Some(attribute) => attribute.floats.clone(),
        None => builder.known_f32s(call.input(1)?)?,
    };
    scaled(builder, call, x, &scales)
}

fn scaled(builder: &mut Builder, call: &Call, x: ValueId, scales: &[f32]) -> Result<Vec<ValueId>, Error> {
    let axes: Vec<usize> = (0..builder.shape(x).len()).collect();
    let axes = by_scales(builder, call, x, &axes, scales)?;
    let resize = Resize {
        axes,
        nearest: Nearest::Floor,
        mode: mode(call)?,
        ..Resize::bilinear([1, 1], [1, 1], Coordinates::Asymmetric)
    };
    add(builder, call, x, resize)
}

fn resize(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    if call.opset < 11 {
        let scales = builder.known_f32s(call.input(1)?)?;
        return scaled(builder, call, x, &scales);
    }
    let rank = builder.shape(x).len();
    let axes = match call.ints("axes") {
        Some(axes) => axes.iter().map(|&axis| call.axis(axis, rank)).collect::<Result<Vec<_>, _>>()?,
        None => (0..rank).collect(),
    };
    // An operand without elements is one that is left out.
    let given = |index: usize| call.optional(index).filter(|&id| builder.graph.shape(id) != [0]);
    let coordinates = coordinates(call)?;
    let (scales, sizes) = (given(2), given(3));
    let region = given(1).filter(|_| coordinates == Coordinates::CropAndResize);
    let mut resized = match (scales, sizes) {
        (_, Some(sizes)) => {
            let sizes = builder.known_i64s(sizes)?;
            by_sizes(builder, call, x, &axes, &sizes)?
        }
        (Some(scales), None) => {
            let scales = builder.known_f32s(scales)?;
            by_scales(builder, call, x, &axes, &scales)?
        }
        (None, None) => return Err(call.fail("neither scales nor sizes")),
    };
    if let Some(region) = region {
        let region = builder.known_f32s(region)?;
        set_regions(call, &mut resized, &region)?;
    }
    let resize = Resize {
        axes: resized,
        mode: mode(call)?,
        coordinates,
        nearest: nearest(call)?,
        cubic: call.float("cubic_coeff_a", -0.75),
        antialias: call.flag("antialias", false),
        exclude_outside: call.flag("exclude_outside", false),
        outside: call.float("extrapolation_value", 0.0),
    };
    add(builder, call, x, resize)
}

fn mode(call: &Call) -> Result<Interpolation, Error> {
    match call.text("mode", "nearest") {
        "nearest" => Ok(Interpolation::Nearest),
        "linear" | "bilinear" => Ok(Interpolation::Linear),
        "cubic" => Ok(Interpolation::Cubic),
        other => Err(call.missing(format!("mode {other}"))),
    }
}

fn coordinates(call: &Call) -> Result<Coordinates, Error> {
    Ok(match call.text("coordinate_transformation_mode", "half_pixel") {
        "half_pixel" => Coordinates::HalfPixel,
        "half_pixel_symmetric" => Coordinates::HalfPixelSymmetric,
        "pytorch_half_pixel" => Coordinates::PytorchHalfPixel,
        "align_corners" => Coordinates::AlignCorners,
        "asymmetric" => Coordinates::Asymmetric,
        "tf_half_pixel_for_nn" => Coordinates::HalfPixelNearest,
        "tf_crop_and_resize" => Coordinates::CropAndResize,
        other => return Err(call.missing(format!("coordinate_transformation_mode {other}"))),
    })
}

fn nearest(call: &Call) -> Result<Nearest, Error> {
    Ok(match call.text("nearest_mode", "round_prefer_floor") {
        "round_prefer_floor" => Nearest::RoundPreferFloor,
        "round_prefer_ceil" => Nearest::RoundPreferCeil,
        "floor" => Nearest::Floor,
        "ceil" => Nearest::Ceil,
        other => return Err(call.missing(format!("nearest_mode {other}"))),
    })
}

fn by_scales(
    builder: &Builder,
    call: &Call,
    x: ValueId,
    axes: &[usize],
    scales: &[f32],
) -> Result<Vec<ResizeAxis>, Error> {
    let shape = builder.graph.shape(x);
    let sound = scales.iter().all(|scale| scale.is_finite() && *scale > 0.0);
    if scales.len() != axes.len() || !sound {
        return Err(call.fail(format!("scales {scales:?} for {} axes", axes.len())));
    }
    let axis = |(&axis, &scale): (&usize, &f32)| {
        let size = (shape[axis] as f32 * scale).floor() as usize;
        ResizeAxis { axis, size, scale, region: [0.0, 1.0] }
    };
    Ok(axes.iter().zip(scales).map(axis).collect())
}

fn by_sizes(
    builder: &Builder,
    call: &Call,
    x: ValueId,
    axes: &[usize],
    sizes: &[i64],
) -> Result<Vec<ResizeAxis>, Error> {
    let shape = builder.graph.shape(x);
    let sizes = sizes.iter().map(|&size| call.size(size)).collect::<Result<Vec<_>, _>>()?;
    if sizes.len() != axes.len() {
        return Err(call.fail(format!("sizes {sizes:?} for {} axes", axes.len())));
    }
    let ratio = |(&axis, &size): (&usize, &usize)| size as f64 / shape[axis] as f64;
    let ratios = || axes.iter().zip(&sizes).map(ratio);
    let common = match call.text("keep_aspect_ratio_policy", "stretch") {
        "stretch" => None,
        "not_larger" => Some(ratios().fold(f64::INFINITY, f64::min)),
        "not_smaller" => Some(ratios().fold(0.0, f64::max)),
        other => return Err(call.missing(format!("keep_aspect_ratio_policy {other}"))),
    };
    let axis = |(&axis, &size): (&usize, &usize)| {
        let (size, scale) = match common {
            Some(scale) => ((scale * shape[axis] as f64 + 0.5).floor() as usize, scale as f32),
            None => (size, size as f32 / shape[axis] as f32),
        };
        ResizeAxis { axis, size, scale, region: [0.0, 1.0] }
    };
    Ok(axes.iter().zip(&sizes).map(axis).collect())
}

/// The parts of the axes that are read: all starts, then all ends.
fn set_regions(call: &Call, axes: &mut [ResizeAxis], region: &[f32]) -> Result<(), Error> {
    if region.len() != 2 * axes.len() || region.iter().any(|part| !part.is_finite()) {
        return Err(call.fail(format!("a region {region:?} for {} axes", axes.len())));
    }
    let (starts, ends) = region.split_at(axes.len());
    for ((axis, &start), &end) in axes.iter_mut().zip(starts).zip(ends) {
        axis.region = [start, end];
    }
    Ok(())
}

/// Axes that stay as they are are left out. Maps are resized channels-last.
fn add(builder: &mut Builder, call: &Call, x: ValueId, mut resize: Resize) -> Result<Vec<ValueId>, Error> {
    let shape = builder.shape(x);
    let stays =
        |axis: &ResizeAxis| axis.size == shape[axis.axis] && axis.scale == 1.0 && axis.region == [0.0, 1.0];
    resize.axes.retain(|axis| !stays(axis));
    resize.axes.sort_by_key(|axis| axis.axis);
    if resize.axes.windows(2).any(|pair| pair[0].axis == pair[1].axis) {
        return Err(call.fail("an axis twice"));
    }
    if resize.axes.is_empty() {
        return Ok(vec![x]);
    }
    if resize.axes.iter().any(|axis| shape[axis.axis] == 0) {
        return Err(call.fail("an axis without samples"));
    }
    if builder.graph.kind(x) != Kind::F32 && resize.mode != Interpolation::Nearest {
        return Err(call.missing("whole numbers, other than the nearest"));
    }
    if shape.len() < 3 || resize.axes[0].axis < 2 {
        return Ok(vec![builder.add(Op::Resize(resize), &[x])?]);
    }
    resize.axes.iter_mut().for_each(|axis| axis.axis -= 1);
    let x = builder.channels_last(x)?;
    let y = builder.add(Op::Resize(resize), &[x])?;
    Ok(vec![builder.channels_first(y)?])
}
