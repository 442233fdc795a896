//! Output shapes from operators and input shapes.

use crate::{Conv2d, Error, Graph, Node, Op};

/// The shape that a node's output has, given the shapes that its inputs have in `graph`.
///
/// For [`Op::Expand`] and [`Op::Reshape`] the output's shape is part of the operator: it is checked and returned.
///
/// # Errors
/// [`Error::Node`] when the shapes do not fit the operator.
pub fn infer(graph: &Graph, node: &Node) -> Result<Vec<usize>, Error> {
    let fail = |cause: String| Error::node(&node.name, cause);
    let shape = |index: usize| {
        let id = node.inputs.get(index).ok_or_else(|| fail(format!("operand {index} is missing")))?;
        Ok::<_, Error>(graph.shape(*id))
    };
    let x = shape(0)?;
    match &node.op {
        Op::Conv2d(conv) => conv2d(x, shape(1)?, conv).map_err(fail),
        Op::Binary(..) => broadcast(x, shape(1)?).map_err(fail),
        Op::Activation(_) | Op::Softmax => Ok(x.to_vec()),
        Op::GlobalAveragePool => {
            let [n, _, _, c] = rank4(x).map_err(fail)?;
            Ok(vec![n, 1, 1, c])
        }
        Op::Resize(resize) => {
            let [n, _, _, c] = rank4(x).map_err(fail)?;
            Ok(vec![n, resize.size[0], resize.size[1], c])
        }
        Op::Expand => {
            let output = graph.shape(node.output);
            let fits = output.len() == x.len() && x.iter().zip(output).all(|(a, b)| a == b || *a == 1);
            if fits { Ok(output.to_vec()) } else { Err(fail(format!("{x:?} does not expand to {output:?}"))) }
        }
        Op::Reshape => {
            let output = graph.shape(node.output);
            let fits = product(output) == product(x);
            if fits {
                Ok(output.to_vec())
            } else {
                Err(fail(format!("{x:?} does not reshape to {output:?}")))
            }
        }
        Op::Concat { axis } => {
            let shapes: Vec<_> = node.inputs.iter().map(|&id| graph.shape(id)).collect();
            concat(&shapes, *axis).map_err(fail)
        }
        Op::ArgMax => match x.split_last() {
            Some((_, rest)) => Ok(rest.to_vec()),
            None => Err(fail("a scalar has no axis".to_owned())),
        },
    }
}

fn product(shape: &[usize]) -> usize {
    shape.iter().product()
}

fn rank4(shape: &[usize]) -> Result<[usize; 4], String> {
    shape.try_into().map_err(|_| format!("a feature map has 4 axes, not {shape:?}"))
}

fn conv2d(x: &[usize], weight: &[usize], conv: &Conv2d) -> Result<Vec<usize>, String> {
    let [n, h, w, ci] = rank4(x)?;
    let [kh, kw, weight_ci, co] = rank4(weight)?;
    let divides = conv.groups > 0 && co.is_multiple_of(conv.groups) && weight_ci * conv.groups == ci;
    if !divides {
        return Err(format!("{ci} channels in {} groups do not fit a weight {weight:?}", conv.groups));
    }
    let size = |axis: usize, input: usize, kernel: usize| {
        let (stride, dilation) = (conv.stride[axis], conv.dilation[axis]);
        if stride == 0 || dilation == 0 || kernel == 0 {
            return Err("stride, dilation and kernel are at least 1".to_owned());
        }
        let span = (kernel - 1) * dilation + 1;
        let (before, after) = conv.padding.amounts(input, span, stride);
        let padded = input + before + after;
        if padded < span {
            Err(format!("the kernel spans {span} of {padded}"))
        } else {
            Ok((padded - span) / stride + 1)
        }
    };
    Ok(vec![n, size(0, h, kh)?, size(1, w, kw)?, co])
}

fn broadcast(a: &[usize], b: &[usize]) -> Result<Vec<usize>, String> {
    let rank = a.len().max(b.len());
    let at = |shape: &[usize], axis: usize| match (axis + shape.len()).checked_sub(rank) {
        Some(index) => shape[index],
        None => 1,
    };
    let axis_size = |axis| match (at(a, axis), at(b, axis)) {
        (x, y) if x == y => Ok(x),
        (1, y) => Ok(y),
        (x, 1) => Ok(x),
        _ => Err(format!("{a:?} and {b:?} do not broadcast")),
    };
    (0..rank).map(axis_size).collect()
}

fn concat(shapes: &[&[usize]], axis: usize) -> Result<Vec<usize>, String> {
    let first = shapes[0];
    if axis >= first.len() {
        return Err(format!("no axis {axis} in {first:?}"));
    }
    let mut joined = first.to_vec();
    for shape in &shapes[1..] {
        let alike = shape.len() == first.len() && (0..first.len()).all(|i| i == axis || shape[i] == first[i]);
        if !alike {
            return Err(format!("{shape:?} cannot be joined to {first:?} along axis {axis}"));
        }
        joined[axis] += shape[axis];
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Padding};

    fn conv(stride: usize, dilation: usize, padding: Padding) -> Conv2d {
        Conv2d {
            stride: [stride; 2],
            dilation: [dilation; 2],
            padding,
            groups: 1,
            activation: Activation::Identity,
        }
    }

    /// tf.nn's documentation: SAME gives ceil(in / stride), VALID ceil((in - span + 1) / stride).
    #[test]
    fn same_and_valid_sizes_are_tensorflows() {
        let size =
            |input, kernel, c: Conv2d| conv2d(&[1, input, input, 3], &[kernel, kernel, 3, 8], &c).unwrap()[1];
        assert_eq!(size(513, 3, conv(2, 1, Padding::Same)), 257);
        assert_eq!(size(512, 3, conv(2, 1, Padding::Same)), 256);
        assert_eq!(size(513, 3, conv(2, 1, Padding::Valid)), 256);
        assert_eq!(size(33, 5, conv(1, 2, Padding::Same)), 33);
        assert_eq!(size(33, 5, conv(1, 2, Padding::Valid)), 25);
    }

    #[test]
    fn the_odd_zero_of_same_padding_goes_last() {
        assert_eq!(Padding::Same.amounts(512, 3, 2), (0, 1));
        assert_eq!(Padding::Same.amounts(513, 3, 2), (1, 1));
        assert_eq!(Padding::Same.amounts(5, 1, 2), (0, 0));
    }

    #[test]
    fn a_kernel_larger_than_its_input_is_refused() {
        assert!(conv2d(&[1, 2, 2, 3], &[5, 5, 3, 8], &conv(1, 1, Padding::Valid)).is_err());
        assert!(conv2d(&[1, 9, 9, 4], &[3, 3, 3, 8], &conv(1, 1, Padding::Valid)).is_err());
    }

    #[test]
    fn shapes_broadcast_from_the_last_axis() {
        assert_eq!(broadcast(&[1, 5, 7, 3], &[3]).unwrap(), [1, 5, 7, 3]);
        assert_eq!(broadcast(&[2, 1, 3], &[4, 1]).unwrap(), [2, 4, 3]);
        assert!(broadcast(&[2, 3], &[2]).is_err());
    }
}
