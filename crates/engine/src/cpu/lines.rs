//! Lines of a convolution's input with the zeros round them, as long as lines of the output see them.

use crate::sizes::ConvShape;

/// Numbers that are read at once: as many lie behind whatever is read.
pub const SPARE: usize = 16;

/// Some lines of the input, each `[input channel of a group][phase][column][group]` followed by [`SPARE`] zeros: with a stride
/// of 2 the even columns are one phase and the odd ones the other, so that what neighbouring output pixels see are neighbours.
pub struct Lines {
    /// The lines.
    pub numbers: Vec<f32>,
    /// Where what an output line sees starts: `[sample][input channel of a group]`.
    pub starts: Vec<usize>,
    /// For each line that has a place, which one lies there.
    held: Vec<Option<usize>>,
    /// See [`phases`].
    phases: usize,
    /// Columns of a phase.
    columns: usize,
    /// Numbers of a phase.
    phase: usize,
    shape: ConvShape,
}

impl Lines {
    /// None yet.
    pub fn new(shape: &ConvShape) -> Self {
        let [planes, rows, _] = [0, 1, 2].map(|axis| (reach(shape, axis) + 1).min(shape.input[axis]));
        let places = if planes > 1 { planes * shape.input[1] } else { rows };
        let (phases, columns) = phases(shape);
        let phase = columns * shape.groups + SPARE;
        let line = shape.ci / shape.groups * phases * phase;
        Self {
            // The last line is one of zeros.
            numbers: vec![0.0; (places + 1) * line],
            starts: vec![],
            held: vec![None; places],
            phases,
            columns,
            phase,
            shape: *shape,
        }
    }

    /// Numbers of a line.
    fn line(&self) -> usize {
        self.shape.ci / self.shape.groups * self.phases * self.phase
    }

    /// Fetches what output line `index` sees, counted through all maps of `x [n, d, h, w, ci]`.
    pub fn bring(&mut self, x: &[f32], index: usize) {
        let shape = self.shape;
        let (map, row) = (index / (shape.output[0] * shape.output[1]), index % shape.output[1]);
        let plane = index / shape.output[1] % shape.output[0];
        if plane + row == 0 {
            self.held.fill(None);
        }
        let map = &x[map * shape.input_elements()..][..shape.input_elements()];
        let seen = shape.ci / shape.groups;
        self.starts.clear();
        for tap in 0..shape.kernel[0] * shape.kernel[1] {
            let taps = [tap / shape.kernel[1], tap % shape.kernel[1]];
            let at =
                |axis: usize, place: usize| place * shape.stride[axis] + taps[axis] * shape.dilation[axis];
            let start = self.place(map, [at(0, plane), at(1, row)]);
            for column in (0..shape.kernel[2]).map(|tap| tap * shape.dilation[2]) {
                let (phase, shift) = (column % shape.stride[2], column / shape.stride[2]);
                let channel = |channel: usize| channel * self.phases + phase;
                let starts = (0..seen).map(|at| start + channel(at) * self.phase + shift * shape.groups);
                self.starts.extend(starts);
            }
        }
    }

    /// Where a line lies, whose plane and row count from the first zeros.
    fn place(&mut self, map: &[f32], place: [usize; 2]) -> usize {
        let shape = self.shape;
        let inside =
            |axis: usize| place[axis].checked_sub(shape.padding[axis]).filter(|&at| at < shape.input[axis]);
        let (Some(plane), Some(row)) = (inside(0), inside(1)) else {
            return self.held.len() * self.line();
        };
        let name = plane * shape.input[1] + row;
        let slot = name % self.held.len();
        let start = slot * self.line();
        if self.held[slot].replace(name) != Some(name) {
            let width = shape.input[2] * shape.ci;
            self.copy(&map[name * width..][..width], start);
        }
        start
    }

    /// Copies a line of the input. What lies beside it stays zero.
    fn copy(&mut self, line: &[f32], start: usize) {
        let shape = self.shape;
        let (groups, seen, stride) = (shape.groups, shape.ci / shape.groups, shape.stride[2]);
        for phase in 0..self.phases {
            let first = shape.padding[2].saturating_sub(phase).div_ceil(stride);
            let end = (shape.input[2] + shape.padding[2]).saturating_sub(phase).div_ceil(stride);
            let end = end.min(self.columns);
            let from = (first * stride + phase) - shape.padding[2].min(first * stride + phase);
            let target = &mut self.numbers[start + phase * self.phase..];
            if seen == 1 && stride == 1 && first < end {
                let count = (end - first) * groups;
                target[first * groups..][..count].copy_from_slice(&line[from * groups..][..count]);
                continue;
            }
            let pixels = line.chunks_exact(shape.ci).skip(from).step_by(stride);
            for (column, pixel) in (first..end).zip(pixels) {
                for channel in 0..seen {
                    let place = channel * self.phases * self.phase + column * groups;
                    let target = &mut target[place..][..groups];
                    let numbers = pixel[channel..].iter().step_by(seen);
                    target.iter_mut().zip(numbers).for_each(|(target, number)| *target = *number);
                }
            }
        }
    }
}

/// How far the last sample is from the first one.
fn reach(shape: &ConvShape, axis: usize) -> usize {
    (shape.kernel[axis] - 1) * shape.dilation[axis]
}

/// Phases of a line that samples see, and columns of each.
pub fn phases(shape: &ConvShape) -> (usize, usize) {
    let reach = reach(shape, 2);
    (shape.stride[2].min(reach + 1), shape.output[2] + reach / shape.stride[2])
}
