//! Samples at places that are computed: grids, regions of interest, deformed kernels.

use super::View;
use crate::{Data, Op};

/// [`crate::Op::GridSample`].
pub fn grid_sample(_op: &Op, _x: View, _grid: View, _shape: &[usize]) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::RoiAlign`].
pub fn roi_align(_op: &Op, _x: View, _rois: View, _batch: View, _shape: &[usize]) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::DeformConv`].
pub fn deform_conv(_op: &Op, _operands: &[View], _shape: &[usize]) -> Result<Data, String> {
    Err("missing".to_owned())
}
