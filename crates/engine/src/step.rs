//! One operation of a plan, with all sizes known.

use crate::kernels::{ConvShape, Kernels, ResizeShape};
use crate::{Device, Error};
use burn::backend::{Dispatch, ops::*};
use burn::tensor::{Shape, TensorData};
use vitrine_graph::{Activation, BinaryKind, Conv2d, Graph, Node, Op, ValueId};

/// A tensor on a device, of any rank.
pub type Tensor = burn::backend::tensor::FloatTensor<Dispatch>;

/// An operation and where its operands and its result are.
pub struct Step {
    pub inputs: Vec<ValueId>,
    pub output: ValueId,
    pub kernel: Kernel,
}

/// What a step computes.
pub enum Kernel {
    Conv2d(ConvShape),
    Binary(BinaryKind, Activation),
    Activation(Activation),
    /// `[n, h, w, c]`
    GlobalAveragePool([usize; 4]),
    Expand(Vec<usize>),
    Concat(usize),
    Resize(ResizeShape),
    Reshape(Vec<usize>),
    /// Along this axis.
    Softmax(usize),
    /// Along this axis, which the shape no longer has.
    ArgMax(usize, Vec<usize>),
}

impl Step {
    /// Resolves all sizes.
    pub fn new(graph: &Graph, node: &Node) -> Result<Self, Error> {
        let fail = |cause: String| vitrine_graph::Error::node(&node.name, cause);
        let x = graph.shape(node.inputs[0]);
        let output = graph.shape(node.output).to_vec();
        let kernel = match &node.op {
            Op::Conv2d(conv) => Kernel::Conv2d(conv_shape(graph, node, conv).map_err(fail)?),
            Op::Binary(kind, activation) => Kernel::Binary(*kind, *activation),
            Op::Activation(activation) => Kernel::Activation(*activation),
            Op::GlobalAveragePool => Kernel::GlobalAveragePool(map_sizes(x).map_err(fail)?),
            Op::Expand => Kernel::Expand(output),
            Op::Concat { axis } => Kernel::Concat(*axis),
            Op::Resize(resize) => {
                let [_, h, w, channels] = single_map(x).map_err(fail)?;
                let (input, output) = ([h, w], resize.size);
                Kernel::Resize(ResizeShape { input, output, channels, coordinates: resize.coordinates })
            }
            Op::Reshape => Kernel::Reshape(output),
            Op::Softmax => Kernel::Softmax(x.len().saturating_sub(1)),
            Op::ArgMax => Kernel::ArgMax(x.len().saturating_sub(1), output),
        };
        Ok(Self { inputs: node.inputs.clone(), output: node.output, kernel })
    }
}

fn map_sizes(shape: &[usize]) -> Result<[usize; 4], String> {
    shape.try_into().map_err(|_| format!("a feature map has 4 axes, not {shape:?}"))
}

/// Our kernels compute one frame at a time.
fn single_map(shape: &[usize]) -> Result<[usize; 4], String> {
    match map_sizes(shape)? {
        sizes @ [1, ..] => Ok(sizes),
        [n, ..] => Err(format!("a batch of {n}; only 1 is computed here")),
    }
}

fn conv_shape(graph: &Graph, node: &Node, conv: &Conv2d) -> Result<ConvShape, String> {
    let [_, h, w, ci] = single_map(graph.shape(node.inputs[0]))?;
    let [kh, kw, _, co] = map_sizes(graph.shape(node.inputs[1]))?;
    let [_, oh, ow, _] = map_sizes(graph.shape(node.output))?;
    let before = |axis: usize, input: usize, kernel: usize| {
        let span = (kernel - 1) * conv.dilation[axis] + 1;
        conv.padding.amounts(input, span, conv.stride[axis]).0
    };
    Ok(ConvShape {
        input: [h, w],
        ci,
        output: [oh, ow],
        co,
        kernel: [kh, kw],
        stride: conv.stride,
        dilation: conv.dilation,
        padding: [before(0, h, kh), before(1, w, kw)],
        groups: conv.groups,
        activation: conv.activation,
        residual: node.inputs.len() == 4,
    })
}

