//! Every operator with operands and attributes that make no sense.

use super::limits::{Taken, try_file};
use super::mutations::Random;
use super::onnx::{file, input, int, ints, node, reals, wholes, with};
use super::proto::{Attribute, Node, Tensor, ValueInfo};

/// Those that the reader knows.
const OPERATORS: &str = "Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool \
    BatchNormalization BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Cast CastLike Ceil Celu CenterCropPad Clip \
    Col2Im Compress Concat Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumSum DeformConv \
    DepthToSpace DequantizeLinear Det Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten \
    Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual \
    GridSample GroupNormalization HardSigmoid HardSwish Hardmax Identity If InstanceNormalization IsInf IsNaN LRN \
    LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax Loop LpNormalization LpPool LSTM MatMul MatMulInteger Max \
    MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization Min Mish Mod Mul Neg NonMaxSuppression NonZero Not OneHot \
    Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization Range Reciprocal ReduceL1 ReduceL2 \
    ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize \
    ReverseSequence RoiAlign RotaryEmbedding Round Scatter ScatterElements ScatterND Selu SequenceAt Shape Shrink Sigmoid \
    Sign Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum SwiGLU Swish Tan Tanh \
    ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Upsample Where Xor";

/// Attributes that operators read.
const NUMBERS: &str = "axis keepdims group groups offset_group num_heads q_num_heads kv_num_heads blocksize batch_dims \
    ceil_mode count_include_pad storage_order select_last_index largest sorted exclusive reverse k to size align_corners \
    batch_axis time_axis sampling_ratio output_height output_width num_outputs num_groups start end upper p \
    center_point_box transA transB is_causal exclude_outside antialias stash_type block_size output_dtype dtype detect_positive \
    fmod scale_factor then_branch value_int allowzero";
const LISTS: &str = "axes kernel_shape strides dilations pads perm output_padding output_shape split sizes starts ends \
    shape steps repeats value_ints scales";
const TEXTS: [(&str, &[&str]); 8] = [
    ("auto_pad", &["SAME_UPPER", "SAME_LOWER", "VALID", "NOTSET", "?"]),
    (
        "mode",
        &[
            "linear", "cubic", "nearest", "constant", "reflect", "edge", "wrap", "DCR", "CRD", "avg", "max",
            "?",
        ],
    ),
    ("equation", &["ij,jk->ik", "...i,...j", "ii->i", "i,i,i", "->", ",", "a...b->b...a", "ii...->"]),
    ("coordinate_transformation_mode", &["tf_crop_and_resize", "align_corners", "asymmetric", "?"]),
    ("nearest_mode", &["floor", "ceil", "round_prefer_ceil", "?"]),
    ("reduction", &["add", "mul", "max", "none", "?"]),
    ("padding_mode", &["zeros", "border", "reflection", "?"]),
    ("keep_aspect_ratio_policy", &["not_larger", "not_smaller", "stretch", "?"]),
];

const EXTREMES: [i64; 16] =
    [0, 1, 2, 3, 4, -1, -2, -3, 5, 7, 64, 1 << 20, 1 << 31, 1 << 62, i64::MAX, i64::MIN];

fn number(random: &mut Random) -> i64 {
    // Mostly numbers that come far.
    if random.below(3) > 0 { random.one_of(&EXTREMES[..7]) } else { random.one_of(&EXTREMES) }
}

fn numbers(random: &mut Random) -> Vec<i64> {
    (0..random.below(6)).map(|_| number(random)).collect()
}

fn attribute(random: &mut Random) -> Attribute {
    let split = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
    match random.below(4) {
        0 => int(random.one_of(&split(NUMBERS)), number(random)),
        1 | 2 => ints(random.one_of(&split(LISTS)), &numbers(random)),
        _ => {
            let (name, texts) = random.one_of(&TEXTS);
            let s = random.one_of(texts).as_bytes().to_vec().into();
            Attribute { name: name.to_owned(), s, kind: 3, ..Attribute::default() }
        }
    }
}

/// A constant or an input, of rank 0 to 5.
fn operand(random: &mut Random, name: &str) -> Result<Tensor, ValueInfo> {
    let dims: Vec<i64> = (0..random.below(6)).map(|_| random.one_of(&[1, 1, 2, 3, 4, 0, 5])).collect();
    let count = dims.iter().product::<i64>() as usize;
    match random.below(6) {
        0 | 1 => Err(input(name, random.one_of(&[1, 1, 1, 7, 9, 2, 3, 10]), &dims)),
        2 | 3 => Ok(wholes(name, &dims, &(0..count).map(|_| number(random)).collect::<Vec<_>>())),
        4 => {
            let extremes =
                [0.0, 1.0, -1.0, 0.5, 2.0, f32::NAN, f32::INFINITY, 1e30, -1e-30, f32::NEG_INFINITY];
            Ok(reals(name, &dims, &(0..count).map(|_| random.one_of(&extremes)).collect::<Vec<_>>()))
        }
        // A list of sizes, axes or pads.
        _ => {
            let list = numbers(random);
            Ok(wholes(name, &[list.len() as i64], &list))
        }
    }
}

fn nonsense(operator: &str, random: &mut Random) -> Taken {
    let names = ["a", "b", "c", "d", "e", "f"];
    let count = random.below(7);
    let (mut constants, mut inputs) = (vec![], vec![]);
    for name in &names[..count] {
        match operand(random, name) {
            Ok(tensor) => constants.push(tensor),
            Err(input) => inputs.push(input),
        }
    }
    let mut operands: Vec<_> = names[..count].to_vec();
    if count > 1 && random.below(4) == 0 {
        operands[random.below(count)] = random.one_of(&["", "a"]);
    }
    let attributes: Vec<_> = (0..random.below(5)).map(|_| attribute(random)).collect();
    let outputs = &["y", "y2", "y3"][..1 + random.below(3)];
    let nodes: Vec<Node> = vec![with(node(operator, &operands, outputs), &attributes)];
    try_file(operator, &file(nodes, constants, inputs))
}

/// `VITRINE_FLIPS` says how often here, too.
#[test]
fn operators_with_operands_that_make_no_sense() {
    let times = std::env::var("VITRINE_FLIPS").ok().and_then(|times| times.parse().ok()).unwrap_or(300);
    let mut taken = Taken::default();
    for (index, operator) in OPERATORS.split_whitespace().enumerate() {
        let mut random = Random(index as u64);
        taken = (0..times).fold(taken, |taken, _| taken.and(nonsense(operator, &mut random)));
    }
    // Enough of it is read for the passes to see it.
    assert!(taken.read * 50 > taken.files, "{taken:?}");
}
