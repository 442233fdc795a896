//! Constants that repeat themselves.

use crate::host::strides;
use crate::{Data, Graph, Op, ValueId};
use std::collections::HashMap;

/// Lets a constant operand that is the same all along an axis broadcast along it. Files that were written for a fixed
/// size spell a factor out for each element; as one number it can become part of a convolution.
pub fn shrink_constants(graph: &mut Graph) {
    let mut shrunk: HashMap<ValueId, ValueId> = HashMap::new();
    for index in 0..graph.nodes.len() {
        let node = &graph.nodes[index];
        let (Op::Binary(..), &[a, b]) = (&node.op, &node.inputs[..]) else { continue };
        let output = graph.shape(node.output).to_vec();
        for (operand, id, other) in [(0, a, b), (1, b, a)] {
            if graph.constants.contains_key(&id) && graph.shape(other) == output {
                let smaller = match shrunk.get(&id) {
                    Some(&smaller) => smaller,
                    None => shrink(graph, id),
                };
                shrunk.insert(id, smaller);
                graph.nodes[index].inputs[operand] = smaller;
            }
        }
    }
}

/// The same constant, of size 1 along the axes where it does not change.
fn shrink(graph: &mut Graph, id: ValueId) -> ValueId {
    let (value, Some(data)) = (graph.value(id).clone(), graph.constants.get(&id)) else { return id };
    let (mut shape, mut data) = (value.shape, Data::clone(data));
    let before = data.len();
    for axis in 0..shape.len() {
        if let Some(first) = without_axis(&data, &shape, axis) {
            (data, shape[axis]) = (first, 1);
        }
    }
    if data.len() == before {
        return id;
    }
    let smaller = graph.add_typed(value.name, value.kind, shape);
    graph.constants.insert(smaller, data.into());
    smaller
}

/// The first elements along an axis, if all others are equal to them.
fn without_axis(data: &Data, shape: &[usize], axis: usize) -> Option<Data> {
    let inner = strides(shape)[axis];
    match (data, shape[axis]) {
        (_, 0 | 1) => None,
        (Data::F32(data), size) => {
            first_of(data, inner, size, |a, b| a.to_bits() == b.to_bits()).map(Data::F32)
        }
        (Data::I64(data), size) => first_of(data, inner, size, |a, b| a == b).map(Data::I64),
    }
}

fn first_of<T: Copy>(
    data: &[T],
    inner: usize,
    size: usize,
    equal: impl Fn(&T, &T) -> bool,
) -> Option<Vec<T>> {
    if data.is_empty() {
        return None;
    }
    let blocks = || data.chunks_exact(inner * size);
    let repeats = |block: &[T]| {
        let (first, rest) = block.split_at(inner);
        rest.chunks_exact(inner).all(|other| first.iter().zip(other).all(|(a, b)| equal(a, b)))
    };
    blocks().all(repeats).then(|| blocks().flat_map(|block| &block[..inner]).copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::assert_kept;
    use crate::{Binary, Builder};

    #[test]
    fn repeated_factors_become_one_for_each_channel_or_one_for_all() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 3, 2]);
        let channels = b.f32s(&[2, 3, 2], [0.5, 2.0].repeat(6));
        let all = b.f32s(&[3, 2], vec![3.0; 6]);
        let mixed = b.f32s(&[3, 1], vec![1.0, 1.0, 2.0]);
        let mut y = x;
        for constant in [channels, all, mixed] {
            y = b.binary(Binary::Mul, constant, y).unwrap();
        }
        let larger = b.f32s(&[2, 2, 3, 2], vec![1.5; 24]);
        y = b.binary(Binary::Add, y, larger).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![y]);
        assert_kept(&mut graph, shrink_constants);
        let shapes: Vec<_> = graph.nodes[..3].iter().map(|node| graph.shape(node.inputs[0])).collect();
        assert_eq!(shapes, [&[1, 1, 2][..], &[1, 1], &[3, 1]]);
        assert_eq!(graph.nodes[3].inputs[1], larger);
    }
}
