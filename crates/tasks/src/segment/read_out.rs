//! From scores to classes.

use super::Segmenter;
use super::canvas::Canvas;
use super::taps::{Axis, Tap};
use crate::Error;
use vitrine_pixels::ClassMap;

/// How a class map is interpolated from the tiles' scores.
pub struct Blend {
    /// Of its rows.
    pub rows: Vec<Vec<Tap>>,
    /// Of its columns.
    pub columns: Vec<Vec<Tap>>,
    /// Tiles in a row.
    pub across: usize,
}

impl Segmenter {
    /// For a class map of `size` columns and rows: bilinearly, tiles fading into each other.
    pub(super) fn blend(&self, canvas: &Canvas, size: [u32; 2]) -> Blend {
        let axis = |axis: usize, canvas: u32, edges| Axis {
            canvas,
            edges,
            tile: self.tile[axis],
            grid: self.grid[axis],
            sampling: self.sampling,
        };
        let columns = axis(0, canvas.width, &canvas.lefts).taps(size[0]);
        let rows = axis(1, canvas.height, &canvas.tops).taps(size[1]);
        Blend { rows, columns, across: canvas.lefts.len() }
    }

    /// Blends the tiles' scores, `[grid rows, grid columns, classes]` each, enlarges them, and takes the best class of each pixel.
    pub(super) fn read_out(&self, blend: &Blend, scores: &[Vec<f32>]) -> Result<ClassMap, Error> {
        let Blend { rows, columns, across } = blend;
        let classes = self.pack.classes.len();
        let grids = Grids { scores, grid: self.grid, across: *across, classes };
        let mut ids = Vec::with_capacity(columns.len() * rows.len());
        let mut mixed = vec![0.0; grids.across * self.grid[0] * classes];
        let mut sums = vec![0.0; classes];
        for row in rows {
            grids.mix_row(row, &mut mixed);
            ids.extend(columns.iter().map(|taps| best_class(&mixed, taps, &mut sums)));
        }
        Ok(ClassMap::new(columns.len() as u32, rows.len() as u32, ids)?)
    }
}

/// The score grids of all tiles, seen as one grid.
struct Grids<'a> {
    /// `[grid rows, grid columns, classes]` each, row by row of tiles.
    scores: &'a [Vec<f32>],
    grid: [usize; 2],
    /// Tiles in a row.
    across: usize,
    classes: usize,
}

impl Grids<'_> {
    /// A weighted sum of grid rows, over the full width of all tiles.
    fn mix_row(&self, taps: &[Tap], mixed: &mut [f32]) {
        let length = self.grid[0] * self.classes;
        mixed.fill(0.0);
        for tap in taps {
            let (tile_row, row) = (tap.index / self.grid[1], tap.index % self.grid[1]);
            for (tile, part) in mixed.chunks_exact_mut(length).enumerate() {
                let scores = &self.scores[tile_row * self.across + tile][row * length..][..length];
                for (sum, score) in part.iter_mut().zip(scores) {
                    *sum += score * tap.weight;
                }
            }
        }
    }
}

/// The class of the largest weighted sum; the first one where several are equal.
fn best_class(mixed: &[f32], taps: &[Tap], sums: &mut [f32]) -> u8 {
    let classes = sums.len();
    sums.fill(0.0);
    for tap in taps {
        for (sum, score) in sums.iter_mut().zip(&mixed[tap.index * classes..][..classes]) {
            *sum += score * tap.weight;
        }
    }
    let mut best = 0;
    for (class, &sum) in sums.iter().enumerate() {
        if sum > sums[best] {
            best = class;
        }
    }
    best as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_class_is_the_one_of_the_largest_blend() {
        // Two cells, three classes: class 1 leads left, class 2 right.
        let mixed = [0.0, 3.0, 1.0, 0.0, 1.0, 2.0];
        let at = |share: f32| {
            let taps = [Tap { index: 0, weight: 1.0 - share }, Tap { index: 1, weight: share }];
            best_class(&mixed, &taps, &mut [0.0; 3])
        };
        assert_eq!([at(0.0), at(0.6), at(0.7), at(1.0)], [1, 1, 2, 2]);
    }

    #[test]
    fn the_first_of_equal_classes_wins() {
        assert_eq!(best_class(&[1.0, 1.0], &[Tap { index: 0, weight: 1.0 }], &mut [0.0; 2]), 0);
    }
}
