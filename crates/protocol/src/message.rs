//! Requests of the page, replies of a worker.

use crate::{Answer, Fault};
use serde::{Deserialize, Serialize};

/// Ties replies to their request; the page counts up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ticket(pub u32);

/// Where a network is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Device {
    /// SIMD code on the processor.
    Cpu,
    /// WebGPU.
    Webgpu,
}

/// The device that a worker has opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Which kind.
    pub device: Device,
    /// The adapter's own name, or the instruction set.
    pub name: String,
    /// Whether the adapter is a program on the CPU: slower than the CPU worker.
    pub software: bool,
}

/// Page -> worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "request")]
pub enum Request {
    /// Opens the device; the first request to a worker. Closed by [`Reply::Ready`].
    Open {
        /// This request.
        ticket: Ticket,
    },
    /// Image file -> upright frame. CPU worker only. Buffers: `[file]`. Closed by [`Reply::Decoded`].
    Decode {
        /// This request.
        ticket: Ticket,
        /// Longest side of the display bitmap, in pixels.
        display_side: u32,
    },
    /// Fetches, verifies, plans and self-tests a pack. Closed by [`Reply::Loaded`].
    Load {
        /// This request.
        ticket: Ticket,
        /// Absolute address of the pack's folder, with a closing slash.
        folder: String,
        /// Rows and columns that the network reads, in place of the pack's: smaller tiles on slow devices, another test
        /// resolution.
        side: Option<u32>,
    },
    /// As `Load`, for a pack whose files the page has. Buffers: `[model]`. Closed by [`Reply::Loaded`].
    LoadGiven {
        /// This request.
        ticket: Ticket,
        /// The text of its `pack.json`.
        pack_json: String,
        /// As in `Load`.
        side: Option<u32>,
    },
    /// Says what is in a model file: [`crate::ModelReport`]. Buffers: `[model]`. CPU worker only. Closed by [`Reply::Told`].
    Inspect {
        /// This request.
        ticket: Ticket,
    },
    /// Writes a `pack.json` for a person's answers. CPU worker only. Closed by [`Reply::Told`].
    Draft {
        /// This request.
        ticket: Ticket,
        /// `vitrine_packs::own::Answers` as JSON.
        answers: String,
    },
    /// Computes an answer with the pack loaded last. Buffers: `[rgba]`. Closed by [`Reply::Done`].
    Run {
        /// This request.
        ticket: Ticket,
        /// Columns of the frame.
        width: u32,
        /// Rows of the frame.
        height: u32,
        /// Crops that a classifier averages: 1, 5 or 10.
        crops: u32,
    },
    /// One more frame of a video, for a pack of actions: frames come as far apart as the pack says. Buffers: `[rgba]`. Closed by
    /// [`Reply::Watched`].
    Watch {
        /// This request.
        ticket: Ticket,
        /// Columns of the frame.
        width: u32,
        /// Rows of the frame.
        height: u32,
        /// Whether it is a video's first: what was seen before is forgotten.
        begin: bool,
    },
    /// The video that is watched has no more frames: a network that reads windows looks at the rest of them. Closed by
    /// [`Reply::Watched`].
    EndWatch {
        /// This request.
        ticket: Ticket,
    },
    /// Optical flow between two frames as colours. CPU worker only. Buffers: `[rgba, rgba]`, both of the same size. Closed by
    /// [`Reply::Moved`].
    Motion {
        /// This request.
        ticket: Ticket,
        /// Columns of the frames.
        width: u32,
        /// Rows of the frames.
        height: u32,
    },
    /// Times the pack loaded last on the test card. Closed by [`Reply::Measured`].
    Measure {
        /// This request.
        ticket: Ticket,
    },
    /// Gets the browser to compile what models need, on a small network: what a worker does by itself while it waits for the
    /// files of its first pack. CPU worker only. Closed by [`Reply::WarmedUp`].
    WarmUp {
        /// This request.
        ticket: Ticket,
    },
    /// Reads a model file as it is, without a pack, and makes it ready. Buffers: `[file]`. Closed by [`Reply::Opened`].
    OpenModel {
        /// This request.
        ticket: Ticket,
    },
    /// Computes the model opened last. Buffers: the elements of each input, in the model's order and layout, as
    /// [`ElementKind`] says. Closed by [`Reply::Computed`].
    Compute {
        /// This request.
        ticket: Ticket,
    },
    /// Grey 8-bit PNG of `ids`, enlarged to the frame's size (nearest). CPU worker only. Buffers: `[ids]`.
    /// Closed by [`Reply::Encoded`].
    EncodeLabels {
        /// This request.
        ticket: Ticket,
        /// Columns of `ids`.
        map_width: u32,
        /// Rows of `ids`.
        map_height: u32,
        /// Columns of the PNG.
        width: u32,
        /// Rows of the PNG.
        height: u32,
    },
    /// PNG of a frame with a mask laid over it: straight-alpha RGBA, enlarged to the frame's size (nearest). CPU
    /// worker only. Buffers: `[rgba, mask]`. Closed by [`Reply::Encoded`].
    EncodeOverlay {
        /// This request.
        ticket: Ticket,
        /// Columns of the frame.
        width: u32,
        /// Rows of the frame.
        height: u32,
        /// Columns of the mask.
        map_width: u32,
        /// Rows of the mask.
        map_height: u32,
        /// Opacity of the mask, 0..=1.
        opacity: f32,
    },
    /// Counts the pixels of a class map by true and predicted group, at the size of the ground truth. CPU worker only.
    /// Buffers: `[png, ids, truth, found, void]`: a label image, a class map, the group of each of the 256 sample values of
    /// the label image, the group of each of the 256 class indices, and the groups that are left out where they are the
    /// truth. Closed by [`Reply::Compared`].
    CompareLabels {
        /// This request.
        ticket: Ticket,
        /// Columns of `ids`.
        map_width: u32,
        /// Rows of `ids`.
        map_height: u32,
        /// One more than the largest group that is counted.
        groups: u32,
    },
}

