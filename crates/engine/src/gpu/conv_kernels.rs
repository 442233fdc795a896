//! Convolutions as CubeCL kernels. A thread computes neighbouring pixels of a row for neighbouring vectors of output channels:
//! the columns of the input that the pixels share are read once. Numbers lie in memory as `S`, and are multiplied and summed as
//! `A`.

use super::THREADS;
use super::conv_layout::{Columns, Config, Extent, Rows};
use super::functions::apply;
use cubecl::ir::ElemType;
use cubecl::prelude::*;

/// `x [n, d, h, w, ci]`, `weight [kd, kh, kw, ci / groups, co]`, whose `co` is filled up to whole vectors.
#[cube(launch_unchecked)]
pub fn dense_kernel<S: Float, A: Float, M: Size, N: Size, O: Size>(
    x: &[Vector<S, M>],
    weight: &[Vector<S, N>],
    bias: &[Vector<S, N>],
    residual: &[Vector<S, O>],
    out: &mut [Vector<S, O>],
    sizes: &[u32],
    #[comptime] config: Config,
    #[define(S)] _stored: ElemType,
    #[define(A)] _summed: ElemType,
) {
    let tile = comptime!(config.tile);
    let all = size(sizes, Extent::All);
    let own = ABSOLUTE_POS / comptime!(tile.slices);
    let slice = UNIT_POS as usize % comptime!(tile.slices);
    if comptime!(tile.slices == 1) && own >= all {
        terminate!();
    }
    // Threads that share a tile wait for each other: those beyond the last tile compute it again.
    let index = if comptime!(tile.slices == 1) { own } else { min(own, all - 1) };
    let co = size(sizes, Extent::OutVectors);
    let depth = size(sizes, Extent::Depth);
    let columns_out = size(sizes, Extent::Columns);
    let blocks = size(sizes, Extent::Blocks);
    let channel = index % blocks * comptime!(tile.wide);
    let (row, first) = place(index / blocks, sizes, config);
    let group = if comptime!(config.grouped) {
        channel / size(sizes, Extent::GroupVectors) * depth
    } else {
        0usize.runtime()
    };
    // Vectors between two samples of the kernel.
    let deep = depth * comptime!(config.vector_in) * co;
    let mut sums = Array::<Vector<A, N>>::new(comptime!(tile.sums()));
    #[unroll]
    for wide in 0..comptime!(tile.wide) {
        let start = Vector::<A, N>::cast_from(bias[channel + wide]);
        let start =
            if comptime!(tile.slices == 1) { start } else { select(slice == 0, start, zero::<A, N>()) };
        #[unroll]
        for pixel in 0..comptime!(tile.pixels) {
            sums[comptime!(pixel * tile.wide + wide)] = start;
        }
    }
    for kz in 0..comptime!(config.kernel[0]) {
        for ky in 0..comptime!(config.kernel[1]) {
            if line_inside(row, kz, ky, sizes, config) {
                let line = line(row, kz, ky, sizes, config) + group;
                for kx in 0..comptime!(config.kernel[2] / tile.taps) {
                    let sample = (kz * comptime!(config.kernel[1]) + ky) * comptime!(config.kernel[2]) + kx;
                    let sample = sample * deep;
                    let left = first * comptime!(config.stride[2]) + kx * comptime!(config.dilation[2]);
                    for i in range_stepped(slice, depth, comptime!(tile.slices)) {
                        let columns = read::<S, A, M>(x, line + i, left, sizes, config);
                        let at = sample + channel + i * comptime!(config.vector_in) * co;
                        #[unroll]
                        for tap in 0..comptime!(tile.taps) {
                            let at = at + tap * deep;
                            #[unroll]
                            for lane in 0..comptime!(config.vector_in) {
                                #[unroll]
                                for wide in 0..comptime!(tile.wide) {
                                    let w = Vector::<A, N>::cast_from(weight[at + lane * co + wide]);
                                    #[unroll]
                                    for pixel in 0..comptime!(tile.pixels) {
                                        let v = columns[comptime!(config.column(pixel, tap))].extract(lane);
                                        sums[comptime!(pixel * tile.wide + wide)] += Vector::new(v) * w;
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    let kept = if comptime!(tile.slices == 1) {
        true.runtime()
    } else {
        add_slices::<A, N>(&mut sums, slice, config);
        slice == 0 && own < all
    };
    #[unroll]
    for pixel in 0..comptime!(tile.pixels) {
        if kept && first + pixel < columns_out {
            let at = row * columns_out + first + pixel;
            #[unroll]
            for wide in 0..comptime!(tile.wide) {
                let sum = sums[comptime!(pixel * tile.wide + wide)];
                finish::<S, A, N, O>(sum, residual, out, at, channel + wide, sizes, config);
            }
        }
    }
}

/// Gives the first of the threads that share a tile the sums of all.
#[cube]
fn add_slices<A: Float, N: Size>(sums: &mut Array<Vector<A, N>>, slice: usize, #[comptime] config: Config) {
    let tile = comptime!(config.tile);
    let threads = comptime!(THREADS as usize);
    let unit = UNIT_POS as usize;
    let mut shared = Shared::<[Vector<A, N>]>::new_slice(comptime!(THREADS as usize * tile.sums()));
    #[unroll]
    for index in 0..comptime!(tile.sums()) {
        shared[comptime!(index * THREADS as usize) + unit] = sums[index];
    }
    sync_cube();
    if slice == 0 {
        for other in 1..comptime!(tile.slices) {
            #[unroll]
            for index in 0..comptime!(tile.sums()) {
                sums[index] += shared[index * threads + unit + other];
            }
        }
    }
}

/// `x [n, d, h, w, c]`, `weight [kd, kh, kw, 1, c]`.
#[cube(launch_unchecked)]
pub fn depthwise_kernel<S: Float, A: Float, N: Size>(
    x: &[Vector<S, N>],
    weight: &[Vector<S, N>],
    bias: &[Vector<S, N>],
    residual: &[Vector<S, N>],
    out: &mut [Vector<S, N>],
    sizes: &[u32],
    #[comptime] config: Config,
    #[define(S)] _stored: ElemType,
    #[define(A)] _summed: ElemType,
) {
    let index = ABSOLUTE_POS;
    if index >= size(sizes, Extent::All) {
        terminate!();
    }
    let tile = comptime!(config.tile);
    let channels = size(sizes, Extent::OutVectors);
    let columns_out = size(sizes, Extent::Columns);
    let channel = index % channels;
    let (row, first) = place(index / channels, sizes, config);
    let mut sums = Array::<Vector<A, N>>::new(comptime!(tile.pixels));
    let start = Vector::<A, N>::cast_from(bias[channel]);
    #[unroll]
    for pixel in 0..comptime!(tile.pixels) {
        sums[pixel] = start;
    }
    for kz in 0..comptime!(config.kernel[0]) {
        for ky in 0..comptime!(config.kernel[1]) {
            if line_inside(row, kz, ky, sizes, config) {
                let line = line(row, kz, ky, sizes, config) + channel;
                for kx in 0..comptime!(config.kernel[2] / tile.taps) {
                    let sample = (kz * comptime!(config.kernel[1]) + ky) * comptime!(config.kernel[2]) + kx;
                    let left = first * comptime!(config.stride[2]) + kx * comptime!(config.dilation[2]);
                    let columns = read::<S, A, N>(x, line, left, sizes, config);
                    #[unroll]
                    for tap in 0..comptime!(tile.taps) {
                        let w = Vector::<A, N>::cast_from(weight[(sample + tap) * channels + channel]);
                        #[unroll]
                        for pixel in 0..comptime!(tile.pixels) {
                            sums[pixel] += columns[comptime!(config.column(pixel, tap))] * w;
                        }
                    }
                }
            }
        }
    }
    #[unroll]
    for pixel in 0..comptime!(tile.pixels) {
        if first + pixel < columns_out {
            let at = row * columns_out + first + pixel;
            finish::<S, A, N, N>(sums[pixel], residual, out, at, channel, sizes, config);
        }
    }
}

#[cube]
fn zero<A: Float, N: Size>() -> Vector<A, N> {
    Vector::new(A::new(0.0))
}

/// A size of the maps.
#[cube]
fn size(sizes: &[u32], #[comptime] which: Extent) -> usize {
    usize::cast_from(sizes[comptime!(which as usize)])
}

/// A tile's row of the output, counted through all maps, and its first pixel there.
#[cube]
fn place(tile: usize, sizes: &[u32], #[comptime] config: Config) -> (usize, usize) {
    let pixels = comptime!(config.tile.pixels);
    if comptime!(config.rows == Rows::One) {
        (0usize.runtime(), tile * pixels)
    } else {
        let tiles = size(sizes, Extent::Tiles);
        (tile / tiles, tile % tiles * pixels)
    }
}

/// The place of a kernel's sample in the padded input, along the first axis or the second.
#[cube]
fn padded(row: usize, k: usize, sizes: &[u32], #[comptime] config: Config, #[comptime] axis: usize) -> usize {
    let out = match comptime!((config.rows, axis)) {
        (Rows::OfVolumes, 0) => row / size(sizes, Extent::Rows) % size(sizes, Extent::Planes),
        (Rows::OfVolumes, _) => row % size(sizes, Extent::Rows),
        (Rows::OfAPlane, 1) => row,
        _ => 0usize.runtime(),
    };
    out * comptime!(config.stride[axis]) + k * comptime!(config.dilation[axis])
}

/// Whether a line of the kernel lies inside the input.
#[cube]
fn line_inside(row: usize, kz: usize, ky: usize, sizes: &[u32], #[comptime] config: Config) -> bool {
    inside(row, kz, size(sizes, Extent::InputPlanes), sizes, config, 0usize)
        && inside(row, ky, size(sizes, Extent::InputRows), sizes, config, 1usize)
}

#[cube]
fn inside(
    row: usize,
    k: usize,
    input: usize,
    sizes: &[u32],
    #[comptime] config: Config,
    #[comptime] axis: usize,
) -> bool {
    if comptime!(config.covered[axis]) {
        true.runtime()
    } else {
        let at = padded(row, k, sizes, config, axis);
        at >= comptime!(config.padding[axis]) && at < input + comptime!(config.padding[axis])
    }
}

/// Where the input's line begins that a line of the kernel lies on.
#[cube]
fn line(row: usize, kz: usize, ky: usize, sizes: &[u32], #[comptime] config: Config) -> usize {
    let y = padded(row, ky, sizes, config, 1usize) - comptime!(config.padding[1]);
    let line = if comptime!(config.rows == Rows::OfVolumes) {
        let batch = row / (size(sizes, Extent::Rows) * size(sizes, Extent::Planes));
        let z = padded(row, kz, sizes, config, 0usize) - comptime!(config.padding[0]);
        (batch * size(sizes, Extent::InputPlanes) + z) * size(sizes, Extent::InputRows) + y
    } else {
        y
    };
    line * size(sizes, Extent::InputColumns) * size(sizes, Extent::InVectors)
}

/// Columns of a line from `left` on, which counts the padding: zeros outside of the input.
#[cube]
fn read<S: Float, A: Float, N: Size>(
    x: &[Vector<S, N>],
    line: usize,
    left: usize,
    sizes: &[u32],
    #[comptime] config: Config,
) -> Array<Vector<A, N>> {
    let padding = comptime!(config.padding[2]);
    let width = size(sizes, Extent::InputColumns);
    let vectors = size(sizes, Extent::InVectors);
    let mut columns = Array::<Vector<A, N>>::new(comptime!(config.span()));
    #[unroll]
    for index in 0..comptime!(config.span()) {
        let column = left + comptime!(index * config.step());
        columns[index] = match comptime!(config.columns) {
            Columns::Inside => Vector::cast_from(x[line + column * vectors]),
            Columns::Clamped => Vector::cast_from(x[line + min(column, width - 1) * vectors]),
            Columns::Padded => {
                let inner = min(max(column, padding) - padding, width - 1);
                let known = column >= padding && column < width + padding;
                select(known, Vector::cast_from(x[line + inner * vectors]), zero::<A, N>())
            }
        };
    }
    columns
}

/// Adds the residual, applies the activation, stores. `at` is the output pixel.
#[cube]
fn finish<S: Float, A: Float, N: Size, O: Size>(
    sum: Vector<A, N>,
    residual: &[Vector<S, O>],
    out: &mut [Vector<S, O>],
    at: usize,
    channel: usize,
    sizes: &[u32],
    #[comptime] config: Config,
) {
    let vectors = size(sizes, Extent::OutVectors);
    let to = at * size(sizes, Extent::Stride) + size(sizes, Extent::Start);
    if comptime!(config.ragged()) {
        let first = channel * comptime!(config.vector);
        #[unroll]
        for lane in 0..comptime!(config.vector) {
            if channel + 1 < vectors || comptime!(lane < config.last_lanes) {
                let mut value = Vector::<f32, O>::cast_from(sum.extract(lane));
                if comptime!(config.residual) {
                    value += Vector::cast_from(residual[at * size(sizes, Extent::Channels) + first + lane]);
                }
                out[to + first + lane] = Vector::cast_from(apply::<O>(value, config.activation));
            }
        }
    } else {
        let mut value = Vector::<f32, O>::cast_from(sum);
        if comptime!(config.residual) {
            value += Vector::cast_from(residual[at * vectors + channel]);
        }
        out[to + channel] = Vector::cast_from(apply::<O>(value, config.activation));
    }
}
