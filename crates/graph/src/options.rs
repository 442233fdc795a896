//! What a caller fixes about a file that leaves it open.

use crate::{Data, Kind};
use std::collections::BTreeMap;

/// What a caller fixes about a file that leaves it open.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Shapes of inputs, by name, in the file's own layout.
    pub shapes: BTreeMap<String, Vec<usize>>,
    /// Inputs that are known before a run, by name: sizes, axes, scales. They are no inputs of the graph any more.
    pub known: BTreeMap<String, Known>,
}

/// A value that is known before a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// What its elements are.
    pub kind: Kind,
    /// Its size along each axis.
    pub shape: Vec<usize>,
    /// Its elements.
    pub data: Data,
}
