//! The second picture and its gradient, seen from the first along the flow, and what the iterations need of them.

use super::plane::Plane;

/// How finely positions between pixels are told apart: OpenCV's `remap` rounds them to 1/32 pixel.
const STEPS: usize = 32;
/// Pixels of zero round a picture, so that a 4 x 4 window may leave it without a question.
const MARGIN: usize = 4;

/// A picture with what is interpolated together: value, gradient across, gradient down (and a zero, four lanes).
#[derive(Default)]
pub(super) struct Target {
    stride: usize,
    pixels: Vec<[f32; 4]>,
}

impl Target {
    /// Takes a picture and its central differences (one-sided at the edges, halved there too, as in OpenCV).
    pub fn read(&mut self, picture: &Plane) {
        let (width, height) = (picture.width, picture.height);
        self.stride = width + 2 * MARGIN;
        self.pixels.clear();
        self.pixels.resize(self.stride * (height + 2 * MARGIN), [0.0; 4]);
        for y in 0..height {
            let above = picture.row(y.saturating_sub(1));
            let (row, below) = (picture.row(y), picture.row((y + 1).min(height - 1)));
            let pixels = &mut self.pixels[(y + MARGIN) * self.stride + MARGIN..][..width];
            for (x, pixel) in pixels.iter_mut().enumerate() {
                let across = row[(x + 1).min(width - 1)] - row[x.saturating_sub(1)];
                *pixel = [row[x], 0.5 * across, 0.5 * (below[x] - above[x]), 0.0];
            }
        }
    }

    /// Keys' bicubic at a position in units of 1/32 pixel, counted from the corner of the margin.
    fn at(&self, weights: &[[f32; 4]; STEPS], column: usize, row: usize) -> [f32; 4] {
        let (across, down) = (&weights[column % STEPS], &weights[row % STEPS]);
        let start = (row / STEPS - 1) * self.stride + column / STEPS - 1;
        let mut sum = [0.0; 4];
        for (line, down) in down.iter().enumerate() {
            let pixels = &self.pixels[start + line * self.stride..][..4];
            let mut line_sum = [0.0; 4];
            for (pixel, across) in pixels.iter().zip(across) {
                let weight = down * across;
                line_sum = std::array::from_fn(|lane| line_sum[lane] + pixel[lane] * weight);
            }
            sum = std::array::from_fn(|lane| sum[lane] + line_sum[lane]);
        }
        sum
    }
}

/// Weights of the four nearest pixels by the fraction of a position, in 32nds.
pub struct Bicubic([[f32; 4]; STEPS]);

impl Default for Bicubic {
    fn default() -> Self {
        Self::new()
    }
}

impl Bicubic {
    /// With a = -0.75, as in OpenCV (Keys himself and Pillow take -0.5).
    pub fn new() -> Self {
        const A: f32 = -0.75;
        let near = |x: f32| ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
        Self(std::array::from_fn(|step| {
            let x = step as f32 / STEPS as f32;
            let first = ((A * (x + 1.0) - 5.0 * A) * (x + 1.0) + 8.0 * A) * (x + 1.0) - 4.0 * A;
            let (second, third) = (near(x), near(1.0 - x));
            [first, second, third, 1.0 - first - second - third]
        }))
    }

    /// Four weights for each 32nd of a pixel.
    pub fn weights(&self) -> &[[f32; 4]] {
        &self.0
    }
}

/// The brightness residual, linear in the flow u: `rho(u) = offset + across * u1 + down * u2`.
#[derive(Default)]
pub(super) struct Residual {
    pub offset: Plane,
    pub across: Plane,
    pub down: Plane,
    /// One by the squared length of the gradient.
    pub inverse: Plane,
    /// A row of the second picture, as [`Target`] gives it. Kept with all four lanes, as the sums are faster so.
    warped: Vec<[f32; 4]>,
}

/// One row of a [`Residual`].
pub(super) struct ResidualRow<'a> {
    pub offset: &'a [f32],
    pub across: &'a [f32],
    pub down: &'a [f32],
    pub inverse: &'a [f32],
}

impl Residual {
    /// Linearises about the flow `u`. Where the flow leaves the second picture, that is black, as in OpenCV.
    pub fn linearise(&mut self, first: &Plane, second: &Target, u: &[Plane; 2], weights: &Bicubic) {
        let (width, height) = (first.width, first.height);
        for plane in [&mut self.offset, &mut self.across, &mut self.down, &mut self.inverse] {
            plane.reset(width, height);
        }
        self.warped.resize(width, [0.0; 4]);
        for y in 0..height {
            let (u1, u2) = (u[0].row(y), u[1].row(y));
            for (x, ((pixel, u1), u2)) in self.warped.iter_mut().zip(u1).zip(u2).enumerate() {
                *pixel = second.at(&weights.0, position(x, *u1, width), position(y, *u2, height));
            }
            let (across, down) = (self.across.row_mut(y), self.down.row_mut(y));
            let offset = self.offset.row_mut(y);
            for (x, pixel) in self.warped.iter().enumerate() {
                [offset[x], across[x], down[x], _] = *pixel;
            }
            subtract_linear(offset, first.row(y), [&*across, &*down], [u1, u2]);
            invert_length(self.inverse.row_mut(y), across, down);
        }
    }

    pub fn row(&self, y: usize) -> ResidualRow<'_> {
        ResidualRow {
            offset: self.offset.row(y),
            across: self.across.row(y),
            down: self.down.row(y),
            inverse: self.inverse.row(y),
        }
    }
}

// Both loops are taken several pixels at a time by the compiler, as nothing that is read is written.

/// `offset` is the second picture's row, and becomes the residual at no flow.
fn subtract_linear(offset: &mut [f32], first: &[f32], gradient: [&[f32]; 2], u: [&[f32]; 2]) {
    let width = offset.len();
    let (first, across, down) = (&first[..width], &gradient[0][..width], &gradient[1][..width]);
    let (u1, u2) = (&u[0][..width], &u[1][..width]);
    for x in 0..width {
        offset[x] = offset[x] - across[x] * u1[x] - down[x] * u2[x] - first[x];
    }
}

fn invert_length(inverse: &mut [f32], across: &[f32], down: &[f32]) {
    for ((inverse, across), down) in inverse.iter_mut().zip(across).zip(down) {
        let squared = across * across + down * down;
        *inverse = 1.0 / if squared > f32::EPSILON { squared } else { f32::EPSILON };
    }
}

/// `index + flow` in units of 1/32 pixel from the corner of the margin, at least one pixel from its ends: all that is
/// further away is black too. Half a unit goes to the even one. (`clamp` would bring its message, and with it the printing
/// of floats, into WebAssembly.)
fn position(index: usize, flow: f32, side: usize) -> usize {
    // Floats of this size are whole numbers: adding it rounds.
    const ROUND: f32 = 12_582_912.0;
    let place = (index as f32 + flow).max(-3.0).min(side as f32 + 1.0);
    let units = (place * STEPS as f32 + ROUND).to_bits() as i32 - ROUND.to_bits() as i32;
    (units + (MARGIN * STEPS) as i32) as usize
}
