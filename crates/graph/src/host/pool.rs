//! Pooling.

use super::View;
use crate::{Data, Pool};

/// [`crate::Op::Pool`].
pub fn pool(_x: View, _pool: &Pool, _shape: &[usize]) -> Result<Data, String> {
    Err("missing".to_owned())
}

/// [`crate::Op::MaxPoolIndices`].
pub fn max_indices(_x: View, _pool: &Pool, _shape: &[usize]) -> Result<Data, String> {
    Err("missing".to_owned())
}
