//! What whoever watches a run is told of each step.

use vitrine_graph::{Graph, Node};

/// A step that a run has done.
pub struct Done<'a> {
    /// The operation.
    pub node: &'a Node,
    graph: &'a Graph,
}

impl<'a> Done<'a> {
    /// Of a node of this graph.
    pub(crate) fn new(node: &'a Node, graph: &'a Graph) -> Self {
        Self { node, graph }
    }

    /// Sizes of what it read.
    pub fn operands(&self) -> impl Iterator<Item = &[usize]> {
        self.node.inputs.iter().map(|&id| self.graph.shape(id))
    }

    /// Sizes of what it made.
    pub fn output(&self) -> &[usize] {
        self.graph.shape(self.node.output)
    }
}
