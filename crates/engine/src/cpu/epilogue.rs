//! What follows a convolution's sums, while they are in the cache.

use vitrine_graph::Unary;

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
pub fn activate(out: &mut [f32], activation: Unary) {
    match activation {
        Unary::Identity => {}
        // The loops differ only so that each is compiled for its function.
        Unary::Relu => out.iter_mut().for_each(|x| *x = x.max(0.0)),
        Unary::Clip(low, high) => out.iter_mut().for_each(|x| *x = x.max(low.0).min(high.0)),
        Unary::HardSwish => out.iter_mut().for_each(|x| *x = Unary::HardSwish.apply(*x)),
        Unary::Sigmoid => out.iter_mut().for_each(|x| *x = Unary::Sigmoid.apply(*x)),
        Unary::Swish(alpha) => out.iter_mut().for_each(|x| *x = Unary::Swish(alpha).apply(*x)),
        other => out.iter_mut().for_each(|x| *x = other.apply(*x)),
    }
}
