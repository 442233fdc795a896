//! What nodes compute. Everything is static: axes count from the front, sizes are known.
//!
//! Spatial operators read channels-last maps, `[n, spatial.., c]` with one to three spatial axes. The readers lower what
//! has a composite definition (batch norm, Gemm, attention, transposed convolution) into these.

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

/// A convolution with one to three spatial axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Conv {
    /// One for each spatial axis.
    pub windows: Vec<Window>,
    /// The channels are split into so many independent convolutions.
    pub groups: usize,
    /// Applied to the result.
    pub activation: Unary,
}

/// Pooling with one to three spatial axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// What is kept of a window.
    pub kind: PoolKind,
    /// One for each spatial axis.
    pub windows: Vec<Window>,
}

/// What is kept of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoolKind {
    /// The largest element; padding does not count.
    Max,
    /// The mean.
    Average {
        /// Whether padding counts as zeros.
        count_padding: bool,
    },
    /// `(sum of |x|^p)^(1/p)`
    Lp(u32),
}

/// Which elements of an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Range {
    /// The first one.
    pub start: usize,
    /// The distance to the next one, negative for backwards.
    pub step: isize,
}

/// What is added around a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PadMode {
    /// This number.
    Constant(f64),
    /// The elements in reverse order, without the outermost one.
    Reflect,
    /// The elements in reverse order, the outermost one first.
    Symmetric,
    /// The outermost element.
    Edge,
    /// The elements of the other end.
    Wrap,
}

/// What an update does to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Update {
    Replace,
    Add,
    Mul,
    Min,
    Max,
}

/// How many elements become one, as ONNX's Reduce operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are ONNX's, which defines them")]
pub enum Reduction {
    Sum,
    Mean,
    Max,
    Min,
    Prod,
    L1,
    L2,
    LogSum,
    LogSumExp,
    SumSquare,
}

/// Resampling of axes that are independent of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Resize {
    /// The axes that change, in ascending order.
    pub axes: Vec<ResizeAxis>,
    /// How samples are mixed.
    pub mode: Interpolation,
    /// Where output samples lie in the input.
    pub coordinates: Coordinates,
    /// Which sample is the nearest one.
    pub nearest: Nearest,
    /// Coefficient of the cubic filter (Keys 1981), -0.75 or -0.5.
    pub cubic: f32,
    /// Whether the filter is widened when there are fewer samples than before.
    pub antialias: bool,
    /// Whether samples outside get no weight, instead of the outermost sample's.
    pub exclude_outside: bool,
    /// What output samples outside of the input are, with [`Coordinates::CropAndResize`].
    pub outside: f32,
}

/// One axis of a [`Resize`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResizeAxis {
    /// The axis.
    pub axis: usize,
    /// Samples that it gets.
    pub size: usize,
    /// Output samples for each input sample. As the file gives it: rounding of the size makes it differ from the sizes'
    /// ratio.
    pub scale: f32,
    /// The part of the axis that is read, 0..1, with [`Coordinates::CropAndResize`].
    pub region: [f32; 2],
}

/// Where sample `i` of `out` samples lies among `in` samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coordinates {
    /// `i * (in - 1) / (out - 1)`
    AlignCorners,
    /// `(i + 0.5) / scale - 0.5`
    HalfPixel,
    /// As half pixel, but 0 when there is one output sample.
    PytorchHalfPixel,
    /// As half pixel, shifted so that the input's centre stays where the rounded size puts it.
    HalfPixelSymmetric,
    /// `i / scale`
    Asymmetric,
    /// `(i + 0.5) / scale`, as TFLite's nearest neighbours with half-pixel centres.
    HalfPixelNearest,
    /// As align corners, within a part of the axis.
    CropAndResize,
}

/// How samples are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Interpolation {
    Nearest,
    Linear,
    Cubic,
}

/// Which sample is the nearest one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are ONNX's, which defines them")]
pub enum Nearest {
    #[default]
    RoundPreferFloor,
    RoundPreferCeil,
    Floor,
    Ceil,
}

/// What lies outside of a map that a grid samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GridPadding {
    /// Zeros.
    Zeros,
    /// The outermost sample.
    Border,
    /// The map, mirrored.
    Reflection,
}

impl Resize {
    /// A bilinear resize of a map `[n, h, w, c]` to `size` rows and columns.
    pub fn bilinear(input: [usize; 2], size: [usize; 2], coordinates: Coordinates) -> Self {
        let axis = |index: usize| ResizeAxis {
            axis: index + 1,
            size: size[index],
            scale: size[index] as f32 / input[index] as f32,
            region: [0.0, 1.0],
        };
        Self {
            axes: vec![axis(0), axis(1)],
            mode: Interpolation::Linear,
            coordinates,
            nearest: Nearest::default(),
            cubic: -0.75,
            antialias: false,
            exclude_outside: false,
            outside: 0.0,
        }
    }
}

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
