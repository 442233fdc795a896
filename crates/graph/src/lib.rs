//! Model file bytes -> one static graph: named values, shapes, constant weights, operators whose meaning does not
//! depend on the file format. Spatial operators are channels-last, `[n, h, w, c]`.
//!
//! Reading ([`read`]) and rewriting ([`passes`]) live here; what the operators mean and how they are computed plainly comes
//! from `vitrine-operators`, whose items are named here too; fast computing does not, and nothing of Burn is linked.

mod declared;
mod lower;
mod onnx;
mod options;
pub mod passes;
mod tflite;

pub use declared::{Declared, Quantisation};
pub use onnx::tensor as read_onnx_tensor;
pub use options::{Known, Options};
pub use prost::bytes::Bytes;
pub use vitrine_operators::{
    Binary, Builder, Constant, Conv, Coordinates, Cost, Data, Error, Graph, GridPadding, Interpolation, Kind,
    Link, Nearest, Node, Op, PadMode, Padding, Pool, PoolKind, Range, Reduction, Resize, ResizeAxis, Scalar,
    Unary, UnsupportedNode, Update, Value, ValueId, Window, cost, host, infer, lanes, threads,
};
use vitrine_operators::{axes, shape};

/// Reads a model file. The format is told from the bytes.
///
/// # Errors
/// [`Error::UnknownFormat`] when the bytes are no known model file, [`Error::Unsupported`] with every operator that
/// is missing here, [`Error::Corrupt`] and [`Error::Node`] when the file contradicts itself.
pub fn read(bytes: &[u8]) -> Result<Graph, Error> {
    read_with(bytes, &Options::default())
}

/// Reads a model file some of whose sizes or inputs are fixed by the caller.
///
/// # Errors
/// As [`read`]; [`Error::NeedsInput`] when a shape depends on an input that `options` do not give.
pub fn read_with(bytes: &[u8], options: &Options) -> Result<Graph, Error> {
    read_shared(&Bytes::copy_from_slice(bytes), options)
}

/// As [`read_with`], of bytes that need no copy: half the memory, and the time that it takes.
///
/// # Errors
/// As [`read_with`].
pub fn read_shared(bytes: &Bytes, options: &Options) -> Result<Graph, Error> {
    if is_tflite(bytes) {
        return tflite::read(bytes, options);
    }
    onnx::read(bytes, options)
}

/// What a model file says of its inputs, without those that are constants.
///
/// # Errors
/// [`Error::UnknownFormat`] and [`Error::Corrupt`], as [`read`].
pub fn declared(bytes: &Bytes) -> Result<Vec<Declared>, Error> {
    if is_tflite(bytes) {
        return tflite::declared(bytes);
    }
    onnx::declared(bytes)
}

fn is_tflite(bytes: &[u8]) -> bool {
    bytes.get(4..8) == Some(b"TFL3")
}
