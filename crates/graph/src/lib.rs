//! Model file bytes -> one static graph: named values, shapes, constant weights, operators whose meaning does not
//! depend on the file format. Feature maps are channels-last, `[n, h, w, c]`.
//!
//! Reading ([`read`]) and rewriting ([`passes`]) live here; computing does not, and nothing of Burn is linked.

mod cost;
mod error;
mod ir;
pub mod passes;
mod shape;
mod tflite;

pub use cost::{Cost, cost};
pub use error::{Error, UnsupportedNode};
pub use ir::{
    Activation, BinaryKind, Constant, Conv2d, Coordinates, Graph, Node, Op, Padding, Resize, Value, ValueId,
};
pub use shape::infer;

/// Reads a model file. The format is told from the bytes.
///
/// # Errors
/// [`Error::UnknownFormat`] when the bytes are no known model file, [`Error::Unsupported`] with every operator that
/// is missing here, [`Error::Corrupt`] and [`Error::Node`] when the file contradicts itself.
pub fn read(bytes: &[u8]) -> Result<Graph, Error> {
    if bytes.get(4..8) == Some(b"TFL3") {
        return tflite::read(bytes);
    }
    Err(Error::UnknownFormat { length: bytes.len() })
}
