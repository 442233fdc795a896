//! Pooling: a thread computes one vector of channels of an output pixel.

use super::{Task, Tensor, VECTOR, launch_size};
use cubecl::client::Client;
use cubecl::ir::ElemType;
use cubecl::prelude::*;
use vitrine_graph::{Graph, Node, Pool, PoolKind};

/// What a kernel is compiled for. Missing spatial axes are leading ones of size 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Config {
    kind: PoolKind,
    batch: usize,
    input: [usize; 3],
    output: [usize; 3],
    kernel: [usize; 3],
    stride: [usize; 3],
    dilation: [usize; 3],
    /// Elements in front of each axis.
    before: [usize; 3],
    /// Elements of each axis with those in front and behind.
    padded: [usize; 3],
    channels: usize,
    /// Numbers in a vector.
    vector: usize,
}

/// A step of this kind.
pub struct Pooling {
    config: Config,
}

impl Pooling {
    pub fn new(graph: &Graph, node: &Node, pool: &Pool) -> Option<Self> {
        if !matches!(pool.kind, PoolKind::Max | PoolKind::Average { .. } | PoolKind::Lp(1 | 2)) {
            return None;
        }
        let (x, output) = (graph.shape(node.inputs[0]), graph.shape(node.output));
        let axes = pool.windows.len();
        let spread = |fill: usize, size: &dyn Fn(usize) -> usize| {
            std::array::from_fn(|axis| (axis + axes).checked_sub(3).map_or(fill, size))
        };
        let padding = |axis: usize| {
            let window = &pool.windows[axis];
            window.padding.amounts(x[axis + 1], window.span(), window.stride)
        };
        let channels = x[axes + 1];
        let config = Config {
            kind: pool.kind,
            batch: x[0],
            input: spread(1, &|axis| x[axis + 1]),
            output: spread(1, &|axis| output[axis + 1]),
            kernel: spread(1, &|axis| pool.windows[axis].kernel),
            stride: spread(1, &|axis| pool.windows[axis].stride),
            dilation: spread(1, &|axis| pool.windows[axis].dilation),
            before: spread(0, &|axis| padding(axis).0),
            padded: spread(1, &|axis| padding(axis).0 + x[axis + 1] + padding(axis).1),
            channels,
            vector: if channels.is_multiple_of(VECTOR) { VECTOR } else { 1 },
        };
        Some(Self { config })
    }
}

impl Config {
    fn vectors(&self) -> usize {
        self.channels / self.vector
    }

    fn threads(&self) -> usize {
        self.batch * self.output.iter().product::<usize>() * self.vectors()
    }
}

impl Task for Pooling {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let config = self.config;
        let out = Tensor::space(client, config.threads() * config.vector, operands[0].stored);
        let (count, dim) = launch_size(config.threads());
        // SAFETY: the kernel reads and writes inside the sizes that the configuration says, which are the tensors'.
        unsafe {
            pool_kernel::launch_unchecked(
                client,
                count,
                dim,
                config.vector,
                operands[0].arg(),
                out.arg(),
                config,
                out.stored.elem(),
            );
        }
        out
    }
}

#[cube(launch_unchecked)]
fn pool_kernel<S: Float, N: Size>(
    x: &[Vector<S, N>],
    out: &mut [Vector<S, N>],
    #[comptime] config: Config,
    #[define(S)] _stored: ElemType,
) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let vectors = comptime!(config.vectors());
    let channel = index % vectors;
    let ox = index / vectors % comptime!(config.output[2]);
    let row = index / comptime!(config.vectors() * config.output[2]);
    let oy = row % comptime!(config.output[1]);
    let oz = row / comptime!(config.output[1]) % comptime!(config.output[0]);
    let batch = row / comptime!(config.output[1] * config.output[0]);
    let mut kept = Vector::<f32, N>::new(0.0f32);
    let mut seen = 0.0f32;
    let mut counted = 0.0f32;
    for kz in 0..comptime!(config.kernel[0]) {
        let z = padded(oz, kz, config, 0usize);
        for ky in 0..comptime!(config.kernel[1]) {
            let y = padded(oy, ky, config, 1usize);
            for kx in 0..comptime!(config.kernel[2]) {
                let column = padded(ox, kx, config, 2usize);
                if inside(z, config, 0usize) && inside(y, config, 1usize) && inside(column, config, 2usize) {
                    let plane = batch * comptime!(config.input[0]) + z - comptime!(config.before[0]);
                    let line = plane * comptime!(config.input[1]) + y - comptime!(config.before[1]);
                    let pixel = line * comptime!(config.input[2]) + column - comptime!(config.before[2]);
                    let value = Vector::<f32, N>::cast_from(x[pixel * vectors + channel]);
                    match comptime!(config.kind) {
                        PoolKind::Max => {
                            let first = Vector::<f32, N>::new(seen).equal(&Vector::new(0.0f32));
                            kept = select_many(first, value, max(kept, value));
                        }
                        PoolKind::Average { .. } => kept += value,
                        PoolKind::Lp(power) => {
                            kept += if comptime!(power == 2) { value * value } else { value.abs() };
                        }
                    }
                    seen += 1.0;
                }
                if z < comptime!(config.padded[0])
                    && y < comptime!(config.padded[1])
                    && column < comptime!(config.padded[2])
                {
                    counted += 1.0;
                }
            }
        }
    }
    let value = match comptime!(config.kind) {
        PoolKind::Max => kept,
        PoolKind::Average { count_padding } => {
            let count = if comptime!(count_padding) { counted } else { seen };
            kept / Vector::new(max(count, 1.0f32))
        }
        PoolKind::Lp(power) => {
            if comptime!(power == 2) {
                kept.sqrt()
            } else {
                kept
            }
        }
    };
    out[index] = Vector::cast_from(value);
}

/// The place of a window's sample in the padded input, along an axis.
#[cube]
fn padded(out: usize, k: usize, #[comptime] config: Config, #[comptime] axis: usize) -> usize {
    out * comptime!(config.stride[axis]) + k * comptime!(config.dilation[axis])
}

#[cube]
fn inside(at: usize, #[comptime] config: Config, #[comptime] axis: usize) -> bool {
    at >= comptime!(config.before[axis]) && at < comptime!(config.before[axis] + config.input[axis])
}
