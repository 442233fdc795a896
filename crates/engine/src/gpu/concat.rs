//! Joining values along an axis. Operands that are computed for nothing else are written where they belong.

use super::map::Launch;
use super::walk::{Walk, strides};
use super::{Spot, Stored, Task, Tensor};
use cubecl::client::Client;
use std::collections::{BTreeMap, BTreeSet};
use vitrine_graph::{Graph, Node, Op, ValueId};

/// A step of this kind.
pub struct Concat {
    /// For each operand; none for one that lies there already.
    launches: Vec<Option<Launch>>,
    length: usize,
}

impl Concat {
    /// `written`: values that their own steps write where they belong.
    pub fn new(
        client: &Client,
        graph: &Graph,
        node: &Node,
        axis: usize,
        written: &BTreeSet<ValueId>,
    ) -> Option<Self> {
        let walks = walks(graph, node, axis)?;
        let launch =
            |(id, walk): (&ValueId, Walk)| (!written.contains(id)).then(|| Launch::copy(client, walk));
        let launches = node.inputs.iter().zip(walks).map(launch).collect();
        Some(Self { launches, length: graph.shape(node.output).iter().product() })
    }
}

impl Task for Concat {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let there = self.launches.iter().position(Option::is_none);
        let space = || Tensor::space(client, self.length, operands[0].stored);
        let out = there.map_or_else(space, |index| operands[index].clone());
        for (launch, operand) in self.launches.iter().zip(operands) {
            if let Some(launch) = launch {
                launch.queue(client, std::slice::from_ref(operand), &out);
            }
        }
        out
    }
}

/// Where each operand goes; none when there are too many axes.
fn walks(graph: &Graph, node: &Node, axis: usize) -> Option<Vec<Walk>> {
    let to = strides(graph.shape(node.output));
    let stride = to[axis].unsigned_abs();
    let mut start = 0;
    let walk = |&id: &ValueId| {
        let shape = graph.shape(id);
        let walk = Walk::new(shape, &[to.clone(), strides(shape)], &[start * stride]);
        start += shape[axis];
        walk
    };
    node.inputs.iter().map(walk).collect()
}

/// A value that may be written where it belongs.
pub struct Place {
    /// Which channels it is.
    pub spot: Spot,
    /// Everything that is joined: what was written before holds the space.
    pub joined: Vec<ValueId>,
    /// Numbers of the wider map.
    pub length: usize,
    /// How they lie there.
    pub stored: Stored,
}

/// Operands of these nodes that nothing else reads, joined along the last axis. `stored`: what a node writes.
pub fn places<'a>(
    graph: &Graph,
    nodes: impl Iterator<Item = &'a Node>,
    stored: impl Fn(&Node) -> Stored,
) -> BTreeMap<ValueId, Place> {
    let mut uses: BTreeMap<ValueId, usize> = BTreeMap::new();
    let read = graph.nodes.iter().flat_map(|node| &node.inputs).chain(&graph.outputs);
    read.for_each(|&id| *uses.entry(id).or_default() += 1);
    let mut places = BTreeMap::new();
    for node in nodes {
        let Op::Concat { axis } = node.op else { continue };
        let shape = graph.shape(node.output);
        if axis + 1 != shape.len() || walks(graph, node, axis).is_none() {
            continue;
        }
        let mut start = 0;
        for &id in &node.inputs {
            let spot = Spot { channels: shape[axis], start };
            start += graph.shape(id)[axis];
            if uses.get(&id) == Some(&1) {
                let length = shape.iter().product();
                let joined = node.inputs.clone();
                places.insert(id, Place { spot, joined, length, stored: stored(node) });
            }
        }
    }
    places
}
