//! Where windows lie over a map: for each output position, the taps that see the input and what they see.

use crate::Window;
use std::ops::Range;

/// Windows over the spatial axes of a map, of which there are up to three.
pub struct Places {
    axes: [Vec<Reach>; 3],
    kernel: [usize; 3],
    input: [usize; 3],
}

/// One window along one axis.
#[derive(Clone, Copy)]
struct Reach {
    /// The first tap within the input, and what it sees.
    first: (usize, usize),
    /// Taps within the input.
    seen: usize,
    /// Distance of what neighbouring taps see.
    dilation: usize,
    /// Taps within the input and its padding.
    padded: usize,
}

/// One window.
pub struct Place<'a> {
    /// The position within the kernel and that within the input, both flattened, of what lies within the input.
    pub seen: &'a [(usize, usize)],
    /// How many taps lie within the input and its padding.
    pub padded: usize,
}

impl Places {
    /// The windows of a map `[n, input.., c]` that becomes `[n, output.., _]`.
    pub fn new(windows: &[Window], x: &[usize], output: &[usize]) -> Self {
        let mut places = Self { axes: [const { vec![] }; 3], kernel: [1; 3], input: [1; 3] };
        let missing = 3 - windows.len();
        places.axes[..missing].fill(vec![Reach { first: (0, 0), seen: 1, dilation: 1, padded: 1 }]);
        for (index, window) in windows.iter().enumerate() {
            let (axis, size) = (missing + index, x[index + 1]);
            places.kernel[axis] = window.kernel;
            places.input[axis] = size;
            places.axes[axis] = (0..output[index + 1]).map(|at| Reach::new(window, size, at)).collect();
        }
        places
    }

    /// Elements of the input's spatial axes.
    pub fn inputs(&self) -> usize {
        self.input.iter().product()
    }

    /// Windows of a line of the output, and how many lines there are.
    pub fn lines(&self) -> (usize, usize) {
        let [depths, rows, columns] = &self.axes;
        (columns.len(), depths.len() * rows.len())
    }

    /// Visits every window, in the order of the output.
    pub fn each(&self, visit: impl FnMut(Place)) {
        self.of_lines(0..self.lines().1, visit);
    }

    /// Visits the windows of some lines of the output, in their order.
    pub fn of_lines(&self, lines: Range<usize>, mut visit: impl FnMut(Place)) {
        let [_, kernel_h, kernel_w] = self.kernel;
        let [_, h, w] = self.input;
        let [depths, rows, columns] = &self.axes;
        let mut seen = vec![];
        for line in lines {
            let (depth, row) = (depths[line / rows.len()], rows[line % rows.len()]);
            for column in columns {
                seen.clear();
                for (tap_d, d) in depth.seen() {
                    for (tap_h, y) in row.seen() {
                        let (tap, at) = ((tap_d * kernel_h + tap_h) * kernel_w, (d * h + y) * w);
                        seen.extend(column.seen().map(|(tap_w, x)| (tap + tap_w, at + x)));
                    }
                }
                let padded = depth.padded * row.padded * column.padded;
                visit(Place { seen: &seen, padded });
            }
        }
    }
}

impl Reach {
    fn new(window: &Window, input: usize, output: usize) -> Self {
        let (before, after) = window.padding.amounts(input, window.span(), window.stride);
        let start = output * window.stride;
        // Taps before a place of the padded input.
        let taps = |place: usize| place.saturating_sub(start).div_ceil(window.dilation).min(window.kernel);
        let (first, end) = (taps(before), taps(before + input));
        let at = (start + first * window.dilation).saturating_sub(before);
        Self {
            first: (first, at),
            seen: end.saturating_sub(first),
            dilation: window.dilation,
            padded: taps(before + input + after),
        }
    }

    fn seen(self) -> impl Iterator<Item = (usize, usize)> {
        let (tap, at) = self.first;
        (0..self.seen).map(move |index| (tap + index, at + index * self.dilation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Padding;

    /// Four samples and one of padding before them, by hand: the third window of three reaches one beyond.
    #[test]
    fn a_window_sees_what_lies_within_the_input() {
        let window = Window { stride: 2, padding: Padding::Explicit(1, 0), ceil: true, ..Window::dense(3) };
        let places = Places::new(&[window], &[1, 4, 1], &[1, 3, 1]);
        let mut seen = vec![];
        places.each(|place| seen.push((place.seen.to_vec(), place.padded)));
        let expected = [(vec![(1, 0), (2, 1)], 3), (vec![(0, 1), (1, 2), (2, 3)], 3), (vec![(0, 3)], 1)];
        assert_eq!(seen, expected);
        assert_eq!(places.inputs(), 4);
    }
}
