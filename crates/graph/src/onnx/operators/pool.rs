//! Pooling, and its opposite.

use super::Operator;
use super::conv::real;
use super::windows::{extents, kernel_shape, windows};
use crate::onnx::call::Call;
use crate::{Binary, Builder, Error, Kind, Op, PadMode, Pool, PoolKind, Reduction, Unary, Update, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "MaxPool" => max_pool,
        "AveragePool" => average_pool,
        "LpPool" => lp_pool,
        "GlobalMaxPool" => |builder, call| global(builder, call, Reduction::Max),
        "GlobalAveragePool" => |builder, call| global(builder, call, Reduction::Mean),
        "GlobalLpPool" => global_lp_pool,
        "MaxUnpool" => max_unpool,
        "Col2Im" => col2im,
        _ => return None,
    })
}

fn pool(builder: &mut Builder, call: &Call, kind: PoolKind) -> Result<Vec<ValueId>, Error> {
    let windows = windows(call, &kernel_shape(call)?)?;
    let x = real(builder, call, 0)?;
    let x = builder.channels_last(x)?;
    let y = builder.add(Op::Pool(Pool { kind, windows }), &[x])?;
    Ok(vec![builder.channels_first(y)?])
}

fn average_pool(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let count_padding = call.flag("count_include_pad", false);
    pool(builder, call, PoolKind::Average { count_padding })
}

fn lp_pool(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let p = exponent(call)?;
    pool(builder, call, PoolKind::Lp(p))
}

/// The attribute `p` of norms.
fn exponent(call: &Call) -> Result<u32, Error> {
    let p = u32::try_from(call.int("p", 2)).ok().filter(|&p| p > 0);
    p.ok_or_else(|| call.fail("a norm without an exponent"))
}

fn max_pool(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let pool = Pool { kind: PoolKind::Max, windows: windows(call, &kernel_shape(call)?)? };
    let x = call.input(0)?;
    let (kind, shape) = (builder.graph.kind(x), builder.shape(x));
    let x = builder.channels_last(x)?;
    let x = if kind == Kind::F32 { x } else { builder.add(Op::Cast(Kind::F32), &[x])? };
    let y = builder.add(Op::Pool(pool.clone()), &[x])?;
    let y = if kind == Kind::F32 { y } else { builder.add(Op::Cast(kind), &[y])? };
    let mut outputs = vec![builder.channels_first(y)?];
    if call.has_output(1) {
        let places = builder.add(Op::MaxPoolIndices(pool), &[x])?;
        let places = builder.channels_first(places)?;
        let columns_first = call.flag("storage_order", false);
        outputs.push(flat_indices(builder, places, &shape, columns_first)?);
    }
    Ok(outputs)
}

/// Indices into the flattened map of `shape [n, c, s..]` from indices into its flattened spatial axes.
fn flat_indices(
    builder: &mut Builder,
    places: ValueId,
    shape: &[usize],
    columns_first: bool,
) -> Result<ValueId, Error> {
    let spatial = &shape[2..];
    let places = if columns_first { transposed_indices(builder, places, spatial)? } else { places };
    let size: usize = spatial.iter().product();
    let maps: Vec<i64> = (0..shape[0] * shape[1]).map(|map| (map * size) as i64).collect();
    let starts = builder.i64s(&[&shape[..2], &vec![1; spatial.len()]].concat(), maps);
    builder.binary(Binary::Add, places, starts)
}

/// From indices that count along the last axis first to indices that count along the first one first.
fn transposed_indices(builder: &mut Builder, places: ValueId, spatial: &[usize]) -> Result<ValueId, Error> {
    let mut sum = None;
    for axis in 0..spatial.len() {
        let numbers = [
            spatial[axis + 1..].iter().product::<usize>(),
            spatial[axis],
            spatial[..axis].iter().product::<usize>(),
        ];
        let [inner, size, outer] = numbers.map(|number| builder.i64s(&[], vec![number as i64]));
        let along = builder.binary(Binary::Div, places, inner)?;
        let along = builder.binary(Binary::Mod, along, size)?;
        let along = builder.binary(Binary::Mul, along, outer)?;
        sum = Some(match sum {
            Some(sum) => builder.binary(Binary::Add, sum, along)?,
            None => along,
        });
    }
    Ok(sum.unwrap_or(places))
}

fn global(builder: &mut Builder, call: &Call, kind: Reduction) -> Result<Vec<ValueId>, Error> {
    let x = real(builder, call, 0)?;
    let x = builder.channels_last(x)?;
    let axes = (1..builder.shape(x).len() - 1).collect();
    let y = builder.add(Op::Reduce { kind, axes }, &[x])?;
    Ok(vec![builder.channels_first(y)?])
}

fn global_lp_pool(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let p = exponent(call)?;
    let x = real(builder, call, 0)?;
    let axes = (2..builder.shape(x).len()).collect();
    let x = builder.unary(Unary::Abs, x)?;
    let [p, root] = [p as f32, 1.0 / p as f32].map(|number| builder.scalar(number));
    let powers = builder.binary(Binary::Pow, x, p)?;
    let sum = builder.add(Op::Reduce { kind: Reduction::Sum, axes }, &[powers])?;
    Ok(vec![builder.binary(Binary::Pow, sum, root)?])
}

