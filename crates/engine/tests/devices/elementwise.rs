//! Functions of each element, and of one from each operand.

use super::*;

#[test]
fn functions_of_one_number() {
    use Unary::*;
    let (a, b) = (Scalar(0.7), Scalar(0.3));
    let functions = [
        Identity,
        Abs,
        Neg,
        Sign,
        Exp,
        Reciprocal,
        Floor,
        Ceil,
        Round,
        Erf,
        Sin,
        Cos,
        Tanh,
        Relu,
        Clip(Scalar(-1.0), a),
        Clip(Scalar(f32::NEG_INFINITY), a),
        Clip(a, Scalar(f32::MAX)),
        LeakyRelu(b),
        Elu(a),
        Selu { alpha: a, gamma: b },
        Celu(a),
        ThresholdedRelu(a),
        Shrink { lambda: a, bias: b },
        Sigmoid,
        HardSigmoid { alpha: b, beta: a },
        Swish(a),
        HardSwish,
        Softplus,
        Softsign,
        Mish,
        Gelu,
        GeluTanh,
        Not,
    ];
    for function in functions {
        for (shape, scale) in [(&[2, 3, 8][..], 6.0), (&[37], 0.3), (&[16], 200.0)] {
            if scale > 80.0 && matches!(function, Exp) {
                continue;
            }
            check_graph(&graph(Op::Unary(function), &[Given(shape)], &[]), scale);
        }
    }
    for function in [Log, Sqrt] {
        let mut graph = graph(Op::Unary(Abs), &[Given(&[50])], &[]);
        let x = graph.outputs[0];
        add(&mut graph, Op::Unary(function), &[x], &[]);
        check_graph(&graph, 3.0);
    }
    // Half of the numbers become 0, whose logarithm is infinite.
    let mut graph = graph(Op::Unary(Relu), &[Given(&[50])], &[]);
    let x = graph.outputs[0];
    let logarithms = add(&mut graph, Op::Unary(Log), &[x], &[]);
    let sums = add(&mut graph, Op::Reduce { kind: Reduction::LogSum, axes: vec![] }, &[x], &[]);
    graph.outputs = vec![logarithms, sums];
    check_graph(&graph, 3.0);
}

#[test]
fn functions_of_two_numbers_broadcast() {
    use Binary::*;
    for function in
        [Add, Sub, Mul, Div, Min, Max, PRelu, Equal, Less, LessOrEqual, Greater, GreaterOrEqual, And, Or, Xor]
    {
        let after = if function.is_truth() { Unary::Not } else { Unary::Relu };
        for operands in [
            [Given(&[2, 3, 8]), Given(&[2, 3, 8])],
            [Given(&[2, 3, 8]), Known(&[8])],
            [Known(&[3, 1]), Given(&[2, 3, 8])],
            [Given(&[2, 1, 5]), Given(&[3, 1])],
            [Given(&[7]), Known(&[])],
        ] {
            check(Op::Binary(function, after), &operands, &[]);
        }
    }
    for exponent in [2.0, 3.0, -1.0, 0.5, 1.7] {
        let mut graph = graph(Op::Unary(Unary::Abs), &[Given(&[9])], &[]);
        let (x, exponent) = (graph.outputs[0], graph.add_constant("exponent", vec![], vec![exponent]));
        add(&mut graph, Op::Binary(Pow, Unary::Identity), &[x, exponent], &[]);
        check_graph(&graph, 3.0);
    }
}

#[test]
fn functions_one_after_the_other() {
    use Binary::*;
    let relu = Unary::Relu;
    let links = [Link(Mul, Unary::Identity), Link(Add, relu), Link(PRelu, Unary::Abs)];
    for (count, x) in [(1, &[2, 3, 8]), (2, &[2, 3, 8]), (3, &[2, 3, 8]), (3, &[2, 3, 5])] {
        let channels: &'static [usize] = if x[2] == 8 { &[8] } else { &[5] };
        let operands = [Given(x), Known(channels), Given(&[3, 1]), Known(&[])];
        check(Op::Chain(links[..count].to_vec()), &operands[..=count], &[]);
    }
    // A plan joins them by itself.
    let mut graph = graph(Op::Binary(Sub, relu), &[Given(&[2, 6, 8]), Given(&[8])], &[]);
    let (y, b) = (graph.outputs[0], graph.inputs[1]);
    let y = add(&mut graph, Op::Binary(Div, Unary::Identity), &[y, b], &[]);
    add(&mut graph, Op::Binary(Max, Unary::Neg), &[y, b], &[]);
    check_graph(&graph, 2.0);
}

#[test]
fn choices_and_kinds() {
    let mut graph = graph(Op::Unary(Unary::Relu), &[Given(&[2, 6]), Given(&[3, 1, 6])], &[]);
    let (x, y) = (graph.outputs[0], graph.inputs[1]);
    let truth = add(&mut graph, Op::Cast(Kind::Bool), &[x], &[]);
    let chosen = add(&mut graph, Op::Where, &[truth, y, x], &[]);
    let whole = add(&mut graph, Op::Cast(Kind::I64), &[chosen], &[]);
    let real = add(&mut graph, Op::Cast(Kind::F32), &[whole], &[]);
    graph.outputs = vec![truth, chosen, whole, real];
    check_graph(&graph, 5.0);
}
