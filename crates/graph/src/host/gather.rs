//! Picking elements by index, and putting them back.

use super::View;
use crate::{Data, Update};

/// [`crate::Op::Gather`].
pub fn gather(_x: View, _indices: View, _axis: usize) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::GatherElements`].
pub fn gather_elements(_x: View, _indices: View, _axis: usize) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::GatherNd`].
pub fn gather_nd(_x: View, _indices: View, _batch_axes: usize) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::ScatterElements`].
pub fn scatter_elements(_x: View, _indices: View, _updates: View, _axis: usize, _update: Update) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::ScatterNd`].
pub fn scatter_nd(_x: View, _indices: View, _updates: View, _update: Update) -> Result<Data, String> {
    Err("missing".to_owned())
}
