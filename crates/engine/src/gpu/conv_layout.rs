//! How convolutions are laid out in threads and vectors.

use super::planner::Adapter;
use super::{Spot, VECTOR};
use crate::sizes::ConvShape;
use vitrine_graph::Unary;

/// Sums that a thread keeps at most, in vectors: they have to stay in its registers.
const SUMS: usize = 16;
/// Pixels that a thread may compute: few choices, so that networks need few kernels.
const PIXELS: [usize; 4] = [1, 2, 4, 8];
/// Vectors of channels that a thread computes at most.
const WIDE: usize = 4;
/// Multiplications that are written out one by one at most: longer programs take longer to compile.
const WRITTEN_OUT: usize = 256;
/// Threads that may share a tile. Their sums meet in the workgroup's memory, of which WebGPU promises 16 KB.
const SLICES: [usize; 5] = [1, 2, 4, 8, 16];
/// What reading a number costs, in multiplications of vectors.
const READ: usize = 1;
/// What a thread costs beside its sums, in multiplications of vectors.
const THREAD: usize = 32;

/// What a kernel is compiled for. Sizes of maps are read as it runs: a network has many, and few of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub kernel: [usize; 3],
    pub stride: [usize; 3],
    pub dilation: [usize; 3],
    pub padding: [usize; 3],
    /// Whether every sample lies inside the input, for planes and rows.
    pub covered: [bool; 2],
    pub columns: Columns,
    pub rows: Rows,
    pub tile: Tile,
    /// Numbers in a vector of input channels.
    pub vector_in: usize,
    /// Numbers in a vector of output channels.
    pub vector: usize,
    /// Numbers in a vector of the output: 1 where its channels are no whole vectors.
    pub vector_out: usize,
    /// Numbers of the last vector that are outputs, or of any vector if the channels are whole vectors.
    pub last_lanes: usize,
    pub grouped: bool,
    pub activation: Unary,
    pub residual: bool,
}

/// What is read of a line of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Columns {
    /// Only what is there.
    Inside,
    /// Only what is there, but for pixels behind the last one, which are not kept.
    Clamped,
    /// Also zeros around it.
    Padded,
}

/// What rows an output has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rows {
    One,
    OfAPlane,
    OfVolumes,
}

/// Sizes that a kernel reads as it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Tiles of all maps.
    All,
    /// Tiles in an output pixel.
    Blocks,
    /// Tiles in a row.
    Tiles,
    Rows,
    Planes,
    Columns,
    InputPlanes,
    InputRows,
    InputColumns,
    /// Vectors in an input pixel.
    InVectors,
    /// Vectors in an output pixel, the last of which may be filled up.
    OutVectors,
    /// Vectors of an input pixel that an output channel sees.
    Depth,
    /// Vectors in an output pixel of one group.
    GroupVectors,
    /// Numbers in an output pixel.
    Channels,
    /// Of the map that is written, in vectors of the output: from pixel to pixel, and before the first channel.
    Stride,
    Start,
}

/// What a thread computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    /// Neighbouring pixels of a row.
    pub pixels: usize,
    /// Neighbouring vectors of output channels.
    pub wide: usize,
    /// Samples of a row of the kernel for which the columns of the input are read once: all, or one.
    pub taps: usize,
    /// Neighbouring threads that share the tile's input channels, and add up in the end.
    pub slices: usize,
}

/// How a convolution is laid out in threads and vectors.
#[derive(Clone, Copy)]
pub struct Layout {
    pub shape: ConvShape,
    tile: Tile,
    vector_in: usize,
    vector: usize,
    vector_out: usize,
    spot: Spot,
}

impl Layout {
    /// None where the spot is none for whole vectors. `known`: weights and biases can be filled up with zeros to whole vectors.
    pub fn new(shape: ConvShape, known: bool, adapter: Adapter, spot: Option<Spot>) -> Option<Self> {
        let shape = if shape.is_pointwise() { one_row(&shape) } else { shape };
        let whole = |channels: usize| if channels.is_multiple_of(VECTOR) { VECTOR } else { 1 };
        let vector_in = if adapter.software() { 1 } else { whole(shape.ci / shape.groups) };
        let vector_out = whole(shape.co / shape.groups);
        let tile = Tile { pixels: 1, wide: 1, taps: 1, slices: 1 };
        let spot = spot.unwrap_or(Spot { channels: shape.co, start: 0 });
        let mut layout = Self { shape, tile, vector_in, vector: vector_out, vector_out, spot };
        if shape.is_depthwise() {
            let vector = whole(shape.co);
            (layout.vector_in, layout.vector, layout.vector_out) = (vector, vector, vector);
        } else if shape.groups == 1 && known && shape.co > VECTOR / 2 {
            layout.vector = VECTOR;
        }
        if [spot.channels, spot.start].iter().any(|channels| !channels.is_multiple_of(layout.vector_out)) {
            if shape.is_depthwise() {
                return None;
            }
            layout.vector_out = 1;
        }
        layout.tile = layout.cheapest_tile(adapter);
        Some(layout)
    }

