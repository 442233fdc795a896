//! What is added around a value.

use super::{Operator, one};
use crate::onnx::call::Call;
use crate::{Builder, Data, Error, Op, PadMode, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    (name == "Pad").then_some(pad as Operator)
}

/// Attributes up to opset 10, operands since 11. A negative amount takes elements away.
fn pad(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let mut x = call.input(0)?;
    let mode = mode(builder, call)?;
    let mut around = amounts(builder, call)?;
    for (axis, (before, after)) in around.iter_mut().enumerate() {
        let size = builder.shape(x)[axis];
        let [cut_before, cut_after] = [*before, *after].map(|amount| amount.min(0).unsigned_abs() as usize);
        let left = size.checked_sub(cut_before).and_then(|left| left.checked_sub(cut_after));
        let left = left.ok_or_else(|| call.fail(format!("{before} and {after} around {size}")))?;
        if left != size {
            x = builder.slice_axis(x, axis, cut_before, left)?;
        }
        (*before, *after) = ((*before).max(0), (*after).max(0));
    }
    let around: Vec<_> = around.iter().map(|&(before, after)| (before as usize, after as usize)).collect();
    one(pad_around(builder, x, &around, mode))
}

/// A frame of one number.
pub fn pad_constant(
    builder: &mut Builder,
    x: ValueId,
    around: &[(usize, usize)],
    number: f64,
) -> Result<ValueId, Error> {
    pad_around(builder, x, around, PadMode::Constant(number))
}

fn pad_around(
    builder: &mut Builder,
    x: ValueId,
    around: &[(usize, usize)],
    mode: PadMode,
) -> Result<ValueId, Error> {
    let old = builder.shape(x);
    let grown =
        |(&size, &(before, after)): (&usize, &(usize, usize))| size.checked_add(before)?.checked_add(after);
    let shape: Option<Vec<usize>> = old.iter().zip(around).map(grown).collect();
    let shape = shape.ok_or_else(|| builder.fail("too large"))?;
    if shape == old {
        return Ok(x);
    }
    let reflects = matches!(mode, PadMode::Reflect | PadMode::Symmetric | PadMode::Edge | PadMode::Wrap);
    if reflects && old.iter().zip(&shape).any(|(&size, &padded)| size == 0 && padded > 0) {
        return Err(builder.fail("there is nothing to repeat"));
    }
    let before = around.iter().map(|&(before, _)| before).collect();
    builder.add_shaped(Op::Pad { before, mode }, &[x], shape)
}

fn mode(builder: &Builder, call: &Call) -> Result<PadMode, Error> {
    Ok(match call.text("mode", "constant") {
        "constant" => PadMode::Constant(match call.optional(2) {
            Some(id) => match builder.known(id)? {
                Data::F32(data) => data.first().map_or(0.0, |&number| number.into()),
                Data::I64(data) => data.first().map_or(0.0, |&number| number as f64),
            },
            None => call.float("value", 0.0).into(),
        }),
        "reflect" => PadMode::Reflect,
        "edge" => PadMode::Edge,
        "wrap" => PadMode::Wrap,
        other => return Err(call.missing(format!("mode {other}"))),
    })
}

/// Elements in front of and behind each axis.
fn amounts(builder: &Builder, call: &Call) -> Result<Vec<(i64, i64)>, Error> {
    let rank = call.shape(&builder.graph, 0)?.len();
    let pads = match call.ints("paddings") {
        Some(pads) => pads.to_vec(),
        None => call.ints_or_operand(builder, "pads", 1)?.ok_or_else(|| call.fail("no pads"))?,
    };
    let axes = match call.optional(3) {
        Some(axes) => builder.known_i64s(axes)?,
        None => (0..rank as i64).collect(),
    };
    if axes.len().checked_mul(2) != Some(pads.len()) {
        return Err(call.fail(format!("{} pads for {} axes", pads.len(), axes.len())));
    }
    let mut around = vec![(0, 0); rank];
    for (index, &axis) in axes.iter().enumerate() {
        around[call.axis(axis, rank)?] = (pads[index], pads[axes.len() + index]);
    }
    Ok(around)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold, fold_reals, node, reals, wholes};

    #[test]
    fn a_negative_amount_takes_away_and_a_positive_one_adds() {
        let x = reals("x", &[3], &[1.0, 2.0, 3.0]);
        let y = fold_reals(vec![node("Pad", &["x", "p"], &["y"])], vec![x, wholes("p", &[2], &[-1, 2])]);
        assert_eq!(y, [2.0, 3.0, 0.0, 0.0]);
    }

    /// The last axis alone, named by the operand `axes`; `numpy.pad` with mode reflect.
    #[test]
    fn only_the_named_axes_are_padded() {
        let operands =
            vec![reals("x", &[1, 3], &[1.0, 2.0, 3.0]), wholes("p", &[2], &[2, 1]), wholes("a", &[1], &[-1])];
        let y = fold_reals(vec![node("Pad", &["x", "p", "", "a"], &["y"]).text("mode", "reflect")], operands);
        assert_eq!(y, [3.0, 2.0, 1.0, 2.0, 3.0, 2.0]);
    }

    #[test]
    fn absurd_amounts_are_refused() {
        for pads in [[i64::MAX, i64::MAX], [i64::MIN, 0], [0, -4]] {
            let operands = vec![reals("x", &[3], &[1.0, 2.0, 3.0]), wholes("p", &[2], &pads)];
            assert!(fold(vec![node("Pad", &["x", "p"], &["y"])], operands).is_err());
        }
    }

    /// As torch exports windowed attention with free sizes: rows up to a multiple of 4, `(4 - rows % 4) % 4` of them new.
    #[test]
    fn padding_that_follows_from_the_size_of_an_input_is_known() {
        use crate::Options;
        use crate::onnx::testing::{OPSET, graph, input, model, node, wholes};
        let nodes = vec![
            node("Shape", &["x"], &["shape"]),
            node("Gather", &["shape", "zero"], &["rows"]),
            node("Mod", &["rows", "four"], &["over"]),
            node("Sub", &["four", "over"], &["short"]),
            node("Mod", &["short", "four"], &["new"]),
            node("Concat", &["none", "new", "zero"], &["pads"]).int("axis", 0),
            node("Pad", &["x", "pads"], &["y"]),
        ];
        let constants =
            vec![wholes("zero", &[1], &[0]), wholes("four", &[1], &[4]), wholes("none", &[2], &[0, 0])];
        let mut graph = graph(nodes, constants);
        graph.inputs.push(input("x", 1, &[0, 3]));
        let bytes = prost::Message::encode_to_vec(&model(graph, OPSET));
        for (rows, padded) in [(10, 12), (8, 8)] {
            let shapes = [("x".to_owned(), vec![rows, 3])].into();
            let graph = crate::read_with(&bytes, &Options { shapes, ..Options::default() }).unwrap();
            assert_eq!(graph.shape(graph.outputs[0]), [padded, 3]);
        }
    }
}
