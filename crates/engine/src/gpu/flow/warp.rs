//! The second picture and its gradient, seen from the first along the flow, and what the iterations need of them.

use super::{Plane, launch_size};
use crate::gpu::Tensor;
use cubecl::client::Client;
use cubecl::prelude::*;

/// Of the second picture: value, gradient across, gradient down.
pub const TARGET_LANES: usize = 3;
/// Of the residual, linear in the flow: offset, gradient across, gradient down, one by the gradient's squared length.
pub const RESIDUAL_LANES: usize = 4;
/// How finely positions between pixels are told apart.
const STEPS: usize = 32;
/// Pixels by which positions are moved, so that none is negative.
const MARGIN: usize = 4;

/// Central differences, one-sided at the edges and halved there too.
pub fn launch_target(client: &Client, picture: &Plane, target: &Plane) {
    let (count, dim) = launch_size(picture.size.pixels());
    let (width, height) = (picture.size.width, picture.size.height);
    // SAFETY: the kernel reads and writes pixels inside the size, which is both planes'.
    unsafe {
        target_kernel::launch_unchecked(
            client,
            count,
            dim,
            picture.numbers.arg(),
            target.numbers.arg(),
            width,
            height,
        );
    }
}

/// Linearises about the flow.
pub fn launch_residual(
    client: &Client,
    first: &Plane,
    target: &Plane,
    flow: &Plane,
    weights: &Tensor,
    residual: &Plane,
) {
    let (count, dim) = launch_size(first.size.pixels());
    // SAFETY: places outside the second picture are not read, and the size is all planes'.
    unsafe {
        residual_kernel::launch_unchecked(
            client,
            count,
            dim,
            first.numbers.arg(),
            target.numbers.arg(),
            flow.numbers.arg(),
            weights.arg(),
            residual.numbers.arg(),
            first.size.width,
            first.size.height,
        );
    }
}

#[cube(launch_unchecked)]
fn target_kernel(picture: &[f32], target: &mut [f32], width: usize, height: usize) {
    let index = ABSOLUTE_POS;
    if index >= width * height {
        terminate!();
    }
    let column = index % width;
    let row = index / width;
    let left = if column > 0 { index - 1 } else { index };
    let right = if column + 1 < width { index + 1 } else { index };
    let above = if row > 0 { index - width } else { index };
    let below = if row + 1 < height { index + width } else { index };
    let at = index * comptime!(TARGET_LANES);
    target[at] = picture[index];
    target[at + 1] = 0.5 * (picture[right] - picture[left]);
    target[at + 2] = 0.5 * (picture[below] - picture[above]);
}

/// Where the flow leaves the second picture, that is black.
#[cube(launch_unchecked)]
fn residual_kernel(
    first: &[f32],
    target: &[f32],
    flow: &[f32],
    weights: &[f32],
    residual: &mut [f32],
    width: usize,
    height: usize,
) {
    let index = ABSOLUTE_POS;
    if index >= width * height {
        terminate!();
    }
    let u1 = flow[index * 2];
    let u2 = flow[index * 2 + 1];
    let column = position(index % width, u1, width);
    let row = position(index / width, u2, height);
    let mut value = 0.0f32;
    let mut across = 0.0f32;
    let mut down = 0.0f32;
    for line in 0..4usize {
        // The window begins one pixel before the position.
        let y = row / comptime!(STEPS) + line;
        if y > comptime!(MARGIN) && y <= height + comptime!(MARGIN) {
            let line_weight = weights[row % comptime!(STEPS) * 4 + line];
            for tap in 0..4usize {
                let x = column / comptime!(STEPS) + tap;
                if x > comptime!(MARGIN) && x <= width + comptime!(MARGIN) {
                    let weight = line_weight * weights[column % comptime!(STEPS) * 4 + tap];
                    let place = (y - comptime!(MARGIN + 1)) * width + x - comptime!(MARGIN + 1);
                    let at = place * comptime!(TARGET_LANES);
                    value += target[at] * weight;
                    across += target[at + 1] * weight;
                    down += target[at + 2] * weight;
                }
            }
        }
    }
    let at = index * comptime!(RESIDUAL_LANES);
    residual[at] = value - across * u1 - down * u2 - first[index];
    residual[at + 1] = across;
    residual[at + 2] = down;
    residual[at + 3] = 1.0 / max(across * across + down * down, comptime!(f32::EPSILON));
}

/// `index + flow` in 32nds of a pixel from the corner of the margin, half a unit to the even one. What is further away than
/// the margin is black too.
#[cube]
fn position(index: usize, flow: f32, side: usize) -> usize {
    let place = max(f32::cast_from(index) + flow, -3.0f32);
    let place = min(place, f32::cast_from(side + 1));
    let units = place * comptime!(STEPS as f32);
    usize::cast_from(units.round() + comptime!((MARGIN * STEPS) as f32))
}
