//! Picking rows by indices that are known at load.

use super::{Task, Tensor, VECTOR, launch_size};
use cubecl::client::Client;
use cubecl::prelude::*;
use vitrine_graph::{Graph, Node};

/// What a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Config {
    /// Elements before the axis.
    outer: usize,
    /// Elements of the axis.
    size: usize,
    /// Indices.
    picked: usize,
    /// Vectors behind the axis.
    run: usize,
    vector: usize,
}

/// A step of this kind.
pub struct Picking {
    config: Config,
}

impl Picking {
    pub fn new(graph: &Graph, node: &Node, axis: usize) -> Option<Self> {
        let x = graph.shape(node.inputs[0]);
        let indices = graph.i64s(node.inputs[1])?;
        let size = i64::try_from(x[axis]).ok()?;
        if !indices.iter().all(|index| (-size..size).contains(index)) {
            return None;
        }
        let run: usize = x[axis + 1..].iter().product();
        let vector = if run.is_multiple_of(VECTOR) { VECTOR } else { 1 };
        let outer = x[..axis].iter().product();
        Some(Self {
            config: Config { outer, size: x[axis], picked: indices.len(), run: run / vector, vector },
        })
    }
}

impl Config {
    fn threads(&self) -> usize {
        self.outer * self.picked * self.run
    }
}

impl Task for Picking {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let config = self.config;
        let out = Tensor::empty(client, config.threads() * config.vector);
        let (count, dim) = launch_size(config.threads());
        // SAFETY: the indices were found to lie inside the axis, and the sizes are the tensors'.
        unsafe {
            pick_kernel::launch_unchecked(
                client,
                count,
                dim,
                config.vector,
                operands[0].arg(),
                operands[1].arg(),
                out.arg(),
                config,
            );
        }
        out
    }

    /// Indices count from the front.
    fn constant(&self, operand: usize, numbers: Vec<f32>) -> Vec<f32> {
        let size = self.config.size as f32;
        match operand {
            1 => numbers.into_iter().map(|index| if index < 0.0 { index + size } else { index }).collect(),
            _ => numbers,
        }
    }
}

#[cube(launch_unchecked)]
fn pick_kernel<N: Size>(
    x: &[Vector<f32, N>],
    indices: &[f32],
    out: &mut [Vector<f32, N>],
    #[comptime] config: Config,
) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let lane = index % comptime!(config.run);
    let rest = index / comptime!(config.run);
    let row = usize::cast_from(indices[rest % comptime!(config.picked)]);
    let outer = rest / comptime!(config.picked);
    out[index] = x[(outer * comptime!(config.size) + row) * comptime!(config.run) + lane];
}
