//! What a network remembers of a video.

use super::streaming::zeros;
use crate::Error;
use vitrine_engine::Plan;
use vitrine_graph::Data;

/// What a network remembers of the frames of one video. It belongs to the recogniser that it was first given to.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// In the order of the plan's inputs behind the frame. None: before the first frame, all zeros.
    states: Option<Vec<Data>>,
}

impl Stream {
    /// Forgets everything, for another video.
    pub fn reset(&mut self) {
        self.states = None;
    }

    /// One more frame, as the network reads it -> the scores.
    pub(super) async fn push(&mut self, plan: &Plan, input: Vec<f32>) -> Result<Vec<f32>, Error> {
        let states = self.states.take().unwrap_or_else(|| plan.inputs().skip(1).map(zeros).collect());
        let inputs = [Data::F32(input)].into_iter().chain(states).collect();
        let mut outputs = plan.run(inputs).await?.into_iter();
        let scores = outputs.next().map(vitrine_engine::Output::into_f32s).unwrap_or_default();
        self.states = Some(outputs.map(|output| output.data).collect());
        Ok(scores)
    }
}
