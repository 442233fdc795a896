//! One static graph: named values, shapes, constant weights, operators whose meaning does not depend on a file format.
//! Spatial operators are channels-last, `[n, h, w, c]`.
//!
//! What operators mean, which shapes they give, what they cost and how they are computed plainly ([`host`]) lives here;
//! reading files and rewriting graphs does not (`vitrine-graph`), nor fast computing (`vitrine-engine`). A crate of its own,
//! because this part is compiled for speed where readers and passes are compiled for size.

pub mod axes;
mod builder;
mod constant;
mod cost;
mod error;
mod exponential;
mod functions;
pub mod host;
mod ir;
pub mod lanes;
mod op;
pub mod shape;
pub mod threads;
mod window;

pub use builder::{Builder, MAX_NODES};
pub use constant::Constant;
pub use cost::{Cost, cost};
pub use error::{Error, UnsupportedNode};
pub use functions::{Binary, Scalar, Unary};
pub use ir::{Data, Graph, Kind, Node, Value, ValueId};
pub use op::{
    Conv, Coordinates, GridPadding, Interpolation, Link, Nearest, Op, PadMode, Pool, PoolKind, Range,
    Reduction, Resize, ResizeAxis, Update,
};
pub use shape::infer;
pub use window::{Padding, Window};
