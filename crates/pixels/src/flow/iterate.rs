//! One step of the iteration of Zach, Pock and Bischof 2007 (section 3), in one pass over the rows: the data term moves the
//! flow by a threshold, the divergence of the dual variable smooths it, and the dual variable follows its gradient.

use super::plane::Plane;
use super::warp::{Residual, ResidualRow};

/// The step sizes that the iterations use.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    /// `lambda * theta`: how far the data term moves the flow in a step, in gradients.
    pub data: f32,
    pub theta: f32,
    /// `tau / theta`
    pub dual: f32,
}

/// The dual variable `p`: two components of the flow, each with two axes. The numbers of `across` lie one to the right,
/// after a zero, and those of `down` one row lower, after a row of zeros.
#[derive(Default)]
pub(super) struct Dual {
    across: [Plane; 2],
    down: [Plane; 2],
    /// Squared change of the flow in the running step, summed over the rows of each column.
    change: Vec<f32>,
}

/// What the divergence of `p` reads in one row.
struct DualRow<'a> {
    left: [&'a [f32]; 2],
    right: [&'a [f32]; 2],
    upper: [&'a [f32]; 2],
    lower: [&'a [f32]; 2],
}

impl Dual {
    /// Takes a size, and zero everywhere.
    pub fn reset(&mut self, width: usize, height: usize) {
        self.across.iter_mut().for_each(|plane| plane.reset(width, height));
        self.down.iter_mut().for_each(|plane| plane.reset(width, height + 1));
        self.change.resize(width, 0.0);
    }

    /// Moves `u` and `p` one step. Returns the squared change of `u`, summed over the pixels.
    pub fn step(&mut self, u: &mut [Plane; 2], residual: &Residual, steps: Steps) -> f32 {
        let height = u[0].height;
        self.change.fill(0.0);
        for y in 0..height {
            self.move_flow(y, u, residual.row(y), steps);
            // A row of `p` needs the flow of the row below.
            if y > 0 {
                self.move_dual(y - 1, u, y, steps.dual);
            }
        }
        self.move_dual(height - 1, u, height - 1, steps.dual);
        self.change.iter().sum()
    }

    fn move_flow(&mut self, y: usize, [u1, u2]: &mut [Plane; 2], residual: ResidualRow, steps: Steps) {
        let dual = DualRow {
            left: self.across.each_ref().map(|plane| plane.row(y)),
            right: self.across.each_ref().map(|plane| &plane.padded(y)[1..]),
            upper: self.down.each_ref().map(|plane| plane.row(y)),
            lower: self.down.each_ref().map(|plane| plane.row(y + 1)),
        };
        primal_row(u1.row_mut(y), u2.row_mut(y), &mut self.change, &residual, &dual, steps);
        for plane in [u1, u2] {
            // The gradient across is zero in the last column.
            if let [.., last, after] = plane.padded_mut(y) {
                *after = *last;
            }
        }
    }

    fn move_dual(&mut self, y: usize, u: &[Plane; 2], below: usize, step: f32) {
        for ((across, down), u) in self.across.iter_mut().zip(&mut self.down).zip(u) {
            dual_row(&mut across.padded_mut(y)[1..], down.row_mut(y + 1), u.padded(y), u.row(below), step);
        }
    }
}

// Both loops are taken several pixels at a time by the compiler. For that it must know that what is written is not what
// is read, hence an argument for each row that is written, and that all rows are long enough.

/// The flow `u`: threshold on the residual, then `u = v + theta * div p`. Adds the squared change to `change`.
fn primal_row<'a>(
    u1: &mut [f32],
    u2: &mut [f32],
    change: &mut [f32],
    residual: &ResidualRow,
    dual: &DualRow<'a>,
    steps: Steps,
) {
    let width = u1.len();
    let (u2, change) = (&mut u2[..width], &mut change[..width]);
    let (offset, across, down) =
        (&residual.offset[..width], &residual.across[..width], &residual.down[..width]);
    let inverse = &residual.inverse[..width];
    let rows = |rows: [&'a [f32]; 2]| (&rows[0][..width], &rows[1][..width]);
    let (left1, left2) = rows(dual.left);
    let (right1, right2) = rows(dual.right);
    let (upper1, upper2) = rows(dual.upper);
    let (lower1, lower2) = rows(dual.lower);
    for x in 0..width {
        let (old1, old2) = (u1[x], u2[x]);
        let rho = offset[x] + (across[x] * old1 + down[x] * old2);
        let along = clamped(-rho * inverse[x], steps.data);
        let divergence1 = (right1[x] - left1[x]) + (lower1[x] - upper1[x]);
        let divergence2 = (right2[x] - left2[x]) + (lower2[x] - upper2[x]);
        let new1 = old1 + along * across[x] + steps.theta * divergence1;
        let new2 = old2 + along * down[x] + steps.theta * divergence2;
        let (moved1, moved2) = (new1 - old1, new2 - old2);
        change[x] += moved1 * moved1 + moved2 * moved2;
        (u1[x], u2[x]) = (new1, new2);
    }
}

/// The dual variable of one component of the flow: Chambolle's semi-implicit step. `u` has one number more than a row.
fn dual_row(across: &mut [f32], down: &mut [f32], u: &[f32], below: &[f32], step: f32) {
    let width = across.len();
    let (down, below) = (&mut down[..width], &below[..width]);
    let (here, right) = (&u[..width], &u[1..][..width]);
    for x in 0..width {
        let (ux, uy) = (right[x] - here[x], below[x] - here[x]);
        let shrink = 1.0 / (1.0 + step * (ux * ux + uy * uy).sqrt());
        across[x] = (across[x] + step * ux) * shrink;
        down[x] = (down[x] + step * uy) * shrink;
    }
}

/// Within `-bound..=bound`, in two instructions, unlike `f32::clamp`.
fn clamped(value: f32, bound: f32) -> f32 {
    let below = if value < bound { value } else { bound };
    if below > -bound { below } else { -bound }
}
