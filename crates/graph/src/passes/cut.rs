//! Dead ends: what no output needs.

use crate::{Error, Graph, Node};
use std::collections::BTreeSet;

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
    let mut needed: BTreeSet<_> = graph.outputs.iter().copied().collect();
    for node in graph.nodes.iter().rev() {
        if needed.contains(&node.output) {
            needed.extend(&node.inputs);
        }
    }
    let keep = |node: &Node| needed.contains(&node.output);
    graph.nodes.retain(keep);
    graph.constants.retain(|id, _| needed.contains(id));
}