    /// Larger tiles read less for each product; smaller ones leave more threads where a map is small.
    fn cheapest_tile(&self, adapter: Adapter) -> Tile {
        let shape = &self.shape;
        let (most_wide, vectors) =
            if shape.is_depthwise() { (1, 1) } else { (WIDE, self.out_vectors() / shape.groups) };
        let wide = (1..=most_wide).filter(|&wide| vectors.is_multiple_of(wide));
        let pixels = PIXELS.into_iter().filter(|&pixels| pixels < 2 * shape.output[2]);
        let taps = [1, shape.kernel[2]];
        // A program on the processor compiles a kernel whose threads wait for each other for seconds.
        let sliced = |slices: usize| !adapter.software() && slices * 2 <= self.depth();
        let slices = SLICES.into_iter().filter(|&slices| slices == 1 || sliced(slices));
        let all = wide.flat_map(|wide| pixels.clone().map(move |pixels| (pixels, wide)));
        let all = all.flat_map(|(pixels, wide)| taps.map(|taps| (pixels, wide, taps)));
        let all = all.flat_map(|(pixels, wide, taps)| {
            slices.clone().map(move |slices| Tile { pixels, wide, taps, slices })
        });
        let fits = |tile: &Tile| {
            let written_out = tile.taps * self.lanes() * tile.sums();
            tile.sums() <= SUMS && written_out <= WRITTEN_OUT
        };
        let idle = |tile: &Tile| adapter.threads().saturating_sub(self.with(*tile).threads());
        let least = all.filter(fits).min_by_key(|tile| (idle(tile), self.cost(tile)));
        least.unwrap_or(self.tile)
    }

    fn with(&self, tile: Tile) -> Self {
        Self { tile, ..*self }
    }

    /// Numbers of an input vector that are multiplied one by one.
    fn lanes(&self) -> usize {
        if self.shape.is_depthwise() { 1 } else { self.vector_in }
    }

    /// Of a whole run, in multiplications of vectors.
    fn cost(&self, tile: &Tile) -> usize {
        let layout = self.with(*tile);
        let [planes, rows, columns] = self.shape.kernel;
        let times = planes * rows * (columns / tile.taps) * self.depth().div_ceil(tile.slices);
        let read =
            layout.config().span() * self.vector_in + tile.taps * self.lanes() * tile.wide * self.vector;
        let multiplied = tile.taps * self.lanes() * tile.sums();
        let added = if tile.slices > 1 { 2 * tile.sums() * self.vector } else { 0 };
        layout.threads() * (times * (read * READ + multiplied) + added * READ + THREAD)
    }

    pub fn config(&self) -> Config {
        let shape = &self.shape;
        let volumes = shape.batch * shape.output[0] * shape.input[0] > 1;
        let one = shape.output[1] == 1 && shape.input[1] == 1;
        Config {
            kernel: shape.kernel,
            stride: shape.stride,
            dilation: shape.dilation,
            padding: shape.padding,
            covered: [0, 1].map(|axis| self.covered(axis, shape.output[axis])),
            columns: match [shape.output[2], self.tiles() * self.tile.pixels].map(|all| self.covered(2, all))
            {
                [_, true] => Columns::Inside,
                [true, false] => Columns::Clamped,
                [false, false] => Columns::Padded,
            },
            rows: match (volumes, one) {
                (true, _) => Rows::OfVolumes,
                (false, true) => Rows::One,
                (false, false) => Rows::OfAPlane,
            },
            tile: self.tile,
            vector_in: self.vector_in,
            vector: self.vector,
            vector_out: self.vector_out,
            last_lanes: shape.co - (self.out_vectors() - 1) * self.vector,
            grouped: shape.groups > 1,
            activation: shape.activation,
            residual: shape.residual,
        }
    }

    /// In the order of [`Extent`].
    pub fn sizes(&self) -> [usize; Extent::COUNT] {
        let shape = &self.shape;
        let [planes, rows, columns] = shape.output;
        let [input_planes, input_rows, input_columns] = shape.input;
        [
            self.all_tiles(),
            self.blocks(),
            self.tiles(),
            rows,
            planes,
            columns,
            input_planes,
            input_rows,
            input_columns,
            shape.ci / self.vector_in,
            self.out_vectors(),
            self.depth(),
            self.out_vectors() / shape.groups,
            shape.co,
            self.spot.channels / self.vector_out,
            self.spot.start / self.vector_out,
        ]
    }

