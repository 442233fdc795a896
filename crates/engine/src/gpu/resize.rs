//! Resampling by tables of samples and weights, one for each axis, that the graph computes.

use super::{Task, Tensor, VECTOR, launch_size};
use cubecl::client::Client;
use cubecl::ir::ElemType;
use cubecl::prelude::*;
use vitrine_graph::host::{AxisTaps, taps};
use vitrine_graph::{Graph, Node, Resize, Scalar};

/// Samples that are mixed at once; beyond, one axis is resampled after the other.
const MAX_TAPS: usize = 16;

/// Numbers that a thread computes at most.
const NUMBERS: usize = 16;
/// Places that a thread computes where there is nothing behind them.
const ACROSS: usize = 4;

/// What a kernel is compiled for: two neighbouring axes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Config {
    /// Elements before the axes.
    outer: usize,
    input: [usize; 2],
    output: [usize; 2],
    /// Samples that an output sample mixes along each axis.
    taps: [usize; 2],
    /// Vectors behind the axes.
    inner: usize,
    vector: usize,
    /// Vectors behind one place that a thread computes, and places of the second axis: it reads the tables once for them.
    lanes: usize,
    across: usize,
    /// What samples without taps are, where there are any.
    outside: Option<Scalar>,
}

struct Pass {
    config: Config,
    /// For each output sample, `taps` pairs of a place and a weight. A place below 0 is outside.
    tables: [Tensor; 2],
}

/// A step of this kind.
pub struct Resampling {
    passes: Vec<Pass>,
}

impl Resampling {
    pub fn new(client: &Client, graph: &Graph, node: &Node, resize: &Resize) -> Option<Self> {
        let mut shape = graph.shape(node.inputs[0]).to_vec();
        let inputs =
            resize.axes.iter().enumerate().map(|(index, axis)| taps(resize, index, shape[axis.axis]));
        let all: Vec<AxisTaps> = inputs.collect();
        let mut passes = vec![];
        let mut index = 0;
        while index < all.len() {
            let axis = resize.axes[index].axis;
            let next = resize.axes.get(index + 1).filter(|next| next.axis == axis + 1);
            let second =
                next.map(|_| &all[index + 1]).filter(|next| widest(&all[index]) * widest(next) <= MAX_TAPS);
            passes.push(Pass::new(client, &shape, axis, [Some(&all[index]), second], resize.outside));
            for taps in std::iter::once(&all[index]).chain(second) {
                shape[resize.axes[index].axis] = taps.samples.len();
                index += 1;
            }
        }
        // Places are exact as f32.
        let small = graph.shape(node.inputs[0]).iter().all(|&size| size as u64 <= super::EXACT);
        (small && !passes.is_empty()).then_some(Self { passes })
    }
}

/// Samples that an output sample mixes at most.
fn widest(taps: &AxisTaps) -> usize {
    taps.samples.iter().map(Vec::len).max().unwrap_or(0).max(1)
}

impl Pass {
    fn new(
        client: &Client,
        shape: &[usize],
        axis: usize,
        taps: [Option<&AxisTaps>; 2],
        outside: f32,
    ) -> Self {
        let whole = AxisTaps { samples: vec![vec![(0, 1.0)]] };
        let both = taps.map(|taps| taps.unwrap_or(&whole));
        let behind = if taps[1].is_some() { axis + 2 } else { axis + 1 };
        let inner: usize = shape[behind..].iter().product();
        let vector = if inner.is_multiple_of(VECTOR) { VECTOR } else { 1 };
        let inner = inner / vector;
        let lanes = (1..=NUMBERS / vector).rev().find(|lanes| inner.is_multiple_of(*lanes)).unwrap_or(1);
        let columns = both[1].samples.len();
        let across = if inner == 1 && columns.is_multiple_of(ACROSS) { ACROSS } else { 1 };
        let empty = both.iter().any(|taps| taps.samples.iter().any(Vec::is_empty));
        let config = Config {
            outer: shape[..axis].iter().product(),
            input: [shape[axis], if taps[1].is_some() { shape[axis + 1] } else { 1 }],
            output: both.map(|taps| taps.samples.len()),
            taps: both.map(widest),
            inner,
            vector,
            lanes,
            across,
            outside: empty.then_some(Scalar(outside)),
        };
        Self { config, tables: both.map(|taps| Tensor::new(client, table(taps))) }
    }
}