/// Zeros of that shape.
fn zeros(builder: &mut Builder, kind: Kind, shape: &[usize]) -> Result<ValueId, Error> {
    let zero = match kind {
        Kind::F32 => builder.scalar(0.0),
        _ => builder.constant(kind, &[], crate::Data::I64(vec![0])),
    };
    builder.expand(zero, shape)
}

fn max_unpool(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, indices, kernel) = (call.input(0)?, call.input(1)?, kernel_shape(call)?);
    let shape = builder.shape(x);
    if shape.len() != kernel.len() + 2 {
        return Err(call.fail(format!("{} spatial axes do not fit {shape:?}", kernel.len())));
    }
    let count = kernel.len();
    let (strides, pads) = (extents(call, "strides", 1, count)?, extents(call, "pads", 0, 2 * count)?);
    let mut inner = shape[..2].to_vec();
    for axis in 0..count {
        let steps = shape[axis + 2].checked_sub(1).and_then(|steps| steps.checked_mul(strides[axis]));
        let size = steps.and_then(|size| size.checked_add(kernel[axis]));
        let size = size.and_then(|size| size.checked_sub(pads[axis] + pads[count + axis]));
        inner.push(size.ok_or_else(|| call.fail(format!("no output along spatial axis {axis}")))?);
    }
    let elements = builder.check_size(&inner)?;
    let map = zeros(builder, builder.graph.kind(x), &[elements])?;
    let flat = [shape.iter().product()];
    let (x, indices) = (builder.reshape(x, &flat)?, builder.reshape(indices, &flat)?);
    let y = builder.add(Op::ScatterElements { axis: 0, update: Update::Replace }, &[map, indices, x])?;
    let y = builder.reshape(y, &inner)?;
    let Some(asked) = call.optional(2) else { return Ok(vec![y]) };
    let asked =
        builder.known_i64s(asked)?.iter().map(|&size| call.size(size)).collect::<Result<Vec<_>, _>>()?;
    if asked == inner {
        return Ok(vec![y]);
    }
    let op = Op::Pad { before: vec![0; asked.len()], mode: PadMode::Constant(0.0) };
    Ok(vec![builder.add_shaped(op, &[y], asked)?])
}

/// Sums of overlapping blocks: `[n, c * block, positions]` -> `[n, c, image..]`.
fn col2im(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let known = |index: usize| {
        let sizes = builder.known_i64s(call.input(index)?)?;
        sizes.iter().map(|&size| call.size(size)).collect::<Result<Vec<_>, Error>>()
    };
    let (image, block, shape) = (known(1)?, known(2)?, builder.shape(x));
    let windows = windows(call, &block)?;
    let &[batch, channels, positions] = &shape[..] else {
        return Err(call.fail(format!("columns of {shape:?}")));
    };
    let taps: usize = builder.check_size(&block)?;
    if image.len() != block.len() || !channels.is_multiple_of(taps.max(1)) {
        return Err(call.fail(format!("{shape:?} are no blocks of {block:?} in {image:?}")));
    }
    let mut padded = vec![];
    let mut places: Vec<usize> = vec![0];
    let mut steps: Vec<usize> = vec![0];
    for (window, &size) in windows.iter().zip(&image) {
        let (before, after) = window.padding.amounts(size, window.span(), window.stride);
        let length =
            size.checked_add(before + after).ok_or_else(|| call.fail("an image that is too large"))?;
        padded.push(length);
        builder.check_size(&padded)?;
        let count = window.output(size).map_err(|cause| call.fail(cause))?;
        let walk = |starts: &[usize], count: usize, step: usize| -> Vec<usize> {
            starts
                .iter()
                .flat_map(|start| (0..count).map(move |index| start * length + index * step))
                .collect()
        };
        (places, steps) = (walk(&places, count, window.stride), walk(&steps, window.kernel, window.dilation));
    }
    if places.len() != positions {
        return Err(call.fail(format!("{positions} columns for {} positions", places.len())));
    }
    let indices =
        steps.iter().flat_map(|step| places.iter().map(move |place| (place + step) as i64)).collect();
    let (columns, images) = (taps * positions, channels / taps);
    let indices = builder.i64s(&[1, 1, columns], indices);
    let indices = builder.expand(indices, &[batch, images, columns])?;
    let map = zeros(builder, builder.graph.kind(x), &[batch, images, padded.iter().product()])?;
    let x = builder.reshape(x, &[batch, images, columns])?;
    let sums = builder.add(Op::ScatterElements { axis: 2, update: Update::Add }, &[map, indices, x])?;
    let mut y = builder.reshape(sums, &[&[batch, images], &padded[..]].concat())?;
    for (index, (window, &size)) in windows.iter().zip(&image).enumerate() {
        y = builder.slice_axis(y, index + 2, window.before(size), size)?;
    }
    Ok(vec![y])
}