    pub fn threads(&self) -> usize {
        self.all_tiles() * self.tile.slices
    }

    fn all_tiles(&self) -> usize {
        let [planes, rows, _] = self.shape.output;
        self.shape.batch * planes * rows * self.tiles() * self.blocks()
    }

    fn tiles(&self) -> usize {
        self.shape.output[2].div_ceil(self.tile.pixels)
    }

    fn blocks(&self) -> usize {
        self.out_vectors() / self.tile.wide
    }

    /// Whether every sample of so many pixels lies inside the input along an axis.
    fn covered(&self, axis: usize, pixels: usize) -> bool {
        let shape = &self.shape;
        let last = (pixels - 1) * shape.stride[axis] + (shape.kernel[axis] - 1) * shape.dilation[axis];
        shape.padding[axis] == 0 && last < shape.input[axis]
    }

    fn depth(&self) -> usize {
        if self.shape.is_depthwise() { 1 } else { self.shape.ci / self.shape.groups / self.vector_in }
    }

    pub fn out_vectors(&self) -> usize {
        self.shape.co.div_ceil(self.vector)
    }
}

/// Without a neighbourhood, all pixels are one row: no thread is left over at the end of each.
fn one_row(shape: &ConvShape) -> ConvShape {
    let row = [1, 1, shape.batch * shape.input.iter().product::<usize>()];
    ConvShape { batch: 1, input: row, output: row, ..*shape }
}

impl Extent {
    const COUNT: usize = Self::Start as usize + 1;
}

impl Config {
    /// Columns of the input that a thread reads at once.
    pub fn span(&self) -> usize {
        match self.tile.taps {
            1 => self.tile.pixels,
            taps => (self.tile.pixels - 1) * self.stride[2] + (taps - 1) * self.dilation[2] + 1,
        }
    }

    /// Columns between those that are read at once.
    pub fn step(&self) -> usize {
        if self.tile.taps == 1 { self.stride[2] } else { 1 }
    }

    /// Which of the columns that were read belongs to a pixel and a sample.
    pub fn column(&self, pixel: usize, tap: usize) -> usize {
        match self.tile.taps {
            1 => pixel,
            _ => pixel * self.stride[2] + tap * self.dilation[2],
        }
    }

    /// Whether the last vector of an output pixel is filled up.
    pub fn ragged(&self) -> bool {
        self.vector != self.vector_out
    }
}

impl Tile {
    /// In vectors.
    pub fn sums(&self) -> usize {
        self.pixels * self.wide
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(side: usize, [ci, co]: [usize; 2], kernel: usize, adapter: Adapter) -> Layout {
        let shape = ConvShape {
            batch: 1,
            input: [1, side, side],
            ci,
            output: [1, side, side],
            co,
            kernel: [1, kernel, kernel],
            stride: [1; 3],
            dilation: [1; 3],
            padding: [0, kernel / 2, kernel / 2],
            groups: 1,
            activation: Unary::Identity,
            residual: false,
        };
        Layout::new(shape, true, adapter, None).unwrap()
    }

    #[test]
    fn large_maps_have_large_tiles_and_small_ones_keep_a_card_busy() {
        let large = layout(56, [64, 256], 1, Adapter::Card);
        assert_eq!((large.tile.sums(), large.tile.slices), (SUMS, 1));
        let small = layout(7, [960, 160], 1, Adapter::Card);
        assert!(small.tile.slices > 1 && small.threads() >= Adapter::Card.threads(), "{:?}", small.tile);
        let small = layout(7, [960, 160], 1, Adapter::Software);
        assert_eq!(small.tile.slices, 1);
    }

    #[test]
    fn what_is_written_out_stays_short() {
        for adapter in [Adapter::Card, Adapter::Software] {
            for kernel in [1, 3, 5, 7, 11] {
                for channels in [[3, 32], [16, 10], [64, 64]] {
                    let layout = layout(64, channels, kernel, adapter);
                    let tile = layout.tile;
                    assert!(tile.taps * layout.lanes() * tile.sums() <= WRITTEN_OUT && tile.sums() <= SUMS);
                }
            }
        }
    }

    #[test]
    fn depthwise_convolutions_are_joined_only_in_whole_vectors() {
        let mut shape = layout(8, [8, 8], 3, Adapter::Card).shape;
        shape.groups = 8;
        let at = |start| Layout::new(shape, true, Adapter::Card, Some(Spot { channels: 24, start }));
        assert!(at(4).is_some() && at(2).is_none());
    }
}
