//! What is added to the products of queries and keys: 0 where a query may see a key, minus infinity where not, and what a
//! mask of real numbers adds.

use crate::onnx::call::Call;
use crate::{Binary, Builder, Error, Kind, Op, PadMode, ValueId};

/// Sizes of attention.
pub struct Keys {
    /// Queries of each head.
    pub queries: usize,
    /// Keys of each head, those of the past included.
    pub keys: usize,
    /// Keys that come from the past.
    pub past: Option<usize>,
}

/// The sum of all biases, which broadcasts to `[batch, heads, queries, keys]`; none if every query sees every key.
pub fn bias(builder: &mut Builder, call: &Call, keys: &Keys) -> Result<Option<ValueId>, Error> {
    let lengths = call.optional(6);
    let mask = mask(builder, call, keys)?;
    let window = window(builder, call, keys, lengths)?;
    let padding = match lengths {
        Some(lengths) => Some(padding(builder, keys, lengths)?),
        None => None,
    };
    let mut sum = None;
    for part in [mask, window, padding].into_iter().flatten() {
        sum = Some(match sum {
            Some(sum) => builder.binary(Binary::Add, sum, part)?,
            None => part,
        });
    }
    Ok(sum)
}

/// 0 where the condition holds, else minus infinity.
fn where_allowed(builder: &mut Builder, allowed: ValueId) -> Result<ValueId, Error> {
    let [zero, nothing] = [0.0, f32::NEG_INFINITY].map(|number| builder.scalar(number));
    builder.add(Op::Where, &[allowed, zero, nothing])
}

/// The mask as real numbers; keys that it leaves out are not seen.
fn mask(builder: &mut Builder, call: &Call, keys: &Keys) -> Result<Option<ValueId>, Error> {
    let Some(mut mask) = call.optional(3) else { return Ok(None) };
    if builder.graph.kind(mask) != Kind::F32 {
        mask = where_allowed(builder, mask)?;
    }
    let mut shape = builder.shape(mask);
    match shape.last_mut() {
        Some(last) if *last < keys.keys => *last = keys.keys,
        Some(_) => return Ok(Some(mask)),
        None => return Err(call.fail("a mask without axes")),
    }
    let op = Op::Pad { before: vec![0; shape.len()], mode: PadMode::Constant(f64::NEG_INFINITY) };
    builder.add_shaped(op, &[mask], shape).map(Some)
}

/// Causality, and windows of keys round the query: query `i` has the position `i` behind the keys of the past, or counted
/// so that the last query has the last key.
fn window(
    builder: &mut Builder,
    call: &Call,
    keys: &Keys,
    lengths: Option<ValueId>,
) -> Result<Option<ValueId>, Error> {
    let bound = |name: &str| usize::try_from(call.int(name, -1)).ok();
    let (left, mut right) = (bound("left_window_size"), bound("right_window_size"));
    if call.flag("is_causal", false) {
        right = Some(0);
    }
    if left.is_none() && right.is_none() {
        return Ok(None);
    }
    builder.check_size(&[keys.queries, keys.keys])?;
    let ahead = |query: usize| (0..keys.keys).map(move |key| query as i64 - key as i64);
    let ahead = (0..keys.queries).flat_map(ahead).collect();
    let distance = builder.i64s(&[keys.queries, keys.keys], ahead);
    let offset = offset(builder, keys, lengths)?;
    let distance = builder.binary(Binary::Add, distance, offset)?;
    let mut bias = None;
    let bounds = [(left, Binary::LessOrEqual, 1), (right, Binary::GreaterOrEqual, -1)];
    for (bound, comparison, sign) in bounds {
        let Some(bound) = bound.and_then(|bound| i64::try_from(bound).ok()) else { continue };
        let bound = builder.i64s(&[], vec![bound * sign]);
        let allowed = builder.binary(comparison, distance, bound)?;
        let part = where_allowed(builder, allowed)?;
        bias = Some(match bias {
            Some(bias) => builder.binary(Binary::Add, bias, part)?,
            None => part,
        });
    }
    Ok(bias)
}

/// The position of the first query.
fn offset(builder: &mut Builder, keys: &Keys, lengths: Option<ValueId>) -> Result<ValueId, Error> {
    match (keys.past, lengths) {
        (Some(past), _) => Ok(builder.i64s(&[], vec![past as i64])),
        (None, None) => Ok(builder.i64s(&[], vec![0])),
        (None, Some(lengths)) => {
            let lengths = for_each_batch(builder, lengths)?;
            let queries = builder.i64s(&[], vec![keys.queries as i64]);
            builder.binary(Binary::Sub, lengths, queries)
        }
    }
}

/// `[batch]` -> `[batch, 1, 1, 1]`
fn for_each_batch(builder: &mut Builder, lengths: ValueId) -> Result<ValueId, Error> {
    let batch = builder.shape(lengths).iter().product();
    builder.reshape(lengths, &[batch, 1, 1, 1])
}

/// Keys behind a batch's own length are not seen.
fn padding(builder: &mut Builder, keys: &Keys, lengths: ValueId) -> Result<ValueId, Error> {
    let lengths = for_each_batch(builder, lengths)?;
    builder.spend(keys.keys)?;
    let positions = builder.i64s(&[keys.keys], (0..keys.keys as i64).collect());
    let seen = builder.binary(Binary::Less, positions, lengths)?;
    where_allowed(builder, seen)
}
