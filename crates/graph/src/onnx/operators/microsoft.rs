//! Operators of the domain `com.microsoft`, which ONNX Runtime's quantiser and optimiser write, as ONNX's own.

use super::dequantise::{dequantize, dequantize_rows, scaled};
use super::linear::matmul;
use super::quantise::{delegate, quantize};
use super::{Operator, one};
use crate::onnx::call::Call;
use crate::{Binary, Builder, Error, Op, Scalar, Unary, ValueId};

/// The operator of that name.
pub fn find(name: &str) -> Option<Operator> {
    Some(match name {
        "QLinearAdd" | "QLinearMul" => |builder, call| quantised(builder, call, 2),
        "QLinearSigmoid" | "QLinearLeakyRelu" | "QLinearAveragePool" | "QLinearGlobalAveragePool" => {
            |builder, call| quantised(builder, call, 1)
        }
        "QLinearConcat" => concat,
        "QGemm" => gemm,
        "FusedConv" => fused_conv,
        "FusedMatMul" => fused_matmul,
        "SkipLayerNormalization" => skip_layer_normalisation,
        "BiasGelu" => |builder, call| gelu(builder, call, Unary::Gelu),
        "FastGelu" => |builder, call| gelu(builder, call, Unary::GeluTanh),
        "QuickGelu" => |builder, call| {
            let function = Unary::Swish(Scalar(call.float("alpha", 1.702)));
            one(builder.unary(function, call.input(0)?))
        },
        // The same as ONNX's, which were written later or hold fewer types.
        "Gelu" | "QuantizeLinear" | "DequantizeLinear" => return super::find("", name),
        _ => return None,
    })
}

/// Operands with scale and zero point each, then the scale and zero point of the result.
fn quantised(builder: &mut Builder, call: &Call, count: usize) -> Result<Vec<ValueId>, Error> {
    if call.flag("channels_last", false) {
        return Err(call.missing("channels last"));
    }
    let mut real = vec![];
    for index in 0..count {
        real.push(Some(dequantize(builder, call, [3 * index, 3 * index + 1, 3 * index + 2])?));
    }
    let name = call.node.operator.strip_prefix("QLinear").unwrap_or_default();
    let y = delegate(builder, call, name, real)?;
    let like = [3 * count, 3 * count + 1].map(|index| call.optional(index));
    one(quantize(builder, call, y, like, call.data_type(0)))
}

/// Scale and zero point of the result, then operands with scale and zero point each.
fn concat(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let mut real = vec![];
    for first in (2..call.inputs.len()).step_by(3) {
        real.push(Some(dequantize(builder, call, [first, first + 1, first + 2])?));
    }
    let y = delegate(builder, call, "Concat", real)?;
    one(quantize(builder, call, y, [call.optional(0), call.optional(1)], call.data_type(2)))
}

/// `a, a_scale, a_zero, b, b_scale, b_zero, c, y_scale, y_zero`; `c` has the scale `a_scale * b_scale`, and the result is
/// of real numbers where it has none.
fn gemm(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let a = dequantize(builder, call, [0, 1, 2])?;
    // Scales belong to the columns of the product, which are the weight's rows if it is transposed.
    let b = match call.flag("transB", false) {
        true => dequantize_rows(builder, call, [3, 4, 5])?,
        false => dequantize(builder, call, [3, 4, 5])?,
    };
    let c = match call.optional(6) {
        Some(c) => {
            let scale = builder.binary(Binary::Mul, call.input(4)?, call.input(1)?)?;
            Some(scaled(builder, c, scale, None)?)
        }
        None => None,
    };
    let y = delegate(builder, call, "Gemm", vec![Some(a), Some(b), c])?;
    match call.optional(7) {
        Some(scale) => one(quantize(builder, call, y, [Some(scale), call.optional(8)], call.data_type(0))),
        None => Ok(vec![y]),
    }
}

/// `x, weight, bias, addend`: a convolution, a sum and an activation.
fn fused_conv(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let operands = (0..3).map(|index| call.optional(index)).collect();
    let mut y = delegate(builder, call, "Conv", operands)?;
    if let Some(addend) = call.optional(3) {
        y = builder.binary(Binary::Add, y, addend)?;
    }
    let parameters = call.attribute("activation_params").map_or(&[][..], |attribute| &attribute.floats);
    let activation = match (call.text("activation", ""), parameters) {
        ("", _) => return Ok(vec![y]),
        ("Relu", _) => Unary::Relu,
        ("Tanh", _) => Unary::Tanh,
        ("Sigmoid", _) => Unary::Sigmoid,
        ("LeakyRelu", &[alpha]) => Unary::LeakyRelu(Scalar(alpha)),
        ("Clip", &[low, high]) => Unary::Clip(Scalar(low), Scalar(high)),
        ("HardSigmoid", &[alpha, beta]) => Unary::HardSigmoid { alpha: Scalar(alpha), beta: Scalar(beta) },
        (other, _) => return Err(call.missing(format!("activation {other}"))),
    };
    one(builder.unary(activation, y))
}

/// `alpha * a * b`, whose last two axes may be transposed.
fn fused_matmul(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    if call.flag("transBatchA", false) || call.flag("transBatchB", false) {
        return Err(call.missing("transposed batches"));
    }
    let mut factor = |index: usize, name: &str| {
        let x = call.input(index)?;
        let rank = builder.shape(x).len();
        if !call.flag(name, false) || rank < 2 {
            return Ok(x);
        }
        let axes: Vec<usize> = (0..rank - 2).chain([rank - 1, rank - 2]).collect();
        builder.transpose(x, &axes)
    };
    let (a, b) = (factor(0, "transA")?, factor(1, "transB")?);
    let product = matmul(builder, a, b)?;
    let alpha = builder.scalar(call.float("alpha", 1.0));
    one(builder.binary(Binary::Mul, product, alpha))
}

