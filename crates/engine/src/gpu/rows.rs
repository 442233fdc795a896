//! What is computed of groups of elements: reductions, softmax, normalisation, running sums.
//!
//! A thread computes one group; where there are few long ones, a workgroup does.

use super::walk::{Walk, place};
use super::{THREADS, Task, Tensor, group_count, launch_size};
use cubecl::client::Client;
use cubecl::prelude::*;
use vitrine_graph::{Graph, Node, Op, Reduction, Scalar};

/// Groups that are enough to keep a GPU busy with a thread each.
const MANY: usize = 4096;
/// Elements that are summed before the sum joins those of other blocks, which keeps its digits.
const BLOCK: usize = 64;

/// What a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Config {
    /// The first element of each group.
    groups: Walk,
    /// The elements of a group.
    elements: Walk,
    /// Threads that share a group.
    lanes: usize,
    work: Work,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Work {
    Reduce(Reduction),
    Best { largest: bool, last: bool },
    Softmax { log: bool },
    Normalise { epsilon: Scalar, centred: bool },
    RunningSum { exclusive: bool, reverse: bool },
}

/// What becomes of the elements of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Fold {
    Sum,
    Magnitudes,
    Squares,
    Exponentials,
    Product,
    Largest,
    Smallest,
}

/// A step of this kind.
pub struct Rows {
    config: Config,
    length: usize,
}

impl Rows {
    pub fn new(graph: &Graph, node: &Node) -> Option<Self> {
        let shape = graph.shape(node.inputs[0]);
        let (work, axes) = match &node.op {
            Op::Reduce { kind, axes } => (Work::Reduce(*kind), axes.clone()),
            &Op::ArgReduce { axis, largest, last } => (Work::Best { largest, last }, vec![axis]),
            &Op::Softmax { axis, log } => (Work::Softmax { log }, vec![axis]),
            Op::Normalise { axes, epsilon, centred } => {
                (Work::Normalise { epsilon: Scalar(*epsilon), centred: *centred }, axes.clone())
            }
            &Op::CumSum { axis, exclusive, reverse } => (Work::RunningSum { exclusive, reverse }, vec![axis]),
            _ => return None,
        };
        let groups = Walk::some(shape, (0..shape.len()).filter(|axis| !axes.contains(axis)))?;
        let elements = Walk::some(shape, (0..shape.len()).filter(|axis| axes.contains(axis)))?;
        let alone = matches!(work, Work::Best { .. } | Work::RunningSum { .. });
        let lanes =
            if alone || groups.count() >= MANY || elements.count() < BLOCK { 1 } else { THREADS as usize };
        let length = graph.shape(node.output).iter().product();
        Some(Self { config: Config { groups, elements, lanes, work }, length })
    }
}

impl Task for Rows {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let out = Tensor::empty(client, self.length);
        let groups = self.config.groups.count();
        let (count, dim) = match self.config.lanes {
            1 => launch_size(groups),
            _ => (group_count(u32::try_from(groups).unwrap_or(u32::MAX)), CubeDim::new_1d(THREADS)),
        };
        let (x, config) = (operands[0].arg(), self.config);
        // SAFETY: the walks stay inside the shape that they were made from, which is the tensors'.
        unsafe {
            match config.work {
                Work::Best { largest, last } => {
                    best_kernel::launch_unchecked(client, count, dim, x, out.arg(), config, largest, last);
                }
                Work::RunningSum { exclusive, reverse } => {
                    sum_kernel::launch_unchecked(
                        client,
                        count,
                        dim,
                        x,
                        out.arg(),
                        config,
                        exclusive,
                        reverse,
                    );
                }
                _ => rows_kernel::launch_unchecked(client, count, dim, x, out.arg(), config),
            }
        }
        out
    }
}

#[cube(launch_unchecked)]
fn rows_kernel(x: &[f32], out: &mut [f32], #[comptime] config: Config) {
    let group = if comptime!(config.lanes == 1) { ABSOLUTE_POS } else { CUBE_POS };
    let lane = if comptime!(config.lanes == 1) { 0usize.runtime() } else { UNIT_POS as usize };
    if group >= comptime!(config.groups.count()) {
        terminate!();
    }
    let mut shared = Shared::<[f32]>::new_slice(config.lanes);
    let base = place(group, config.groups, 1usize);
    let size = comptime!(config.elements.count() as f32);
    match comptime!(config.work) {
        Work::Reduce(kind) => {
            let value = reduced(x, base, lane, &mut shared, config, kind);
            if lane == 0 {
                out[group] = value;
            }
        }
        Work::Softmax { log } => {
            let largest = fold(x, base, lane, 0.0f32.runtime(), &mut shared, config, Fold::Largest);
            let sum = fold(x, base, lane, largest, &mut shared, config, Fold::Exponentials);
            let shift = if comptime!(log) { largest + sum.ln() } else { largest };
            for index in 0..comptime!(config.elements.count().div_ceil(config.lanes)) {
                let element = index * comptime!(config.lanes) + lane;
                if element < comptime!(config.elements.count()) {
                    let at = base + place(element, config.elements, 1usize);
                    let shifted = x[at] - shift;
                    out[at] = if comptime!(log) { shifted } else { shifted.exp() / sum };
                }
            }
        }
        Work::Normalise { epsilon, centred } => {
            let mean = if comptime!(centred) {
                fold(x, base, lane, 0.0f32.runtime(), &mut shared, config, Fold::Sum) / size
            } else {
                0.0f32.runtime()
            };
            let squares = fold(x, base, lane, mean, &mut shared, config, Fold::Squares);
            let scale = 1.0 / (squares / size + comptime!(epsilon.0)).sqrt();
            for index in 0..comptime!(config.elements.count().div_ceil(config.lanes)) {
                let element = index * comptime!(config.lanes) + lane;
                if element < comptime!(config.elements.count()) {
                    let at = base + place(element, config.elements, 1usize);
                    out[at] = (x[at] - mean) * scale;
                }
            }
        }
        _ => {}
    }
}

