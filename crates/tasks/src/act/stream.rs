//! What a network remembers of a video.

use crate::Error;
use vitrine_engine::{Held, Kept, Plan};

/// What a network remembers of the frames of one video. It belongs to the recogniser that it was first given to, and stays on the
/// device that computes.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// In the order of the plan's inputs behind the frame; before the first frame nothing, which counts as zeros.
    states: Kept,
}

impl Stream {
    /// Forgets everything, for another video.
    pub fn reset(&mut self) {
        self.states = Kept::default();
    }

    /// How many tensors are remembered, and how many of them are in a GPU's memory.
    pub fn places(&self) -> (usize, usize) {
        self.states.places()
    }

    /// One more frame, as the network reads it -> the scores.
    pub(super) async fn push(&mut self, plan: &Plan, input: Held) -> Result<Vec<f32>, Error> {
        let states = std::mem::take(&mut self.states);
        let (outputs, states) = plan.run_keeping(vec![input], states).await?;
        self.states = states;
        Ok(outputs.into_iter().next().map(vitrine_engine::Output::into_f32s).unwrap_or_default())
    }
}
