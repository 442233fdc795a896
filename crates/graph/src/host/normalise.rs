//! Softmax and normalisations.

use super::View;
use crate::{Data, Op};

/// [`crate::Op::Softmax`].
pub fn softmax(_x: View, _axis: usize, _log: bool) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::Normalise`].
pub fn normalise(_x: View, _axes: &[usize], _epsilon: f32, _centred: bool) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::LocalResponse`].
pub fn local_response(_op: &Op, _x: View) -> Result<Data, String> {
    Err("missing".to_owned())
}
