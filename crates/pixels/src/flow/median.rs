//! The 5 x 5 median of a plane, edges repeated outwards: OpenCV's `medianBlur` on floats.

use super::plane::Plane;

/// Rows of a window.
const SIDE: usize = 5;
/// How far a window reaches from its middle.
const REACH: usize = SIDE / 2;

/// What the filter needs while it runs: one row of windows with their columns sorted, smallest first.
#[derive(Default)]
pub(super) struct Median([Vec<f32>; SIDE]);

impl Median {
    /// Makes `target` the median of `source`.
    pub fn filter(&mut self, source: &Plane, target: &mut Plane) {
        let (width, height) = (source.width, source.height);
        target.reset(width, height);
        for sorted in &mut self.0 {
            sorted.resize(width + 2 * REACH, 0.0);
        }
        for y in 0..height {
            let rows = std::array::from_fn(|row| source.row((y + row).saturating_sub(REACH).min(height - 1)));
            let [a, b, c, d, e] = self.0.each_mut().map(|sorted| &mut sorted[REACH..REACH + width]);
            sort_columns(rows, a, b, c, d, e);
            for sorted in &mut self.0 {
                let (first, last) = (sorted[REACH], sorted[REACH + width - 1]);
                sorted[..REACH].fill(first);
                sorted[REACH + width..].fill(last);
            }
            select(self.0.each_ref().map(|sorted| &sorted[..width + 2 * REACH]), target.row_mut(y));
        }
    }
}

// Both loops are taken several columns at a time by the compiler. For that it must know that what is written is not what
// is read, hence an argument for each row that is written.
fn sort_columns(
    rows: [&[f32]; SIDE],
    a: &mut [f32],
    b: &mut [f32],
    c: &mut [f32],
    d: &mut [f32],
    e: &mut [f32],
) {
    let width = a.len();
    let rows = rows.map(|row| &row[..width]);
    let (b, c, d, e) = (&mut b[..width], &mut c[..width], &mut d[..width], &mut e[..width]);
    for x in 0..width {
        [a[x], b[x], c[x], d[x], e[x]] = sort5([rows[0][x], rows[1][x], rows[2][x], rows[3][x], rows[4][x]]);
    }
}

/// Sorting the rows of a square with sorted columns leaves the columns sorted. Then the number in row r and column s has
/// (r + 1)(s + 1) - 1 others that are not larger and (5 - r)(5 - s) - 1 that are not smaller, so that only those with
/// r + s = 3, 4 or 5 can be the median. Of r + s = 3 all but the largest, of r + s = 5 all but the smallest and of
/// r + s = 4 all but the middle one have too many others above or below them, by the same count.
fn select(sorted: [&[f32]; SIDE], target: &mut [f32]) {
    let width = target.len();
    let sorted = sorted.map(|row| &row[..width + 2 * REACH]);
    for x in 0..width {
        let row = |row: &[f32]| sort5([row[x], row[x + 1], row[x + 2], row[x + 3], row[x + 4]]);
        let (a, b, c, d, e) =
            (row(sorted[0]), row(sorted[1]), row(sorted[2]), row(sorted[3]), row(sorted[4]));
        let low = larger(larger(a[3], b[2]), larger(c[1], d[0]));
        let high = smaller(smaller(b[4], c[3]), smaller(d[2], e[1]));
        let middle = sort5([a[4], b[3], c[2], d[1], e[0]])[2];
        target[x] = larger(smaller(larger(low, middle), high), smaller(low, middle));
    }
}

/// Nine comparisons, the fewest there are for five (Knuth, The Art of Computer Programming 3, 5.3.4).
#[inline(always)]
fn sort5([a, b, c, d, e]: [f32; SIDE]) -> [f32; SIDE] {
    let order = |one, other| (smaller(one, other), larger(one, other));
    let ((a, d), (b, e)) = (order(a, d), order(b, e));
    let ((a, c), (b, d)) = (order(a, c), order(b, d));
    let ((a, b), (c, e)) = (order(a, b), order(c, e));
    let ((b, c), (d, e)) = (order(b, c), order(d, e));
    let (c, d) = order(c, d);
    [a, b, c, d, e]
}

/// One instruction, unlike `f32::min`, which looks out for NaN.
fn smaller(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sorting all 25 numbers of each window.
    fn by_sorting(source: &Plane, x: usize, y: usize) -> f32 {
        let near =
            |index: usize, offset: usize, side: usize| (index + offset).saturating_sub(2).min(side - 1);
        let mut window: Vec<f32> = (0..25)
            .map(|i| source.row(near(y, i / 5, source.height))[near(x, i % 5, source.width)])
            .collect();
        window.sort_by(f32::total_cmp);
        window[12]
    }

    #[test]
    fn the_network_of_nine_comparisons_sorts_five_numbers() {
        // A network that sorts every sequence of zeros and ones sorts everything (Knuth, 5.3.4, theorem Z).
        for bits in 0..32_u32 {
            let values = std::array::from_fn(|i| (bits >> i & 1) as f32);
            assert!(sort5(values).is_sorted(), "{values:?}");
        }
    }

    proptest! {
        #[test]
        fn it_is_the_thirteenth_of_each_window_in_order(
            (width, height) in (1_usize..20, 1_usize..12),
            values in proptest::collection::vec(-4_i8..4, 240),
        ) {
            let (mut source, mut target) = (Plane::default(), Plane::default());
            source.reset(width, height);
            for y in 0..height {
                for (x, value) in source.row_mut(y).iter_mut().enumerate() {
                    *value = f32::from(values[y * width + x]);
                }
            }
            Median::default().filter(&source, &mut target);
            for y in 0..height {
                let expected: Vec<f32> = (0..width).map(|x| by_sorting(&source, x, y)).collect();
                prop_assert_eq!(target.row(y), &expected[..]);
            }
        }
    }
}
