//! Where the samples of a convolution lie in its input.

use super::conv::NARROW_PIXELS;
use super::tiles::OUTSIDE;
use crate::sizes::ConvShape;

/// Where the samples of some output pixels start; kept from block to block.
#[derive(Default)]
pub struct Found {
    /// `[sample, pixel]`, [`OUTSIDE`] for zeros.
    pub starts: Vec<usize>,
    /// Pixels of a sample, a whole number of tiles: the last pixel is repeated.
    pub stride: usize,
    /// Samples that lie side by side and were made one: where the rows of a kernel lie inside the input, and tiles read all
    /// channels, they are read as a whole.
    pub merged: usize,
}

impl Found {
    /// Finds the samples of `pixels` output pixels from `first` on.
    pub fn find(&mut self, shape: &ConvShape, first: usize, pixels: usize) {
        let width = shape.kernel[2];
        let rows: Vec<Row> = Row::all(shape, first, pixels).collect();
        let whole = shape.dilation[2] == 1 && shape.groups == 1;
        self.merged = if whole && rows.iter().all(|row| row.is_inside(shape)) { width } else { 1 };
        self.stride = pixels.next_multiple_of(NARROW_PIXELS);
        let samples = shape.kernel.iter().product::<usize>() / self.merged;
        self.starts.clear();
        self.starts.resize(samples * self.stride, OUTSIDE);
        for sample in 0..samples {
            let index = sample * self.merged;
            let (plane, row, column) =
                (index / width / shape.kernel[1], index / width % shape.kernel[1], index % width);
            let starts = &mut self.starts[sample * self.stride..][..self.stride];
            for segment in &rows {
                segment.fill(shape, [plane, row, column], &mut starts[segment.begin..][..segment.length]);
            }
            let last = starts[pixels - 1];
            starts[pixels..].fill(last);
        }
    }
}

/// Output pixels of one row.
struct Row {
    /// Their place among the pixels that are asked for.
    begin: usize,
    length: usize,
    /// Plane, row and column of the input where the first one's samples begin, negative in the padding.
    corner: [isize; 3],
}

impl Row {
    /// The rows that `pixels` output pixels from `first` on belong to.
    fn all(shape: &ConvShape, first: usize, pixels: usize) -> impl Iterator<Item = Self> {
        let [_, rows, columns] = shape.output;
        let mut begin = 0;
        std::iter::from_fn(move || {
            let index = first + begin;
            let out = [index / columns / rows, index / columns % rows, index % columns];
            let length = (columns - out[2]).min(pixels - begin);
            let corner = std::array::from_fn(|axis| {
                (out[axis] * shape.stride[axis]) as isize - shape.padding[axis] as isize
            });
            let row = Self { begin, length, corner };
            begin += length;
            (length > 0).then_some(row)
        })
    }

    /// Whether no sample is left or right of the input.
    fn is_inside(&self, shape: &ConvShape) -> bool {
        let reach = (self.length - 1) * shape.stride[2] + (shape.kernel[2] - 1) * shape.dilation[2];
        self.corner[2] >= 0 && self.corner[2] as usize + reach < shape.input[2]
    }

    /// Where one sample of each pixel starts.
    fn fill(&self, shape: &ConvShape, sample: [usize; 3], starts: &mut [usize]) {
        let at = |axis: usize| self.corner[axis] + (sample[axis] * shape.dilation[axis]) as isize;
        let is_inside = |axis: usize| (0..shape.input[axis] as isize).contains(&at(axis));
        if !(is_inside(0) && is_inside(1)) {
            return;
        }
        let (column, step, columns) = (at(2), shape.stride[2], shape.input[2] as isize);
        let skipped = if column < 0 { column.unsigned_abs().div_ceil(step) } else { 0 };
        let end = if column < columns { (columns - 1 - column) as usize / step + 1 } else { 0 };
        let line = (at(0) as usize * shape.input[1] + at(1) as usize) * shape.input[2];
        let first = (line as isize + column) as usize;
        if let Some(starts) = starts.get_mut(skipped..) {
            for (index, start) in starts.iter_mut().take(end.saturating_sub(skipped)).enumerate() {
                *start = first.wrapping_add((skipped + index) * step) * shape.ci;
            }
        }
    }
}
