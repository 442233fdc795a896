//! Local response normalisation.

use super::{Task, Tensor, launch_size};
use cubecl::client::Client;
use cubecl::prelude::*;
use vitrine_graph::{Graph, Node, Op, Scalar};

/// What a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Config {
    length: usize,
    channels: usize,
    /// Channels in the sum, before and behind the own one.
    before: usize,
    behind: usize,
    weight: Scalar,
    beta: Scalar,
    bias: Scalar,
}

/// A step of this kind.
pub struct Response {
    config: Config,
}

impl Response {
    pub fn new(graph: &Graph, node: &Node) -> Option<Self> {
        let &Op::LocalResponse { size, alpha, beta, bias } = &node.op else { return None };
        let shape = graph.shape(node.output);
        let channels = *shape.last()?;
        // The sum is then positive, and its power a real number.
        if size == 0 || bias <= 0.0 || alpha < 0.0 {
            return None;
        }
        let config = Config {
            length: shape.iter().product(),
            channels,
            before: ((size - 1) / 2).min(channels),
            behind: (size / 2).min(channels),
            weight: Scalar(alpha / size as f32),
            beta: Scalar(beta),
            bias: Scalar(bias),
        };
        Some(Self { config })
    }
}

impl Task for Response {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let config = self.config;
        let out = Tensor::empty(client, config.length);
        let (count, dim) = launch_size(config.length);
        // SAFETY: the kernel reads and writes inside the sizes that the configuration says, which are the tensors'.
        unsafe {
            response_kernel::launch_unchecked(client, count, dim, operands[0].arg(), out.arg(), config);
        }
        out
    }
}

#[cube(launch_unchecked)]
fn response_kernel(x: &[f32], out: &mut [f32], #[comptime] config: Config) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.length) {
        terminate!();
    }
    let channel = index % comptime!(config.channels);
    let mut sum = 0.0f32;
    for offset in 0..comptime!(config.before + config.behind + 1) {
        let seen = channel + offset;
        if seen >= comptime!(config.before) && seen < comptime!(config.channels + config.before) {
            let value = x[index + offset - comptime!(config.before)];
            sum += value * value;
        }
    }
    let base = comptime!(config.bias.0) + comptime!(config.weight.0) * sum;
    out[index] = x[index] * (base.ln() * comptime!(-config.beta.0)).exp();
}
