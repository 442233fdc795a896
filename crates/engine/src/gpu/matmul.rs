//! Products of matrices. A thread computes a vector of columns of some rows.

use super::walk::{Walk, place};
use super::{Task, Tensor, VECTOR, launch_size};
use cubecl::client::Client;
use cubecl::prelude::*;
use vitrine_graph::{Graph, Node};

/// What a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Config {
    /// Matrices of `a` (1) and `b` (2).
    batches: Walk,
    m: usize,
    k: usize,
    n: usize,
    /// Rows that a thread computes.
    rows: usize,
    /// Numbers in a vector of `a`.
    vector_in: usize,
    /// Numbers in a vector of `b` and of the product.
    vector: usize,
}

/// A step of this kind.
pub struct Product {
    config: Config,
}

impl Product {
    pub fn new(graph: &Graph, node: &Node) -> Option<Self> {
        let [a, b, output] = [node.inputs[0], node.inputs[1], node.output].map(|id| graph.shape(id));
        let ([a_batch @ .., m, k], [b_batch @ .., _, n], [batch @ .., _, _]) = (a, b, output) else {
            return None;
        };
        let whole = |size: usize| if size.is_multiple_of(VECTOR) { VECTOR } else { 1 };
        // Batches of rows are more rows where all multiply one matrix.
        let one = b_batch.iter().product::<usize>() == 1 && batch == a_batch;
        let (m, batches) = match one {
            true => (m * batch.iter().product::<usize>(), Walk::broadcast(&[], &[&[], &[]])?),
            false => (*m, Walk::broadcast(batch, &[a_batch, b_batch])?),
        };
        let rows = if m * n * batches.count() >= 1 << 15 { 4 } else { 2 };
        let (k, n) = (*k, *n);
        let config = Config { batches, m, k, n, rows: rows.min(m), vector_in: whole(k), vector: whole(n) };
        Some(Self { config })
    }
}

impl Config {
    fn tiles(&self) -> usize {
        self.m.div_ceil(self.rows)
    }

    fn columns(&self) -> usize {
        self.n / self.vector
    }

    fn threads(&self) -> usize {
        self.batches.count() * self.tiles() * self.columns()
    }
}

impl Task for Product {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let config = self.config;
        let out = Tensor::empty(client, config.batches.count() * config.m * config.n);
        let (count, dim) = launch_size(config.threads());
        // SAFETY: the kernel reads and writes inside the sizes that the configuration says, which are the tensors'.
        unsafe {
            product_kernel::launch_unchecked(
                client,
                count,
                dim,
                config.vector_in,
                config.vector,
                operands[0].arg(),
                operands[1].arg(),
                out.arg(),
                config,
            );
        }
        out
    }
}

#[cube(launch_unchecked)]
fn product_kernel<M: Size, N: Size>(
    a: &[Vector<f32, M>],
    b: &[Vector<f32, N>],
    out: &mut [Vector<f32, N>],
    #[comptime] config: Config,
) {
    let index = ABSOLUTE_POS;
    if index >= comptime!(config.threads()) {
        terminate!();
    }
    let columns = comptime!(config.columns());
    let depth = comptime!(config.k / config.vector_in);
    let column = index % columns;
    let first = index / columns % comptime!(config.tiles()) * comptime!(config.rows);
    let batch = index / comptime!(config.columns() * config.tiles());
    let from_a = place(batch, config.batches, 1usize) * comptime!(config.m * config.k / config.vector_in);
    let from_b = place(batch, config.batches, 2usize) * comptime!(config.k * config.columns()) + column;
    let mut sums = Array::<Vector<f32, N>>::new(comptime!(config.rows));
    #[unroll]
    for row in 0..comptime!(config.rows) {
        sums[row] = Vector::new(0.0f32);
    }
    for i in 0..depth {
        let at = from_b + i * comptime!(config.vector_in * config.columns());
        let mut factors = Array::<Vector<f32, N>>::new(comptime!(config.vector_in));
        #[unroll]
        for lane in 0..comptime!(config.vector_in) {
            factors[lane] = b[at + lane * columns];
        }
        #[unroll]
        for row in 0..comptime!(config.rows) {
            // Rows behind the last one are computed again as the last one, and not stored.
            let v = a[from_a + min(first + row, comptime!(config.m - 1)) * depth + i];
            #[unroll]
            for lane in 0..comptime!(config.vector_in) {
                sums[row] += Vector::new(v.extract(lane)) * factors[lane];
            }
        }
    }
    #[unroll]
    for row in 0..comptime!(config.rows) {
        if first + row < comptime!(config.m) {
            out[(batch * comptime!(config.m) + first + row) * columns + column] = sums[row];
        }
    }
}
