//! Values behind one another: WebGPU promises a kernel no more than eight buffers.

use super::{Tensor, launch_size};
use cubecl::prelude::*;

/// All values as one, in their order; the only one is not copied. None when it would be more than a kernel can be given.
pub fn behind_one_another(tensors: &[Tensor]) -> Option<Tensor> {
    if let [only] = tensors {
        return Some(only.clone());
    }
    let client = &tensors.first()?.client;
    let length = tensors.iter().map(|tensor| tensor.length).sum();
    if !tensors[0].fits(length) {
        return None;
    }
    let joined = Tensor::empty(client, length);
    let mut start = 0;
    for tensor in tensors {
        let (count, dim) = launch_size(tensor.length);
        // SAFETY: the parts are as long as the whole, all together.
        unsafe {
            copy_kernel::launch_unchecked(
                client,
                count,
                dim,
                tensor.arg(),
                joined.arg(),
                tensor.length,
                start,
            );
        }
        start += tensor.length;
    }
    Some(joined)
}

#[cube(launch_unchecked)]
fn copy_kernel(part: &[f32], joined: &mut [f32], length: usize, start: usize) {
    let index = ABSOLUTE_POS;
    if index >= length {
        terminate!();
    }
    joined[start + index] = part[index];
}
