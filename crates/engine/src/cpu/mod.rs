//! The processor: hot operators in fast versions, all others as `vitrine_graph::host` has them.

mod conv;
mod convolution;
mod lanes;
mod matmul;
mod panels;
mod places;
#[cfg(not(target_arch = "wasm32"))]
mod rows;
mod tiles;

pub use convolution::Convolution;

use crate::value::HostTensor;
use std::sync::Arc;
use vitrine_graph::host::{self, View};
use vitrine_graph::{Data, Kind, Op};

/// Computes a step. `conv` is what is known if it is a convolution; an operand that nobody else holds may be overwritten.
pub fn compute(
    op: &Op,
    conv: Option<&Convolution>,
    mut operands: Vec<Arc<HostTensor>>,
    kind: Kind,
    shape: &[usize],
) -> Result<Data, String> {
    match (op, conv) {
        (_, Some(conv)) => conv.compute(&operands).map(Data::F32),
        (Op::Reshape, _) if !operands.is_empty() => Ok(owned(operands.swap_remove(0))),
        (Op::Unary(function), _)
            if operands.len() == 1 && operands[0].data.f32s().is_some() && kind == Kind::F32 =>
        {
            let mut data = owned(operands.swap_remove(0));
            if let Data::F32(numbers) = &mut data {
                function.apply_all(numbers);
            }
            Ok(data)
        }
        _ => {
            let views: Vec<View> = operands.iter().map(|operand| operand.view()).collect();
            match (op, &views[..]) {
                (Op::MatMul, [a, b]) if kind == Kind::F32 => matmul::matmul(*a, *b, shape).map(Data::F32),
                _ => host::evaluate(op, &views, kind, shape),
            }
        }
    }
}

/// The elements, without a copy if nobody else holds them.
fn owned(tensor: Arc<HostTensor>) -> Data {
    Arc::try_unwrap(tensor).map_or_else(|shared| shared.data.clone(), |tensor| tensor.data)
}
