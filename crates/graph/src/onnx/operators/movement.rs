//! Operators that move elements without computing.

use super::{Operator, one};
use crate::onnx::call::Call;
use crate::{Builder, Error, Op, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Transpose" => transpose,
        "Concat" => concat,
        "Split" => split,
        "Tile" => tile,
        "DepthToSpace" => depth_to_space,
        "SpaceToDepth" => space_to_depth,
        "ReverseSequence" => reverse_sequence,
        _ => return None,
    })
}

/// Without a permutation the axes are reversed.
fn transpose(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let rank = builder.shape(x).len();
    let permutation = match call.ints("perm") {
        Some(axes) => axes.iter().map(|&axis| call.axis(axis, rank)).collect::<Result<Vec<_>, _>>()?,
        None => (0..rank).rev().collect(),
    };
    one(builder.transpose(x, &permutation))
}

fn concat(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let inputs = call.all_inputs()?;
    let axis = call.axis(call.int("axis", 1), builder.shape(inputs[0]).len())?;
    match inputs[..] {
        [x] => Ok(vec![x]),
        _ => one(builder.add(Op::Concat { axis }, &inputs)),
    }
}

/// Into parts of given sizes, or into as many as there are outputs, the last of which may be smaller.
fn split(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let axis = call.axis(call.int("axis", 0), shape.len())?;
    let sizes = match call.ints_or_operand(builder, "split", 1)? {
        Some(sizes) => sizes.iter().map(|&size| call.size(size)).collect::<Result<Vec<_>, _>>()?,
        None => equal_parts(shape[axis], call.node.outputs.len()),
    };
    let mut start = 0_usize;
    let mut parts = vec![];
    for size in sizes {
        let end = start.checked_add(size).filter(|&end| end <= shape[axis]);
        let end = end.ok_or_else(|| call.fail(format!("the parts are larger than {}", shape[axis])))?;
        parts.push(builder.slice_axis(x, axis, start, size)?);
        start = end;
    }
    Ok(parts)
}

fn equal_parts(size: usize, count: usize) -> Vec<usize> {
    let part = size.div_ceil(count.max(1));
    (0..count).map(|index| size.saturating_sub(index * part).min(part)).collect()
}

/// A repeated axis gets another one in front, which is expanded; one of size 1 needs none.
fn tile(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let repeats = builder.known_i64s(call.input(1)?)?;
    if repeats.len() != shape.len() {
        return Err(call.fail(format!("{} repeats of {shape:?}", repeats.len())));
    }
    let (mut split, mut expanded, mut tiled) = (vec![], vec![], vec![]);
    for (&size, &repeat) in shape.iter().zip(&repeats) {
        let repeat = call.size(repeat)?;
        if repeat != 1 && size != 1 {
            split.push(1);
            expanded.push(repeat);
        }
        split.push(size);
        expanded.push(if size == 1 { repeat } else { size });
        tiled.push(size.checked_mul(repeat).ok_or_else(|| call.fail("too large"))?);
    }
    let x = builder.reshape(x, &split)?;
    let x = builder.expand(x, &expanded)?;
    one(builder.reshape(x, &tiled))
}

/// `[n, c, h, w]` with `c` in blocks -> `[n, c / b^2, h * b, w * b]`.
fn depth_to_space(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, [n, c, h, w], block) = blocks(builder, call)?;
    let depth = c / (block * block);
    if depth * block * block != c {
        return Err(call.fail(format!("{c} channels in blocks of {block}")));
    }
    let y = match call.text("mode", "DCR") {
        "DCR" => {
            let split = builder.reshape(x, &[n, block, block, depth, h, w])?;
            builder.transpose(split, &[0, 3, 4, 1, 5, 2])?
        }
        "CRD" => {
            let split = builder.reshape(x, &[n, depth, block, block, h, w])?;
            builder.transpose(split, &[0, 1, 4, 2, 5, 3])?
        }
        other => return Err(call.missing(format!("mode {other}"))),
    };
    one(builder.reshape(y, &[n, depth, h * block, w * block]))
}

/// The opposite of depth to space.
fn space_to_depth(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, [n, c, h, w], block) = blocks(builder, call)?;
    let (rows, columns) = (h / block, w / block);
    if rows * block != h || columns * block != w {
        return Err(call.fail(format!("{h} x {w} in blocks of {block}")));
    }
    let split = builder.reshape(x, &[n, c, rows, block, columns, block])?;
    let moved = match call.text("mode", "DCR") {
        "DCR" => builder.transpose(split, &[0, 3, 5, 1, 2, 4])?,
        "CRD" => builder.transpose(split, &[0, 1, 3, 5, 2, 4])?,
        other => return Err(call.missing(format!("mode {other}"))),
    };
    one(builder.reshape(moved, &[n, c * block * block, rows, columns]))
}

/// The map, its shape and the size of a block.
fn blocks(builder: &Builder, call: &Call) -> Result<(ValueId, [usize; 4], usize), Error> {
    let x = call.input(0)?;
    let block = call.size(call.int("blocksize", 0))?;
    let shape = builder.shape(x).try_into().map_err(|_| call.fail("a map of four axes is expected"))?;
    // The product of a map's size and the block's area stays far from overflow.
    if !(1..=1 << 10).contains(&block) {
        return Err(call.fail(format!("blocks of {block}")));
    }
    Ok((x, shape, block))
}

fn reverse_sequence(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, lengths) = (call.input(0)?, call.input(1)?);
    let rank = builder.shape(x).len();
    let time_axis = call.axis(call.int("time_axis", 0), rank)?;
    let batch_axis = call.axis(call.int("batch_axis", 1), rank)?;
    one(builder.add(Op::ReverseSequence { time_axis, batch_axis }, &[x, lengths]))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold, fold_reals, node, reals, wholes};

    fn counted(dims: &[i64]) -> crate::onnx::proto::Tensor {
        let numbers: Vec<f32> = (0..dims.iter().product::<i64>()).map(|number| number as f32).collect();
        reals("x", dims, &numbers)
    }

    /// By hand: four channels of one pixel become two by two pixels.
    #[test]
    fn depth_becomes_space_in_two_orders() {
        let space = |mode: &str| {
            let node = node("DepthToSpace", &["x"], &["y"]).int("blocksize", 2).text("mode", mode);
            fold_reals(vec![node], vec![counted(&[1, 8, 1, 1])])
        };
        assert_eq!(space("DCR"), [0.0, 2.0, 4.0, 6.0, 1.0, 3.0, 5.0, 7.0]);
        assert_eq!(space("CRD"), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    }

    #[test]
    fn the_last_of_equal_parts_may_be_smaller() {
        let parts =
            fold(vec![node("Split", &["x"], &["a", "b", "c"]).int("num_outputs", 3)], vec![counted(&[8])])
                .unwrap();
        assert_eq!(parts.iter().map(|part| part.0[0]).collect::<Vec<_>>(), [3, 3, 2]);
        assert_eq!(parts[2].1.f32s(), Some(&[6.0, 7.0][..]));
    }

    /// `numpy.tile([[0, 1]], [2, 2])`
    #[test]
    fn tiling_repeats_whole_axes() {
        let y = fold_reals(
            vec![node("Tile", &["x", "r"], &["y"])],
            vec![counted(&[1, 2]), wholes("r", &[2], &[2, 2])],
        );
        assert_eq!(y, [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    }
}
