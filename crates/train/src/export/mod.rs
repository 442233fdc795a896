//! A trained network as an ONNX file.

pub(crate) mod date;
mod graph;
mod maps;
mod pack;
mod parity;
mod proto;
mod self_test;

pub use graph::{Graph, Precision};
pub use pack::{Exported, Told, write_pack};
pub(crate) use pack::{HALF_LIMIT, LIMIT};
pub(crate) use parity::{computed, difference};
pub use parity::{parity, parity_of};

/// A network that can say what it computes.
pub trait Describe {
    /// Adds the network's operators to `graph`, from `images` (`[1, 3, h, w]`) on; gives the name of the scores.
    fn describe(&self, graph: &mut Graph, images: &str) -> String;
}
