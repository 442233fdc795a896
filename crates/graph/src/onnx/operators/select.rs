//! Operators that choose: by a condition, by size, by place.

use super::cast::cast_kind;
use super::{Operator, along_axis, count_up, drop_unless_kept, one};
use crate::onnx::call::Call;
use crate::{Binary, Builder, Error, Kind, Op, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Where" => {
            |builder, call| one(builder.add(Op::Where, &[call.input(0)?, call.input(1)?, call.input(2)?]))
        }
        "Trilu" => trilu,
        "EyeLike" => eye_like,
        "OneHot" => one_hot,
        "Hardmax" => hardmax,
        "TopK" => top_k,
        "ArgMax" => |builder, call| arg_reduce(builder, call, true),
        "ArgMin" => |builder, call| arg_reduce(builder, call, false),
        "Dropout" => dropout,
        "Det" => |builder, call| one(builder.add(Op::Determinant, &[call.input(0)?])),
        _ => return None,
    })
}

/// `row + offset` compared with `column`, for matrices of so many rows and columns.
fn compare_places(
    builder: &mut Builder,
    function: Binary,
    [rows, columns]: [usize; 2],
    offset: i64,
) -> Result<ValueId, Error> {
    let (row, column) = (count_up(builder, rows)?, count_up(builder, columns)?);
    let row = along_axis(builder, row, 0, 2)?;
    let offset = builder.i64s(&[], vec![offset]);
    let row = builder.binary(Binary::Add, row, offset)?;
    builder.binary(function, row, column)
}

/// The upper or lower triangle of matrices; zeros elsewhere.
fn trilu(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let [.., rows, columns] = builder.shape(x)[..] else { return Err(call.fail("a matrix is expected")) };
    let offset = match call.optional(1) {
        Some(offset) => builder.known_i64s(offset)?.first().copied().unwrap_or(0),
        None => 0,
    };
    let function = if call.flag("upper", true) { Binary::LessOrEqual } else { Binary::GreaterOrEqual };
    let inside = compare_places(builder, function, [rows, columns], offset)?;
    let kind = builder.graph.kind(x);
    let zero = builder.i64s(&[], vec![0]);
    let zero = cast_kind(builder, zero, kind)?;
    one(builder.add(Op::Where, &[inside, x, zero]))
}

fn eye_like(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let &[rows, columns] = call.shape(&builder.graph, 0)? else {
        return Err(call.fail("a matrix is expected"));
    };
    let kind = match call.attribute("dtype").map(|attribute| i32::try_from(attribute.i).unwrap_or_default()) {
        Some(data_type) => crate::onnx::tensor::kind_of(data_type),
        None => Some(builder.graph.kind(call.input(0)?)),
    };
    let kind = kind.ok_or_else(|| call.missing("its type"))?;
    let diagonal = compare_places(builder, Binary::Equal, [rows, columns], call.int("k", 0))?;
    one(cast_kind(builder, diagonal, kind))
}

/// An index outside of `-depth..depth` switches nothing on.
fn one_hot(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (indices, values) = (call.input(0)?, call.input(2)?);
    let depth = number(builder, call, call.input(1)?)?;
    let mut shape = builder.shape(indices);
    let axis = call.axis(call.int("axis", -1), shape.len() + 1)?;
    shape.insert(axis, 1);
    let indices = cast_kind(builder, indices, Kind::I64)?;
    let indices = builder.reshape(indices, &shape)?;
    let places = count_up(builder, call.size(depth)?)?;
    let places = along_axis(builder, places, axis, shape.len())?;
    let depth = builder.i64s(&[], vec![depth]);
    let counted = builder.binary(Binary::Add, indices, depth)?;
    let forward = builder.binary(Binary::Equal, indices, places)?;
    let backward = builder.binary(Binary::Equal, counted, places)?;
    let chosen = builder.binary(Binary::Or, forward, backward)?;
    let mut value = |index| {
        let value = builder.slice_axis(values, 0, index, 1)?;
        builder.reshape(value, &[])
    };
    let (off, on) = (value(0)?, value(1)?);
    one(builder.add(Op::Where, &[chosen, on, off]))
}

fn number(builder: &mut Builder, call: &Call, id: ValueId) -> Result<i64, Error> {
    builder.known(id)?;
    let id = cast_kind(builder, id, Kind::I64)?;
    builder.known_i64s(id)?.first().copied().ok_or_else(|| call.fail("a number is expected"))
}

