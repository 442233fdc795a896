//! Samples at places that a grid gives, of maps with one to three spatial axes.

use super::View;
use super::resize::keys;
use crate::{Data, GridPadding, Interpolation, Op};

/// How places become samples.
struct Sampler {
    mode: Interpolation,
    padding: GridPadding,
    align_corners: bool,
}

/// [`Op::GridSample`].
pub fn grid_sample(op: &Op, x: View, grid: View, shape: &[usize]) -> Result<Data, String> {
    let &Op::GridSample { mode, padding, align_corners } = op else {
        return Err("no grid sampling".to_owned());
    };
    let sampler = Sampler { mode, padding, align_corners };
    let (values, places) = (x.f32s()?, grid.f32s()?);
    let axes = x.shape.len() - 2;
    let (spatial, channels) = (&x.shape[1..=axes], x.shape[axes + 1]);
    let pixels: usize = spatial.iter().product();
    let mut output = vec![0.0; shape.iter().product()];
    let count = shape[1..=axes].iter().product::<usize>();
    let rows = output.chunks_exact_mut(channels.max(1)).zip(places.chunks_exact(axes)).enumerate();
    for (index, (row, place)) in rows {
        let map = &values[index / count.max(1) * pixels * channels..];
        sampler.sample(row, map, spatial, place);
    }
    Ok(Data::F32(output))
}

impl Sampler {
    /// Adds to `row` what the map has at a place, whose coordinates are in the opposite order of the axes.
    fn sample(&self, row: &mut [f32], map: &[f32], spatial: &[usize], place: &[f32]) {
        let mut taps = vec![(0, 1.0_f32)];
        for (&size, &coordinate) in spatial.iter().zip(place.iter().rev()) {
            let along = self.taps(coordinate, size);
            let mixed = |&(at, weight): &(usize, f32)| {
                along.iter().map(move |&(index, part)| (at * size + index, weight * part))
            };
            taps = taps.iter().flat_map(mixed).collect();
        }
        for (at, weight) in taps {
            let pixel = &map[at * row.len()..][..row.len()];
            row.iter_mut().zip(pixel).for_each(|(sum, x)| *sum += weight * x);
        }
    }

    /// Weighted samples of one axis at a place in -1..1. Those outside are left out where zeros are meant.
    fn taps(&self, coordinate: f32, size: usize) -> Vec<(usize, f32)> {
        let length = size as f32;
        let at = match self.align_corners {
            true => (coordinate + 1.0) / 2.0 * (length - 1.0),
            false => ((coordinate + 1.0) * length - 1.0) / 2.0,
        };
        if size == 0 || !at.is_finite() {
            return vec![];
        }
        // Only cubic samples beyond the edge are padded one by one: PyTorch's GridSampler.
        let at = if self.mode == Interpolation::Cubic { at } else { self.padded(at, length) };
        let floor = at.floor();
        let weighted: &[(f32, f32)] = match self.mode {
            Interpolation::Nearest => &[(at.round_ties_even(), 1.0)],
            Interpolation::Linear => &[(floor, floor + 1.0 - at), (floor + 1.0, at - floor)],
            Interpolation::Cubic => &[-1.0, 0.0, 1.0, 2.0].map(|offset| {
                let place = floor + offset;
                (self.padded(place, length), keys(-0.75, (place - at).abs().into()) as f32)
            }),
        };
        let inside = weighted.iter().filter(|(place, _)| (0.0..length).contains(place));
        inside.map(|&(place, weight)| (place as usize, weight)).collect()
    }

    /// The place within the map that stands for one outside.
    fn padded(&self, place: f32, length: f32) -> f32 {
        match self.padding {
            GridPadding::Zeros => place,
            GridPadding::Border => place.clamp(0.0, length - 1.0),
            GridPadding::Reflection => {
                let (low, high) = if self.align_corners { (0.0, length - 1.0) } else { (-0.5, length - 0.5) };
                reflect(place, low, high).clamp(0.0, length - 1.0)
            }
        }
    }
}

/// Folds a place back until it lies between the borders.
fn reflect(place: f32, low: f32, high: f32) -> f32 {
    let range = high - low;
    if range <= 0.0 {
        return low;
    }
    let distance = (place - low).abs();
    let rest = distance % range;
    let odd = (distance / range).floor() % 2.0 != 0.0;
    if odd { high - rest } else { low + rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(mode: Interpolation, padding: GridPadding, align_corners: bool, places: &[f32]) -> Vec<f32> {
        let op = Op::GridSample { mode, padding, align_corners };
        let (map, grid) = (Data::F32(vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0]), Data::F32(places.to_vec()));
        let count = places.len() / 2;
        let x = View { shape: &[1, 3, 2, 1], data: &map };
        let grid = View { shape: &[1, 1, count, 2], data: &grid };
        grid_sample(&op, x, grid, &[1, 1, count, 1]).unwrap().f32s().unwrap().to_vec()
    }

    const GRID: [f32; 16] =
        [-10.0, -10.0, -5.0, -5.0, -0.2, -0.2, 10.0, 10.0, 10.0, 10.0, -0.2, -0.2, 5.0, 5.0, 10.0, 10.0];

    /// ONNX's operator GridSample, examples zeros_padding, border_padding and reflection_padding.
    #[test]
    fn paddings_are_onnxs() {
        let run = |padding| sampled(Interpolation::Linear, padding, false, &GRID);
        let close =
            |a: Vec<f32>, b: [f32; 8]| assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5), "{a:?}");
        close(run(GridPadding::Zeros), [0.0, 0.0, 1.7, 0.0, 0.0, 1.7, 0.0, 0.0]);
        close(run(GridPadding::Border), [0.0, 0.0, 1.7, 5.0, 5.0, 1.7, 5.0, 5.0]);
        close(run(GridPadding::Reflection), [2.5, 0.0, 1.7, 2.5, 2.5, 1.7, 5.0, 2.5]);
    }

    #[test]
    fn corners_are_samples_when_they_are_aligned() {
        let corners = [-1.0, -1.0, 1.0, -1.0, -1.0, 1.0, 1.0, 1.0];
        for mode in [Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic] {
            assert_eq!(sampled(mode, GridPadding::Border, true, &corners), [0.0, 1.0, 4.0, 5.0]);
        }
    }

    #[test]
    fn what_is_no_number_samples_nothing() {
        assert_eq!(
            sampled(Interpolation::Linear, GridPadding::Reflection, false, &[f32::NAN, f32::INFINITY]),
            [0.0]
        );
    }
}
