//! Convolutions of 3 x 3 samples by Winograd's algorithm F(2 x 2, 3 x 3): four output pixels take 16 multiplications for each pair of
//! channels, in place of 36. Lavin and Gray 2015, arXiv:1509.09308.
//!
//! A tile is 2 x 2 output pixels and the 4 x 4 input pixels that they see. Some tiles of the input are transformed, each of their
//! 16 places is multiplied with the weights of that place, and the products are transformed back, all within the cache.

use super::conv::{NARROW_PIXELS, Operands, WIDE_PIXELS};
use super::panels::{NARROW, Packed, Panel, WIDE};
use crate::sizes::ConvShape;
use std::array::from_fn;
use std::mem::take;
use vitrine_graph::lanes::Lanes;

/// Places of a transformed tile.
const PLACES: usize = 16;
/// Tiles that are computed together: all of a convolution's weights are read for each of these blocks.
const TILES: usize = 64;
/// The transformed weights of such a convolution.
#[derive(Debug)]
pub struct Winograd(Packed);

impl Winograd {
    /// Whether a convolution is better computed here.
    pub fn fits(shape: &ConvShape) -> bool {
        let square = shape.kernel == [1, 3, 3] && shape.input[0] == 1 && shape.padding[0] == 0;
        let dense = shape.stride == [1; 3] && shape.dilation == [1; 3] && shape.groups == 1;
        let whole = shape.ci.is_multiple_of(4) && shape.ci >= 8 && shape.co >= WIDE;
        let [_, rows, columns] = shape.output;
        // Maps of a few pixels leave most of their tiles' places unused.
        let multiplied = (rows.div_ceil(2) * columns.div_ceil(2)).next_multiple_of(WIDE_PIXELS) * PLACES;
        square && dense && whole && multiplied <= rows * columns * 7
    }

    /// Of `weight [3, 3, ci, co]`.
    pub fn new(weight: &[f32], shape: &ConvShape) -> Self {
        Self(Packed::filled(shape, weight.len() / 9 * PLACES, |panel, packed| {
            let start = packed.len();
            packed.resize(start + PLACES * shape.ci * panel.lanes, 0.0);
            let packed = packed[start..].as_chunks_mut().0;
            let parts = panel.lanes / 4;
            for at in 0..shape.ci * parts {
                let (depth, part) = (at / parts, at % parts);
                let place = |sample: usize| (sample * shape.ci + depth) * shape.co + panel.first + part * 4;
                let samples = from_fn(|sample| weight[place(sample)..].first_chunk().copied());
                let samples = samples.map(|four| Lanes::load(four.unwrap_or_default()));
                for (place, four) in filter(samples).into_iter().enumerate() {
                    packed[place * shape.ci * parts + at] = four.store();
                }
            }
        }))
    }

    /// Computes the result, `out [n, 1, oh, ow, co]`.
    pub fn conv(&self, operands: Operands, shape: &ConvShape, out: &mut [f32]) {
        let (input, output) = (shape.input_elements(), shape.output_elements());
        if output == 0 {
            return;
        }
        let mut block = Block::new(shape);
        for (index, out) in out.chunks_exact_mut(output).enumerate() {
            let x = &operands.x[index * input..][..input];
            let residual = operands.residual.map(|residual| &residual[index * output..][..output]);
            let tiles = shape.output[1].div_ceil(2) * shape.output[2].div_ceil(2);
            for first in (0..tiles).step_by(TILES) {
                block.read(x, first, TILES.min(tiles - first));
                let added = [operands.bias, residual.unwrap_or_default()];
                for (panel, weight) in self.0.panels() {
                    if panel.lanes == WIDE {
                        block.multiply::<WIDE_PIXELS, { WIDE / 4 }>(weight);
                        block.write::<{ WIDE / 4 }>(panel, added, out);
                    } else {
                        block.multiply::<NARROW_PIXELS, { NARROW / 4 }>(weight);
                        block.write::<{ NARROW / 4 }>(panel, added, out);
                    }
                }
            }
        }
    }
}