impl Kernel {
    /// Computes the result; on a GPU this only queues the work. The operands are those that [`Op`] documents.
    pub fn run(&self, operands: Vec<Tensor>) -> Tensor {
        if let Self::Concat(axis) = self {
            return Dispatch::float_cat(operands, *axis);
        }
        let mut operands = operands.into_iter();
        // The number of operands was checked when the graph was read.
        let mut next = || operands.next().unwrap_or_else(|| unreachable!("operand"));
        let x = next();
        match self {
            Self::Conv2d(shape) => {
                let (weight, bias) = (next(), next());
                let residual = if shape.residual { next() } else { x.clone() };
                <Dispatch as Kernels>::conv2d(x, weight, bias, residual, *shape)
            }
            Self::Binary(kind, activation) => activate(binary(*kind, x, next()), *activation),
            Self::Activation(activation) => activate(x, *activation),
            &Self::GlobalAveragePool([n, h, w, c]) => {
                let mean = Dispatch::float_mean_dim(Dispatch::float_reshape(x, [n, h * w, c].into()), 1);
                Dispatch::float_reshape(mean, [n, 1, 1, c].into())
            }
            Self::Expand(shape) => Dispatch::float_expand(x, shape.clone().into()),
            Self::Reshape(shape) => Dispatch::float_reshape(x, shape.clone().into()),
            Self::Resize(shape) => <Dispatch as Kernels>::resize_bilinear(x, *shape),
            Self::Softmax(axis) => Dispatch::softmax(x, *axis),
            Self::ArgMax(axis, shape) => arg_max(x, *axis, shape),
            Self::Concat(_) => x,
        }
    }
}

fn binary(kind: BinaryKind, a: Tensor, b: Tensor) -> Tensor {
    let (a, b) = same_rank(a, b);
    match kind {
        BinaryKind::Add => Dispatch::float_add(a, b),
        BinaryKind::Sub => Dispatch::float_sub(a, b),
        BinaryKind::Mul => Dispatch::float_mul(a, b),
    }
}

/// Burn broadcasts axes of size 1 but not missing ones.
fn same_rank(a: Tensor, b: Tensor) -> (Tensor, Tensor) {
    use burn::backend::TensorMetadata;
    let rank = a.shape().num_dims().max(b.shape().num_dims());
    let extend = |tensor: Tensor| {
        let shape = tensor.shape();
        let missing = rank - shape.num_dims();
        if missing == 0 {
            return tensor;
        }
        let sizes: Vec<usize> = std::iter::repeat_n(1, missing).chain(shape.iter().copied()).collect();
        Dispatch::float_reshape(tensor, Shape::from(sizes))
    };
    (extend(a), extend(b))
}

fn activate(x: Tensor, activation: Activation) -> Tensor {
    match activation {
        Activation::Identity => x,
        Activation::Relu => Dispatch::relu(x),
        Activation::Relu6 => Dispatch::float_clamp(x, 0.0.into(), 6.0.into()),
        Activation::Sigmoid => Dispatch::sigmoid(x),
        Activation::HardSwish => {
            let gate = Dispatch::hard_sigmoid(x.clone(), (1.0 / 6.0).into(), 0.5.into());
            Dispatch::float_mul(x, gate)
        }
    }
}

/// The indices as numbers of the same kind as everything else: exact up to 2^24.
fn arg_max(x: Tensor, axis: usize, shape: &[usize]) -> Tensor {
    let indices = Dispatch::float_argmax(x, axis, burn::tensor::IntDType::I32);
    let indices = Dispatch::int_into_float(indices, burn::tensor::FloatDType::F32);
    Dispatch::float_reshape(indices, shape.to_vec().into())
}

/// Numbers in the host's memory -> a tensor on the device.
pub fn from_host(data: Vec<f32>, shape: &[usize], device: &Device) -> Tensor {
    let length = data.len();
    let flat = burn::tensor::Tensor::<1>::from_data(TensorData::new(data, [length]), &device.burn);
    Dispatch::float_reshape(flat.into_dispatch(), shape.to_vec().into())
}

/// A tensor on the device -> numbers in the host's memory.
pub async fn to_host(tensor: Tensor, shape: &[usize]) -> Result<Vec<f32>, Error> {
    let length: usize = shape.iter().product();
    let flat = burn::tensor::Tensor::<1>::from_dispatch(Dispatch::float_reshape(tensor, [length].into()));
    let data = flat.into_data_async().await.map_err(|error| Error::Device(error.to_string()))?;
    data.try_into_vec::<f32>().map_err(|error| Error::Device(format!("{error:?}")))
}
