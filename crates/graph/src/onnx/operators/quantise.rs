//! 8-bit and 16-bit numbers with scales. Whole-number operators are computed in real numbers between two of them.

use super::cast::cast_kind;
use super::dequantise::{along, by_row, centre, dequantize, dequantize_rows, scaled};
use super::{Operator, along_axis, one};
use crate::onnx::call::Call;
use crate::onnx::tensor::data_type as types;
use crate::{Binary, Builder, Error, Kind, Op, Reduction, Scalar, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "QuantizeLinear" => quantize_linear,
        "DequantizeLinear" => dequantize_linear,
        "DynamicQuantizeLinear" => dynamic_quantize_linear,
        "QLinearConv" => q_linear_conv,
        "QLinearMatMul" => q_linear_matmul,
        "ConvInteger" => |builder, call| whole(builder, call, "Conv"),
        "MatMulInteger" => |builder, call| whole(builder, call, "MatMul"),
        _ => return None,
    })
}

fn quantize_linear(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let x = cast_kind(builder, x, Kind::F32)?;
    let data_type = match call.optional(2) {
        Some(_) => call.data_type(2),
        None => i32::try_from(call.int("output_dtype", 0))
            .ok()
            .filter(|&given| given != 0)
            .unwrap_or(types::UINT8),
    };
    let shape = builder.shape(x);
    let scale = along(builder, call, call.input(1)?, &shape)?;
    let zero = call.optional(2).map(|zero| along(builder, call, zero, &shape)).transpose()?;
    one(quantize(builder, call, x, [Some(scale), zero], data_type))
}

/// `clip(round(x / scale) + zero)`; scale and zero point fit the shape of `x`.
pub fn quantize(
    builder: &mut Builder,
    call: &Call,
    x: ValueId,
    [scale, zero]: [Option<ValueId>; 2],
    data_type: i32,
) -> Result<ValueId, Error> {
    let (low, high) = match data_type {
        types::UINT8 => (0.0, 255.0),
        types::INT8 => (-128.0, 127.0),
        types::UINT16 => (0.0, 65_535.0),
        types::INT16 => (-32_768.0, 32_767.0),
        other => return Err(call.missing(format!("to numbers of type {other}"))),
    };
    let clip = Unary::Clip(Scalar(low), Scalar(high));
    let mut y = x;
    match scale {
        Some(scale) => y = builder.add(Op::Binary(Binary::Div, Unary::Round), &[y, scale])?,
        None => y = builder.unary(Unary::Round, y)?,
    }
    y = match zero {
        Some(zero) => {
            let zero = cast_kind(builder, zero, Kind::F32)?;
            builder.add(Op::Binary(Binary::Add, clip), &[y, zero])?
        }
        None => builder.unary(clip, y)?,
    };
    cast_kind(builder, y, Kind::I64)
}

fn dequantize_linear(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    one(dequantize(builder, call, [0, 1, 2]))
}

/// To 8 bits, with the scale and the zero point that the largest and the smallest element ask for.
fn dynamic_quantize_linear(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let x = call.input(0)?;
    let axes: Vec<usize> = (0..builder.shape(x).len()).collect();
    let (none, steps) = (builder.scalar(0.0), builder.scalar(255.0));
    let mut extreme = |kind, function| {
        let extreme = builder.add(Op::Reduce { kind, axes: axes.clone() }, &[x])?;
        let extreme = builder.reshape(extreme, &[])?;
        builder.binary(function, extreme, none)
    };
    let (high, low) = (extreme(Reduction::Max, Binary::Max)?, extreme(Reduction::Min, Binary::Min)?);
    let span = builder.binary(Binary::Sub, high, low)?;
    let scale = builder.binary(Binary::Div, span, steps)?;
    // Zeros alone have no span; ONNX Runtime takes the scale 1 then.
    let (flat, one) = (builder.binary(Binary::Equal, span, none)?, builder.scalar(1.0));
    let scale = builder.add(Op::Where, &[flat, one, scale])?;
    let below = builder.binary(Binary::Sub, none, low)?;
    let clip = Unary::Clip(Scalar(0.0), Scalar(255.0));
    let zero = builder.add(Op::Binary(Binary::Div, clip), &[below, scale])?;
    let zero = builder.unary(Unary::Round, zero)?;
    let y = quantize(builder, call, x, [Some(scale), Some(zero)], types::UINT8)?;
    let zero = cast_kind(builder, zero, Kind::I64)?;
    Ok(vec![y, scale, zero])
}

