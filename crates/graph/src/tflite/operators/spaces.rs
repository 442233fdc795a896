//! Blocks of space that become channels or batches, and back.

use super::movement::padded;
use super::{Call, Single};
use crate::{Builder, Error, PadMode, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "DEPTH_TO_SPACE" => depth_to_space,
        "SPACE_TO_DEPTH" => space_to_depth,
        "SPACE_TO_BATCH_ND" => space_to_batch,
        "BATCH_TO_SPACE_ND" => batch_to_space,
        _ => return None,
    })
}

fn map_and_block(builder: &Builder, call: &Call) -> Result<(ValueId, [usize; 4], usize), Error> {
    let (x, block) = (call.input(0)?, call.extent(0)?);
    match builder.graph.shape(x) {
        &[n, h, w, c] if block > 0 => Ok((x, [n, h, w, c], block)),
        shape => Err(call.fail(format!("blocks of {block} in {shape:?}"))),
    }
}

/// `[n, h, w, b * b * c]` -> `[n, h * b, w * b, c]`
fn depth_to_space(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (x, [n, h, w, channels], b) = map_and_block(builder, call)?;
    let x = builder.reshape(x, &[n, h, w, b, b, channels / (b * b)])?;
    let x = builder.transpose(x, &[0, 1, 3, 2, 4, 5])?;
    builder.reshape(x, &[n, h * b, w * b, channels / (b * b)])
}

/// `[n, h * b, w * b, c]` -> `[n, h, w, b * b * c]`
fn space_to_depth(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (x, [n, rows, columns, c], b) = map_and_block(builder, call)?;
    let (h, w) = (rows / b, columns / b);
    let x = builder.reshape(x, &[n, h, b, w, b, c])?;
    let x = builder.transpose(x, &[0, 1, 3, 2, 4, 5])?;
    builder.reshape(x, &[n, h, w, b * b * c])
}

/// Blocks and the amounts before and behind each spatial axis.
fn blocks_and_amounts(builder: &Builder, call: &Call) -> Result<(Vec<usize>, Vec<usize>), Error> {
    let (blocks, amounts) = (call.sizes(builder, 1)?, call.sizes(builder, 2)?);
    let axes = blocks.len();
    let fits = builder.graph.shape(call.input(0)?).len() > axes
        && amounts.len() == 2 * axes
        && blocks
            .iter()
            .try_fold(1_usize, |product, &block| product.checked_mul(block))
            .is_some_and(|all| all > 0);
    if fits {
        Ok((blocks, amounts))
    } else {
        Err(call.fail(format!("blocks {blocks:?} with amounts {amounts:?}")))
    }
}

/// `[n, s * block.., rest..]`, padded -> `[block.. * n, s.., rest..]`
fn space_to_batch(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (blocks, amounts) = blocks_and_amounts(builder, call)?;
    let (x, axes) = (call.input(0)?, blocks.len());
    let rank = builder.graph.shape(x).len();
    let mut all = vec![0; 2 * rank];
    all[2..2 + 2 * axes].copy_from_slice(&amounts);
    let x = padded(builder, call, x, &all, PadMode::Constant(0.0))?;
    let shape = builder.shape(x);
    let counts: Vec<usize> = (0..axes).map(|axis| shape[axis + 1] / blocks[axis]).collect();
    let rest = &shape[axes + 1..];
    let split: Vec<usize> = std::iter::once(shape[0])
        .chain((0..axes).flat_map(|axis| [counts[axis], blocks[axis]]))
        .chain(rest.iter().copied())
        .collect();
    let x = builder.reshape(x, &split)?;
    let permutation: Vec<usize> = (0..axes)
        .map(|axis| 2 * axis + 2)
        .chain([0])
        .chain((0..axes).map(|axis| 2 * axis + 1))
        .chain(2 * axes + 1..split.len())
        .collect();
    let x = builder.transpose(x, &permutation)?;
    let batch = builder.graph.shape(x)[..=axes].iter().product();
    builder.reshape(x, &[&[batch], &counts[..], rest].concat())
}

/// `[block.. * n, s.., rest..]` -> `[n, s * block.., rest..]`, without the amounts before and behind.
fn batch_to_space(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let (blocks, amounts) = blocks_and_amounts(builder, call)?;
    let (x, axes) = (call.input(0)?, blocks.len());
    let shape = builder.shape(x);
    let (n, spatial, rest) =
        (shape[0] / blocks.iter().product::<usize>(), &shape[1..=axes], &shape[axes + 1..]);
    let x = builder.reshape(x, &[&blocks[..], &[n], spatial, rest].concat())?;
    let permutation: Vec<usize> = std::iter::once(axes)
        .chain((0..axes).flat_map(|axis| [axes + 1 + axis, axis]))
        .chain(2 * axes + 1..2 * axes + 1 + rest.len())
        .collect();
    let x = builder.transpose(x, &permutation)?;
    let merged: Vec<usize> = (0..axes).map(|axis| spatial[axis].saturating_mul(blocks[axis])).collect();
    let mut x = builder.reshape(x, &[&[n], &merged[..], rest].concat())?;
    for (axis, (&size, &[before, behind])) in merged.iter().zip(amounts.as_chunks::<2>().0).enumerate() {
        let left = size.checked_sub(before).and_then(|size| size.checked_sub(behind));
        let left = left.ok_or_else(|| call.fail(format!("{amounts:?} are cut off {merged:?}")))?;
        if left != size {
            x = builder.slice_axis(x, axis + 1, before, left)?;
        }
    }
    Ok(x)
}
