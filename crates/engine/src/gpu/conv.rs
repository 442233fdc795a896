//! Launching convolutions.

use super::conv_kernels::{dense_kernel, depthwise_kernel};
use super::conv_layout::{Config, Layout};
use super::expanded::Filling;
use super::functions::has;
use super::planner::Setting;
use super::{Sizes, Stored, Task, Tensor, Writer, launch_size};
use crate::sizes::ConvShape;
use cubecl::client::Client;
use vitrine_graph::{Graph, Node};

/// A convolution, depthwise or any other.
pub struct Convolution {
    layout: Layout,
    config: Config,
    sizes: Sizes,
    summed: Stored,
}

impl Convolution {
    pub fn new(
        client: &Client,
        graph: &Graph,
        node: &Node,
        shape: ConvShape,
        setting: Setting,
    ) -> Option<Self> {
        let known = node.inputs.iter().skip(1).take(2).all(|id| graph.constants.contains_key(id));
        let layout = Layout::new(shape, known, setting.adapter, setting.spot)?;
        let sizes = Sizes::new(client, layout.sizes());
        has(shape.activation).then(|| Self { layout, config: layout.config(), sizes, summed: setting.summed })
    }

    /// Space for what [`Task::run`] gives.
    fn output(&self, client: &Client, stored: Stored) -> Tensor {
        Tensor::space(client, self.layout.shape.batch * self.layout.shape.output_elements(), stored)
    }
}

/// Means of windows, as a depthwise convolution.
pub struct Mean {
    convolution: Convolution,
    weight: Tensor,
    bias: Tensor,
}

impl Mean {
    pub fn new(client: &Client, graph: &Graph, node: &Node, setting: Setting) -> Option<Self> {
        let shape = ConvShape::of_mean(graph, node)?;
        let samples: usize = shape.kernel.iter().product();
        let constant = |number: f32, count| Tensor::rounded(client, vec![number; count], setting.stored);
        let weight = constant(1.0 / samples as f32, samples * shape.co);
        let bias = constant(0.0, shape.co);
        let convolution = Convolution::new(client, graph, node, shape, setting)?;
        Some(Self { convolution, weight, bias })
    }
}

impl Task for Mean {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let out = self.convolution.output(client, operands[0].stored);
        self.write(client, operands, &out);
        out
    }
}

impl Writer for Mean {
    fn write(&self, client: &Client, operands: &[Tensor], out: &Tensor) {
        let operands = [operands[0].clone(), self.weight.clone(), self.bias.clone()];
        self.convolution.write(client, &operands, out);
    }
}

impl Writer for Convolution {
    fn write(&self, client: &Client, operands: &[Tensor], out: &Tensor) {
        let (layout, config) = (&self.layout, self.config);
        let [x, weight, bias, residual @ ..] = operands else { unreachable!("operands were inferred") };
        let residual = residual.first().unwrap_or(x);
        let (count, dim) = launch_size(layout.threads());
        // SAFETY: the kernels read and write inside the sizes that the shape says, which are those of the tensors.
        unsafe {
            if layout.shape.is_depthwise() {
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
                    self.sizes.arg(),
                    config,
                    out.stored.elem(),
                    self.summed.elem(),
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
                    self.sizes.arg(),
                    config,
                    out.stored.elem(),
                    self.summed.elem(),
                );
            }
        }
    }
}

impl Task for Convolution {
    fn run(&self, client: &Client, operands: &[Tensor]) -> Tensor {
        let out = self.output(client, operands[0].stored);
        self.write(client, operands, &out);
        out
    }

    /// Output channels are filled up to whole vectors.
    fn filling(&self, operand: usize) -> Option<Filling> {
        let (numbers, width) = (self.layout.shape.co, self.layout.out_vectors() * self.config.vector);
        ((1..3).contains(&operand) && numbers < width).then_some(Filling { numbers, width })
    }
}
