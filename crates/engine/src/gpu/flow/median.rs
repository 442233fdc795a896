//! The 5 x 5 median of each lane of a plane, edges repeated outwards.

use super::{Plane, launch_size};
use cubecl::client::Client;
use cubecl::prelude::*;

/// Rows of a window.
const SIDE: usize = 5;
/// How far a window reaches from its middle.
const REACH: usize = SIDE / 2;

/// Makes `out` the median of `source`.
pub fn launch(client: &Client, source: &Plane, out: &Plane) {
    let (count, dim) = launch_size(source.size.pixels() * source.lanes);
    // SAFETY: places are brought inside the size, which is both planes'.
    unsafe {
        median_kernel::launch_unchecked(
            client,
            count,
            dim,
            source.numbers.arg(),
            out.numbers.arg(),
            source.size.width,
            source.size.height,
            source.lanes,
        );
    }
}

/// Columns are sorted, then rows; `vitrine_pixels::flow` says why the median is then where it is looked for.
#[cube(launch_unchecked)]
fn median_kernel(x: &[f32], out: &mut [f32], width: usize, height: usize, #[comptime] lanes: usize) {
    let index = ABSOLUTE_POS;
    if index >= width * height * lanes {
        terminate!();
    }
    let lane = index % lanes;
    let column = index / lanes % width;
    let row = index / lanes / width;
    let mut v = Array::<f32>::new(comptime!(SIDE * SIDE));
    #[unroll]
    for i in 0..SIDE {
        let y = inside(row + i, height);
        #[unroll]
        for j in 0..SIDE {
            v[comptime!(i * SIDE + j)] = x[(y * width + inside(column + j, width)) * lanes + lane];
        }
    }
    #[unroll]
    for j in 0..SIDE {
        sort5(&mut v, j, SIDE);
    }
    #[unroll]
    for i in 0..SIDE {
        sort5(&mut v, comptime!(i * SIDE), 1usize);
    }
    let low = max(max(v[3], v[7]), max(v[11], v[15]));
    let high = min(min(v[9], v[13]), min(v[17], v[21]));
    // The diagonal: rows and columns that add up to 4.
    sort5(&mut v, 4usize, 4usize);
    let middle = v[12];
    out[index] = max(min(max(low, middle), high), min(low, middle));
}

/// A place of a window, which begins before its middle, brought inside.
#[cube]
fn inside(place: usize, side: usize) -> usize {
    let place = max(place, comptime!(REACH).runtime()) - comptime!(REACH);
    min(place, side - 1)
}

/// Five numbers, every `step`-th from `first` on, in nine comparisons.
#[cube]
fn sort5(v: &mut Array<f32>, #[comptime] first: usize, #[comptime] step: usize) {
    order(v, comptime!(first), comptime!(first + 3 * step));
    order(v, comptime!(first + step), comptime!(first + 4 * step));
    order(v, comptime!(first), comptime!(first + 2 * step));
    order(v, comptime!(first + step), comptime!(first + 3 * step));
    order(v, comptime!(first), comptime!(first + step));
    order(v, comptime!(first + 2 * step), comptime!(first + 4 * step));
    order(v, comptime!(first + step), comptime!(first + 2 * step));
    order(v, comptime!(first + 3 * step), comptime!(first + 4 * step));
    order(v, comptime!(first + 2 * step), comptime!(first + 3 * step));
}

#[cube]
fn order(v: &mut Array<f32>, #[comptime] one: usize, #[comptime] other: usize) {
    let (a, b) = (v[one], v[other]);
    v[one] = min(a, b);
    v[other] = max(a, b);
}
