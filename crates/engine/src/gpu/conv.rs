//! Launching convolutions.

use super::conv_kernels::{dense_kernel, depthwise_kernel};
use super::functions::has;
use super::{Task, Tensor, VECTOR, launch_size};
use crate::sizes::ConvShape;
use cubecl::client::Client;
use vitrine_graph::{Graph, Node};

/// What a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    pub shape: ConvShape,
    /// Neighbouring pixels of a row that one thread computes.
    pub pixels: usize,
    /// Numbers in a vector of input channels.
    pub vector_in: usize,
    /// Numbers in a vector of output channels, which a thread computes.
    pub vector: usize,
    /// Numbers in a vector of the output: 1 where its channels are no whole vectors.
    pub vector_out: usize,
}

/// A convolution, depthwise or any other.
pub struct Convolution {
    config: Config,
}

impl Convolution {
    pub fn new(graph: &Graph, node: &Node, shape: ConvShape) -> Option<Self> {
        let shape = if shape.is_pointwise() { one_row(&shape) } else { shape };
        let whole = |channels: usize| if channels.is_multiple_of(VECTOR) { VECTOR } else { 1 };
        let (vector_in, vector_out) = (whole(shape.ci / shape.groups), whole(shape.co / shape.groups));
        // Weights that are known are filled up with zeros to whole vectors.
        let known = node.inputs[1..3].iter().all(|id| graph.constants.contains_key(id));
        let filled = shape.groups == 1 && known && shape.co > VECTOR / 2;
        let mut config = Config { shape, pixels: 1, vector_in, vector: vector_out, vector_out };
        if shape.is_depthwise() {
            let vector = whole(shape.co);
            (config.vector_in, config.vector, config.vector_out) = (vector, vector, vector);
        } else if filled {
            config.vector = VECTOR;
        }
        config.pixels = config.pixels_a_thread();
        has(shape.activation).then_some(Self { config })
    }
}

/// Without a neighbourhood, all pixels are one row: no thread is left over at the end of each.
fn one_row(shape: &ConvShape) -> ConvShape {
    let row = [1, 1, shape.batch * shape.input.iter().product::<usize>()];
    ConvShape { batch: 1, input: row, output: row, ..*shape }
}

impl Config {
    /// More pixels a thread share each weight that is read; fewer leave more threads where a map is small.
    fn pixels_a_thread(&self) -> usize {
        let numbers = self.shape.batch * self.shape.output_elements();
        let pixels = if numbers >= 1 << 15 { 4 } else { 2 };
        pixels.min(self.shape.output[2])
    }

    /// One for each vector of `pixels` outputs.
    pub fn threads(&self) -> usize {
        let [planes, rows, _] = self.shape.output;
        self.shape.batch * planes * rows * self.tiles() * self.out_vectors()
    }

    /// Groups of `pixels` in a row.
    pub fn tiles(&self) -> usize {
        self.shape.output[2].div_ceil(self.pixels)
    }

    /// Vectors in the channels of an input pixel that an output channel sees.
    pub fn depth(&self) -> usize {
        self.shape.ci / self.shape.groups / self.vector_in
    }

    /// Vectors in an input pixel.
    pub fn in_vectors(&self) -> usize {
        self.shape.ci / self.vector_in
    }

    /// Vectors in an output pixel, the last of which may be filled up.
    pub fn out_vectors(&self) -> usize {
        self.shape.co.div_ceil(self.vector)
    }

    /// Whether the last vector of an output pixel is filled up.
    pub fn ragged(&self) -> bool {
        self.vector != self.vector_out
    }

    /// Numbers of the last vector that are outputs, or of any vector if the channels are whole vectors.
    pub fn last_lanes(&self) -> usize {
        self.shape.co - (self.out_vectors() - 1) * self.vector
    }
}

impl Task for Convolution {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let config = self.config;
        let [x, weight, bias, residual @ ..] = operands else { unreachable!("operands were inferred") };
        let residual = residual.first().unwrap_or(x);
        let out = Tensor::empty(client, config.shape.batch * config.shape.output_elements());
        let (count, dim) = launch_size(config.threads());
        // SAFETY: the kernels read and write inside the sizes that the shape says, which are those of the tensors.
        unsafe {
            if config.shape.is_depthwise() {
                depthwise_kernel::launch_unchecked(
                    client,
                    count,
                    dim,
                    config.vector,
                    x.arg(),
                    weight.arg(),
                    bias.arg(),
                    residual.arg(),
                    out.arg(),
                    config,
                );
            } else {
                dense_kernel::launch_unchecked(
                    client,
                    count,
                    dim,
                    config.vector_in,
                    config.vector,
                    config.vector_out,
                    x.arg(),
                    weight.arg(),
                    bias.arg(),
                    residual.arg(),
                    out.arg(),
                    config,
                );
            }
        }
        out
    }

    /// Rows of output channels are filled up with zeros to whole vectors.
    fn constant(&self, operand: usize, numbers: Vec<f32>) -> Vec<f32> {
        let (channels, filled) = (self.config.shape.co, self.config.out_vectors() * self.config.vector);
        if !(1..3).contains(&operand) || channels == filled {
            return numbers;
        }
        let zeros = std::iter::repeat_n(0.0, filled - channels);
        let rows = numbers.chunks(channels).flat_map(|row| row.iter().copied().chain(zeros.clone()));
        rows.collect()
    }
}
