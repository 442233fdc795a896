//! The iteration of Zach, Pock and Bischof 2007 (section 3): the data term moves the flow by a threshold, the divergence of
//! the dual variable smooths it, and the dual variable follows its gradient.

use super::{Plane, launch_size};
use crate::Error;
use crate::gpu::{THREADS, Tensor};
use cubecl::client::Client;
use cubecl::prelude::*;

/// The dual variable: of each component of the flow across, then down.
pub const DUAL_LANES: usize = 4;

/// The step sizes that the iterations use.
#[derive(Clone, Copy)]
pub struct Steps {
    /// `lambda * theta`: how far the data term moves the flow in a step, in gradients.
    pub data: f32,
    pub theta: f32,
    /// `tau / theta`
    pub dual: f32,
    /// Iterations end when the squared change of the flow, summed over the pixels, is no more.
    pub enough: f32,
}

/// Moves flow and dual variable by at most `count` steps. What is returned is not 0 at the end if the flow stands still.
pub fn run(
    client: &Client,
    flow: &Plane,
    dual: &Plane,
    residual: &Plane,
    steps: Steps,
    count: usize,
) -> Tensor {
    let size = flow.size;
    let (cubes, dim) = launch_size(size.pixels());
    let groups = size.pixels().div_ceil(THREADS as usize);
    let sums = Tensor::empty(client, groups);
    let stands = Tensor::new(client, vec![0.0; count + 1]);
    for step in 0..count {
        // SAFETY: both kernels read and write pixels inside the size, which is all planes'; there is one sum a workgroup,
        // and one number more than steps in `stands`.
        unsafe {
            flow_kernel::launch_unchecked(
                client,
                cubes.clone(),
                dim,
                residual.numbers.arg(),
                dual.numbers.arg(),
                stands.arg(),
                flow.numbers.arg(),
                sums.arg(),
                size.width,
                size.height,
                step,
                steps.data,
                steps.theta,
            );
            dual_kernel::launch_unchecked(
                client,
                cubes.clone(),
                dim,
                flow.numbers.arg(),
                sums.arg(),
                dual.numbers.arg(),
                stands.arg(),
                size.width,
                size.height,
                step,
                steps.dual,
                steps.enough,
            );
        }
    }
    stands
}

/// Whether the flow stood still before the steps were used up.
pub async fn stopped(stands: Tensor) -> Result<bool, Error> {
    Ok(super::read(stands).await?.last().is_some_and(|&last| last != 0.0))
}

/// The flow `u`: threshold on the residual, then `u = v + theta * div p`. Each workgroup writes the sum of its squared change.
#[cube(launch_unchecked)]
fn flow_kernel(
    residual: &[f32],
    dual: &[f32],
    stands: &[f32],
    flow: &mut [f32],
    sums: &mut [f32],
    width: usize,
    height: usize,
    step: usize,
    data: f32,
    theta: f32,
) {
    let index = ABSOLUTE_POS;
    let mut change = 0.0f32;
    if index < width * height && stands[step] == 0.0f32 {
        let at = index * 4;
        let (across, down) = (residual[at + 1], residual[at + 2]);
        let (old1, old2) = (flow[index * 2], flow[index * 2 + 1]);
        let rho = residual[at] + (across * old1 + down * old2);
        let along = max(min((0.0f32 - rho) * residual[at + 3], data), 0.0f32 - data);
        let new1 = old1 + along * across + theta * divergence(dual, index, width, 0usize);
        let new2 = old2 + along * down + theta * divergence(dual, index, width, 2usize);
        flow[index * 2] = new1;
        flow[index * 2 + 1] = new2;
        change = (new1 - old1) * (new1 - old1) + (new2 - old2) * (new2 - old2);
    }
    let all = joined(change);
    if UNIT_POS == 0 {
        sums[CUBE_POS] = all;
    }
}

/// Of the component whose two numbers begin at `lane`. Beyond the edge the dual variable is 0.
#[cube]
fn divergence(dual: &[f32], index: usize, width: usize, #[comptime] lane: usize) -> f32 {
    let at = index * 4 + lane;
    let mut across = dual[at];
    let mut down = dual[at + 1];
    let column = index % width;
    if column > 0 {
        across -= dual[at - 4];
    }
    if index >= width {
        down -= dual[at + 1 - width * 4];
    }
    across + down
}

/// Chambolle's semi-implicit step of the dual variable. The first workgroup notes whether the flow stands still.
#[cube(launch_unchecked)]
fn dual_kernel(
    flow: &[f32],
    sums: &[f32],
    dual: &mut [f32],
    stands: &mut [f32],
    width: usize,
    height: usize,
    step: usize,
    size: f32,
    enough: f32,
) {
    let index = ABSOLUTE_POS;
    let moves = stands[step] == 0.0f32;
    if index < width * height && moves {
        #[unroll]
        for component in 0..2usize {
            let here = flow[index * 2 + component];
            let mut ux = 0.0f32;
            let mut uy = 0.0f32;
            if index % width + 1 < width {
                ux = flow[index * 2 + 2 + component] - here;
            }
            if index / width + 1 < height {
                uy = flow[(index + width) * 2 + component] - here;
            }
            let shrink = 1.0f32 / (1.0f32 + size * (ux * ux + uy * uy).sqrt());
            let at = index * 4 + component * 2;
            dual[at] = (dual[at] + size * ux) * shrink;
            dual[at + 1] = (dual[at + 1] + size * uy) * shrink;
        }
    }
    // All workgroups reach the barriers; only the first one has something to add up.
    let threads = comptime!(THREADS as usize);
    let mut groups = 0usize.runtime();
    if CUBE_POS == 0 {
        groups = (width * height + comptime!(THREADS as usize - 1)) / threads;
    }
    let mut sum = 0.0f32;
    for turn in 0..(groups + comptime!(THREADS as usize - 1)) / threads {
        let group = turn * threads + UNIT_POS as usize;
        if group < groups {
            sum += sums[group];
        }
    }
    let all = joined(sum);
    if ABSOLUTE_POS == 0 {
        let mut stand = 0.0f32;
        if !moves || all <= enough {
            stand = 1.0f32;
        }
        stands[step + 1] = stand;
    }
}

/// The sum over the workgroup, known to its first thread.
#[cube]
fn joined(value: f32) -> f32 {
    let lane = UNIT_POS as usize;
    let mut shared = Shared::<[f32]>::new_slice(comptime!(THREADS as usize));
    shared[lane] = value;
    sync_cube();
    #[unroll]
    for step in 0..comptime!(THREADS.ilog2()) {
        let half = comptime!((THREADS >> (step + 1)) as usize);
        if lane < half {
            let other = shared[lane + half];
            shared[lane] += other;
        }
        sync_cube();
    }
    shared[0]
}