/// `x, skip, scale, shift, bias`: sums before a normalisation. The fourth output is the sum.
fn skip_layer_normalisation(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let mut sum = builder.binary(Binary::Add, call.input(0)?, call.input(1)?)?;
    if let Some(bias) = call.optional(4) {
        sum = builder.binary(Binary::Add, sum, bias)?;
    }
    let axes = vec![builder.shape(sum).len().saturating_sub(1)];
    let op = Op::Normalise { axes, epsilon: call.float("epsilon", 1e-12), centred: true };
    let mut y = builder.add(op, &[sum])?;
    y = builder.binary(Binary::Mul, y, call.input(2)?)?;
    if let Some(shift) = call.optional(3) {
        y = builder.binary(Binary::Add, y, shift)?;
    }
    if call.has_output(1) || call.has_output(2) {
        return Err(call.missing("outputs of training"));
    }
    Ok(vec![y, y, y, sum])
}

/// `x`, and a bias that may be left out.
fn gelu(builder: &mut Builder, call: &Call, function: Unary) -> Result<Vec<ValueId>, Error> {
    let mut x = call.input(0)?;
    if let Some(bias) = call.optional(1) {
        x = builder.binary(Binary::Add, x, bias)?;
    }
    one(builder.unary(function, x))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{fold, fold_reals, fold_wholes, node, reals, typed};
    use crate::onnx::proto::{Attribute, Node, Tensor};
    use crate::onnx::tensor::data_type::{INT32, UINT8};

    fn microsoft(operator: &str, inputs: &[&str]) -> Node {
        Node { domain: "com.microsoft".to_owned(), ..node(operator, inputs, &["y"]) }
    }

    fn bytes(name: &str, dims: &[i64], numbers: &[i32]) -> Tensor {
        typed(name, UINT8, dims, numbers)
    }

    /// By hand: 1 + 1.25 = 2.25, which is 4.5 steps of 0.5; halves round to the even number, and the zero point is 2.
    #[test]
    fn a_sum_of_quantised_operands_is_quantised() {
        let operands = vec![
            bytes("a", &[1], &[3]),
            reals("as", &[], &[0.5]),
            bytes("az", &[], &[1]),
            bytes("b", &[1], &[5]),
            reals("bs", &[], &[0.25]),
            bytes("bz", &[], &[0]),
            reals("ys", &[], &[0.5]),
            bytes("yz", &[], &[2]),
        ];
        let names = ["a", "as", "az", "b", "bs", "bz", "ys", "yz"];
        assert_eq!(fold_wholes(vec![microsoft("QLinearAdd", &names)], operands.clone()), [6]);
        let joined = ["ys", "yz", "a", "as", "az", "b", "bs", "bz"];
        let joined = microsoft("QLinearConcat", &joined).int("axis", 0);
        // 1 and 1.25 are 2 and 2.5 steps.
        assert_eq!(fold_wholes(vec![joined], operands), [4, 4]);
    }

    /// By hand: `[1, 2] * [[10, 20], [3, 4]]^T` with a scale for each row of the weight is `[50 * 2, 11 * 0.5]`.
    #[test]
    fn scales_of_a_transposed_weight_belong_to_its_rows() {
        let operands = vec![
            bytes("a", &[1, 2], &[1, 2]),
            reals("as", &[], &[1.0]),
            bytes("az", &[], &[0]),
            bytes("b", &[2, 2], &[10, 20, 3, 4]),
            reals("bs", &[2], &[2.0, 0.5]),
            bytes("bz", &[2], &[0, 0]),
            typed("c", INT32, &[2], &[1, 2]),
        ];
        let gemm = microsoft("QGemm", &["a", "as", "az", "b", "bs", "bz", "c"]).int("transB", 1);
        assert_eq!(fold_reals(vec![gemm], operands), [102.0, 6.5]);
    }

    #[test]
    fn a_fused_convolution_adds_before_its_activation() {
        let operands = vec![
            reals("x", &[1, 1, 2], &[1.0, -1.0]),
            reals("w", &[1, 1, 1], &[2.0]),
            reals("z", &[1, 1, 2], &[3.0; 2]),
        ];
        let mut conv = microsoft("FusedConv", &["x", "w", "", "z"]).text("activation", "Clip");
        let floats = vec![-1.0, 4.0];
        conv.attributes.push(Attribute {
            name: "activation_params".to_owned(),
            floats,
            ..Attribute::default()
        });
        assert_eq!(fold_reals(vec![conv], operands), [4.0, 1.0]);
    }

    /// By hand: the sum `[1, 3]` has the mean 2 and the deviation 1.
    #[test]
    fn a_normalisation_after_a_sum_gives_the_sum_too() {
        let row = |name, numbers: [f32; 2]| reals(name, &[1, 2], &numbers);
        let operands = vec![row("a", [1.0, 1.0]), row("b", [0.0, 2.0]), reals("s", &[2], &[1.0, 2.0])];
        let mut nodes = vec![microsoft("SkipLayerNormalization", &["a", "b", "s"])];
        nodes[0].outputs = ["y", "", "", "sum"].map(str::to_owned).to_vec();
        let outputs = fold(nodes, operands).unwrap();
        assert_eq!(outputs[0].1.f32s(), Some(&[-1.0, 2.0][..]));
        assert_eq!(outputs[1].1.f32s(), Some(&[1.0, 3.0][..]));
    }
}