/// Neighbouring tiles.
struct Block {
    shape: ConvShape,
    count: usize,
    /// `[tile][place][ci]`
    seen: Vec<f32>,
    /// `[tile][place][lane]` of one panel.
    products: Vec<f32>,
    /// `[tile][2 x 2][lane]` of one panel.
    sums: Vec<f32>,
    /// Pixels of the tiles, four a tile, that lie inside the output, and where they do.
    places: Vec<(usize, usize)>,
    /// What a tile at the border sees, zeros among it: `[4 x 4][ci]`.
    patch: Vec<f32>,
}

impl Block {
    fn new(shape: &ConvShape) -> Self {
        Self {
            shape: *shape,
            count: 0,
            seen: vec![0.0; PLACES * TILES * shape.ci],
            products: vec![0.0; PLACES * TILES * WIDE],
            sums: vec![0.0; TILES * 4 * WIDE],
            places: vec![],
            patch: vec![0.0; PLACES * shape.ci],
        }
    }

    /// Transforms tiles of `x [h, w, ci]`.
    fn read(&mut self, x: &[f32], first: usize, count: usize) {
        self.count = count;
        self.places.clear();
        let ConvShape { input: [_, rows, columns], padding: [_, above, left], ci, .. } = self.shape;
        for tile in 0..count {
            let across = self.shape.output[2].div_ceil(2);
            let (row, column) = ((first + tile) / across * 2, (first + tile) % across * 2);
            self.find(tile, [row, column]);
            let out = &mut self.seen[tile * PLACES * ci..][..PLACES * ci];
            if row >= above && column >= left && row - above + 4 <= rows && column - left + 4 <= columns {
                let start = ((row - above) * columns + column - left) * ci;
                transform(&x[start..], columns * ci, ci, out);
                continue;
            }
            for (sample, pixel) in self.patch.chunks_exact_mut(ci).enumerate() {
                let inside = |place: usize, before: usize, size| {
                    place.checked_sub(before).filter(|&place| place < size)
                };
                let row = inside(row + sample / 4, above, rows);
                match row.zip(inside(column + sample % 4, left, columns)) {
                    Some((row, column)) => pixel.copy_from_slice(&x[(row * columns + column) * ci..][..ci]),
                    None => pixel.fill(0.0),
                }
            }
            transform(&self.patch, 4 * ci, ci, out);
        }
    }

    /// Products of all places with a panel's weights, `[place][ci][lane]`.
    fn multiply<const M: usize, const V: usize>(&mut self, weight: &[f32]) {
        let depth = self.shape.ci;
        let products = self.products.as_chunks_mut().0.as_chunks_mut::<V>().0.as_chunks_mut::<PLACES>().0;
        let seen = self.seen.chunks_exact(M * PLACES * depth).zip(products.as_chunks_mut::<M>().0);
        for (seen, products) in seen.take(self.count.div_ceil(M)) {
            multiply(seen, depth, weight, products);
        }
    }

    /// Transforms the products of a panel back into `out [oh, ow, co]`, with what is added and the activation.
    fn write<const V: usize>(&mut self, panel: Panel, [bias, residual]: [&[f32]; 2], out: &mut [f32]) {
        let bias: &[[f32; 4]; V] = bias[panel.first..].as_chunks().0.first_chunk().unwrap_or(&[[0.0; 4]; V]);
        let mut sums = take(&mut self.sums);
        let pixels = &mut sums.as_chunks_mut().0.as_chunks_mut::<V>().0[..self.count * 4];
        let products = self.products.as_chunks().0.as_chunks::<V>().0.as_chunks().0;
        for (products, pixels) in products.iter().zip(pixels.as_chunks_mut().0) {
            transform_back(products, bias, pixels);
        }
        let start = |place: usize| place * self.shape.co + panel.first;
        if !residual.is_empty() {
            for &(pixel, place) in &self.places {
                for (sum, added) in pixels[pixel].iter_mut().zip(residual[start(place)..].as_chunks().0) {
                    *sum = (Lanes::load(*sum) + Lanes::load(*added)).store();
                }
            }
        }
        self.shape.activation.apply_all(pixels.as_flattened_mut().as_flattened_mut());
        for &(pixel, place) in &self.places {
            let out: Option<&mut [[f32; 4]; V]> = out[start(place)..].as_chunks_mut().0.first_chunk_mut();
            out.into_iter().for_each(|out| *out = pixels[pixel]);
        }
        self.sums = sums;
    }

