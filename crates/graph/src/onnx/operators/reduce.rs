//! Operators that make few elements of many.

use super::{Operator, drop_unless_kept, one};
use crate::onnx::call::Call;
use crate::{Builder, Error, Op, Reduction, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "ReduceSum" => |builder, call| reduce(builder, call, Reduction::Sum),
        "ReduceMean" => |builder, call| reduce(builder, call, Reduction::Mean),
        "ReduceMax" => |builder, call| reduce(builder, call, Reduction::Max),
        "ReduceMin" => |builder, call| reduce(builder, call, Reduction::Min),
        "ReduceProd" => |builder, call| reduce(builder, call, Reduction::Prod),
        "ReduceL1" => |builder, call| reduce(builder, call, Reduction::L1),
        "ReduceL2" => |builder, call| reduce(builder, call, Reduction::L2),
        "ReduceLogSum" => |builder, call| reduce(builder, call, Reduction::LogSum),
        "ReduceLogSumExp" => |builder, call| reduce(builder, call, Reduction::LogSumExp),
        "ReduceSumSquare" => |builder, call| reduce(builder, call, Reduction::SumSquare),
        _ => return None,
    })
}

/// Without axes, or with an empty list of them, over all axes; over none if the file says so.
fn reduce(builder: &mut Builder, call: &Call, kind: Reduction) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let rank = builder.shape(x).len();
    let axes = call.ints_or_operand(builder, "axes", 1)?.unwrap_or_default();
    let axes = match axes.is_empty() {
        true if call.flag("noop_with_empty_axes", false) => vec![],
        true => (0..rank).collect(),
        false => call.axes(&axes, rank)?,
    };
    let same =
        matches!(kind, Reduction::Sum | Reduction::Mean | Reduction::Max | Reduction::Min | Reduction::Prod);
    if same && axes.is_empty() {
        return Ok(vec![x]);
    }
    let reduced = builder.add(Op::Reduce { kind, axes: axes.clone() }, &[x])?;
    one(drop_unless_kept(builder, call, reduced, &axes))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold, fold_wholes, node, reals, typed, wholes};

    #[test]
    fn no_axes_are_all_axes_unless_the_file_says_none() {
        let reduce = |operator: &str, noop: i64| {
            let operands = vec![reals("x", &[2, 1], &[3.0, -4.0]), wholes("a", &[0], &[])];
            let node =
                node(operator, &["x", "a"], &["y"]).int("noop_with_empty_axes", noop).int("keepdims", 0);
            let (shape, y) = fold(vec![node], operands).unwrap().remove(0);
            (shape, y.f32s().unwrap().to_vec())
        };
        assert_eq!(reduce("ReduceSum", 0), (vec![], vec![-1.0]));
        assert_eq!(reduce("ReduceSum", 1), (vec![2, 1], vec![3.0, -4.0]));
        assert_eq!(reduce("ReduceSumSquare", 1), (vec![2, 1], vec![9.0, 16.0]));
    }

    #[test]
    fn the_largest_of_no_truth_values_is_false_and_the_smallest_true() {
        let none = || typed("x", 9, &[0], &[]);
        assert_eq!(fold_wholes(vec![node("ReduceMax", &["x"], &["y"])], vec![none()]), [0]);
        assert_eq!(fold_wholes(vec![node("ReduceMin", &["x"], &["y"])], vec![none()]), [1]);
    }
}
