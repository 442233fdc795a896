//! Rewritings of a graph that keep its outputs.

mod cut;
mod fold;
mod fuse_activation;
mod fuse_residual;
mod identities;
mod resize_input;

pub use cut::{cut, remove_dead};
pub use fold::fold_constants;
pub use fuse_activation::fuse_activations;
pub use fuse_residual::fuse_residuals;
pub use identities::remove_identities;
pub use resize_input::resize_input;

use crate::Graph;

/// All passes that need no arguments, in an order in which each finds the most to do.
pub fn optimise(graph: &mut Graph) {
    fold_constants(graph);
    remove_identities(graph);
    fuse_activations(graph);
    fuse_residuals(graph);
    remove_dead(graph);
}