fn table(taps: &AxisTaps) -> Vec<f32> {
    let widest = widest(taps);
    let mut table = vec![];
    for samples in &taps.samples {
        let missing = if samples.is_empty() { -1.0 } else { 0.0 };
        table.extend(samples.iter().flat_map(|&(at, weight)| [at as f32, weight]));
        table.extend(std::iter::repeat_n([missing, 0.0], widest - samples.len()).flatten());
    }
    table
}

impl Config {
    fn threads(&self) -> usize {
        self.outer * self.output[0] * self.columns() * self.blocks()
    }

    /// Threads along the second axis.
    fn columns(&self) -> usize {
        self.output[1] / self.across
    }

    /// Threads behind a place.
    fn blocks(&self) -> usize {
        self.inner / self.lanes
    }

    fn sums(&self) -> usize {
        self.across * self.lanes
    }
}

impl Task for Resampling {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let mut x = operands[0].clone();
        for Pass { config, tables: [first, second] } in &self.passes {
            let out = Tensor::space(client, config.threads() * config.sums() * config.vector, x.stored);
            let (count, dim) = launch_size(config.threads());
            // SAFETY: the tables' places lie inside the input, and the sizes are the tensors'.
            unsafe {
                resize_kernel::launch_unchecked(
                    client,
                    count,
                    dim,
                    config.vector,
                    x.arg(),
                    first.arg(),
                    second.arg(),
                    out.arg(),
                    *config,
                    x.stored.elem(),
                );
            }
            x = out;
        }
        x
    }
}

#[cube(launch_unchecked)]
fn resize_kernel<S: Float, N: Size>(
    x: &[Vector<S, N>],
    first: &[f32],
    second: &[f32],
    out: &mut [Vector<S, N>],
    #[comptime] config: Config,
    #[define(S)] _stored: ElemType,
) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let inner = comptime!(config.inner);
    let lane = index % comptime!(config.blocks()) * comptime!(config.lanes);
    let column = index / comptime!(config.blocks()) % comptime!(config.columns()) * comptime!(config.across);
    let rest = index / comptime!(config.blocks() * config.columns());
    let row = rest % comptime!(config.output[0]) * comptime!(config.taps[0]);
    let outer = rest / comptime!(config.output[0]) * comptime!(config.input[0]);
    let mut places = Array::<usize>::new(comptime!(config.across * config.taps[1]));
    let mut weights = Array::<f32>::new(comptime!(config.across * config.taps[1]));
    #[unroll]
    for j in 0..comptime!(config.across * config.taps[1]) {
        let from = (column * comptime!(config.taps[1]) + j) * 2;
        places[j] = usize::cast_from(max(second[from], 0.0f32));
        weights[j] = second[from + 1];
    }
    let mut sums = Array::<Vector<f32, N>>::new(comptime!(config.sums()));
    #[unroll]
    for at in 0..comptime!(config.sums()) {
        sums[at] = Vector::new(0.0f32);
    }
    for i in 0..comptime!(config.taps[0]) {
        let at = (row + i) * 2;
        let y = outer + usize::cast_from(max(first[at], 0.0f32));
        let weight = Vector::new(first[at + 1]);
        #[unroll]
        for across in 0..comptime!(config.across) {
            #[unroll]
            for next in 0..comptime!(config.lanes) {
                let mut line = Vector::<f32, N>::new(0.0f32);
                #[unroll]
                for j in 0..comptime!(config.taps[1]) {
                    let tap = comptime!(across * config.taps[1] + j);
                    let place = y * comptime!(config.input[1]) + places[tap];
                    let sample = Vector::<f32, N>::cast_from(x[place * inner + lane + next]);
                    line += sample * Vector::new(weights[tap]);
                }
                sums[comptime!(across * config.lanes + next)] += line * weight;
            }
        }
    }
    #[unroll]
    for across in 0..comptime!(config.across) {
        let outside = if comptime!(config.outside.is_some()) {
            first[row * 2] < 0.0 || second[(column + across) * comptime!(config.taps[1]) * 2] < 0.0
        } else {
            false.runtime()
        };
        let place = rest * comptime!(config.output[1]) + column + across;
        #[unroll]
        for next in 0..comptime!(config.lanes) {
            let value = comptime!(config.outside.map_or(0.0, |outside| outside.0));
            let sum = sums[comptime!(across * config.lanes + next)];
            let sum = select(outside, Vector::new(f32::new(value)), sum);
            out[place * inner + lane + next] = Vector::cast_from(sum);
        }
    }
}
