//! Many elements become one.

use super::View;
use crate::{Data, Reduction};

/// [`crate::Op::Reduce`].
pub fn reduce(_x: View, _kind: Reduction, _axes: &[usize]) -> Data {
    Data::F32(vec![])
}

/// [`crate::Op::ArgReduce`].
pub fn arg_reduce(_x: View, _axis: usize, _largest: bool, _last: bool) -> Data {
    Data::F32(vec![])
}

/// [`crate::Op::CumSum`].
pub fn running_sum(_x: View, _axis: usize, _exclusive: bool, _reverse: bool) -> Data {
    Data::F32(vec![])
}
