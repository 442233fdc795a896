//! Convolutions.

use super::Operator;
use super::conv_transpose::conv_transpose;
use super::windows::windows;
use crate::onnx::call::Call;
use crate::{Builder, Conv, Error, Kind, Op, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "Conv" => conv,
        "ConvTranspose" => conv_transpose,
        "DeformConv" => deform_conv,
        _ => return None,
    })
}

fn conv(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, weight) = (real(builder, call, 0)?, real(builder, call, 1)?);
    let (windows, weight, bias) = kernel(builder, call, weight, call.optional(2))?;
    let conv = Conv { windows, groups: groups(call)?, activation: Unary::Identity };
    let x = builder.channels_last(x)?;
    let y = builder.add(Op::Conv(conv), &[x, weight, bias])?;
    Ok(vec![builder.channels_first(y)?])
}

fn deform_conv(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, weight) = (real(builder, call, 0)?, real(builder, call, 1)?);
    if builder.shape(weight).len() != 4 {
        return Err(call.missing("other than two spatial axes"));
    }
    let (windows, weight, bias) = kernel(builder, call, weight, call.optional(3))?;
    let offset_groups = call.size(call.int("offset_group", 1))?;
    let x = builder.channels_last(x)?;
    let offset = builder.channels_last(call.input(2)?)?;
    let mut operands = vec![x, weight, offset, bias];
    if let Some(mask) = call.optional(4) {
        operands.push(builder.channels_last(mask)?);
    }
    let y = builder.add(Op::DeformConv { windows, groups: groups(call)?, offset_groups }, &operands)?;
    Ok(vec![builder.channels_first(y)?])
}

/// Windows, the weight `[co, ci, k..]` as `[k.., ci, co]`, and the bias `[co]`, zeros if there is none.
fn kernel(
    builder: &mut Builder,
    call: &Call,
    weight: ValueId,
    bias: Option<ValueId>,
) -> Result<(Vec<crate::Window>, ValueId, ValueId), Error> {
    let shape = builder.shape(weight);
    let [co, _, kernel @ ..] = &shape[..] else { return Err(call.fail(format!("a weight of {shape:?}"))) };
    let windows = windows(call, kernel)?;
    let permutation: Vec<usize> = (2..shape.len()).chain([1, 0]).collect();
    let weight = builder.transpose(weight, &permutation)?;
    Ok((windows, weight, bias_or_zeros(builder, bias, *co)?))
}

/// The bias, or zeros.
pub fn bias_or_zeros(
    builder: &mut Builder,
    bias: Option<ValueId>,
    channels: usize,
) -> Result<ValueId, Error> {
    builder.check_size(&[channels])?;
    Ok(bias.unwrap_or_else(|| builder.f32s(&[channels], vec![0.0; channels])))
}

/// The attribute `group`.
pub fn groups(call: &Call) -> Result<usize, Error> {
    let groups = call.size(call.int("group", 1))?;
    if groups > 0 { Ok(groups) } else { Err(call.fail("no groups")) }
}

/// An operand that has to be of real numbers.
pub fn real(builder: &Builder, call: &Call, index: usize) -> Result<ValueId, Error> {
    let id = call.input(index)?;
    if builder.graph.kind(id) == Kind::F32 { Ok(id) } else { Err(call.missing("whole numbers")) }
}
