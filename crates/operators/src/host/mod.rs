//! Every operator on the host, plainly: to compute at load what is known at load, as the long tail of the CPU device, and
//! as what the GPU's kernels are compared with. The hot ones have faster versions in the engine.

mod chain;
mod conv;
mod deform;
mod effort;
mod elementwise;
mod gather;
mod groups;
mod matmul;
mod movement;
mod normalise;
mod places;
mod pool;
mod reduce;
mod resize;
mod roi;
mod sample;
mod select;
mod stored;
mod strided;

pub use chain::chain_onto;
pub use effort::Budget;
pub use resize::{AxisTaps, taps};
pub use stored::{Quantised, Scale, f32s_from_f16_le, f32s_from_le};

use crate::{Constant, Data, Error, Graph, Kind, Node, Op, ValueId};

/// An operand.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// Its size along each axis.
    pub shape: &'a [usize],
    /// Its elements.
    pub data: &'a Data,
}

/// Computes a node, the shapes of whose output and operands were inferred.
///
/// # Errors
/// What the elements of an operand make impossible: an index out of range.
pub fn evaluate(op: &Op, operands: &[View], kind: Kind, shape: &[usize]) -> Result<Data, String> {
    let x = operands.first().ok_or("an operand is missing")?;
    let operand =
        |index: usize| operands.get(index).copied().ok_or_else(|| format!("operand {index} is missing"));
    Ok(match op {
        Op::Unary(function) => elementwise::unary(*function, x.data)?,
        Op::Binary(function, after) => elementwise::binary(*function, *after, *x, operand(1)?, shape)?,
        Op::Chain(links) => Data::F32(chain_onto(links, x.f32s()?.to_vec(), &operands[1..], shape)?),
        Op::Where => elementwise::select(*x, operand(1)?, operand(2)?, shape)?,
        Op::Cast(_) => elementwise::cast(x.data, kind),
        Op::Transpose(permutation) => movement::transpose(*x, permutation),
        Op::Reshape => x.data.clone(),
        Op::Expand => movement::expand(*x, shape),
        Op::Slice(ranges) => movement::slice(*x, ranges, shape),
        Op::Pad { before, mode } => movement::pad(*x, before, *mode, shape)?,
        Op::Concat { axis } => movement::concat(operands, *axis)?,
        Op::ReverseSequence { time_axis, batch_axis } => {
            movement::reverse_sequence(*x, operand(1)?, *time_axis, *batch_axis)?
        }
        Op::Gather { axis } => gather::gather(*x, operand(1)?, *axis)?,
        Op::GatherElements { axis } => gather::gather_elements(*x, operand(1)?, *axis)?,
        Op::GatherNd { batch_axes } => gather::gather_nd(*x, operand(1)?, *batch_axes)?,
        Op::ScatterElements { axis, update } => {
            gather::scatter_elements(*x, operand(1)?, operand(2)?, *axis, *update)?
        }
        Op::ScatterNd(update) => gather::scatter_nd(*x, operand(1)?, operand(2)?, *update)?,
        Op::Reduce { kind: how, axes } => reduce::reduce(*x, *how, axes, kind),
        Op::ArgReduce { axis, largest, last } => reduce::arg_reduce(*x, *axis, *largest, *last),
        Op::CumSum { axis, exclusive, reverse } => reduce::running_sum(*x, *axis, *exclusive, *reverse),
        Op::TopK { axis, largest, indices } => select::top_k(*x, *axis, shape[*axis], *largest, *indices),
        Op::NonMaxSuppression { .. } => select::non_max_suppression(op, *x, operand(1)?, shape)?,
        Op::Softmax { axis, log } => normalise::softmax(*x, *axis, *log)?,
        Op::Normalise { axes, epsilon, centred } => normalise::normalise(*x, axes, *epsilon, *centred)?,
        Op::LocalResponse { .. } => normalise::local_response(op, *x)?,
        Op::MatMul => matmul::matmul(*x, operand(1)?, shape)?,
        Op::Determinant => matmul::determinant(*x)?,
        Op::Pool(pool) => pool::pool(*x, pool, shape)?,
        Op::MaxPoolIndices(pool) => pool::max_indices(*x, pool, shape)?,
        Op::Resize(resize) => resize::resize(*x, resize)?,
        Op::GridSample { .. } => sample::grid_sample(op, *x, operand(1)?, shape)?,
        Op::RoiAlign { .. } => roi::roi_align(op, *x, operand(1)?, operand(2)?, shape)?,
        Op::DeformConv { .. } => deform::deform_conv(op, operands, shape)?,
        Op::Conv(convolution) => conv::conv(convolution, operands, shape)?,
    })
}

/// Computes a node all of whose operands are constants of the graph.
///
/// # Errors
/// [`Error::Node`] with the cause that [`evaluate`] gives.
pub fn evaluate_node(graph: &Graph, node: &Node) -> Result<Option<Constant>, Error> {
    let known = |id: &ValueId| Some((graph.shape(*id), graph.constants.get(id)?));
    let Some(operands) = node.inputs.iter().map(known).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let output = graph.value(node.output);
    let made = match operands[..] {
        [(shape, constant)] => constant.through(&node.op, shape, output.kind, &output.shape),
        _ => {
            let views: Vec<View> = operands.iter().map(|&(shape, data)| View { shape, data }).collect();
            evaluate(&node.op, &views, output.kind, &output.shape).map(Constant::from)
        }
    };
    made.map(Some).map_err(|cause| Error::node(&node.name, cause))
}

impl<'a> View<'a> {
    /// The real numbers.
    ///
    /// # Errors
    /// That they are whole ones.
    pub fn f32s(&self) -> Result<&'a [f32], String> {
        self.data.f32s().ok_or_else(|| "real numbers are expected".to_owned())
    }

    /// The whole numbers.
    ///
    /// # Errors
    /// That they are real ones.
    pub fn i64s(&self) -> Result<&'a [i64], String> {
        self.data.i64s().ok_or_else(|| "whole numbers are expected".to_owned())
    }
}

/// Distance of neighbours along each axis.
pub fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}

/// Elements before, along and behind an axis.
pub fn split_at_axis(shape: &[usize], axis: usize) -> [usize; 3] {
    [shape[..axis].iter().product(), shape[axis], shape[axis + 1..].iter().product()]
}
