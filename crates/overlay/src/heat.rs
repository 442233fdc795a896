//! A class activation map becomes heat over a frame: smooth, coloured, and only where the network looked.

/// Colours from cold to hot at equal steps: matplotlib's `inferno`, which is even to the eye, also without colour vision.
const INFERNO: [[u8; 3]; 16] = [
    [0, 0, 4],
    [12, 8, 38],
    [36, 12, 79],
    [66, 10, 104],
    [93, 18, 110],
    [120, 28, 109],
    [147, 38, 103],
    [174, 48, 92],
    [199, 62, 76],
    [221, 81, 58],
    [237, 105, 37],
    [248, 133, 15],
    [252, 165, 10],
    [250, 198, 45],
    [242, 230, 97],
    [252, 255, 164],
];

/// Alpha of what is coldest: the frame is dimmed there, so that the rest stands out.
const COLDEST_ALPHA: f32 = 110.0;

/// The parameter of the cubic kernel, as Pillow's and Catmull and Rom's.
const CUBIC: f32 = -0.5;

/// A grid of activations and the part of a picture that it covers.
#[derive(Clone, Copy, Debug)]
pub struct Heat<'values> {
    /// Row by row, 0 (cold) to 255 (hot).
    pub values: &'values [u8],
    /// Columns of the grid.
    pub columns: u32,
    /// Rows of the grid.
    pub rows: u32,
    /// Left, top, right and bottom in pixels of the picture.
    pub region: [f32; 4],
}

/// Draws activations: straight-alpha RGBA, `width * height * 4` bytes. The grid is enlarged bicubically. What lies outside
/// the region is transparent black, and all of it is where the grid is empty or `values` is too short for it.
pub fn heat(map: &Heat, width: u32, height: u32) -> Vec<u8> {
    let mut rgba = vec![0; width as usize * height as usize * 4];
    let columns = map.columns as usize;
    if columns == 0 || map.rows == 0 || map.values.len() < columns * map.rows as usize {
        return rgba;
    }
    let [left, top, right, bottom] = map.region;
    let across = taps(map.columns, width, left, right);
    let down = taps(map.rows, height, top, bottom);
    let table = colours();
    let grid: Vec<Vec<f32>> = map.values.chunks_exact(columns).map(|row| widened(row, &across)).collect();
    for (line, taps) in rgba.chunks_exact_mut(width as usize * 4).zip(&down) {
        let Some(taps) = taps else { continue };
        for (column, pixel) in line.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            if across[column].is_some() {
                let value = taps.mix(|row| grid[row][column]);
                // The cast keeps the overshoot of a cubic inside 0..=255.
                *pixel = table[usize::from((value + 0.5) as u8)];
            }
        }
    }
    rgba
}

/// Four neighbouring samples and their weights, which sum up to 1. Those beyond the grid have none.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Taps {
    first: usize,
    count: usize,
    weights: [f32; 4],
}

impl Taps {
    fn mix(&self, sample: impl Fn(usize) -> f32) -> f32 {
        (0..self.count).map(|index| self.weights[index] * sample(self.first + index)).sum()
    }
}

/// What each of `length` pixels takes from `cells` samples that cover `from..to`; none outside.
fn taps(cells: u32, length: u32, from: f32, to: f32) -> Vec<Option<Taps>> {
    let one = |pixel: u32| {
        let middle = pixel as f32 + 0.5;
        if !(from..to).contains(&middle) {
            return None;
        }
        let place = (middle - from) / (to - from) * cells as f32 - 0.5;
        let near = place.floor() as i64;
        let first = (near - 1).max(0);
        let last = (near + 2).min(i64::from(cells) - 1);
        let mut taps = Taps { first: first as usize, count: (last - first + 1) as usize, weights: [0.0; 4] };
        for (weight, cell) in taps.weights.iter_mut().zip(first..=last) {
            *weight = cubic((cell as f32 - place).abs());
        }
        let sum: f32 = taps.weights.iter().sum();
        taps.weights.iter_mut().for_each(|weight| *weight /= sum);
        Some(taps)
    };
    (0..length).map(one).collect()
}

