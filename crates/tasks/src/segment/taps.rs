//! Which scores make up a column (or row) of the class map.

use vitrine_packs::Sampling;

/// A row or column of the joined score grids, and its weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tap {
    /// `tile * grid + cell`
    pub index: usize,
    /// The weights of a sample add up to 1.
    pub weight: f32,
}

/// One axis of a canvas with its tiles, their score grids, and the class map.
#[derive(Clone, Copy, Debug)]
pub struct Axis<'a> {
    /// Canvas pixels.
    pub canvas: u32,
    /// First canvas pixel of each tile.
    pub edges: &'a [u32],
    /// Canvas pixels of a tile.
    pub tile: u32,
    /// Scores of a tile.
    pub grid: usize,
    /// Where the scores lie among the tile's pixels.
    pub sampling: Sampling,
}

impl Axis<'_> {
    /// For each of `size` samples of the class map: the scores that it is interpolated from.
    ///
    /// Tiles that see a sample are weighted by its distance to their nearer inner edge, so that one fades into the next.
    pub fn taps(&self, size: u32) -> Vec<Vec<Tap>> {
        (0..size).map(|index| self.sample((f64::from(index) + 0.5) * self.scale(size) - 0.5)).collect()
    }

    fn scale(&self, size: u32) -> f64 {
        f64::from(self.canvas) / f64::from(size)
    }

    /// `at`: a place on the canvas, in pixels, 0 the middle of the first one.
    fn sample(&self, at: f64) -> Vec<Tap> {
        let mut taps = vec![];
        let mut total = 0.0;
        for (tile, &edge) in self.edges.iter().enumerate() {
            let inside = at - f64::from(edge);
            let weight = self.fade(tile, inside);
            if weight > 0.0 {
                total += weight;
                taps.extend(self.grid_taps(tile, inside, weight));
            }
        }
        for tap in &mut taps {
            tap.weight /= total as f32;
        }
        taps.retain(|tap| tap.weight > 0.0);
        taps
    }

    /// 0 outside the tile, growing from its inner edges. The canvas's own edges do not fade.
    fn fade(&self, tile: usize, inside: f64) -> f64 {
        let last = f64::from(self.tile) - 1.0;
        let before = if tile == 0 { f64::INFINITY } else { inside + 1.0 };
        let after = if tile + 1 == self.edges.len() { f64::INFINITY } else { last - inside + 1.0 };
        before.min(after).clamp(0.0, f64::from(self.tile))
    }

    fn grid_taps(&self, tile: usize, inside: f64, weight: f64) -> [Tap; 2] {
        let last = self.grid as f64 - 1.0;
        let cells = self.grid as f64 / f64::from(self.tile);
        let at = match self.sampling {
            Sampling::AlignCorners => inside * last / (f64::from(self.tile) - 1.0).max(1.0),
            Sampling::HalfPixel => (inside + 0.5) * cells - 0.5,
            Sampling::Asymmetric => inside * cells,
        };
        let at = at.clamp(0.0, last);
        let low = at.floor();
        let share = at - low;
        let first = tile * self.grid + low as usize;
        [
            Tap { index: first, weight: (weight * (1.0 - share)) as f32 },
            Tap { index: first + usize::from(share > 0.0), weight: (weight * share) as f32 },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_aligned_corners_the_outer_pixels_are_the_outer_scores() {
        let axis = Axis { canvas: 513, edges: &[0], tile: 513, grid: 33, sampling: Sampling::AlignCorners };
        let taps = axis.taps(513);
        assert_eq!(taps[0], [Tap { index: 0, weight: 1.0 }]);
        assert_eq!(taps[512], [Tap { index: 32, weight: 1.0 }]);
        assert_eq!(taps[8], [Tap { index: 0, weight: 0.5 }, Tap { index: 1, weight: 0.5 }]);
    }

    #[test]
    fn without_them_scores_lie_in_the_middle_of_their_cells() {
        let axis = Axis { canvas: 8, edges: &[0], tile: 8, grid: 2, sampling: Sampling::HalfPixel };
        let taps = axis.taps(8);
        assert_eq!(taps[0], [Tap { index: 0, weight: 1.0 }]);
        assert_eq!(taps[3], [Tap { index: 0, weight: 0.625 }, Tap { index: 1, weight: 0.375 }]);
    }

    #[test]
    fn the_old_way_has_scores_at_the_beginning_of_their_cells() {
        let axis = Axis { canvas: 8, edges: &[0], tile: 8, grid: 2, sampling: Sampling::Asymmetric };
        let taps = axis.taps(8);
        assert_eq!(taps[1], [Tap { index: 0, weight: 0.75 }, Tap { index: 1, weight: 0.25 }]);
        assert_eq!([&taps[4], &taps[7]], [&[Tap { index: 1, weight: 1.0 }]; 2]);
    }

    #[test]
    fn weights_add_up_to_one_and_tiles_fade_into_each_other() {
        let axis =
            Axis { canvas: 962, edges: &[0, 449], tile: 513, grid: 33, sampling: Sampling::AlignCorners };
        let share_of_second =
            |taps: &Vec<Tap>| taps.iter().filter(|tap| tap.index >= 33).map(|tap| tap.weight).sum::<f32>();
        let taps = axis.taps(1924);
        assert!(taps.iter().all(|taps| (taps.iter().map(|tap| tap.weight).sum::<f32>() - 1.0).abs() < 1e-5));
        assert!(taps.windows(2).all(|pair| share_of_second(&pair[0]) <= share_of_second(&pair[1]) + 1e-6));
        assert!((share_of_second(&taps[961]) - 0.5).abs() < 0.01);
        assert_eq!((share_of_second(&taps[0]), share_of_second(&taps[1923])), (0.0, 1.0));
    }
}
