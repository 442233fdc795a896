//! What a network gives, and how its numbers are read.

use crate::pack::is_default;
use crate::{FlowStream, Fusion, Windows};
use serde::{Deserialize, Serialize};

/// What the network's outputs mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Output {
    /// A score for every class on a grid, to be enlarged bilinearly before the argmax.
    ClassScores {
        /// Name of the tensor in the file; what lies behind it is cut off.
        tensor: String,
        /// Where the grid's samples lie in the input.
        sampling: Sampling,
    },
    /// A score for every column, for the whole frame; [`Class::column`] says which columns are the classes.
    Logits {
        /// Name of the tensor in the file that holds the scores before the softmax; what lies behind it is cut off.
        tensor: String,
        /// Number of columns, classes and others.
        columns: u32,
        /// Name of the last feature map, from which pooling and a linear classifier make the scores: for class
        /// activation maps (Zhou et al. 2016, arXiv:1512.04150). None if the network is not made so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        features: Option<String>,
        /// Whether they are probabilities already: the softmax, or something like it, is part of the network.
        #[serde(default, skip_serializing_if = "is_default")]
        probabilities: bool,
        /// Whether each class is there or not by itself, so that a sigmoid takes the softmax's place: several labels at once.
        #[serde(default, skip_serializing_if = "is_default")]
        independent: bool,
    },
    /// Boxes in the cells of grids.
    Boxes {
        /// What a cell says of its box.
        head: Head,
        /// Rows and columns of input pixels in a cell of each grid; none where the network knows its cells itself.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        strides: Vec<u32>,
        /// The confidence from which boxes are shown at first, 0..=1.
        min_confidence: f32,
        /// The overlap above which the less confident of two boxes of a class is dropped, 0..=1.
        max_iou: f32,
    },
    /// A score for every class for a video, after each of its frames: what the network remembers goes from call to call.
    Stream {
        /// Name of the tensor in the file that holds the scores before the softmax.
        tensor: String,
        /// What is carried from one frame to the next. All of it starts as zeros.
        states: Vec<State>,
        /// Frames that the network reads of a second of video.
        frames_per_second: f32,
        /// Seconds of a clip that the network was trained on: along a longer video, it is begun anew.
        clip_secs: f32,
        /// The confidence from which an action is marked in the timeline at first, 0..=1.
        min_confidence: f32,
    },
    /// A score for every class for each of the windows that a video is cut into: `[1, 3, frames, rows, columns]`,
    /// `[1, frames, 3, rows, columns]` or `[1, frames, rows, columns, 3]` is read, with one frame also a picture.
    Windows {
        /// Name of the tensor in the file that holds the scores before the softmax.
        tensor: String,
        /// How the video is cut up.
        windows: Windows,
        /// The confidence from which an action is marked in the timeline at first, 0..=1.
        min_confidence: f32,
        /// A second network, which reads optical flow: two channels in place of three.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flow: Option<Box<FlowStream>>,
        /// How the probabilities of the two become one.
        #[serde(default, skip_serializing_if = "is_default")]
        fusion: Fusion,
    },
}

/// One tensor of what a network remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Name of the network's input.
    pub input: String,
    /// Name of the tensor that is given to that input with the next frame.
    pub output: String,
}

/// Where the samples of a coarse grid lie among an input's pixels: ONNX's `coordinate_transformation_mode` of Resize.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sampling {
    /// In the middle of their cells.
    HalfPixel,
    /// The outer samples on the outer pixels.
    AlignCorners,
    /// At the upper left pixel of their cells: TensorFlow's old way.
    Asymmetric,
}

/// How a detector writes boxes down. All cells of a grid follow each other row by row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind", deny_unknown_fields)]
pub enum Head {
    /// YOLOX (Ge et al. 2021, arXiv:2107.08430): one tensor `[1, cells of all grids, 5 + classes]` with the centre's
    /// offset from the cell's corner and the logarithm of width and height, both in strides, then the probabilities of an
    /// object and of each class.
    Yolox {
        /// Name of the tensor in the file.
        tensor: String,
    },
    /// Generalized focal loss (Li et al. 2020, arXiv:2006.04388): for each grid the probabilities of the classes
    /// `[1, cells, classes]`, and logits of the distances from the cell's middle to the box's left, top, right and
    /// bottom `[1, cells, 4 * bins]`: distributions over 0, 1, ... strides.
    Distribution {
        /// Names of the class tensors in the file, a grid each.
        scores: Vec<String>,
        /// Names of the distance tensors in the file, a grid each.
        distances: Vec<String>,
        /// Distances that a distribution is over.
        bins: u32,
    },
    /// Boxes that the network has put together itself, all in one tensor: four numbers of the box, the probability of an
    /// object if there is one, then that of each class. YOLOv5 and v7 with an object, `[1, boxes, 5 + classes]`; YOLOv8
    /// and its successors without, `[1, 4 + classes, boxes]`.
    Rows {
        /// Name of the tensor in the file.
        tensor: String,
        /// Whether a box is a column of the tensor, not a row.
        #[serde(default, skip_serializing_if = "is_default")]
        columns: bool,
        /// Whether the fifth number is the probability of an object, by which those of the classes are multiplied.
        #[serde(default, skip_serializing_if = "is_default")]
        object: bool,
        /// What the four numbers are.
        #[serde(default, skip_serializing_if = "is_default")]
        corners: Corners,
        /// Whether they are shares of the input's width and height, not pixels.
        #[serde(default, skip_serializing_if = "is_default")]
        shares: bool,
    },
}

/// The four numbers of a box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Corners {
    /// The middle, width and height.
    #[default]
    Middle,
    /// The top left corner, width and height, as COCO's annotations.
    TopLeft,
    /// The top left corner and the bottom right one.
    Both,
}
