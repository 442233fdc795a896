//! Operators that do not care in which order the axes lie.

use super::permutation::inverse;
use crate::{Op, ResizeAxis};

/// Which operands share the layout of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// All; they broadcast.
    All,
    /// All; they have the output's rank.
    Joined,
    /// The first one, which has the output's rank.
    First,
}

/// Whether an operator can be computed in another layout, and which operands have it then.
pub fn carried(op: &Op) -> Option<Carried> {
    Some(match op {
        Op::Binary(..) | Op::Where | Op::Expand => Carried::All,
        Op::Concat { .. } => Carried::Joined,
        Op::Unary(_)
        | Op::Cast(_)
        | Op::Slice(_)
        | Op::Pad { .. }
        | Op::Reduce { .. }
        | Op::ArgReduce { .. }
        | Op::TopK { .. }
        | Op::Softmax { .. }
        | Op::Normalise { .. }
        | Op::CumSum { .. }
        | Op::Gather { .. }
        | Op::Resize(_)
        | Op::ReverseSequence { .. } => Carried::First,
        _ => return None,
    })
}

/// The operator for operands whose axis `permutation[i]` is axis `i` of the operator's own.
pub fn permuted(op: &Op, permutation: &[usize]) -> Op {
    let moved = |axes: &[usize]| {
        let mut axes: Vec<usize> = axes.iter().map(|&axis| permutation[axis]).collect();
        axes.sort_unstable();
        axes
    };
    let mut op = op.clone();
    match &mut op {
        Op::Slice(ranges) => *ranges = reordered(ranges, permutation),
        Op::Pad { before, .. } => *before = reordered(before, permutation),
        Op::Concat { axis }
        | Op::ArgReduce { axis, .. }
        | Op::TopK { axis, .. }
        | Op::Softmax { axis, .. }
        | Op::Gather { axis }
        | Op::CumSum { axis, .. } => *axis = permutation[*axis],
        Op::Reduce { axes, .. } | Op::Normalise { axes, .. } => *axes = moved(axes),
        Op::ReverseSequence { time_axis, batch_axis } => {
            (*time_axis, *batch_axis) = (permutation[*time_axis], permutation[*batch_axis]);
        }
        Op::Resize(resize) => {
            for ResizeAxis { axis, .. } in &mut resize.axes {
                *axis = permutation[*axis];
            }
            resize.axes.sort_by_key(|axis| axis.axis);
        }
        _ => {}
    }
    op
}

/// What belongs to axis `i` goes to axis `permutation[i]`.
fn reordered<T: Copy>(items: &[T], permutation: &[usize]) -> Vec<T> {
    inverse(permutation).iter().map(|&axis| items[axis]).collect()
}
