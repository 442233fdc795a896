//! Element-wise operations that follow one another become one.

use super::links::{Links, drop_nodes};
use crate::{Binary, Graph, Kind, Link, Node, Op, ValueId};

/// Operations of a chain at most: devices read so many operands at once.
const LONGEST: usize = 3;

/// Joins element-wise operations of which each changes what only the one before it gave.
pub fn fuse_chains(graph: &mut Graph) {
    let links = Links::new(graph);
    let mut dead = vec![false; graph.nodes.len()];
    for index in 0..graph.nodes.len() {
        let Some((before, joined)) = joined(graph, &links, index) else { continue };
        dead[before] = true;
        graph.nodes[index] = joined;
    }
    drop_nodes(graph, &dead);
}

/// The node at `index` with the one before it, and where that is.
fn joined(graph: &Graph, links: &Links, index: usize) -> Option<(usize, Node)> {
    let node = &graph.nodes[index];
    let (x, mut operands, mut chain) = as_chain(graph, node)?;
    let before = links.maker(x).filter(|_| links.uses(x) == 1)?;
    let (first, mut inputs, mut all) = as_chain(graph, &graph.nodes[before])?;
    if all.len() + chain.len() > LONGEST {
        return None;
    }
    all.append(&mut chain);
    inputs.append(&mut operands);
    inputs.insert(0, first);
    Some((before, Node { op: Op::Chain(all), inputs, name: node.name.clone(), output: node.output }))
}

/// What is changed, the other operands, and the links.
fn as_chain(graph: &Graph, node: &Node) -> Option<(ValueId, Vec<ValueId>, Vec<Link>)> {
    let whole = |id: ValueId| graph.shape(id) == graph.shape(node.output);
    if graph.kind(node.output) != Kind::F32 || node.inputs.iter().any(|&id| graph.kind(id) != Kind::F32) {
        return None;
    }
    match (&node.op, &node.inputs[..]) {
        (Op::Chain(links), &[x, ref operands @ ..]) => Some((x, operands.to_vec(), links.clone())),
        (&Op::Binary(function, after), &[a, b]) if is_link(function) => {
            let commutes = matches!(function, Binary::Add | Binary::Mul | Binary::Min | Binary::Max);
            let constant = |id: ValueId| graph.constants.contains_key(&id);
            let (x, other) = match (whole(a), commutes && whole(b)) {
                (true, swapped) if !(swapped && constant(a)) => (a, b),
                (_, true) => (b, a),
                _ => return None,
            };
            Some((x, vec![other], vec![Link(function, after)]))
        }
        _ => None,
    }
}

fn is_link(function: Binary) -> bool {
    use Binary::{Add, Div, Max, Min, Mul, PRelu, Sub};
    matches!(function, Add | Sub | Mul | Div | Min | Max | PRelu)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::testing::assert_kept;
    use crate::{Builder, Unary};

    #[test]
    fn scale_shift_and_slope_are_one_operation_and_a_fourth_begins_anew() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![2, 3]);
        let of = |b: &mut Builder, numbers: [f32; 3]| b.f32s(&[3], numbers.to_vec());
        let [scale, shift, slope] =
            [[0.5, -2.0, 1.0], [0.1, 0.2, -0.3], [0.25, 0.5, 0.75]].map(|numbers| of(&mut b, numbers));
        let scaled = b.binary(Binary::Mul, scale, x).unwrap();
        let shifted = b.add(Op::Binary(Binary::Add, Unary::Relu), &[scaled, shift]).unwrap();
        let sloped = b.binary(Binary::PRelu, shifted, slope).unwrap();
        let last = b.binary(Binary::Sub, sloped, shift).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x], vec![last]);
        assert_kept(&mut graph, fuse_chains);
        let names: Vec<String> = graph.nodes.iter().map(|node| node.op.name()).collect();
        assert_eq!(names, ["Chain", "Sub"]);
    }

    #[test]
    fn what_is_read_twice_or_grows_stays() {
        let mut b = Builder::default();
        let x = b.graph.add_value("x", vec![3]);
        let wide = b.graph.add_value("wide", vec![2, 3]);
        let twice = b.binary(Binary::Add, x, x).unwrap();
        let product = b.binary(Binary::Mul, twice, twice).unwrap();
        let grown = b.binary(Binary::Sub, product, wide).unwrap();
        let mut graph = b.graph;
        (graph.inputs, graph.outputs) = (vec![x, wide], vec![grown]);
        assert_kept(&mut graph, fuse_chains);
        assert_eq!(graph.nodes.len(), 3);
    }
}
