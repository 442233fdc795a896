//! What nodes compute. Everything is static: axes count from the front, sizes are known.
//!
//! Spatial operators read channels-last maps, `[n, spatial.., c]` with one to three spatial axes. The readers lower what
//! has a composite definition (batch norm, Gemm, attention, transposed convolution) into these.

mod parameters;

pub use parameters::{
    Conv, Coordinates, GridPadding, Interpolation, Nearest, PadMode, Pool, PoolKind, Range, Reduction,
    Resize, ResizeAxis, Update,
};

use crate::{Binary, Unary, Window};

/// What a node computes.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// `x [n, s.., ci]`, `weight [k.., ci / groups, co]`, `bias [co]`, and optionally `residual` of the output's shape,
    /// which is added before the activation. A cross-correlation, as all frameworks define it.
    Conv(Conv),
    /// `a [.., m, k]`, `b [.., k, n]` -> `[.., m, n]`; the axes before broadcast.
    MatMul,
    /// `x [n, s.., c]` -> `[n, o.., c]`.
    Pool(Pool),
    /// `x [n, s.., c]` -> for each maximum of [`PoolKind::Max`] its place, an index into the flattened spatial axes.
    MaxPoolIndices(Pool),
    /// `x` of any shape.
    Unary(Unary),
    /// `a`, `b` of shapes that broadcast; the function of one number is applied to the result.
    Binary(Binary, Unary),
    /// `x`, and an operand for each link, whose shape broadcasts to that of `x`: each link is applied to what the one before it
    /// gave. Numbers are real.
    Chain(Vec<Link>),
    /// `condition`, `a`, `b` of shapes that broadcast: `a` where the condition is not 0.
    Where,
    /// `x` -> elements of another kind. Real numbers lose their fraction; to truth values: whether it is not 0.
    Cast(crate::Kind),
    /// `x`: axis `i` of the output is axis `permutation[i]` of `x`.
    Transpose(Vec<usize>),
    /// `x` -> the same elements in the shape of the output.
    Reshape,
    /// `x` -> the shape of the output; axes of size 1 are repeated, missing ones added in front.
    Expand,
    /// `x` -> every `step`-th element of each axis, from `start`, as many as the output has.
    Slice(Vec<Range>),
    /// `x` -> the shape of the output, `before` elements added in front of each axis and the rest behind.
    Pad {
        /// Elements in front of each axis.
        before: Vec<usize>,
        /// What is added.
        mode: PadMode,
    },
    /// Any number of values, joined along the axis.
    Concat {
        /// The axis.
        axis: usize,
    },
    /// `x`, `indices` (negative ones count from the end) -> `x` with the axis replaced by the axes of `indices`.
    Gather {
        /// The axis.
        axis: usize,
    },
    /// `x`, `indices` of the output's shape: `out[i][j] = x[indices[i][j]][j]` for axis 0.
    GatherElements {
        /// The axis.
        axis: usize,
    },
    /// `x`, `indices [batch.., .., m]`: each row of `m` indices picks a part of `x` behind the batch axes.
    GatherNd {
        /// Leading axes that `x` and `indices` share.
        batch_axes: usize,
    },
    /// `x`, `indices`, `updates` of the shape of `indices`: the opposite of [`Op::GatherElements`].
    ScatterElements {
        /// The axis.
        axis: usize,
        /// What an update does.
        update: Update,
    },
    /// `x`, `indices [.., m]`, `updates`: the opposite of [`Op::GatherNd`].
    ScatterNd(Update),
    /// `x` -> the axes, reduced to size 1.
    Reduce {
        /// How.
        kind: Reduction,
        /// In ascending order.
        axes: Vec<usize>,
    },
    /// `x` -> the index of the largest or smallest element along the axis, which keeps size 1.
    ArgReduce {
        /// The axis.
        axis: usize,
        /// The largest, or the smallest.
        largest: bool,
        /// The last one when there are several, or the first.
        last: bool,
    },
    /// `x` -> the `k` largest or smallest elements along the axis in order, `k` being the output's size.
    TopK {
        /// The axis.
        axis: usize,
        /// The largest, or the smallest.
        largest: bool,
        /// Their indices in place of the elements.
        indices: bool,
    },
    /// `x` -> exponentials along the axis, normalised to the sum 1; or their logarithm.
    Softmax {
        /// The axis.
        axis: usize,
        /// The logarithm.
        log: bool,
    },
    /// `x` -> `(x - mean) / sqrt(variance + epsilon)` over the axes; not centred: `x / sqrt(mean(x^2) + epsilon)`.
    Normalise {
        /// In ascending order.
        axes: Vec<usize>,
        /// Added to the variance.
        epsilon: f32,
        /// Whether the mean is subtracted.
        centred: bool,
    },
    /// `x [.., c]` -> `x / (bias + alpha / size * sum of squares over size channels)^beta`: Krizhevsky et al. 2012.
    LocalResponse {
        /// Channels in the sum.
        size: usize,
        /// Weight of the sum.
        alpha: f32,
        /// Exponent.
        beta: f32,
        /// Added to the sum.
        bias: f32,
    },
    /// `x` -> running sums along the axis.
    CumSum {
        /// The axis.
        axis: usize,
        /// Without the element itself.
        exclusive: bool,
        /// From the end.
        reverse: bool,
    },
    /// `x`, resampled along axes that are independent of each other.
    Resize(Resize),
    /// `x [n, s.., c]`, `grid [n, o.., axes]` in -1..1, x before y before z -> `[n, o.., c]`.
    GridSample {
        /// How samples are mixed.
        mode: Interpolation,
        /// What lies outside.
        padding: GridPadding,
        /// Whether -1 and 1 are the centres of the outermost samples, or their outer edges.
        align_corners: bool,
    },
    /// `x [n, h, w, c]`, `rois [r, 4]` (x1, y1, x2, y2), `batch [r]` -> `[r, oh, ow, c]`: He et al. 2017, section 3.
    RoiAlign {
        /// Input pixels for a unit of the boxes.
        spatial_scale: f32,
        /// Samples along each axis of a bin; 0: as many as the bin has pixels.
        sampling_ratio: usize,
        /// The largest sample in place of the mean.
        max: bool,
        /// Whether box coordinates are shifted by half a pixel.
        half_pixel: bool,
    },
    /// `boxes [n, b, 4]`, `scores [n, c, b]` -> rows `[batch, class, box]`, the output's first size at most; unused rows
    /// are -1.
    NonMaxSuppression {
        /// Kept boxes for each class and batch.
        max_per_class: usize,
        /// Boxes that overlap a better one more than this are dropped.
        iou_threshold: f32,
        /// Boxes with a lower score are dropped.
        score_threshold: f32,
        /// Boxes are centre and size, not corners.
        centred: bool,
    },
    /// `x [n, h, w, c]`, `weight [kh, kw, c / groups, co]`, `offset [n, oh, ow, 2 * k * offset_groups]`, `bias [co]`, and
    /// optionally `mask [n, oh, ow, k * offset_groups]`: Zhu et al. 2019, arXiv:1811.11168.
    DeformConv {
        /// As for any convolution, one for h and one for w.
        windows: Vec<Window>,
        /// Independent convolutions.
        groups: usize,
        /// Groups of channels that share their offsets.
        offset_groups: usize,
    },
    /// `x [.., m, m]` -> `[..]`.
    Determinant,
    /// `x`, `lengths [batch]`: the first elements along the time axis in reverse order, for each batch.
    ReverseSequence {
        /// The axis that is reversed.
        time_axis: usize,
        /// The axis that `lengths` belongs to.
        batch_axis: usize,
    },
}

