//! What moves elements, and joins them.

use super::*;

#[test]
fn moves() {
    check(Op::Transpose(vec![0, 3, 1, 2]), &[Given(&[2, 3, 4, 5])], &[]);
    check(Op::Transpose(vec![2, 0, 1]), &[Given(&[1, 6, 8])], &[]);
    check(Op::Reshape, &[Given(&[2, 6])], &[3, 4]);
    check(Op::Expand, &[Given(&[3, 1])], &[2, 3, 4]);
    let range = |start, step| Range { start, step };
    check(Op::Slice(vec![range(1, 1), range(4, -2), range(0, 1)]), &[Given(&[3, 5, 8])], &[2, 3, 8]);
    check(Op::Slice(vec![range(0, 1), range(4, 1)]), &[Given(&[3, 12])], &[3, 4]);
    check(Op::Slice(vec![range(0, 2), range(3, 1)]), &[Given(&[3, 12])], &[2, 4]);
    check(Op::Concat { axis: 1 }, &[Given(&[2, 4, 3]), Known(&[2, 1, 3]), Given(&[2, 2, 3])], &[]);
    check(Op::Concat { axis: 2 }, &[Given(&[2, 2, 8]), Given(&[2, 2, 4])], &[]);
    check(Op::Concat { axis: 0 }, &[Given(&[3]), Given(&[2])], &[]);
    check(Op::Gather { axis: 1 }, &[Given(&[2, 3, 4]), Operand::Indices(&[2, 2], vec![0, -1, 2, 1])], &[]);
    check(Op::Gather { axis: 2 }, &[Given(&[2, 3, 5]), Operand::Indices(&[], vec![-2])], &[]);
}

#[test]
fn pads() {
    for mode in [PadMode::Constant(7.0), PadMode::Reflect, PadMode::Symmetric, PadMode::Edge, PadMode::Wrap] {
        check(Op::Pad { before: vec![0, 2, 1, 0], mode }, &[Given(&[2, 3, 4, 8])], &[2, 6, 8, 8]);
        check(Op::Pad { before: vec![4], mode }, &[Given(&[3])], &[12]);
        check(Op::Pad { before: vec![0, 0, 3], mode }, &[Given(&[2, 2, 5])], &[3, 2, 8]);
    }
}

/// A convolution, a depthwise one, a mean and a sum are written where they are joined, and what others read too is copied.
#[test]
fn operands_are_written_where_they_are_joined() {
    for [dense, wide] in [[8, 12], [6, 12], [8, 10], [5, 7]] {
        let mut graph = Graph::default();
        let x = graph.add_value("x", vec![1, 9, 7, wide]);
        graph.inputs.push(x);
        let known = |graph: &mut Graph, shape: &[usize]| {
            graph.add_constant("known", shape.to_vec(), numbers(shape.iter().product(), 7, 1.0))
        };
        let conv = |groups| {
            Op::Conv(Conv {
                windows: vec![window(3, 1, 1, Padding::Same); 2],
                groups,
                activation: Unary::Relu,
            })
        };
        let (weight, bias) = (known(&mut graph, &[3, 3, wide, dense]), known(&mut graph, &[dense]));
        let a = add(&mut graph, conv(1), &[x, weight, bias], &[]);
        let (weight, bias) = (known(&mut graph, &[3, 3, 1, wide]), known(&mut graph, &[wide]));
        let b = add(&mut graph, conv(wide), &[x, weight, bias], &[]);
        let mean = PoolKind::Average { count_padding: true };
        let pool = Pool { kind: mean, windows: vec![window(3, 1, 1, Padding::Explicit(1, 1)); 2] };
        let c = add(&mut graph, Op::Pool(pool), &[b], &[]);
        let d = add(&mut graph, Op::Binary(Binary::Add, Unary::Abs), &[x, bias], &[]);
        let e = add(&mut graph, Op::Unary(Unary::HardSwish), &[d], &[]);
        let inner = add(&mut graph, Op::Concat { axis: 3 }, &[d, x], &[]);
        let all = add(&mut graph, Op::Concat { axis: 3 }, &[a, b, c, e, inner, x], &[]);
        add(&mut graph, Op::Binary(Binary::Add, Unary::Relu), &[all, all], &[]);
        check_graph(&graph, 0.05);
    }
}