    /// Notes where a tile's pixels lie, whose first one is at a row and column.
    fn find(&mut self, tile: usize, [row, column]: [usize; 2]) {
        let [_, rows, columns] = self.shape.output;
        for pixel in 0..4 {
            let (row, column) = (row + pixel / 2, column + pixel % 2);
            if row < rows && column < columns {
                self.places.push((tile * 4 + pixel, row * columns + column));
            }
        }
    }
}

/// `G g G^T` of the samples of a filter.
fn filter(samples: [Lanes; 9]) -> [Lanes; PLACES] {
    let half = Lanes::splat(0.5);
    let spread = |[a, b, c]: [Lanes; 3]| {
        let (even, odd) = (half * (a + c), half * b);
        [a, even + odd, even - odd, c]
    };
    let columns: [_; 3] = from_fn(|column| spread(from_fn(|row| samples[row * 3 + column])));
    let rows: [_; 4] = from_fn(|row| spread(columns.map(|column| column[row])));
    from_fn(|place| rows[place / 4][place % 4])
}

/// `B^T d B` of the 4 x 4 pixels that `x` starts with, whose rows are `stride` numbers apart, for each of their channels: `[place][ci]`.
#[inline(never)]
fn transform(x: &[f32], stride: usize, channels: usize, out: &mut [f32]) {
    let count = channels / 4;
    let pixels: [&[[f32; 4]]; PLACES] =
        from_fn(|place| &x[place / 4 * stride + place % 4 * channels..].as_chunks().0[..count]);
    let mut places = out.chunks_exact_mut(channels);
    let places: [&mut [[f32; 4]]; PLACES] =
        from_fn(|_| &mut places.next().unwrap_or_default().as_chunks_mut().0[..count]);
    let spread = |[a, b, c, d]: [Lanes; 4]| [a - c, b + c, c - b, b - d];
    for at in 0..count {
        let columns: [_; 4] =
            from_fn(|column| spread(from_fn(|row| Lanes::load(pixels[row * 4 + column][at]))));
        for row in 0..4 {
            let numbers = spread(columns.map(|column| column[row]));
            for (column, numbers) in numbers.into_iter().enumerate() {
                places[row * 4 + column][at] = numbers.store();
            }
        }
    }
}

/// Products of tiles, `[place][ci]` each, with the weights of a panel, `[place][ci][lane]`.
#[inline(never)]
fn multiply<const M: usize, const V: usize>(
    tiles: &[f32],
    depth: usize,
    weight: &[f32],
    products: &mut [[[[f32; 4]; V]; PLACES]; M],
) {
    let weights = weight.as_chunks::<4>().0.as_chunks::<V>().0.chunks_exact(depth);
    for (place, weight) in weights.enumerate().take(PLACES) {
        let rows: [&[f32]; M] = from_fn(|tile| &tiles[(tile * PLACES + place) * depth..][..depth]);
        let mut sums = [[Lanes::splat(0.0); V]; M];
        for (at, weight) in weight.iter().enumerate() {
            let weight = weight.map(Lanes::load);
            for (sums, row) in sums.iter_mut().zip(&rows) {
                // SAFETY: each row was cut to `depth` numbers, and the weights of a place are `depth` chunks.
                let x = Lanes::splat(unsafe { *row.get_unchecked(at) });
                for (sum, weight) in sums.iter_mut().zip(weight) {
                    *sum = sum.add_product(x, weight);
                }
            }
        }
        for (product, sum) in products.iter_mut().zip(sums) {
            product[place] = sum.map(Lanes::store);
        }
    }
}

/// `A^T m A + bias` of the products of a tile.
#[inline(never)]
fn transform_back<const V: usize>(
    products: &[[[f32; 4]; V]; PLACES],
    bias: &[[f32; 4]; V],
    out: &mut [[[f32; 4]; V]; 4],
) {
    let gather = |[a, b, c, d]: [Lanes; 4]| [a + b + c, b - c - d];
    for part in 0..V {
        let columns: [_; 4] =
            from_fn(|column| gather(from_fn(|row| Lanes::load(products[row * 4 + column][part]))));
        let rows: [_; 2] = from_fn(|row| gather(columns.map(|column| column[row])));
        for (out, sum) in out.iter_mut().zip(rows.as_flattened()) {
            out[part] = (*sum + Lanes::load(bias[part])).store();
        }
    }
}