/// Worker -> page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "reply")]
pub enum Reply {
    /// The device is open.
    Ready {
        /// The request that this closes.
        ticket: Ticket,
        /// What was opened.
        info: DeviceInfo,
    },
    /// Work goes on.
    Progress {
        /// The request that this belongs to.
        ticket: Ticket,
        /// What is being done.
        stage: Stage,
        /// Units done: bytes, tiles, crops.
        done: u64,
        /// All units, if known.
        total: Option<u64>,
    },
    /// Buffers: `[rgba]`, and `bitmap`: the frame for display, at most `display_side` long.
    Decoded {
        /// The request that this closes.
        ticket: Ticket,
        /// Columns of the frame.
        width: u32,
        /// Rows of the frame.
        height: u32,
        /// Format of the file, such as `JPEG`.
        format: String,
        /// Time taken.
        millis: f64,
    },
    /// The pack is ready.
    Loaded {
        /// The request that this closes.
        ticket: Ticket,
        /// Id of the pack.
        pack: String,
        /// The text of its `pack.json`.
        pack_json: String,
        /// Time from the bytes in memory to a plan that has passed its self-test.
        millis: f64,
        /// Largest absolute difference of the self-test; none if the pack has no self-test.
        self_test_diff: Option<f32>,
    },
    /// The pack's time is known.
    Measured {
        /// The request that this closes.
        ticket: Ticket,
        /// From a frame of the network's size to its answer, the best of some runs.
        millis: f64,
    },
    /// What was asked for, as JSON that only the part of the page that asked reads.
    Told {
        /// The request that this closes.
        ticket: Ticket,
        /// The JSON.
        json: String,
    },
    /// Buffers: for a segmentation `[ids]`, the class map (indices into `Pack::classes`), `map_width * map_height` bytes; for a
    /// classification with class activation maps `[maps]`.
    Done {
        /// The request that this closes.
        ticket: Ticket,
        /// What was found.
        answer: Answer,
        /// Time by stage.
        timings: Timings,
    },
    /// The frame was seen.
    Watched {
        /// The request that this closes.
        ticket: Ticket,
        /// The text of an [`Actions`](crate::Actions): the best classes of all that was seen, and the window of this frame.
        actions_json: String,
        /// Time by stage of all frames so far.
        timings: Timings,
    },
    /// The worker is warm.
    WarmedUp {
        /// The request that this closes.
        ticket: Ticket,
    },
    /// The model is ready.
    Opened {
        /// The request that this closes.
        ticket: Ticket,
        /// What a run is given.
        inputs: Vec<TensorInfo>,
        /// What a run gives.
        outputs: Vec<TensorInfo>,
        /// Steps of a run.
        steps: u32,
        /// Steps that the device computes itself; the processor computes the others.
        device_steps: u32,
        /// Time from the bytes to a plan.
        millis: f64,
    },
    /// Buffers: the elements of each output.
    Computed {
        /// The request that this closes.
        ticket: Ticket,
        /// Kind and shape of each output.
        outputs: Vec<TensorInfo>,
        /// Time taken, readback included.
        millis: f64,
    },
    /// Buffers: `[png]`.
    Encoded {
        /// The request that this closes.
        ticket: Ticket,
    },
    /// Buffers: `[rgba]`: the colour wheel's colours, straight alpha, clear where nothing moves.
    Moved {
        /// The request that this closes.
        ticket: Ticket,
        /// Length of the longest vector, in pixels of the frames that were given.
        largest_pixels: f32,
    },
    /// Ground truth and prediction were compared. Buffers: `[counts]`, little-endian 32-bit counts of pixels: a row for
    /// each true group, in it a column for each predicted one.
    Compared {
        /// The request that this closes.
        ticket: Ticket,
    },
    /// The request failed; the worker goes on.
    Failed {
        /// The request that this closes.
        ticket: Ticket,
        /// Why.
        fault: Fault,
    },
}

/// A tensor that travels as a buffer of little-endian elements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorInfo {
    /// The author's name.
    pub name: String,
    /// What the elements are.
    pub kind: ElementKind,
    /// Its size along each axis.
    pub shape: Vec<usize>,
}

/// How the elements of a tensor travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ElementKind {
    /// Real numbers, 32 bits each.
    F32,
    /// Whole numbers and truth values, 64 bits each.
    I64,
}

/// What a worker is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Model bytes arrive (units: bytes).
    Download,
    /// The plan is built and the weights brought to the device.
    Prepare,
    /// The self-test runs.
    WarmUp,
    /// The network runs (units: tiles, crops).
    Run,
}

/// Time of a run by stage, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Resampling and normalisation.
    pub prepare_millis: f64,
    /// The network, and whatever else a GPU is waited for.
    pub infer_millis: f64,
    /// From scores to the answer.
    pub read_out_millis: f64,
    /// All of it.
    pub total_millis: f64,
}
