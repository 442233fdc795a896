//! Constants, sizes, and operators that change shapes but no elements.

use super::{Operator, count_up, one};
use crate::onnx::call::Call;
use crate::onnx::tensor::known;
use crate::shape::broadcast;
use crate::{Binary, Builder, Data, Error, Kind, Known, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Constant" => constant,
        "ConstantOfShape" => constant_of_shape,
        "Shape" => shape,
        "Size" => |builder, call| {
            let size: usize = call.shape(&builder.graph, 0)?.iter().product();
            Ok(vec![builder.i64s(&[], vec![size as i64])])
        },
        "Range" => range,
        "Reshape" => reshape,
        "Flatten" => flatten,
        "Squeeze" => squeeze,
        "Unsqueeze" => unsqueeze,
        "Expand" => expand,
        _ => return None,
    })
}

fn constant(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let Some(attribute) = call.node.attributes.first() else { return Err(call.fail("no value")) };
    let id = match &attribute.name[..] {
        "value" => {
            let tensor = attribute.t.as_ref().ok_or_else(|| call.fail("no value"))?;
            let Known { kind, shape, data } = known(tensor)?;
            builder.constant(kind, &shape, data)
        }
        "value_float" => builder.scalar(attribute.f),
        "value_int" => builder.i64s(&[], vec![attribute.i]),
        "value_floats" => builder.f32s(&[attribute.floats.len()], attribute.floats.clone()),
        "value_ints" => builder.i64s(&[attribute.ints.len()], attribute.ints.clone()),
        other => return Err(call.missing(other)),
    };
    Ok(vec![id])
}

fn constant_of_shape(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let sizes = builder.known_i64s(call.input(0)?)?;
    let shape = sizes.iter().map(|&size| call.size(size)).collect::<Result<Vec<_>, _>>()?;
    let value = match call.tensor("value") {
        Some(tensor) => known(tensor)?,
        None => Known { kind: Kind::F32, shape: vec![], data: Data::F32(vec![0.0]) },
    };
    if value.data.len() != 1 {
        return Err(call.fail("one value is expected"));
    }
    let value = builder.constant(value.kind, &[], value.data);
    one(builder.expand(value, &shape))
}

fn shape(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let shape = call.shape(&builder.graph, 0)?;
    let rank = shape.len() as i64;
    let bound = |name, default| {
        let bound = call.int(name, default);
        (if bound < 0 { bound.saturating_add(rank) } else { bound }).clamp(0, rank) as usize
    };
    let (start, end) = (bound("start", 0), bound("end", rank));
    let sizes: Vec<i64> = shape.get(start..end).unwrap_or_default().iter().map(|&size| size as i64).collect();
    Ok(vec![builder.i64s(&[sizes.len()], sizes)])
}

/// `start + index * delta`, as many as lie before the limit.
fn range(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let operands = [call.input(0)?, call.input(1)?, call.input(2)?];
    let numbers = operands.iter().map(|&id| one_number(builder, call, id)).collect::<Result<Vec<_>, _>>()?;
    let count = ((numbers[1] - numbers[0]) / numbers[2]).ceil();
    if !count.is_finite() {
        return Err(call.fail("its length is not finite"));
    }
    let mut index = count_up(builder, count.max(0.0) as usize)?;
    index = super::cast::cast_kind(builder, index, builder.graph.kind(operands[0]))?;
    let [start, delta] = [operands[0], operands[2]].map(|id| builder.reshape(id, &[]));
    let distance = builder.binary(Binary::Mul, index, delta?)?;
    one(builder.binary(Binary::Add, distance, start?))
}

fn one_number(builder: &Builder, call: &Call, id: ValueId) -> Result<f64, Error> {
    let number = match builder.known(id)? {
        Data::F32(data) => data.first().map(|&number| f64::from(number)),
        Data::I64(data) => data.first().map(|&number| number as f64),
    };
    number.ok_or_else(|| call.fail("a number is expected"))
}

/// 0 keeps a size (unless `allowzero` makes it one), -1 stands for what is left.
fn reshape(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let sizes = call.ints_or_operand(builder, "shape", 1)?.ok_or_else(|| call.fail("no shape"))?;
    let old = builder.shape(x);
    let keeps = !call.flag("allowzero", false);
    let mut shape = Vec::with_capacity(sizes.len());
    for (axis, &size) in sizes.iter().enumerate() {
        shape.push(match size {
            0 if keeps => {
                *old.get(axis).ok_or_else(|| call.fail(format!("no axis {axis} to keep the size of")))?
            }
            -1 => 1,
            size => call.size(size)?,
        });
    }
    if let Some(free) = sizes.iter().position(|&size| size == -1) {
        let (all, rest) = (builder.check_size(&old)?, builder.check_size(&shape)?);
        // Of no elements at all, as many as there are fit.
        shape[free] = all.checked_div(rest).unwrap_or(0);
    }
    one(builder.reshape(x, &shape))
}

