//! What can go wrong between a graph and its outputs.

/// Why a plan was not built or not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The graph contradicts itself or lacks data.
    #[error(transparent)]
    Graph(#[from] vitrine_graph::Error),
    /// There is no adapter, or it gives no device.
    #[error("no WebGPU device: {0}")]
    NoDevice(String),
    /// The device failed while it ran; it may be gone.
    #[error("the device failed: {0}")]
    Device(String),
    /// Pictures or parameters that optical flow is not computed of.
    #[cfg(feature = "webgpu")]
    #[error(transparent)]
    Flow(#[from] vitrine_pixels::flow::FlowError),
    /// A frame, or a part of it, that cannot be resampled.
    #[cfg(feature = "webgpu")]
    #[error(transparent)]
    Frame(#[from] vitrine_pixels::FrameError),
    /// Tables that do not have 256 values for each channel.
    #[cfg(feature = "webgpu")]
    #[error("tables of {given} values, {expected} are expected")]
    Tables {
        /// Values that were given.
        given: usize,
        /// Values that the network's channels have.
        expected: usize,
    },
    /// Classes that a byte does not tell apart.
    #[cfg(feature = "webgpu")]
    #[error("{given} classes; a class map tells 1 to 256 apart")]
    Classes {
        /// Classes that were given.
        given: usize,
    },
    /// Something is read outside of the numbers that there are.
    #[cfg(feature = "webgpu")]
    #[error("number {place} is read, of {length}")]
    Place {
        /// The place, counted from 0.
        place: usize,
        /// Numbers that there are.
        length: usize,
    },
    /// More inputs than the plan has.
    #[error("{given} inputs, {expected} are expected")]
    Inputs {
        /// Inputs that were given.
        given: usize,
        /// Inputs that the plan reads.
        expected: usize,
    },
    /// Another number of values than the plan gives.
    #[error("{given} outputs, {expected} are expected")]
    Outputs {
        /// Values that were given.
        given: usize,
        /// Outputs that the plan gives.
        expected: usize,
    },
    /// Whole numbers for an input of real ones, or the reverse.
    #[error("input {index} has numbers of the wrong kind")]
    InputKind {
        /// Which input.
        index: usize,
    },
    /// An input's length is not that of the plan's input.
    #[error("input {index} has {given} numbers, {expected} are expected")]
    Input {
        /// Which input.
        index: usize,
        /// Numbers that were given.
        given: usize,
        /// Numbers that the plan reads.
        expected: usize,
    },
}
