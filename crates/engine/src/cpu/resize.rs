//! Bilinear resampling without antialiasing.

use crate::kernels::ResizeShape;
use vitrine_graph::Coordinates;

/// Two neighbouring samples and the share of the second.
#[derive(Clone, Copy)]
struct Tap {
    low: usize,
    high: usize,
    share: f32,
}

fn taps(shape: &ResizeShape, axis: usize) -> Vec<Tap> {
    let (input, scale) = (shape.input[axis], shape.scale(axis));
    let tap = |index: usize| {
        let at = match shape.coordinates {
            Coordinates::HalfPixel => ((index as f32 + 0.5) * scale - 0.5).max(0.0),
            _ => index as f32 * scale,
        };
        let low = (at as usize).min(input - 1);
        Tap { low, high: (low + 1).min(input - 1), share: at - low as f32 }
    };
    (0..shape.output[axis]).map(tap).collect()
}

/// `x [h, w, c]` -> `[oh, ow, c]`: along the rows first, then between two rows.
pub fn bilinear(x: &[f32], shape: &ResizeShape) -> Vec<f32> {
    let columns = taps(shape, 1);
    let row_length = shape.input[1] * shape.channels;
    let mut mixed = vec![0.0; row_length];
    let mut out = Vec::with_capacity(shape.output[0] * shape.output[1] * shape.channels);
    for row in taps(shape, 0) {
        let low = &x[row.low * row_length..][..row_length];
        let high = &x[row.high * row_length..][..row_length];
        for ((mixed, &low), &high) in mixed.iter_mut().zip(low).zip(high) {
            *mixed = low + (high - low) * row.share;
        }
        for tap in &columns {
            let low = &mixed[tap.low * shape.channels..][..shape.channels];
            let high = &mixed[tap.high * shape.channels..][..shape.channels];
            out.extend(low.iter().zip(high).map(|(&low, &high)| low + (high - low) * tap.share));
        }
    }
    out
}
