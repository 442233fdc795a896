//! Dead ends: what no output needs.

use crate::{Error, Graph, ValueId};
use std::collections::HashSet;

/// Makes the named value the only output, and drops what it does not need.
///
/// # Errors
/// [`Error::NoValue`].
pub fn cut(graph: &mut Graph, output: &str) -> Result<(), Error> {
    graph.outputs = vec![graph.find(output)?];
    remove_dead(graph);
    Ok(())
}

/// Drops nodes and constants that no output needs. Values keep their ids.
pub fn remove_dead(graph: &mut Graph) {
    let needed = remove_dead_nodes(graph);
    graph.constants.retain(|id, _| needed.contains(id));
}

/// Drops nodes that no output needs, and answers what the others need.
pub(super) fn remove_dead_nodes(graph: &mut Graph) -> HashSet<ValueId> {
    let mut needed: HashSet<_> = graph.outputs.iter().copied().collect();
    for node in graph.nodes.iter().rev() {
        if needed.contains(&node.output) {
            needed.extend(&node.inputs);
        }
    }
    graph.nodes.retain(|node| needed.contains(&node.output));
    needed
}