/// Another operator of the family's, with these operands and the attributes of this call.
pub fn delegate(
    builder: &mut Builder,
    call: &Call,
    name: &str,
    inputs: Vec<Option<ValueId>>,
) -> Result<ValueId, Error> {
    let operator = super::find("", name).ok_or_else(|| call.missing(""))?;
    let node = crate::onnx::proto::Node { operator: name.to_owned(), ..call.node.clone() };
    let types = vec![types::FLOAT; inputs.len()];
    let call = Call { node: &node, index: call.index, opset: call.opset, inputs, types };
    operator(builder, &call)?.first().copied().ok_or_else(|| call.fail("no output"))
}

/// `x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias`; the bias has the scale `x_scale * w_scale`.
fn q_linear_conv(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let (x, weight) = (dequantize(builder, call, [0, 1, 2])?, dequantize_rows(builder, call, [3, 4, 5])?);
    let bias = match call.optional(8) {
        Some(bias) => {
            let scale = builder.binary(Binary::Mul, call.input(4)?, call.input(1)?)?;
            let bias = cast_kind(builder, bias, Kind::F32)?;
            Some(builder.binary(Binary::Mul, bias, scale)?)
        }
        None => None,
    };
    let y = delegate(builder, call, "Conv", vec![Some(x), Some(weight), bias])?;
    one(quantize(builder, call, y, [call.optional(6), call.optional(7)], call.data_type(7)))
}

/// `a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero`
fn q_linear_matmul(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let a = call.input(0)?;
    let scale = by_matrix_row(builder, a, call.input(1)?)?;
    let zero = call.optional(2).map(|zero| by_matrix_row(builder, a, zero)).transpose()?;
    let a = scaled(builder, a, scale, zero)?;
    let b = scaled(builder, call.input(3)?, call.input(4)?, call.optional(5))?;
    let y = delegate(builder, call, "MatMul", vec![Some(a), Some(b)])?;
    one(quantize(builder, call, y, [call.optional(6), call.optional(7)], call.data_type(7)))
}

/// Scales of a product's first factor belong to its rows; those of the second one, to its columns.
fn by_matrix_row(builder: &mut Builder, x: ValueId, scale: ValueId) -> Result<ValueId, Error> {
    match (builder.shape(x).len(), &builder.shape(scale)[..]) {
        (rank @ 2.., &[size]) if size != 1 => along_axis(builder, scale, rank - 2, rank),
        _ => Ok(scale),
    }
}

