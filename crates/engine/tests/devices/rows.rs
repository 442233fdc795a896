//! What is computed of whole rows, and products of matrices.

use super::*;

#[test]
fn reductions_of_any_axes() {
    use Reduction::*;
    let shapes: [(&'static [usize], &[usize]); 6] = [
        (&[2, 5, 7, 3], &[1, 2]),
        (&[2, 5, 7, 3], &[0, 3]),
        (&[4, 9], &[1]),
        (&[3, 700], &[1]),
        (&[10_000], &[0]),
        (&[70, 80, 8], &[2]),
    ];
    for kind in [Sum, Mean, Max, Min, Prod, L1, L2, LogSumExp, SumSquare] {
        for (shape, axes) in shapes {
            let mut graph = graph(Op::Reduce { kind, axes: axes.to_vec() }, &[Given(shape)], &[]);
            // Sums that cancel have no digits to compare.
            if kind != Prod {
                let (output, one) = (graph.outputs[0], graph.add_constant("one", vec![], vec![1.0]));
                let abs = if matches!(kind, Sum) { 1.0 } else { 0.01 };
                let scale = graph.add_constant("scale", vec![], vec![abs]);
                let scaled = add(&mut graph, Op::Binary(Binary::Mul, Unary::Identity), &[output, scale], &[]);
                add(&mut graph, Op::Binary(Binary::Add, Unary::Identity), &[scaled, one], &[]);
            }
            check_graph(&graph, 1.0);
        }
    }
    let logarithm = Op::Reduce { kind: LogSum, axes: vec![1] };
    let mut graph = graph(Op::Unary(Unary::Abs), &[Given(&[3, 50])], &[]);
    let x = graph.outputs[0];
    add(&mut graph, logarithm, &[x], &[]);
    check_graph(&graph, 1.0);
}

#[test]
fn places_of_extremes() {
    for (largest, last) in [(true, false), (true, true), (false, false), (false, true)] {
        for axis in [0, 1, 2] {
            let mut graph = graph(Op::Unary(Unary::Round), &[Given(&[4, 9, 5])], &[]);
            let x = graph.outputs[0];
            let places = add(&mut graph, Op::ArgReduce { axis, largest, last }, &[x], &[]);
            let shape: Vec<usize> = graph.shape(places).iter().copied().filter(|&size| size != 1).collect();
            add(&mut graph, Op::Reshape, &[places], &shape);
            check_graph(&graph, 3.0);
        }
    }
}

#[test]
fn softmax_normalisation_and_running_sums() {
    let shapes: [(&'static [usize], usize); 4] =
        [(&[3, 10], 1), (&[2, 7, 5], 1), (&[4, 1000], 1), (&[70, 70, 19], 2)];
    for (shape, axis) in shapes {
        for log in [false, true] {
            check_graph(&graph(Op::Softmax { axis, log }, &[Given(shape)], &[]), 20.0);
        }
        for centred in [false, true] {
            check(Op::Normalise { axes: vec![axis], epsilon: 1e-5, centred }, &[Given(shape)], &[]);
        }
    }
    check(Op::Normalise { axes: vec![1, 2], epsilon: 1e-5, centred: true }, &[Given(&[2, 6, 6, 3])], &[]);
    for (exclusive, reverse) in [(false, false), (true, false), (false, true), (true, true)] {
        check(Op::CumSum { axis: 1, exclusive, reverse }, &[Given(&[2, 5, 3])], &[]);
    }
}

#[test]
fn local_responses() {
    for (size, beta) in [(5, 0.75), (2, 0.5), (40, 1.0)] {
        let op = Op::LocalResponse { size, alpha: 0.5, beta, bias: 1.5 };
        check_graph(&graph(op, &[Given(&[2, 3, 9])], &[]), 5.0);
    }
}

#[test]
fn products_of_matrices() {
    check(Op::MatMul, &[Given(&[5, 8]), Known(&[8, 12])], &[]);
    check(Op::MatMul, &[Given(&[5, 7]), Known(&[7, 3])], &[]);
    check(Op::MatMul, &[Given(&[2, 3, 5, 8]), Given(&[2, 3, 8, 5])], &[]);
    check(Op::MatMul, &[Given(&[2, 1, 5, 4]), Given(&[3, 4, 8])], &[]);
    check(Op::MatMul, &[Given(&[4, 6, 12]), Known(&[12, 8])], &[]);
    check(Op::MatMul, &[Given(&[6, 12]), Given(&[3, 12, 8])], &[]);
    check(Op::MatMul, &[Given(&[300, 64]), Known(&[64, 128])], &[]);
}
