//! What follows a convolution's sums, while they are in the cache.

use vitrine_graph::Activation;

/// Fills rows of `bias.len()` numbers with the bias, plus the residual where there is one: what sums start from.
pub fn start(out: &mut [f32], bias: &[f32], residual: Option<&[f32]>) {
    for row in out.chunks_exact_mut(bias.len()) {
        row.copy_from_slice(bias);
    }
    for (sum, &added) in out.iter_mut().zip(residual.unwrap_or_default()) {
        *sum += added;
    }
}

/// Applies the activation.
pub fn activate(out: &mut [f32], activation: Activation) {
    match activation {
        Activation::Identity => {}
        // The loops differ only so that each is compiled for its function.
        Activation::Relu => out.iter_mut().for_each(|x| *x = x.max(0.0)),
        Activation::Relu6 => out.iter_mut().for_each(|x| *x = x.clamp(0.0, 6.0)),
        other => out.iter_mut().for_each(|x| *x = other.apply(*x)),
    }
}
