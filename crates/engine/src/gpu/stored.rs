//! Numbers of 32 bits as such of 16, and back.

use super::{Stored, Tensor, VECTOR, launch_size};
use cubecl::ir::ElemType;
use cubecl::prelude::*;

impl Tensor {
    /// The same numbers in this size, rounded to the nearest; itself if it has it.
    pub(super) fn stored_as(&self, stored: Stored) -> Self {
        if self.stored == stored {
            return self.clone();
        }
        let out = Self::space(&self.client, self.length, stored);
        let vector = if self.length.is_multiple_of(VECTOR) { VECTOR } else { 1 };
        let vectors = self.length / vector;
        let (count, dim) = launch_size(vectors);
        // SAFETY: both hold as many numbers.
        unsafe {
            store_kernel::launch_unchecked(
                &self.client,
                count,
                dim,
                vector,
                self.arg(),
                out.arg(),
                vectors,
                self.stored.elem(),
                stored.elem(),
            );
        }
        out
    }
}

#[cube(launch_unchecked)]
fn store_kernel<A: Float, B: Float, N: Size>(
    from: &[Vector<A, N>],
    to: &mut [Vector<B, N>],
    length: usize,
    #[define(A)] _given: ElemType,
    #[define(B)] _made: ElemType,
) {
    let index = ABSOLUTE_POS;
    if index >= length {
        terminate!();
    }
    to[index] = Vector::cast_from(from[index]);
}
