//! Who makes and who reads a value.

use crate::{Graph, Node, ValueId};

/// Who makes and who reads each value: one look where a search through all nodes would be needed.
///
/// It describes the nodes as they were; a pass that changes them says so here.
pub(super) struct Links {
    makers: Vec<Option<usize>>,
    uses: Vec<usize>,
    last_reader: Vec<Option<usize>>,
}

impl Links {
    /// Of a graph as it is.
    pub fn new(graph: &Graph) -> Self {
        let count = graph.values.len();
        let mut links =
            Self { makers: vec![None; count], uses: vec![0; count], last_reader: vec![None; count] };
        for (index, node) in graph.nodes.iter().enumerate() {
            links.makers[node.output.0] = Some(index);
            for id in &node.inputs {
                links.uses[id.0] += 1;
                links.last_reader[id.0] = Some(index);
            }
        }
        for id in &graph.outputs {
            links.uses[id.0] += 1;
        }
        links
    }

    /// Position of the node that makes a value.
    pub fn maker(&self, id: ValueId) -> Option<usize> {
        self.makers.get(id.0).copied().flatten()
    }

    /// The node that makes a value.
    pub fn made_by<'a>(&self, graph: &'a Graph, id: ValueId) -> Option<&'a Node> {
        graph.nodes.get(self.maker(id)?)
    }

    /// How often a value is read, the graph's outputs included.
    pub fn uses(&self, id: ValueId) -> usize {
        self.uses.get(id.0).copied().unwrap_or(0)
    }

    /// Position of the node that reads a value, if nothing else does.
    pub fn only_reader(&self, id: ValueId) -> Option<usize> {
        if self.uses(id) == 1 { self.last_reader.get(id.0).copied().flatten() } else { None }
    }

    /// A value is made by the node at this position from now on.
    pub fn set_maker(&mut self, id: ValueId, position: usize) {
        if id.0 >= self.makers.len() {
            self.makers.resize(id.0 + 1, None);
        }
        self.makers[id.0] = Some(position);
    }
}

/// Drops the nodes at these positions.
pub(super) fn drop_nodes(graph: &mut Graph, dead: &[bool]) {
    let mut position = 0;
    graph.nodes.retain(|_| {
        position += 1;
        !dead[position - 1]
    });
}
