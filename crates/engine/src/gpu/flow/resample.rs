//! Planes at another size.

use super::{Plane, launch_size};
use crate::gpu::Tensor;
use cubecl::client::Client;
use cubecl::prelude::*;

/// `tables` have three numbers for each column, and for each row: two places in the source, and how much of the second.
pub fn launch(client: &Client, source: &Plane, tables: &[Tensor; 2], out: &Plane, factor: f32) {
    let (count, dim) = launch_size(out.size.pixels() * out.lanes);
    // SAFETY: the tables' places lie inside the source, and the sizes are the tensors'.
    unsafe {
        resize_kernel::launch_unchecked(
            client,
            count,
            dim,
            source.numbers.arg(),
            tables[0].arg(),
            tables[1].arg(),
            out.numbers.arg(),
            source.size.width,
            out.size.width,
            out.size.height,
            factor,
            out.lanes,
        );
    }
}

#[cube(launch_unchecked)]
fn resize_kernel(
    x: &[f32],
    columns: &[f32],
    rows: &[f32],
    out: &mut [f32],
    from_width: usize,
    width: usize,
    height: usize,
    factor: f32,
    #[comptime] lanes: usize,
) {
    let index = ABSOLUTE_POS;
    if index >= width * height * lanes {
        terminate!();
    }
    let lane = index % lanes;
    let column = index / lanes % width * 3;
    let row = index / lanes / width * 3;
    let left = usize::cast_from(columns[column]) * lanes + lane;
    let right = usize::cast_from(columns[column + 1]) * lanes + lane;
    let above = usize::cast_from(rows[row]) * from_width * lanes;
    let below = usize::cast_from(rows[row + 1]) * from_width * lanes;
    let share = columns[column + 2];
    let upper = x[above + left] + (x[above + right] - x[above + left]) * share;
    let lower = x[below + left] + (x[below + right] - x[below + left]) * share;
    out[index] = (upper + (lower - upper) * rows[row + 2]) * factor;
}
