//! Operators that pick elements by indices, or put them there.

use super::{Operator, one};
use crate::onnx::call::Call;
use crate::{Builder, Data, Error, Op, Update, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Gather" => |builder, call| along(builder, call, |axis| Op::Gather { axis }),
        "GatherElements" => |builder, call| along(builder, call, |axis| Op::GatherElements { axis }),
        "GatherND" => |builder, call| {
            let batch_axes = call.size(call.int("batch_dims", 0))?;
            one(builder.add(Op::GatherNd { batch_axes }, &[call.input(0)?, call.input(1)?]))
        },
        // Scatter is ScatterElements as of opset 9.
        "Scatter" | "ScatterElements" => |builder, call| {
            let update = update(call)?;
            let axis = call.axis(call.int("axis", 0), call.shape(&builder.graph, 0)?.len())?;
            let operands = [call.input(0)?, call.input(1)?, call.input(2)?];
            one(builder.add(Op::ScatterElements { axis, update }, &operands))
        },
        "ScatterND" => |builder, call| {
            let operands = [call.input(0)?, call.input(1)?, call.input(2)?];
            one(builder.add(Op::ScatterNd(update(call)?), &operands))
        },
        "CumSum" => cumulative_sum,
        "Compress" => compress,
        "NonZero" => non_zero,
        _ => return None,
    })
}

fn along(builder: &mut Builder, call: &Call, op: fn(usize) -> Op) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let axis = call.axis(call.int("axis", 0), builder.shape(x).len())?;
    one(builder.add(op(axis), &[x, call.input(1)?]))
}

fn update(call: &Call) -> Result<Update, Error> {
    Ok(match call.text("reduction", "none") {
        "none" => Update::Replace,
        "add" => Update::Add,
        "mul" => Update::Mul,
        "min" => Update::Min,
        "max" => Update::Max,
        other => return Err(call.missing(format!("reduction {other}"))),
    })
}

fn cumulative_sum(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let axis = builder.known_i64s(call.input(1)?)?;
    let axis = call.axis(axis.first().copied().unwrap_or(0), builder.shape(x).len())?;
    let (exclusive, reverse) = (call.flag("exclusive", false), call.flag("reverse", false));
    one(builder.add(Op::CumSum { axis, exclusive, reverse }, &[x]))
}

/// The elements where a condition that is known at load holds.
fn compress(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let condition = builder.known_i64s(call.input(1)?)?;
    let kept: Vec<i64> =
        (0_i64..).zip(&condition).filter(|&(_, &keep)| keep != 0).map(|(index, _)| index).collect();
    let mut x = call.input(0)?;
    let axis = match call.attribute("axis") {
        Some(axis) => call.axis(axis.i, builder.shape(x).len())?,
        None => {
            let elements = builder.shape(x).iter().product();
            x = builder.reshape(x, &[elements])?;
            0
        }
    };
    let kept = builder.i64s(&[kept.len()], kept);
    one(builder.add(Op::Gather { axis }, &[x, kept]))
}

/// Indices of what is not 0, of a value that is known at load: how many there are is a shape.
fn non_zero(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let places: Vec<usize> = match builder.known(x)? {
        Data::F32(data) => (0..data.len()).filter(|&place| data[place] != 0.0).collect(),
        Data::I64(data) => (0..data.len()).filter(|&place| data[place] != 0).collect(),
    };
    let shape = builder.shape(x);
    let strides = crate::host::strides(&shape);
    builder.spend(places.len().saturating_mul(shape.len()))?;
    let index = |axis: usize, place: usize| (place / strides[axis] % shape[axis]) as i64;
    let indices = (0..shape.len()).flat_map(|axis| places.iter().map(move |&place| index(axis, place)));
    let indices = indices.collect();
    Ok(vec![builder.i64s(&[shape.len(), places.len()], indices)])
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold, fold_reals, node, reals, typed};

    /// `numpy.nonzero`: a row of indices for each axis.
    #[test]
    fn places_that_are_not_zero() {
        let x = typed("x", 9, &[2, 2], &[1, 0, 1, 1]);
        let (shape, places) = fold(vec![node("NonZero", &["x"], &["y"])], vec![x]).unwrap().remove(0);
        assert_eq!(shape, [2, 3]);
        assert_eq!(places.i64s(), Some(&[0, 1, 1, 0, 0, 1][..]));
    }

    /// The examples of ONNX's documentation of Compress.
    #[test]
    fn compressing_keeps_chosen_rows_or_chosen_elements() {
        let x = || reals("x", &[3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let rows = typed("c", 9, &[3], &[0, 1, 1]);
        let y = fold_reals(vec![node("Compress", &["x", "c"], &["y"]).int("axis", 0)], vec![x(), rows]);
        assert_eq!(y, [3.0, 4.0, 5.0, 6.0]);
        let elements = typed("c", 9, &[5], &[0, 1, 0, 0, 1]);
        assert_eq!(fold_reals(vec![node("Compress", &["x", "c"], &["y"])], vec![x(), elements]), [2.0, 5.0]);
    }
}