#[cube]
fn reduced(
    x: &[f32],
    base: usize,
    lane: usize,
    shared: &mut Shared<[f32]>,
    #[comptime] config: Config,
    #[comptime] kind: Reduction,
) -> f32 {
    let none = 0.0f32.runtime();
    match comptime!(kind) {
        Reduction::Sum => fold(x, base, lane, none, shared, config, Fold::Sum),
        Reduction::Mean => {
            fold(x, base, lane, none, shared, config, Fold::Sum) / comptime!(config.elements.count() as f32)
        }
        Reduction::Max => fold(x, base, lane, none, shared, config, Fold::Largest),
        Reduction::Min => fold(x, base, lane, none, shared, config, Fold::Smallest),
        Reduction::Prod => fold(x, base, lane, none, shared, config, Fold::Product),
        Reduction::L1 => fold(x, base, lane, none, shared, config, Fold::Magnitudes),
        Reduction::L2 => fold(x, base, lane, none, shared, config, Fold::Squares).sqrt(),
        Reduction::LogSum => logarithm(fold(x, base, lane, none, shared, config, Fold::Sum)),
        Reduction::LogSumExp => {
            let largest = fold(x, base, lane, none, shared, config, Fold::Largest);
            largest + fold(x, base, lane, largest, shared, config, Fold::Exponentials).ln()
        }
        Reduction::SumSquare => fold(x, base, lane, none, shared, config, Fold::Squares),
    }
}

/// All elements of a group, each less `shift`.
#[cube]
fn fold(
    x: &[f32],
    base: usize,
    lane: usize,
    shift: f32,
    shared: &mut Shared<[f32]>,
    #[comptime] config: Config,
    #[comptime] fold: Fold,
) -> f32 {
    let size = comptime!(config.elements.count());
    let steps = comptime!(config.elements.count().div_ceil(config.lanes));
    let start = if comptime!(fold == Fold::Product) {
        1.0f32.runtime()
    } else if comptime!(fold == Fold::Largest || fold == Fold::Smallest) {
        x[base] - shift
    } else {
        0.0f32.runtime()
    };
    let mut all = start;
    for block in 0..comptime!(steps.div_ceil(BLOCK)) {
        let mut sum = start;
        for index in 0..comptime!(if steps < BLOCK { steps } else { BLOCK }) {
            let element = (block * comptime!(BLOCK) + index) * comptime!(config.lanes) + lane;
            if element < size {
                let value = x[base + place(element, config.elements, 1usize)] - shift;
                let term = match comptime!(fold) {
                    Fold::Magnitudes => value.abs(),
                    Fold::Squares => value * value,
                    Fold::Exponentials => value.exp(),
                    _ => value,
                };
                sum = join(sum, term, fold);
            }
        }
        all = join(all, sum, fold);
    }
    if comptime!(config.lanes > 1) {
        // The previous result has been read by all.
        sync_cube();
        shared[lane] = all;
        sync_cube();
        #[unroll]
        for step in 0..comptime!(config.lanes.ilog2()) {
            let half = comptime!(config.lanes >> (step + 1));
            if lane < half {
                shared[lane] = join(shared[lane], shared[lane + half], fold);
            }
            sync_cube();
        }
        shared[0usize]
    } else {
        all
    }
}

/// Some drivers take the logarithm of 0 as that of the smallest number.
#[cube]
fn logarithm(x: f32) -> f32 {
    let mut value = x.ln();
    if x == 0.0f32 {
        value = (0.0f32 - 1.0f32) / x.abs();
    }
    value
}

#[cube]
fn join(a: f32, b: f32, #[comptime] fold: Fold) -> f32 {
    match comptime!(fold) {
        Fold::Product => a * b,
        Fold::Largest => max(a, b),
        Fold::Smallest => min(a, b),
        _ => a + b,
    }
}

#[cube(launch_unchecked)]
fn best_kernel(
    x: &[f32],
    out: &mut [f32],
    #[comptime] config: Config,
    #[comptime] largest: bool,
    #[comptime] last: bool,
) {
    let group = ABSOLUTE_POS;
    if group >= comptime!(config.groups.count()) {
        terminate!();
    }
    let base = place(group, config.groups, 1usize);
    let mut best = x[base];
    let mut found = 0usize.runtime();
    for element in 0..comptime!(config.elements.count()) {
        let value = x[base + place(element, config.elements, 1usize)];
        let better = match comptime!((largest, last)) {
            (true, false) => value > best,
            (true, true) => value >= best,
            (false, false) => value < best,
            (false, true) => value <= best,
        };
        if better {
            best = value;
            found = element;
        }
    }
    out[group] = f32::cast_from(found);
}

#[cube(launch_unchecked)]
fn sum_kernel(
    x: &[f32],
    out: &mut [f32],
    #[comptime] config: Config,
    #[comptime] exclusive: bool,
    #[comptime] reverse: bool,
) {
    let group = ABSOLUTE_POS;
    if group >= comptime!(config.groups.count()) {
        terminate!();
    }
    let base = place(group, config.groups, 1usize);
    let mut sum = 0.0f32;
    for step in 0..comptime!(config.elements.count()) {
        let element = if comptime!(reverse) { comptime!(config.elements.count() - 1) - step } else { step };
        let at = base + place(element, config.elements, 1usize);
        let value = x[at];
        if comptime!(exclusive) {
            out[at] = sum;
        }
        sum += value;
        if comptime!(!exclusive) {
            out[at] = sum;
        }
    }
}
