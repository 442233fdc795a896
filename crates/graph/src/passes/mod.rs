//! Rewritings of a graph that keep its outputs.

mod common;
mod cut;
mod fold;
mod fold_batch_norm;
mod fuse_activation;
mod fuse_residual;
mod identities;
mod layout;
mod links;
mod matmul_to_conv;
mod recognise_function;
mod recognise_norm;
mod reshapes;
mod resize_input;
mod sink_reshapes;
#[cfg(test)]
mod testing;

pub use common::merge_common;
pub use cut::{cut, remove_dead};
pub use fold::fold_constants;
pub use fold_batch_norm::fold_batch_norm;
pub use fuse_activation::fuse_activations;
pub use fuse_residual::fuse_residuals;
pub use identities::remove_identities;
pub use layout::settle_layout;
pub use matmul_to_conv::matmul_to_conv;
pub use recognise_function::recognise_functions;
pub use recognise_norm::recognise_norms;
pub use reshapes::merge_reshapes;
pub use resize_input::resize_input;

use crate::Graph;

/// All passes that need no arguments, in an order in which each finds the most to do.
pub fn optimise(graph: &mut Graph) {
    fold_constants(graph);
    remove_identities(graph);
    merge_common(graph);
    recognise_functions(graph);
    recognise_norms(graph);
    settle_layout(graph);
    matmul_to_conv(graph);
    merge_reshapes(graph);
    remove_identities(graph);
    remove_dead(graph);
    fold_batch_norm(graph);
    fuse_activations(graph);
    fuse_residuals(graph);
    remove_dead(graph);
}