/// 1 at the first maximum along the axis; up to opset 12 along all axes from it on.
fn hardmax(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let old = call.opset < 13;
    let axis = call.axis(call.int("axis", if old { 1 } else { -1 }), shape.len())?;
    let (x, axis) = match old {
        true => (builder.reshape(x, &[shape[..axis].iter().product(), shape[axis..].iter().product()])?, 1),
        false => (x, axis),
    };
    let flat = builder.shape(x);
    let largest = builder.add(Op::ArgReduce { axis, largest: true, last: false }, &[x])?;
    let places = count_up(builder, flat[axis])?;
    let places = along_axis(builder, places, axis, flat.len())?;
    let chosen = builder.binary(Binary::Equal, largest, places)?;
    let y = cast_kind(builder, chosen, Kind::F32)?;
    one(builder.reshape(y, &shape))
}

/// `k` is an attribute up to opset 9.
fn top_k(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let mut shape = builder.shape(x);
    let axis = call.axis(call.int("axis", -1), shape.len())?;
    let k = call.ints_or_operand(builder, "k", 1)?.and_then(|k| k.first().copied());
    shape[axis] = call.size(k.unwrap_or_else(|| call.int("k", -1)))?;
    let largest = call.flag("largest", true);
    let mut outputs = vec![];
    for indices in [false, true].into_iter().filter(|&indices| !indices || call.has_output(1)) {
        outputs.push(builder.add_shaped(Op::TopK { axis, largest, indices }, &[x], shape.clone())?);
    }
    Ok(outputs)
}

fn arg_reduce(builder: &mut Builder, call: &Call, largest: bool) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let axis = call.axis(call.int("axis", 0), builder.shape(x).len())?;
    let last = call.flag("select_last_index", false);
    let index = builder.add(Op::ArgReduce { axis, largest, last }, &[x])?;
    one(drop_unless_kept(builder, call, index, &[axis]))
}

/// Nothing is dropped when a trained network runs.
fn dropout(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    if let Some(training) = call.optional(2)
        && builder.known_i64s(training)?.first().is_some_and(|&training| training != 0)
    {
        return Err(call.missing("training"));
    }
    let mut outputs = vec![x];
    if call.has_output(1) {
        let kept = builder.constant(Kind::Bool, &[], crate::Data::I64(vec![1]));
        let shape = builder.shape(x);
        outputs.push(builder.expand(kept, &shape)?);
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold, fold_reals, node, reals, wholes};

    /// `numpy.triu(x, 1)` and `numpy.tril(x, -1)`
    #[test]
    fn triangles_are_numpys() {
        let part = |upper: i64, k: i64| {
            let operands = vec![reals("x", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), wholes("k", &[], &[k])];
            fold_reals(vec![node("Trilu", &["x", "k"], &["y"]).int("upper", upper)], operands)
        };
        assert_eq!(part(1, 1), [0.0, 2.0, 3.0, 0.0, 0.0, 6.0]);
        assert_eq!(part(0, -1), [0.0, 0.0, 0.0, 4.0, 0.0, 0.0]);
    }

    #[test]
    fn one_hot_counts_negative_indices_from_the_end_and_ignores_those_outside() {
        let operands =
            vec![wholes("i", &[3], &[1, -1, 3]), wholes("d", &[], &[3]), reals("v", &[2], &[0.0, 5.0])];
        let y = fold_reals(vec![node("OneHot", &["i", "d", "v"], &["y"])], operands);
        assert_eq!(y, [0.0, 5.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn hardmax_marks_the_first_maximum() {
        let x = reals("x", &[2, 3], &[1.0, 3.0, 3.0, 2.0, 1.0, 0.0]);
        assert_eq!(
            fold_reals(vec![node("Hardmax", &["x"], &["y"])], vec![x]),
            [0.0, 1.0, 0.0, 1.0, 0.0, 0.0]
        );
    }

    #[test]
    fn the_best_come_with_their_places() {
        let operands = vec![reals("x", &[4], &[1.0, 9.0, 3.0, 7.0]), wholes("k", &[1], &[2])];
        let y = fold(vec![node("TopK", &["x", "k"], &["values", "places"])], operands).unwrap();
        assert_eq!(y[0].1.f32s(), Some(&[9.0, 7.0][..]));
        assert_eq!(y[1].1.i64s(), Some(&[1, 3][..]));
    }
}