/// A function of two numbers in [`Op::Chain`], and what is applied to its result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link(pub Binary, pub Unary);

impl Op {
    /// The operator's name, as ONNX spells it where it has one.
    pub fn name(&self) -> String {
        match self {
            Self::Conv(_) => "Conv",
            Self::Unary(function) => return bare(function),
            Self::Binary(function, _) => return bare(function),
            Self::Pool(Pool { kind: PoolKind::Max, .. }) => "MaxPool",
            Self::Pool(Pool { kind: PoolKind::Average { .. }, .. }) => "AveragePool",
            Self::Pool(Pool { kind: PoolKind::Lp(_), .. }) => "LpPool",
            Self::Reduce { kind, .. } => return format!("Reduce{}", bare(kind)),
            Self::ArgReduce { largest: true, .. } => "ArgMax",
            Self::ArgReduce { largest: false, .. } => "ArgMin",
            Self::GatherNd { .. } => "GatherND",
            Self::ScatterNd(_) => "ScatterND",
            Self::LocalResponse { .. } => "LRN",
            Self::Chain(_) => "Chain",
            Self::Determinant => "Det",
            other => return bare(other),
        }
        .to_owned()
    }
}

/// The name of a variant without its parameters.
fn bare(variant: &impl std::fmt::Debug) -> String {
    let text = format!("{variant:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
