//! Why there is no answer.

/// Why a pack was not loaded, or gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The device failed, or the graph does not fit it.
    #[error(transparent)]
    Engine(#[from] vitrine_engine::Error),
    /// The model file cannot be used.
    #[error("the model file: {0}")]
    Model(#[from] vitrine_graph::Error),
    /// `pack.json` and the model file do not fit each other.
    #[error("the pack does not fit its model: {0}")]
    Pack(String),
    /// A number of crops that there is no rule for.
    #[error("a classifier averages 1, 5 or 10 crops, not {0}, and 1 where its pack squashes the frame")]
    Crops(u32),
    /// A frame that cannot be read.
    #[error(transparent)]
    Frame(#[from] vitrine_pixels::FrameError),
    /// Two frames without flow between them.
    #[error(transparent)]
    Flow(#[from] vitrine_pixels::flow::FlowError),
}
