//! Bilinear resampling as two products of matrices: Burn's backends for GPUs (burn-cubecl 0.22) have no derivative of their own
//! bilinear resampling, and end a training with a panic.

use burn::tensor::{Device, Tensor, TensorData};

/// Where samples lie in the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// By the middles of pixels, as the page reads maps of scores out (`Sampling::HalfPixel`).
    Middles,
    /// By the corners of maps.
    Corners,
}

/// `[n, c, h, w]` -> `[n, c, size[0], size[1]]`.
pub fn bilinear(x: Tensor<4>, size: [usize; 2], alignment: Alignment) -> Tensor<4> {
    let [_, _, h, w] = x.dims();
    if [h, w] == size {
        return x;
    }
    let device = x.device();
    let rows = weights(h, size[0], alignment, &device);
    let columns = weights(w, size[1], alignment, &device).transpose();
    rows.unsqueeze::<4>().matmul(x).matmul(columns.unsqueeze())
}

/// `[to, from]`: what each sample takes of each of those that there are.
fn weights(from: usize, to: usize, alignment: Alignment, device: &Device) -> Tensor<2> {
    let last = from.saturating_sub(1) as f64;
    let mut weights = vec![0.0_f32; to * from];
    for (index, row) in weights.chunks_exact_mut(from.max(1)).enumerate() {
        let place = match alignment {
            Alignment::Middles => (index as f64 + 0.5) * from as f64 / to as f64 - 0.5,
            Alignment::Corners => index as f64 * last / to.saturating_sub(1).max(1) as f64,
        };
        let place = place.clamp(0.0, last);
        let (low, share) = (place.floor() as usize, place.fract() as f32);
        row[low] += 1.0 - share;
        if share > 0.0 {
            row[low + 1] += share;
        }
    }
    Tensor::from_data(TensorData::new(weights, [to, from]), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::module::interpolate;
    use burn::tensor::ops::{InterpolateMode, InterpolateOptions};

    #[test]
    fn products_are_the_resampling_of_burn() {
        let device = Device::flex();
        let numbers: Vec<f32> = (0..2 * 3 * 5 * 7).map(|index| ((index * 37) % 101) as f32 / 50.0).collect();
        let x = Tensor::<4>::from_data(TensorData::new(numbers, [2, 3, 5, 7]), &device);
        for size in [[10, 14], [13, 9], [3, 20], [1, 1]] {
            for (alignment, corners) in [(Alignment::Middles, false), (Alignment::Corners, true)] {
                let options = InterpolateOptions::new(InterpolateMode::Bilinear).with_align_corners(corners);
                let expected = interpolate(x.clone(), options.with_output_size(size));
                let apart =
                    (bilinear(x.clone(), size, alignment) - expected).abs().max().into_scalar::<f32>();
                assert!(apart < 1e-5, "{size:?} {alignment:?}: {apart}");
            }
        }
    }
}
