//! Scores of tiles, where the network computes them.

use super::Segmenter;
use super::read_out::Blend;
use crate::{Error, millis};
use vitrine_engine::Held;
use vitrine_pixels::ClassMap;
use vitrine_protocol::Timings;
use web_time::Instant;

impl Segmenter {
    /// A tile's input -> its scores, where they were computed.
    pub(super) async fn scores(&self, input: Held) -> Result<Held, Error> {
        Ok(self.plan.run_held(vec![input]).await?.swap_remove(0))
    }

    /// The tiles' scores -> a class for every pixel. What a GPU is waited for counts as the network's time.
    pub(super) async fn classes(
        &self,
        blend: &Blend,
        scores: Vec<Held>,
        timings: &mut Timings,
    ) -> Result<ClassMap, Error> {
        let step = Instant::now();
        #[cfg(feature = "webgpu")]
        if let Some(classes) = self.read_out_on_gpu(blend, &scores).await? {
            timings.infer_millis += millis(step);
            return Ok(classes);
        }
        let scores = self.on_host(scores).await?;
        timings.infer_millis += millis(step);
        let step = Instant::now();
        let classes = self.read_out(blend, &scores)?;
        timings.read_out_millis = millis(step);
        Ok(classes)
    }

    /// The tiles' scores, `[grid rows, grid columns, classes]` each.
    pub(super) async fn on_host(&self, scores: Vec<Held>) -> Result<Vec<Vec<f32>>, Error> {
        let classes = self.pack.classes.len();
        let mut all = Vec::with_capacity(scores.len());
        for scores in scores {
            let scores = self.plan.read_held(vec![scores]).await?.swap_remove(0);
            all.push(self.layout.channels_last(scores.into_f32s(), classes));
        }
        Ok(all)
    }
}
