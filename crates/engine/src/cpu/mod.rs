//! The processor: hot operators in fast versions, all others as `vitrine_graph::host` has them.

mod conv;
mod convolution;
mod grouped;
mod lines;
mod matmul;
mod panels;
mod places;
#[cfg(not(target_arch = "wasm32"))]
mod rows;
mod tiles;
mod winograd;

pub use convolution::Convolution;

use crate::value::HostTensor;
use std::sync::Arc;
use vitrine_graph::host::{self, View};
use vitrine_graph::threads::{MOVED, share};
use vitrine_graph::{Binary, Data, Kind, Link, Op};

/// Numbers that fill whole vectors and lines of the cache.
const LINE: usize = 64;

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
                let effort = numbers.len() * MOVED;
                share(numbers, LINE, effort, |_, part| function.apply_all(part));
            }
            Ok(data)
        }
        (&Op::Binary(function, after), _) if kind == Kind::F32 && operands.len() == 2 => {
            chain(op, &[Link(function, after)], operands, shape)
        }
        (Op::Chain(links), _) if operands.len() == links.len() + 1 => chain(op, links, operands, shape),
        _ => {
            let views: Vec<View> = operands.iter().map(|operand| operand.view()).collect();
            match (op, &views[..]) {
                (Op::MatMul, [a, b]) if kind == Kind::F32 => matmul::matmul(*a, *b, shape).map(Data::F32),
                _ => host::evaluate(op, &views, kind, shape),
            }
        }
    }
}

/// Over the memory of an operand that nobody else holds, where it has the result's shape. `links` are those of the operator.
fn chain(
    op: &Op,
    links: &[Link],
    mut operands: Vec<Arc<HostTensor>>,
    shape: &[usize],
) -> Result<Data, String> {
    let commutes =
        |Link(function, _): &Link| matches!(function, Binary::Add | Binary::Mul | Binary::Min | Binary::Max);
    let is_free = |operand: &Arc<HostTensor>| Arc::strong_count(operand) == 1 && operand.shape == shape;
    if links.first().is_some_and(commutes) && !is_free(&operands[0]) && is_free(&operands[1]) {
        operands.swap(0, 1);
    }
    let truth = links.iter().any(|Link(function, _)| function.is_truth());
    if operands[0].data.f32s().is_none() || operands[0].shape != shape || truth {
        let views: Vec<View> = operands.iter().map(|operand| operand.view()).collect();
        return host::evaluate(op, &views, Kind::F32, shape);
    }
    let others = operands.split_off(1);
    match operands.pop().map(owned) {
        Some(Data::F32(x)) => {
            let others: Vec<View> = others.iter().map(|operand| operand.view()).collect();
            host::chain_onto(links, x, &others, shape).map(Data::F32)
        }
        _ => Err("a real number is expected".to_owned()),
    }
}

/// The elements, without a copy if nobody else holds them.
fn owned(tensor: Arc<HostTensor>) -> Data {
    Arc::try_unwrap(tensor).map_or_else(|shared| shared.data.clone(), |tensor| tensor.data)
}
