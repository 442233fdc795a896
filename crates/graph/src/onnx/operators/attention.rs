//! Attention: Vaswani et al. 2017, arXiv:1706.03762, as ONNX's operator of opset 23 and newer.

use super::Operator;
use super::attention_bias::{Keys, bias};
use super::conv::real;
use crate::onnx::call::Call;
use crate::{Binary, Builder, Error, Op, Reduction, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Attention" => attention,
        _ => return None,
    })
}

/// Which stage the fourth output shows.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Product,
    Capped,
    Biased,
    Weights,
}

fn attention(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let flat = builder.shape(real(builder, call, 0)?).len() == 3;
    let query = heads(builder, call, 0, "q_num_heads")?;
    let key = heads(builder, call, 1, "kv_num_heads")?;
    let value = heads(builder, call, 2, "kv_num_heads")?;
    let past = call.optional(4).map(|past| builder.shape(past)[2.min(builder.shape(past).len() - 1)]);
    let key = appended(builder, call.optional(4), key)?;
    let value = appended(builder, call.optional(5), value)?;
    let product = product(builder, call, query, key)?;
    let capped = softcap(builder, product, call.float("softcap", 0.0))?;
    let shape = builder.shape(capped);
    let keys = Keys { queries: shape[2], keys: shape[3], past };
    let bias = bias(builder, call, &keys)?;
    let biased = match bias {
        Some(bias) => builder.binary(Binary::Add, capped, bias)?,
        None => capped,
    };
    let weights = builder.add(Op::Softmax { axis: 3, log: false }, &[biased])?;
    let weights = unmasked(builder, weights, bias)?;
    let y = mixed(builder, weights, value)?;
    let y = if flat { joined(builder, y)? } else { y };
    let stage = match call.int("qk_matmul_output_mode", 0) {
        0 => Stage::Product,
        1 => Stage::Capped,
        2 => Stage::Biased,
        3 => Stage::Weights,
        mode => return Err(call.missing(format!("qk_matmul_output_mode {mode}"))),
    };
    let shown = match stage {
        Stage::Product => product,
        Stage::Capped => capped,
        Stage::Biased => biased,
        Stage::Weights => weights,
    };
    Ok(vec![y, key, value, shown])
}

/// `[batch, heads, length, size]`, from `[batch, length, heads * size]` if that is how an operand comes.
fn heads(builder: &mut Builder, call: &Call, index: usize, name: &str) -> Result<ValueId, Error> {
    let x = real(builder, call, index)?;
    match builder.shape(x)[..] {
        [_, _, _, _] => Ok(x),
        [batch, length, channels] => {
            let heads = call.size(call.int(name, 0))?;
            if heads == 0 || !channels.is_multiple_of(heads) {
                return Err(call.fail(format!("{channels} channels in {heads} heads")));
            }
            let split = builder.reshape(x, &[batch, length, heads, channels / heads])?;
            builder.transpose(split, &[0, 2, 1, 3])
        }
        _ => Err(call.fail(format!("operand {index} has {:?}", builder.shape(x)))),
    }
}

fn appended(builder: &mut Builder, past: Option<ValueId>, x: ValueId) -> Result<ValueId, Error> {
    match past {
        Some(past) => builder.add(Op::Concat { axis: 2 }, &[past, x]),
        None => Ok(x),
    }
}

/// Products of queries and keys, `[batch, heads, queries, keys]`, scaled.
fn product(builder: &mut Builder, call: &Call, query: ValueId, key: ValueId) -> Result<ValueId, Error> {
    let size = builder.shape(query)[3];
    let scale = call.attribute("scale").map_or(1.0 / (size as f32).sqrt(), |attribute| attribute.f);
    let scale = builder.scalar(scale);
    let query = builder.binary(Binary::Mul, query, scale)?;
    let key = builder.transpose(key, &[0, 1, 3, 2])?;
    mixed(builder, query, key)
}

/// `a [batch, heads, m, k]` times `b [batch, groups, k, n]`: neighbouring heads share a `b`.
fn mixed(builder: &mut Builder, a: ValueId, b: ValueId) -> Result<ValueId, Error> {
    let (a_shape, b_shape) = (builder.shape(a), builder.shape(b));
    let (heads, groups) = (a_shape[1], b_shape[1]);
    if heads == groups || groups == 0 || !heads.is_multiple_of(groups) {
        return builder.add(Op::MatMul, &[a, b]);
    }
    let split = [a_shape[0], groups, heads / groups, a_shape[2], a_shape[3]];
    let a = builder.reshape(a, &split)?;
    let b = builder.reshape(b, &[b_shape[0], groups, 1, b_shape[2], b_shape[3]])?;
    let product = builder.add(Op::MatMul, &[a, b])?;
    builder.reshape(product, &[a_shape[0], heads, a_shape[2], b_shape[3]])
}

/// `tanh(x / cap) * cap`
fn softcap(builder: &mut Builder, x: ValueId, cap: f32) -> Result<ValueId, Error> {
    if cap <= 0.0 {
        return Ok(x);
    }
    let [inverse, cap] = [1.0 / cap, cap].map(|number| builder.scalar(number));
    let x = builder.binary(Binary::Mul, x, inverse)?;
    let x = builder.unary(Unary::Tanh, x)?;
    builder.binary(Binary::Mul, x, cap)
}

/// Rows in which no key may be seen have no weights.
fn unmasked(builder: &mut Builder, weights: ValueId, bias: Option<ValueId>) -> Result<ValueId, Error> {
    let Some(bias) = bias else { return Ok(weights) };
    let last = builder.shape(bias).len() - 1;
    let best = builder.add(Op::Reduce { kind: Reduction::Max, axes: vec![last] }, &[bias])?;
    let nothing = builder.scalar(f32::NEG_INFINITY);
    let masked = builder.binary(Binary::Equal, best, nothing)?;
    let known = builder.graph.i64s(masked);
    if known.is_some_and(|rows| rows.iter().all(|&row| row == 0)) {
        return Ok(weights);
    }
    let zero = builder.scalar(0.0);
    builder.add(Op::Where, &[masked, zero, weights])
}

/// `[batch, heads, length, size]` -> `[batch, length, heads * size]`
fn joined(builder: &mut Builder, y: ValueId) -> Result<ValueId, Error> {
    let y = builder.transpose(y, &[0, 2, 1, 3])?;
    let shape = builder.shape(y);
    builder.reshape(y, &[shape[0], shape[1], shape[2] * shape[3]])
}