/// Keys 1981, "Cubic convolution interpolation for digital image processing", equation 4 with `a` = [`CUBIC`].
fn cubic(x: f32) -> f32 {
    if x < 1.0 {
        ((CUBIC + 2.0) * x - (CUBIC + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * CUBIC
    } else {
        0.0
    }
}

fn widened(row: &[u8], across: &[Option<Taps>]) -> Vec<f32> {
    let pixel = |taps: &Option<Taps>| taps.map_or(0.0, |taps| taps.mix(|cell| f32::from(row[cell])));
    across.iter().map(pixel).collect()
}

/// Straight-alpha RGBA for each activation.
fn colours() -> [[u8; 4]; 256] {
    std::array::from_fn(|value| {
        let place = value as f32 / 17.0;
        let below = (place as usize).min(INFERNO.len() - 2);
        let part = place - below as f32;
        let channel = |index: usize| {
            let (low, high) = (f32::from(INFERNO[below][index]), f32::from(INFERNO[below + 1][index]));
            (low + part * (high - low) + 0.5) as u8
        };
        let alpha = COLDEST_ALPHA + (255.0 - COLDEST_ALPHA) * value as f32 / 255.0;
        [channel(0), channel(1), channel(2), alpha as u8]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: &[u8], grid: [u32; 2], region: [f32; 4], size: [u32; 2]) -> Vec<[u8; 4]> {
        let map = Heat { values, columns: grid[0], rows: grid[1], region };
        heat(&map, size[0], size[1]).as_chunks().0.to_vec()
    }

    #[test]
    fn activations_are_enlarged_as_pillow_does() {
        // Pillow 13.0: Image.fromarray([[0, 40, 255], [10, 200, 90]], 'F').resize((7, 5), BICUBIC), cut to 0..255.
        let expected: [[f32; 7]; 5] = [
            [0.0, 0.0, 0.0, 24.151, 134.697, 248.272, 255.0],
            [0.0, 3.739, 15.662, 50.488, 139.113, 226.355, 255.0],
            [0.0, 15.395, 65.859, 120.0, 150.769, 168.511, 177.548],
            [0.0, 27.05, 116.055, 189.512, 162.424, 110.667, 92.287],
            [0.0, 31.466, 135.074, 215.849, 166.84, 88.75, 59.983],
        ];
        let found = drawn(&[0, 40, 255, 10, 200, 90], [3, 2], [0.0, 0.0, 7.0, 5.0], [7, 5]);
        let table = colours();
        for (pixel, value) in found.iter().zip(expected.as_flattened()) {
            assert_eq!(*pixel, table[value.round() as usize], "{value}");
        }
    }

    #[test]
    fn colours_are_those_of_inferno() {
        // cv2.applyColorMap(..., COLORMAP_INFERNO) of OpenCV 5.0, which is matplotlib's; a step between two of ours.
        let table = colours();
        for (value, expected) in [(0, [0, 0, 4]), (255, [252, 255, 164]), (128, [188, 55, 84])] {
            let near = table[value].iter().zip(expected).all(|(&found, wanted)| found.abs_diff(wanted) <= 3);
            assert!(near, "{value}: {:?}", table[value]);
        }
    }

    #[test]
    fn nothing_is_drawn_outside_the_region() {
        let found = drawn(&[255], [1, 1], [1.0, 0.0, 3.0, 1.0], [4, 2]);
        let (no, hot) = ([0; 4], [252, 255, 164, 255]);
        assert_eq!(found, [no, hot, hot, no, no, no, no, no]);
    }

    #[test]
    fn an_empty_or_short_grid_draws_nothing() {
        assert_eq!(drawn(&[], [0, 0], [0.0, 0.0, 1.0, 1.0], [1, 1]), [[0; 4]]);
        assert_eq!(drawn(&[9; 3], [2, 2], [0.0, 0.0, 1.0, 1.0], [1, 1]), [[0; 4]]);
        assert_eq!(drawn(&[9; 4], [2, 2], [1.0, 1.0, 0.0, f32::NAN], [1, 1]), [[0; 4]]);
    }
}
