//! What operators are told: windows, ranges, modes.

use crate::{Unary, Window};

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
