//! What the cells of a detector's grids say, as boxes in input space.

use vitrine_packs::Corners;
use vitrine_pixels::boxes::{Detection, Rect};

/// The grids of a detector.
pub struct Grids(Vec<Grid>);

/// Cells over the network's input, row by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    columns: usize,
    rows: usize,
    /// Rows and columns of input pixels in a cell.
    stride: f32,
}

impl Grids {
    /// Grids over an input of `[width, height]` pixels; a cell that is cut by its border counts.
    pub fn new([width, height]: [u32; 2], strides: &[u32]) -> Self {
        let grid = |&stride: &u32| Grid {
            columns: width.div_ceil(stride) as usize,
            rows: height.div_ceil(stride) as usize,
            stride: stride as f32,
        };
        Self(strides.iter().map(grid).collect())
    }

    /// Cells of all grids.
    pub fn cells(&self) -> usize {
        self.0.iter().map(Grid::cells).sum()
    }

    /// The grids in the order of their strides.
    pub fn iter(&self) -> impl Iterator<Item = &Grid> {
        self.0.iter()
    }
}

impl Grid {
    /// Cells of the grid.
    pub fn cells(&self) -> usize {
        self.columns * self.rows
    }

    /// Column and row of every cell.
    fn places(self) -> impl Iterator<Item = [f32; 2]> {
        (0..self.cells()).map(move |cell| [cell % self.columns, cell / self.columns].map(|n| n as f32))
    }
}

/// `rows`: `[cells of all grids, 5 + classes]`, as [`vitrine_packs::Head::Yolox`] says. One detection for each class whose
/// probability times the object's is at least `floor`.
pub fn yolox(rows: &[f32], grids: &Grids, classes: usize, floor: f32) -> Vec<Detection> {
    let places = grids.iter().flat_map(|grid| grid.places().map(|place| (place, grid.stride)));
    let mut found = vec![];
    for (([column, line], stride), row) in places.zip(rows.chunks_exact(5 + classes)) {
        let &[x, y, width, height, object, ref scores @ ..] = row else { continue };
        if object < floor {
            continue;
        }
        let (x, y) = ((x + column) * stride, (y + line) * stride);
        let rect = Rect::from_centre(x, y, width.exp() * stride, height.exp() * stride);
        push_classes(&mut found, rect, scores, object, floor);
    }
    found
}

/// `scores`: for each grid `[cells, classes]`; `distances`: for each grid `[cells, 4 * bins]`, as
/// [`vitrine_packs::Head::Distribution`] says. One detection for each class whose probability is at least `floor`.
pub fn distribution(
    scores: &[&[f32]],
    distances: &[&[f32]],
    grids: &Grids,
    [classes, bins]: [usize; 2],
    floor: f32,
) -> Vec<Detection> {
    let mut found = vec![];
    for ((grid, scores), distances) in grids.iter().zip(scores).zip(distances) {
        let cells = scores.chunks_exact(classes).zip(distances.chunks_exact(4 * bins));
        for ([column, line], (scores, distances)) in grid.places().zip(cells) {
            if scores.iter().all(|&score| score < floor) {
                continue;
            }
            let side = |index: usize| expected(&distances[index * bins..][..bins]) * grid.stride;
            let (x, y) = ((column + 0.5) * grid.stride, (line + 0.5) * grid.stride);
            let rect = Rect { left: x - side(0), top: y - side(1), right: x + side(2), bottom: y + side(3) };
            push_classes(&mut found, rect, scores, 1.0, floor);
        }
    }
    found
}

/// How the tensor of [`vitrine_packs::Head::Rows`] is read.
#[derive(Clone, Copy, Debug)]
pub struct Rows {
    /// Whether a box is a column.
    pub columns: bool,
    /// Whether the fifth number is the probability of an object.
    pub object: bool,
    /// What the first four are.
    pub corners: Corners,
    /// Pixels of the input for a unit of x and of y.
    pub scale: [f32; 2],
}

/// `numbers`: boxes with their classes, as [`vitrine_packs::Head::Rows`] says. One detection for each class whose
/// probability, times the object's where there is one, is at least `floor`.
pub fn rows(numbers: &[f32], form: Rows, classes: usize, floor: f32) -> Vec<Detection> {
    let first = 4 + usize::from(form.object);
    let boxes = numbers.len() / (first + classes);
    let of = |index: usize| {
        // Where the numbers of a box begin, and how far they are from each other.
        let (start, step) = if form.columns { (index, boxes) } else { (index * (first + classes), 1) };
        move |number: usize| numbers[start + number * step]
    };
    let mut found = vec![];
    let mut scores = Vec::with_capacity(classes);
    for number in (0..boxes).map(of) {
        let object = if form.object { number(4) } else { 1.0 };
        scores.clear();
        scores.extend((first..first + classes).map(&number));
        if object >= floor && scores.iter().any(|&score| score >= floor) {
            push_classes(&mut found, form.rect([0, 1, 2, 3].map(number)), &scores, object, floor);
        }
    }
    found
}

impl Rows {
    fn rect(&self, numbers: [f32; 4]) -> Rect {
        let [a, b, c, d] = numbers;
        let [across, down] = self.scale;
        let [a, b, c, d] = [a * across, b * down, c * across, d * down];
        match self.corners {
            Corners::Middle => Rect::from_centre(a, b, c, d),
            Corners::TopLeft => Rect { left: a, top: b, right: a + c, bottom: b + d },
            Corners::Both => Rect { left: a, top: b, right: c, bottom: d },
        }
    }
}

