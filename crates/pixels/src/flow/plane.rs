//! Single-precision planes, and what brings them to another size.

/// A plane of numbers. Each row has one number more than the picture, so that a row's neighbours to one side can be read
/// without asking where the row ends.
#[derive(Default)]
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    values: Vec<f32>,
}

impl Plane {
    /// Takes a size, and zero everywhere. Memory of earlier sizes is kept.
    pub fn reset(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.values.clear();
        self.values.resize((width + 1) * height, 0.0);
    }

    /// Row `y`, and the number after it.
    pub fn padded(&self, y: usize) -> &[f32] {
        &self.values[y * (self.width + 1)..][..self.width + 1]
    }

    /// Row `y`, and the number after it.
    pub fn padded_mut(&mut self, y: usize) -> &mut [f32] {
        &mut self.values[y * (self.width + 1)..][..self.width + 1]
    }

    /// Row `y`.
    pub fn row(&self, y: usize) -> &[f32] {
        &self.padded(y)[..self.width]
    }

    /// Row `y`.
    pub fn row_mut(&mut self, y: usize) -> &mut [f32] {
        let width = self.width;
        &mut self.padded_mut(y)[..width]
    }

    /// Takes the size and the numbers of a grey picture, 0..255.
    pub fn read(&mut self, picture: &crate::Gray) {
        self.reset(picture.width() as usize, picture.height() as usize);
        for (y, bytes) in picture.values().chunks_exact(self.width).enumerate() {
            for (value, &byte) in self.row_mut(y).iter_mut().zip(bytes) {
                *value = f32::from(byte);
            }
        }
    }

    /// Becomes `source` at `width` x `height`, times `factor`: bilinear between pixel centres, the arithmetic of OpenCV's
    /// `resize` (`INTER_LINEAR`) on floats. `step`: source pixels per pixel, across and down.
    pub fn resize_from(
        &mut self,
        source: &Self,
        (width, height): (usize, usize),
        step: [f64; 2],
        factor: f32,
    ) {
        self.reset(width, height);
        let columns: Vec<Tap> = (0..width).map(|x| Tap::new(x, step[0], source.width)).collect();
        for y in 0..height {
            let rows = Tap::new(y, step[1], source.height);
            let (upper, lower) = (source.row(rows.low), source.row(rows.high));
            for (value, columns) in self.row_mut(y).iter_mut().zip(&columns) {
                let (upper, lower) = (columns.between(upper), columns.between(lower));
                *value = (upper + (lower - upper) * rows.share) * factor;
            }
        }
    }
}

/// For each of `length` pixels: the two of `side` source pixels that it lies between, and how much of the second one.
/// `step`: source pixels per pixel.
pub fn linear_taps(length: usize, step: f64, side: usize) -> impl Iterator<Item = (usize, usize, f32)> {
    (0..length).map(move |index| Tap::new(index, step, side)).map(|tap| (tap.low, tap.high, tap.share))
}

/// Where a target pixel lies between two source pixels.
struct Tap {
    low: usize,
    high: usize,
    /// How much of the pixel at `high`.
    share: f32,
}

impl Tap {
    fn new(index: usize, step: f64, side: usize) -> Self {
        let position = (index as f64 + 0.5) * step - 0.5;
        let last = side.saturating_sub(1);
        // The cast takes what lies before the first pixel to it.
        let low = position as usize;
        if position < 0.0 || low >= last {
            let edge = low.min(last);
            return Self { low: edge, high: edge, share: 0.0 };
        }
        Self { low, high: low + 1, share: (position - low as f64) as f32 }
    }

    fn between(&self, row: &[f32]) -> f32 {
        row[self.low] + (row[self.high] - row[self.low]) * self.share
    }
}
