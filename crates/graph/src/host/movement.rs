//! Elements that only change their places.

use super::View;
use crate::{Data, PadMode, Range};

/// [`crate::Op::Transpose`].
pub fn transpose(_x: View, _permutation: &[usize]) -> Data {
    Data::F32(vec![])
}

/// [`crate::Op::Expand`].
pub fn expand(_x: View, _shape: &[usize]) -> Data {
    Data::F32(vec![])
}

/// [`crate::Op::Slice`].
pub fn slice(_x: View, _ranges: &[Range], _shape: &[usize]) -> Data {
    Data::F32(vec![])
}

/// [`crate::Op::Pad`].
pub fn pad(_x: View, _before: &[usize], _mode: PadMode, _shape: &[usize]) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::Concat`].
pub fn concat(_operands: &[View], _axis: usize) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::ReverseSequence`].
pub fn reverse_sequence(_x: View, _lengths: View, _time_axis: usize, _batch_axis: usize) -> Result<Data, String> {
    Err("missing".to_owned())
}