fn push_classes(found: &mut Vec<Detection>, rect: Rect, scores: &[f32], object: f32, floor: f32) {
    // A pack has fewer classes than a `u16` counts.
    for (class, score) in (0_u16..).zip(scores) {
        let confidence = score * object;
        if confidence >= floor {
            found.push(Detection { rect, class, confidence });
        }
    }
}

/// The mean of 0, 1, 2, ... weighted by the softmax of `logits`.
fn expected(logits: &[f32]) -> f32 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights = logits.iter().map(|logit| (logit - largest).exp());
    let (mut sum, mut mean) = (0.0, 0.0);
    for (bin, weight) in weights.enumerate() {
        sum += weight;
        mean += weight * bin as f32;
    }
    mean / sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_yolox_says_where_its_box_is_in_strides() {
        // 16 x 8 pixels: two cells of 8 pixels, then one of 16. The second cell: its centre is 0.25 right of its left
        // side and 0.5 down, its size 2 x 1 strides.
        let grids = Grids::new([16, 8], &[8, 16]);
        assert_eq!(grids.cells(), 3);
        let nothing = [0.0; 7];
        let row = [0.25, 0.5, 2_f32.ln(), 0.0, 0.5, 0.1, 0.8];
        let found = yolox(&[nothing, row, nothing].concat(), &grids, 2, 0.2);
        // x = (0.25 + 1) * 8 = 10, y = 4; 16 x 8 pixels; 0.5 * 0.8.
        let rect = Rect { left: 2.0, top: 0.0, right: 18.0, bottom: 8.0 };
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].class, found[0].confidence), (1, 0.4));
        assert!(
            (found[0].rect.left - rect.left).abs() < 1e-5 && (found[0].rect.right - rect.right).abs() < 1e-5
        );
        assert_eq!((found[0].rect.top, found[0].rect.bottom), (rect.top, rect.bottom));
    }

    #[test]
    fn distances_are_the_means_of_their_distributions() {
        // One cell of 8 pixels, its middle at (4, 4); three bins. Certain distances: 1, 0, 2, and the mean of 0 and 2.
        let grids = Grids::new([8, 8], &[8]);
        let low = f32::MIN;
        let distances = [[low, 0.0, low], [0.0, low, low], [low, low, 0.0], [0.0, low, 0.0]].concat();
        let found = distribution(&[&[0.05, 0.9]], &[&distances], &grids, [2, 3], 0.1);
        let rect = Rect { left: -4.0, top: 4.0, right: 20.0, bottom: 12.0 };
        assert_eq!(found, [Detection { rect, class: 1, confidence: 0.9 }]);
    }

    const PIXELS: Rows = Rows { columns: false, object: true, corners: Corners::Middle, scale: [1.0, 1.0] };

    /// A box of 20 x 10 pixels round (30, 40).
    const RECT: Rect = Rect { left: 20.0, top: 35.0, right: 40.0, bottom: 45.0 };

    #[test]
    fn a_row_of_yolov5_is_a_box_an_object_and_its_classes() {
        let sure = [30.0, 40.0, 20.0, 10.0, 0.5, 0.1, 0.8];
        let nothing = [30.0, 40.0, 20.0, 10.0, 0.05, 1.0, 1.0];
        let found = rows(&[nothing, sure].concat(), PIXELS, 2, 0.2);
        assert_eq!(found, [Detection { rect: RECT, class: 1, confidence: 0.4 }]);
    }

    #[test]
    fn a_column_of_yolov8_is_a_box_and_its_classes() {
        // Two boxes side by side: each line is a number of both.
        let numbers = [[1.0, 30.0], [1.0, 40.0], [1.0, 20.0], [1.0, 10.0], [0.0, 0.9], [0.1, 0.3]].concat();
        let found = rows(&numbers, Rows { columns: true, object: false, ..PIXELS }, 2, 0.2);
        let classes: Vec<_> = found.iter().map(|it| (it.rect, it.class, it.confidence)).collect();
        assert_eq!(classes, [(RECT, 0, 0.9), (RECT, 1, 0.3)], "each class that is sure enough, of one box");
    }

    #[test]
    fn boxes_are_written_in_three_ways_in_pixels_or_shares() {
        let ways = [
            (Corners::Middle, [30.0, 40.0, 20.0, 10.0]),
            (Corners::TopLeft, [20.0, 35.0, 20.0, 10.0]),
            (Corners::Both, [20.0, 35.0, 40.0, 45.0]),
        ];
        for (corners, numbers) in ways {
            let form = Rows { corners, object: false, ..PIXELS };
            assert_eq!(form.rect(numbers), RECT, "{corners:?}");
            // Shares of an input of 64 x 128 pixels: powers of two, so that nothing is rounded.
            let [a, b, c, d] = numbers;
            let shares = [a / 64.0, b / 128.0, c / 64.0, d / 128.0];
            assert_eq!(Rows { scale: [64.0, 128.0], ..form }.rect(shares), RECT, "{corners:?}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_no_box() {
        assert!(rows(&[0.0, 0.0, 1.0, 1.0, f32::NAN, 1.0], PIXELS, 1, 0.1).is_empty());
        assert!(rows(&[], PIXELS, 1, 0.1).is_empty());
        let grids = Grids::new([8, 8], &[8]);
        assert!(yolox(&[0.0, 0.0, 0.0, 0.0, f32::NAN, 1.0], &grids, 1, 0.1).is_empty());
        let found = yolox(&[f32::NAN, 0.0, 1e9, 0.0, 1.0, 1.0], &grids, 1, 0.1);
        assert!(found.iter().all(|it| it.rect.clipped(8, 8).is_none()));
    }
}