/// `x, weight, x_zero, weight_zero` -> 32-bit sums.
fn whole(builder: &mut Builder, call: &Call, name: &str) -> Result<Vec<ValueId>, Error> {
    let (mut x, weight) = (call.input(0)?, call.input(1)?);
    let (mut zero, mut weight_zero) = (call.optional(2), call.optional(3));
    if name == "Conv" {
        let rank = builder.shape(weight).len();
        weight_zero = weight_zero.map(|zero| by_row(builder, zero, rank)).transpose()?;
    } else {
        zero = zero.map(|zero| by_matrix_row(builder, x, zero)).transpose()?;
    }
    x = centre(builder, x, zero)?;
    let weight = centre(builder, weight, weight_zero)?;
    let y = delegate(builder, call, name, vec![Some(x), Some(weight)])?;
    one(cast_kind(builder, y, Kind::I64))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{
        fold_reals, fold_wholes, graph, input, model, node, read, reals, typed,
    };
    use super::types;
    use crate::Constant;

    /// ONNX's documentation: halves round to the even number, then the zero point is added and the sum clipped.
    #[test]
    fn quantising_rounds_halves_to_even_and_saturates() {
        let x = reals("x", &[6], &[0.5, 1.5, -2.5, 300.0, -300.0, 3.0]);
        let operands = vec![x, reals("s", &[], &[1.0]), typed("z", types::INT8, &[], &[1])];
        let y = fold_wholes(vec![node("QuantizeLinear", &["x", "s", "z"], &["y"])], operands);
        assert_eq!(y, [1, 3, -1, 127, -128, 4]);
    }

    #[test]
    fn scales_belong_to_the_places_of_an_axis_or_to_blocks_of_it() {
        let x = || typed("x", types::UINT8, &[2, 3], &[1, 2, 3, 4, 5, 6]);
        let by_row = vec![x(), reals("s", &[2], &[1.0, 10.0]), typed("z", types::UINT8, &[2], &[0, 4])];
        let dequantize = || node("DequantizeLinear", &["x", "s", "z"], &["y"]);
        assert_eq!(fold_reals(vec![dequantize().int("axis", 0)], by_row), [1.0, 2.0, 3.0, 0.0, 10.0, 20.0]);
        let blocks = vec![
            x(),
            reals("s", &[2, 2], &[1.0, 10.0, 100.0, 1000.0]),
            typed("z", types::UINT8, &[2, 2], &[0, 0, 0, 0]),
        ];
        let y = fold_reals(vec![dequantize().int("axis", 1).int("block_size", 2)], blocks);
        assert_eq!(y, [1.0, 2.0, 30.0, 400.0, 500.0, 6000.0]);
    }

    #[test]
    fn a_convolutions_weights_stay_bytes_with_their_scales() {
        for (data_type, first) in [(types::INT8, -9), (types::UINT8, 200)] {
            let nodes = vec![
                node("DequantizeLinear", &["w", "s", "z"], &["real"]).int("axis", 0),
                node("Conv", &["x", "real"], &["y"]),
            ];
            let bytes: Vec<i32> = (first..first + 18).collect();
            let weights = vec![
                typed("w", data_type, &[2, 1, 3, 3], &bytes),
                reals("s", &[2], &[1.0, 10.0]),
                typed("z", data_type, &[2], &[0, 1]),
            ];
            let mut graph = graph(nodes, weights);
            graph.inputs.push(input("x", 1, &[1, 1, 4, 4]));
            let mut graph = read(&model(graph, 13)).unwrap();
            crate::passes::optimise(&mut graph);
            let conv = graph.nodes.iter().find(|node| matches!(node.op, crate::Op::Conv(_))).unwrap();
            let weight = &graph.constants[&conv.inputs[1]];
            assert!(matches!(weight, Constant::Stored(_, read) if read.get().is_none()));
            let both = (0..9).flat_map(|at| [bytes[at] as f32, (bytes[at + 9] - 1) as f32 * 10.0]);
            assert_eq!(weight.f32s(), Some(&both.collect::<Vec<_>>()[..]));
        }
    }

    #[test]
    fn what_is_quantised_and_back_stays_real_in_between() {
        let nodes = vec![
            node("QuantizeLinear", &["x", "s", "z"], &["q"]),
            node("DequantizeLinear", &["q", "s", "z"], &["y"]),
        ];
        let mut graph = graph(nodes, vec![reals("s", &[], &[0.5]), typed("z", types::UINT8, &[], &[3])]);
        graph.inputs.push(input("x", 1, &[4]));
        let graph = read(&model(graph, 13)).unwrap();
        assert!(graph.nodes.iter().all(|node| !matches!(node.op, crate::Op::Cast(_))), "{:?}", graph.nodes);
    }
}
