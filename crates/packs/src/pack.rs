//! The schema of `pack.json` and its validation.

use crate::{Conversion, Output, Training, Upstream};
use serde::{Deserialize, Serialize};

/// The version of the schema that this crate reads and writes.
pub const SCHEMA: u32 = 1;

/// A text in the languages that the page speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

/// What a pack's answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// A class for every pixel.
    Segment,
    /// Classes for the whole frame, with a confidence for each.
    Classify,
    /// Objects with a box and a confidence each.
    Detect,
    /// What is being done in a video, along its time.
    Act,
}

/// One model, ready to be used: `packs/<id>/pack.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The folder's name: lower-case letters, digits and dashes.
    pub id: String,
    /// What its answer is.
    pub task: Task,
    /// A short name for people.
    pub title: Text,
    /// One or two sentences: what it sees, what it was trained on.
    pub summary: Text,
    /// Who made the network; none if nobody is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream: Option<Upstream>,
    /// How the project trained the network itself; none if others did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained: Option<Training>,
    /// The model file.
    pub model: ModelFile,
    /// From a frame to the network's input.
    pub input: Input,
    /// From the network's output to classes.
    pub output: Output,
    /// The classes in output order.
    pub classes: Vec<Class>,
    /// What the page and the answers show: classes that belong together. Only segmentation has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// What is made of the objects that are found. Only detection has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<Then>,
    /// Accuracy, published and measured.
    #[serde(default)]
    pub metrics: Vec<Metric>,
    /// What it is known to get wrong, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failings: Vec<Text>,
    /// A known input with its known output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_test: Option<SelfTest>,
}

/// The model file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// File name inside the pack's folder; it ends in `.tflite` or `.onnx`.
    pub file: String,
    /// Length of the file.
    pub bytes: u64,
    /// Lower-case hexadecimal digest of the file.
    pub sha256: String,
    /// Pinned `https` address that `vitrine pull` fetches it from: its author's file. None if it is no published one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The published file that it was converted from, if its author published it in another form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub converted_from: Option<Conversion>,
    /// SPDX expression, or what is known.
    pub licence: String,
    /// What the training data's terms mean for the user.
    pub terms: Text,
}

/// How a frame becomes the network's input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Columns that the network reads at once.
    pub width: u32,
    /// Rows that the network reads at once.
    pub height: u32,
    /// The channels and their order.
    pub colour: Colour,
    /// Per channel, in units of 0..255: `(pixel - mean) / std`. A grey picture's only channel has the first.
    pub mean: [f32; 3],
    /// Per channel, in units of 0..255.
    pub std: [f32; 3],
    /// How the frame is brought to `width` x `height`.
    pub resize: Resize,
    /// How source pixels are weighted on the way.
    #[serde(default, skip_serializing_if = "is_default")]
    pub filter: Filter,
}

/// How source pixels are weighted when a frame is scaled: as in the library that scaled the training pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Filter {
    /// Bilinear and antialiased, as Pillow's.
    #[default]
    Pillow,
    /// Bilinear between the four nearest pixels, as OpenCV's `INTER_LINEAR`: it aliases.
    Opencv,
    /// The mean of what lies below a pixel, as OpenCV's `INTER_AREA`.
    Area,
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Channels that a network reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colour {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
    /// One channel: the luma of ITU-R 601-2, as Pillow's `convert("L")`.
    Grey,
}

impl Colour {
    /// Numbers of a pixel.
    pub fn channels(self) -> usize {
        match self {
            Self::Rgb | Self::Bgr => 3,
            Self::Grey => 1,
        }
    }
}

/// How a frame is brought to the network's size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "rule", deny_unknown_fields)]
pub enum Resize {
    /// The whole frame, its aspect ratio not kept.
    Squash,
    /// The shorter side is brought to the network's, and the longer one is read in tiles whose scores are blended.
    Tiles {
        /// The least number of input pixels that neighbouring tiles share.
        overlap: u32,
    },
    /// The shorter side is brought to the network's divided by `share`, and the middle is read. A frame of exactly the
    /// pack's size has been cropped before, and is read whole unless several crops are asked for.
    Crop {
        /// Side of the crop as a share of the frame's shorter side, 0.25..=1.
        share: f32,
    },
    /// Scaled to fit with its proportions kept; the rest is filled.
    Letterbox {
        /// The value of all three channels where there is no picture.
        fill: u8,
        /// Whether the picture lies in the middle, not at the top left.
        #[serde(default, skip_serializing_if = "is_default")]
        centred: bool,
    },
}

/// One output class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name.
    pub name: Text,
    /// The `id` of its group.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub group: u8,
    /// The value that label-id images use for it, such as Cityscapes' label ids.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub label_id: u8,
    /// The column of its score where the network scores more than the pack's classes; else its place in the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What data sets call it, such as a WordNet id: a folder of its photos begins with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

/// Classes that are shown as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The value that ground-truth images of groups use for it.
    pub id: u8,
    /// Its name.
    pub name: Text,
    /// `#rrggbb`.
    pub colour: String,
    /// Whether ground truth of this group is left out of all figures.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub void: bool,
    /// Whether it is listed before the groups that are not, whatever its area.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub leading: bool,
}

/// A cascade: objects of one class are cut out, and another pack says what each of them is more exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Then {
    /// English name of the class of this pack whose objects are looked at again.
    pub class: String,
    /// What is cut out beyond the box on each side, as a share of its width or height, 0..=1. A square is cut out: the
    /// shorter side is extended where the picture has room.
    pub margin: f32,
    /// Id of the pack that classifies what was cut out; its folder lies beside this one's.
    pub pack: String,
}

/// One accuracy figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// What is measured, such as `mIoU`.
    pub name: String,
    /// Its value, 0..1.
    pub value: f64,
    /// The data, and how it was fed.
    pub data: String,
    /// Number of images; none if the publication does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// The command or publication that the value comes from.
    pub source: String,
}

/// The network's answer to the test card (`vitrine_pixels::test_card`), from a reference runtime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// Which runtime gave the values, with its version.
    pub reference: String,
    /// Flat indices into the output tensor, channels last: `(row * columns + column) * classes + class`. All classes of
    /// a place follow each other, so that the best ones can be compared.
    pub indices: Vec<u32>,
    /// The values there.
    pub values: Vec<f32>,
    /// The largest absolute difference that passes.
    pub tolerance: f32,
    /// How a GPU may compute it with numbers of 16 bits; not at all where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half: Option<Half>,
}

/// Numbers of 16 bits, in place of 32, on GPUs that have them (WebGPU's `shader-f16`). Loaded so, a pack is used only if its
/// self-test passes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Half {
    /// Whether convolutions sum in 16 bits too; else only what lies in memory has them.
    pub sums: bool,
    /// The largest absolute difference that passes.
    pub tolerance: f32,
}
