//! The frame at the network's scale, and the tiles that it is read in.

use vitrine_pixels::Frame;

/// Tiles along an axis at most: a frame that is longer still is squashed.
const MAX_TILES: u32 = 16;
/// Share of a side that may be squashed to spare a tile.
const MAX_SQUASH: f64 = 0.05;

/// The frame at the network's scale.
pub struct Canvas {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Left edges of the tiles.
    pub lefts: Vec<u32>,
    /// Upper edges of the tiles.
    pub tops: Vec<u32>,
}

impl Canvas {
    /// `tile`: columns and rows that the network reads; `overlap`: pixels that tiles share at least. Without one, the
    /// frame is squashed into a single tile.
    pub fn new(frame: &Frame, tile: [u32; 2], overlap: Option<u32>) -> Self {
        let Some(overlap) = overlap else {
            return Self { width: tile[0], height: tile[1], lefts: vec![0], tops: vec![0] };
        };
        let scale =
            [f64::from(tile[0]) / f64::from(frame.width()), f64::from(tile[1]) / f64::from(frame.height())];
        let scale = scale[0].max(scale[1]);
        let side = |axis: usize, frame_side: u32| {
            let scaled = (f64::from(frame_side) * scale).round().min(f64::from(u32::MAX)) as u32;
            spared(scaled, tile[axis], overlap).clamp(tile[axis], longest(tile[axis], overlap))
        };
        let (width, height) = (side(0, frame.width()), side(1, frame.height()));
        Self { width, height, lefts: edges(width, tile[0], overlap), tops: edges(height, tile[1], overlap) }
    }

    /// Left and upper edges of all tiles, row by row.
    pub fn tiles(&self) -> Vec<[u32; 2]> {
        self.tops.iter().flat_map(|&top| self.lefts.iter().map(move |&left| [left, top])).collect()
    }
}

/// The side, squashed by up to [`MAX_SQUASH`] where that spares a tile.
fn spared(side: u32, tile: u32, overlap: u32) -> u32 {
    let step = tile - overlap.min(tile - 1);
    let covered = side.saturating_sub(tile) / step * step + tile;
    let squash = 1.0 - f64::from(covered) / f64::from(side);
    if squash > 0.0 && squash <= MAX_SQUASH { covered } else { side }
}

/// The side of a canvas that [`MAX_TILES`] cover.
fn longest(tile: u32, overlap: u32) -> u32 {
    tile + (MAX_TILES - 1) * (tile - overlap.min(tile - 1))
}

/// As few tiles as cover the side with the overlap at least, spread evenly.
fn edges(side: u32, tile: u32, overlap: u32) -> Vec<u32> {
    let rest = side - tile;
    let gaps = rest.div_ceil(tile - overlap.min(tile - 1));
    (0..=gaps).map(|index| (u64::from(rest) * u64::from(index) / u64::from(gaps.max(1))) as u32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canvas(width: u32, height: u32, overlap: u32) -> Canvas {
        let frame = Frame::new(width, height, vec![0; (width * height * 4) as usize]).unwrap();
        Canvas::new(&frame, [513, 513], Some(overlap))
    }

    #[test]
    fn a_wide_frame_keeps_its_proportions() {
        let canvas = canvas(2048, 1024, 64);
        assert_eq!((canvas.width, canvas.height), (1026, 513));
        assert_eq!((canvas.lefts, canvas.tops), (vec![0, 256, 513], vec![0]));
    }

    #[test]
    fn a_frame_gives_up_a_little_of_its_length_for_a_tile_fewer() {
        let canvas = canvas(2048, 1024, 32);
        assert_eq!((canvas.width, canvas.height), (994, 513));
        assert_eq!((canvas.lefts, canvas.tops), (vec![0, 481], vec![0]));
    }

    #[test]
    fn a_tall_frame_is_read_from_top_to_bottom() {
        let canvas = canvas(480, 640, 64);
        assert_eq!((canvas.width, canvas.height), (513, 684));
        assert_eq!((canvas.lefts, canvas.tops), (vec![0], vec![0, 171]));
    }

    #[test]
    fn a_square_is_one_tile_and_a_line_is_squashed_into_sixteen() {
        assert_eq!(canvas(10, 10, 64).tiles(), [[0, 0]]);
        let line = canvas(100_000, 1, 64);
        assert_eq!((line.width, line.height), (513 + 15 * 449, 513));
        assert_eq!(line.tiles().len(), 16);
    }

    #[test]
    fn tiles_share_at_least_the_overlap_and_end_at_the_edge() {
        for side in [514, 700, 962, 963, 1026, 5000] {
            let edges = edges(side, 513, 64);
            assert_eq!((edges[0], edges.last().copied()), (0, Some(side - 513)));
            assert!(edges.windows(2).all(|pair| pair[0] + 513 - pair[1] >= 64), "{side}: {edges:?}");
        }
    }
}
