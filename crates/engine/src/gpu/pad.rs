//! Padding in all modes.

use super::{Task, Tensor, VECTOR, launch_size};
use cubecl::client::Client;
use cubecl::prelude::*;
use vitrine_graph::{Graph, Node, PadMode, Scalar};

/// Axes, neighbours without padding being merged.
const AXES: usize = 6;

/// What a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Config {
    axes: usize,
    input: [usize; AXES],
    before: [usize; AXES],
    output: [usize; AXES],
    mode: Mode,
    vector: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mode {
    Constant(Scalar),
    Reflect,
    Symmetric,
    Edge,
    Wrap,
}

/// A step of this kind.
pub struct Padding {
    config: Config,
}

impl Padding {
    pub fn new(graph: &Graph, node: &Node, before: &[usize], mode: PadMode) -> Option<Self> {
        let mode = match mode {
            PadMode::Constant(number) if (number as f32).is_finite() => Mode::Constant(Scalar(number as f32)),
            PadMode::Constant(_) => return None,
            PadMode::Reflect => Mode::Reflect,
            PadMode::Symmetric => Mode::Symmetric,
            PadMode::Edge => Mode::Edge,
            PadMode::Wrap => Mode::Wrap,
        };
        let (x, output) = (graph.shape(node.inputs[0]), graph.shape(node.output));
        let mut merged: Vec<[usize; 3]> = vec![];
        for ((&input, &output), &before) in x.iter().zip(output).zip(before) {
            match merged.last_mut() {
                Some(last) if input == output && last[0] == last[2] => {
                    (last[0], last[2]) = (last[0] * input, last[2] * output);
                }
                _ => merged.push([input, before, output]),
            }
        }
        let mut config = Config {
            axes: merged.len(),
            input: [1; AXES],
            before: [0; AXES],
            output: [1; AXES],
            mode,
            vector: 1,
        };
        for (axis, sizes) in merged.iter().enumerate() {
            let [input, before, output] = *sizes;
            *config.input.get_mut(axis)? = input;
            (config.before[axis], config.output[axis]) = (before, output);
        }
        let last = config.axes.checked_sub(1)?;
        if config.input[last] == config.output[last] && config.input[last].is_multiple_of(VECTOR) {
            config.vector = VECTOR;
            (config.input[last], config.output[last]) =
                (config.input[last] / VECTOR, config.output[last] / VECTOR);
        }
        Some(Self { config })
    }
}

impl Config {
    fn threads(&self) -> usize {
        self.output.iter().product()
    }

    /// The size along an axis after which elements repeat.
    fn period(&self, axis: usize) -> usize {
        match self.mode {
            Mode::Reflect => (2 * self.input[axis] - 2).max(1),
            Mode::Symmetric => 2 * self.input[axis],
            _ => self.input[axis],
        }
    }

    /// What is added to an output place so that, modulo the period, it is that in the input.
    fn shift(&self, axis: usize) -> usize {
        self.before[axis].next_multiple_of(self.period(axis)) - self.before[axis]
    }
}

impl Task for Padding {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let config = self.config;
        let out = Tensor::empty(client, config.threads() * config.vector);
        let (count, dim) = launch_size(config.threads());
        // SAFETY: sources are clamped to the input, whose sizes are the tensor's.
        unsafe {
            pad_kernel::launch_unchecked(
                client,
                count,
                dim,
                config.vector,
                operands[0].arg(),
                out.arg(),
                config,
            );
        }
        out
    }
}

#[cube(launch_unchecked)]
fn pad_kernel<N: Size>(x: &[Vector<f32, N>], out: &mut [Vector<f32, N>], #[comptime] config: Config) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let mut rest = index;
    let mut at = 0usize.runtime();
    let mut stride = 1usize.runtime();
    let mut known = true.runtime();
    #[unroll]
    for step in 0..config.axes {
        let axis = comptime!(config.axes - 1 - step);
        let place = rest % comptime!(config.output[axis]);
        rest /= comptime!(config.output[axis]);
        at += source(place, config, axis) * stride;
        stride *= comptime!(config.input[axis]);
        let before = comptime!(config.before[axis]);
        known = known && place >= before && place < comptime!(config.before[axis] + config.input[axis]);
    }
    let value = x[at];
    out[index] = match comptime!(config.mode) {
        Mode::Constant(number) => {
            if known {
                value
            } else {
                Vector::new(f32::new(number.0))
            }
        }
        _ => value,
    };
}

/// The input's element that an output's is.
#[cube]
fn source(place: usize, #[comptime] config: Config, #[comptime] axis: usize) -> usize {
    let size = comptime!(config.input[axis]);
    let turned = (place + comptime!(config.shift(axis))) % comptime!(config.period(axis));
    match comptime!(config.mode) {
        Mode::Reflect => min(turned, comptime!(config.period(axis)) - turned) % size,
        Mode::Symmetric => min(turned, comptime!(config.period(axis) - 1) - turned),
        Mode::Wrap => turned,
        _ => {
            let from = max(place, comptime!(config.before[axis])) - comptime!(config.before[axis]);
            min(from, comptime!(config.input[axis] - 1))
        }
    }
}