fn flatten(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let axis = match call.int("axis", 1) {
        axis if axis == shape.len() as i64 => shape.len(),
        axis => call.axis(axis, shape.len())?,
    };
    one(builder.reshape(x, &[shape[..axis].iter().product(), shape[axis..].iter().product()]))
}

fn squeeze(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let axes = match call.ints_or_operand(builder, "axes", 1)? {
        Some(axes) => call.axes(&axes, shape.len())?,
        None => (0..shape.len()).filter(|&axis| shape[axis] == 1).collect(),
    };
    let kept: Vec<usize> =
        (0..shape.len()).filter(|axis| !axes.contains(axis)).map(|axis| shape[axis]).collect();
    one(builder.reshape(x, &kept))
}

fn unsqueeze(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let axes = call.ints_or_operand(builder, "axes", 1)?.ok_or_else(|| call.fail("no axes"))?;
    let rank = builder.shape(x).len() + axes.len();
    let new = call.axes(&axes, rank)?;
    if new.len() != axes.len() {
        return Err(call.fail("an axis is named twice"));
    }
    let mut shape = builder.shape(x);
    for axis in new {
        shape.insert(axis, 1);
    }
    one(builder.reshape(x, &shape))
}

fn expand(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let sizes = builder.known_i64s(call.input(1)?)?;
    let shape = sizes.iter().map(|&size| call.size(size)).collect::<Result<Vec<_>, _>>()?;
    let shape = broadcast(&builder.shape(x), &shape).map_err(|cause| call.fail(cause))?;
    one(builder.expand(x, &shape))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold, fold_reals, fold_wholes, node, reals, wholes};

    /// The examples of ONNX's documentation of Range.
    #[test]
    fn a_range_stops_before_its_limit_in_either_direction() {
        let range = |numbers: [i64; 3]| {
            let names = ["start", "limit", "delta"];
            let operands =
                names.iter().zip(numbers).map(|(name, number)| wholes(name, &[], &[number])).collect();
            fold_wholes(vec![node("Range", &names, &["y"])], operands)
        };
        assert_eq!(range([3, 9, 3]), [3, 6]);
        assert_eq!(range([10, 4, -2]), [10, 8, 6]);
        assert_eq!(range([4, 4, 1]), [0; 0]);
    }

    #[test]
    fn a_range_without_end_or_beyond_memory_is_refused() {
        for delta in [0.0, f32::NAN, 1e-30] {
            let operands = vec![reals("a", &[], &[0.0]), reals("b", &[], &[1e30]), reals("c", &[], &[delta])];
            assert!(fold(vec![node("Range", &["a", "b", "c"], &["y"])], operands).is_err());
        }
    }

    #[test]
    fn reshape_keeps_sizes_for_zeros_and_solves_one() {
        let shape = |sizes: &[i64], allow: i64| {
            let operands =
                vec![reals("x", &[2, 3, 2], &[0.0; 12]), wholes("s", &[sizes.len() as i64], sizes)];
            fold(vec![node("Reshape", &["x", "s"], &["y"]).int("allowzero", allow)], operands)
                .map(|mut y| y.remove(0).0)
        };
        assert_eq!(shape(&[0, -1], 0), Ok(vec![2, 6]));
        assert_eq!(shape(&[-1, 4], 0), Ok(vec![3, 4]));
        assert!(shape(&[5, -1], 0).is_err());
        assert!(shape(&[0, 12], 1).is_err());
        assert!(shape(&[i64::MAX, -1], 0).is_err());
        assert!(shape(&[-2, 6], 0).is_err());
    }

    #[test]
    fn axes_are_attributes_or_operands() {
        let x = || reals("x", &[1, 2, 1], &[3.0, 4.0]);
        let shape = |node, operands| fold(vec![node], operands).unwrap().remove(0).0;
        assert_eq!(shape(node("Squeeze", &["x"], &["y"]).ints("axes", &[-1]), vec![x()]), [1, 2]);
        assert_eq!(shape(node("Squeeze", &["x", "a"], &["y"]), vec![x(), wholes("a", &[1], &[0])]), [2, 1]);
        assert_eq!(
            shape(node("Unsqueeze", &["x"], &["y"]).ints("axes", &[0, -1]), vec![x()]),
            [1, 1, 2, 1, 1]
        );
        assert_eq!(shape(node("Shape", &["x"], &["y"]).int("start", -2), vec![x()]), [2]);
    }

    #[test]
    fn a_constant_takes_any_of_its_forms() {
        assert_eq!(fold_reals(vec![node("Constant", &[], &["y"]).float("value_float", 2.5)], vec![]), [2.5]);
        assert_eq!(
            fold_wholes(vec![node("Constant", &[], &["y"]).ints("value_ints", &[1, 2])], vec![]),
            [1, 2]
        );
    }
}
