//! Resampling along axes: every rule and filter is a short weighted sum along one axis.

use super::View;
use crate::{Data, Resize};

/// For each output sample of an axis: the input samples that it mixes, and their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct AxisTaps {
    /// Weighted input samples.
    pub samples: Vec<Vec<(usize, f32)>>,
}

/// The samples and weights of one of the axes of a resize that has `input` samples.
pub fn taps(_resize: &Resize, _axis: usize, _input: usize) -> AxisTaps {
    AxisTaps { samples: vec![] }
}

/// [`crate::Op::Resize`].
pub fn resize(_x: View, _resize: &Resize) -> Result<Data, String> {
    Err("missing".to_owned())
}
