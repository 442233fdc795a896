//! Sizes that kernels are prepared for, all known when the plan is built.

use vitrine_graph::{Conv, Graph, Node, Op, Padding, Pool, PoolKind, Unary, Window};

/// Sizes of a convolution. Missing spatial axes are leading ones of size 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConvShape {
    /// Maps that are computed one after the other.
    pub batch: usize,
    /// Planes, rows and columns of the input.
    pub input: [usize; 3],
    /// Input channels.
    pub ci: usize,
    /// Planes, rows and columns of the output.
    pub output: [usize; 3],
    /// Output channels.
    pub co: usize,
    /// Planes, rows and columns of the kernel.
    pub kernel: [usize; 3],
    /// Step along each axis.
    pub stride: [usize; 3],
    /// Distance of the kernel's samples.
    pub dilation: [usize; 3],
    /// Zeros before each axis; those behind follow from the sizes.
    pub padding: [usize; 3],
    /// Independent convolutions that the channels are split into.
    pub groups: usize,
    /// Applied to the result.
    pub activation: Unary,
    /// Whether a value of the output's shape is added before the activation.
    pub residual: bool,
}

impl ConvShape {
    /// Of a node whose shapes were inferred.
    pub fn new(graph: &Graph, node: &Node, conv: &Conv) -> Self {
        let (x, output) = (graph.shape(node.inputs[0]), graph.shape(node.output));
        let axes = conv.windows.len();
        let spread = |fill: usize, size: &dyn Fn(usize) -> usize| {
            std::array::from_fn(|axis| match (axis + axes).checked_sub(3) {
                Some(axis) => size(axis),
                None => fill,
            })
        };
        Self {
            batch: x[0],
            input: spread(1, &|axis| x[axis + 1]),
            ci: x[axes + 1],
            output: spread(1, &|axis| output[axis + 1]),
            co: output[axes + 1],
            kernel: spread(1, &|axis| conv.windows[axis].kernel),
            stride: spread(1, &|axis| conv.windows[axis].stride),
            dilation: spread(1, &|axis| conv.windows[axis].dilation),
            padding: spread(0, &|axis| conv.windows[axis].before(x[axis + 1])),
            groups: conv.groups,
            activation: conv.activation,
            residual: node.inputs.len() > 3,
        }
    }

    /// Of a node that takes means of windows of one size, as a depthwise convolution.
    pub fn of_mean(graph: &Graph, node: &Node) -> Option<Self> {
        let Op::Pool(Pool { kind: PoolKind::Average { count_padding }, windows }) = &node.op else {
            return None;
        };
        let whole = |window: &Window| !window.ceil && (*count_padding || window.padding == Padding::VALID);
        let groups = *graph.shape(node.output).last()?;
        let conv = Conv { windows: windows.clone(), groups, activation: Unary::Identity };
        (groups > 1 && windows.len() <= 3 && windows.iter().all(whole)).then(|| Self::new(graph, node, &conv))
    }

    /// One filter for each channel.
    #[cfg_attr(not(feature = "webgpu"), allow(dead_code, reason = "the processor treats other groups alike"))]
    pub fn is_depthwise(&self) -> bool {
        self.groups == self.ci && self.groups == self.co && self.groups > 1
    }

    /// Every output pixel sees the input pixel of the same place, and no other.
    #[cfg_attr(
        all(target_arch = "wasm32", not(feature = "webgpu")),
        allow(dead_code, reason = "tiles do not need to know")
    )]
    pub fn is_pointwise(&self) -> bool {
        self.kernel == [1; 3] && self.stride == [1; 3] && self.padding == [0; 3] && self.groups == 1
    }

    /// Elements of one map of the input.
    pub fn input_elements(&self) -> usize {
        self.input.iter().product::<usize>() * self.ci
    }

    /// Elements of one map of the output.
    pub fn output_elements(&self) -> usize {
        self.output.iter().product::<usize>() * self.co
    }

    /// Multiplications that one map of the output takes by the definition.
    pub fn multiplications(&self) -> usize {
        let each = self.kernel.iter().product::<usize>() * self.ci / self.groups;
        self.output_elements().saturating_mul(each)
    }
}
