//! Operators that change the sizes of maps: pooling, resizing, shuffling.

use super::Graph;
use super::proto::{Attribute, INT64};

impl Graph {
    /// The largest of `side` x `side`, in steps of `side`.
    pub fn max_pool(&mut self, x: &str, side: usize) -> String {
        let square = [side, side];
        let attributes = vec![Attribute::ints("kernel_shape", &square), Attribute::ints("strides", &square)];
        self.node("MaxPool", &[x], attributes)
    }

    /// The largest of `side` x `side`, in steps of `stride`, with `pad` rows and columns round the map.
    pub fn max_pool_overlapping(&mut self, x: &str, side: usize, stride: usize, pad: usize) -> String {
        let attributes = vec![
            Attribute::ints("kernel_shape", &[side, side]),
            Attribute::ints("strides", &[stride, stride]),
            Attribute::ints("pads", &[pad; 4]),
        ];
        self.node("MaxPool", &[x], attributes)
    }

    /// Of maps with time: the largest of `side` x `side` in each frame, in steps of `stride`, padded so that a step of 1 keeps the
    /// size.
    pub fn max_pool_planes(&mut self, x: &str, side: usize, stride: usize) -> String {
        let pad = (side - 1) / 2;
        let attributes = vec![
            Attribute::ints("kernel_shape", &[1, side, side]),
            Attribute::ints("strides", &[1, stride, stride]),
            Attribute::ints("pads", &[0, pad, pad, 0, pad, pad]),
        ];
        self.node("MaxPool", &[x], attributes)
    }

    /// The mean of `rows` x `columns`, in steps of as many.
    pub fn mean_pool(&mut self, x: &str, rows_columns: [usize; 2]) -> String {
        let attributes =
            vec![Attribute::ints("kernel_shape", &rows_columns), Attribute::ints("strides", &rows_columns)];
        self.node("AveragePool", &[x], attributes)
    }

    /// Half as many rows and columns: means of 3 x 3, in which the zeros round the map count.
    pub fn mean_pool_half(&mut self, x: &str) -> String {
        let attributes = vec![
            Attribute::ints("kernel_shape", &[3, 3]),
            Attribute::ints("strides", &[2, 2]),
            Attribute::ints("pads", &[1; 4]),
            Attribute::int("count_include_pad", 1),
        ];
        self.node("AveragePool", &[x], attributes)
    }

    /// The means of an adaptive pooling from `before` to `after` rows and columns, as two products with matrices of shares: bins
    /// may overlap, which no operator for pooling has.
    pub fn adaptive_mean(&mut self, x: &str, before: [usize; 2], after: [usize; 2]) -> String {
        let rows = self.reals(&shares(before[0], after[0]), &[after[0], before[0]]);
        let across = shares(before[1], after[1]);
        let turned: Vec<f32> =
            (0..before[1]).flat_map(|from| across.iter().skip(from).step_by(before[1]).copied()).collect();
        let columns = self.reals(&turned, &[before[1], after[1]]);
        let tall = self.node("MatMul", &[&rows, x], Vec::new());
        self.node("MatMul", &[&tall, &columns], Vec::new())
    }

    /// Channels in `groups` of `each`, dealt out in turn.
    pub fn shuffle(&mut self, x: &str, [groups, each]: [usize; 2], [rows, columns]: [usize; 2]) -> String {
        let apart = self.wholes(&[1, groups, each, rows, columns]);
        let x = self.node("Reshape", &[x, &apart], Vec::new());
        let x = self.node("Transpose", &[&x], vec![Attribute::ints("perm", &[0, 2, 1, 3, 4])]);
        let together = self.wholes(&[1, groups * each, rows, columns]);
        self.node("Reshape", &[&x, &together], Vec::new())
    }

    fn wholes(&mut self, numbers: &[usize]) -> String {
        let raw = numbers.iter().flat_map(|&number| (number as i64).to_le_bytes()).collect();
        self.initializer(INT64, &[numbers.len()], raw)
    }

    /// Bilinear, `times` as many columns and rows, by the middles of pixels.
    pub fn enlarge(&mut self, x: &str, times: usize) -> String {
        let scales = self.reals(&[1.0, 1.0, times as f32, times as f32], &[4]);
        let attributes = vec![
            Attribute::text("mode", "linear"),
            Attribute::text("coordinate_transformation_mode", "half_pixel"),
        ];
        self.node("Resize", &[x, "", &scales], attributes)
    }

    /// Bilinear, to `[rows, columns]` of a map of `channels`, by the middles of pixels.
    pub fn resize(&mut self, x: &str, channels: usize, size: [usize; 2]) -> String {
        self.resize_by(x, channels, size, "half_pixel")
    }

    /// As [`Self::resize`], by the corners of maps.
    pub fn resize_by_corners(&mut self, x: &str, channels: usize, size: [usize; 2]) -> String {
        self.resize_by(x, channels, size, "align_corners")
    }

    fn resize_by(&mut self, x: &str, channels: usize, [rows, columns]: [usize; 2], mode: &str) -> String {
        let sizes = self.wholes(&[1, channels, rows, columns]);
        let attributes =
            vec![Attribute::text("mode", "linear"), Attribute::text("coordinate_transformation_mode", mode)];
        self.node("Resize", &[x, "", "", &sizes], attributes)
    }
}

/// What each of `before` pixels has in each of `after` means, row by row: a mean is of the pixels from
/// `floor(i * before / after)` to `ceil((i + 1) * before / after)`, as PyTorch has it.
fn shares(before: usize, after: usize) -> Vec<f32> {
    let mut shares = vec![0.0; before * after];
    for index in 0..after {
        let (start, end) = (index * before / after, ((index + 1) * before).div_ceil(after));
        shares[index * before + start..index * before + end].fill(1.0 / (end - start) as f32);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `torch.nn.functional.adaptive_avg_pool1d` of five to three: pixels 0-1, 1-3, 3-4.
    #[test]
    fn bins_of_an_adaptive_pooling_may_overlap() {
        let third = 1.0 / 3.0;
        let expected =
            [[0.5, 0.5, 0.0, 0.0, 0.0], [0.0, third, third, third, 0.0], [0.0, 0.0, 0.0, 0.5, 0.5]].concat();
        assert_eq!(shares(5, 3), expected);
    }
}
