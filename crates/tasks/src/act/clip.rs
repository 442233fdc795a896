//! A video of any length as a timeline.

use super::{Recogniser, Stream};
use crate::classify::read_out;
use crate::{Error, millis};
use std::collections::VecDeque;
use vitrine_packs::Output;
use vitrine_pixels::Frame;
use vitrine_protocol::{ActionWindow, Actions, RankedClass, Timings, segments};
use web_time::Instant;

/// Classes in an answer at most.
const RANKED: usize = 5;

/// A video that is read, and what has been found in it so far.
///
/// The scores of a stream are of all that it has seen, and it never forgets. So the answer for the whole video comes from
/// one stream, and the timeline of what is done from streams that are begun anew: a second one after half of a
/// training clip's length, and so on, each dropped when it has seen a whole one. After the first such length, the oldest
/// of them speaks: it has seen between half of it and all of it.
pub struct Clip {
    whole: Stream,
    /// Streams that were begun later, with their first frames, oldest first.
    recent: VecDeque<(usize, Stream)>,
    /// Frames between the beginnings of streams.
    half: usize,
    /// Scores of the whole video.
    scores: Vec<f32>,
    size: [u32; 2],
    windows: Vec<ActionWindow>,
    timings: Timings,
}

impl Clip {
    /// A video of which nothing has been seen; all its frames are for this recogniser.
    pub fn new(recogniser: &Recogniser) -> Self {
        let half = match recogniser.pack().output {
            Output::Stream { frames_per_second, clip_secs, .. } => {
                (frames_per_second * clip_secs / 2.0) as usize
            }
            _ => 0,
        };
        Self {
            whole: Stream::default(),
            recent: VecDeque::new(),
            half: half.max(1),
            scores: vec![],
            size: [0; 2],
            windows: vec![],
            timings: Timings::default(),
        }
    }

    /// Reads the next frame; frames come [`Recogniser::frames_per_second`] apart. Returns what is done there.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails: what was found before stays.
    pub async fn push(&mut self, recogniser: &Recogniser, frame: &Frame) -> Result<&ActionWindow, Error> {
        let start = Instant::now();
        let input = recogniser.prepare(frame)?;
        self.timings.prepare_millis += millis(start);
        let step = Instant::now();
        let scores = self.scores_after(recogniser, input).await?;
        self.timings.infer_millis += millis(step);
        let step = Instant::now();
        if self.windows.is_empty() {
            self.size = [frame.width(), frame.height()];
        }
        let rate = recogniser.frames_per_second();
        let index = self.windows.len();
        let ranked = ranked(recogniser, &scores);
        let (start_secs, end_secs) = (index as f64 / rate, (index + 1) as f64 / rate);
        self.windows.push(ActionWindow { start_secs, end_secs, ranked });
        self.timings.read_out_millis += millis(step);
        self.timings.total_millis += millis(start);
        Ok(&self.windows[index])
    }

    /// The five best classes for all that was seen so far, highest confidence first.
    pub fn ranked(&self, recogniser: &Recogniser) -> Vec<RankedClass> {
        if self.scores.is_empty() { vec![] } else { ranked(recogniser, &self.scores) }
    }

    /// Where the time went so far.
    pub fn timings(&self) -> Timings {
        self.timings
    }

    /// All that was found, and where the time went.
    pub fn finish(self, recogniser: &Recogniser) -> (Actions, Timings) {
        let threshold = match recogniser.pack().output {
            Output::Stream { min_confidence, .. } => min_confidence.into(),
            _ => 0.0,
        };
        let answer = Actions {
            width: self.size[0],
            height: self.size[1],
            frames_per_second: recogniser.frames_per_second(),
            ranked: self.ranked(recogniser),
            segments: segments(&self.windows, threshold),
            windows: self.windows,
        };
        (answer, self.timings)
    }

    /// Gives every stream the frame. Returns the scores of the one that speaks for it.
    async fn scores_after(&mut self, recogniser: &Recogniser, input: Vec<f32>) -> Result<Vec<f32>, Error> {
        let (index, plan) = (self.windows.len(), &recogniser.plan);
        self.recent.retain(|(first, _)| index - first < 2 * self.half);
        if index > 0 && index.is_multiple_of(self.half) {
            self.recent.push_back((index, Stream::default()));
        }
        let mut oldest = None;
        for (_, stream) in &mut self.recent {
            let scores = stream.push(plan, input.clone()).await?;
            oldest.get_or_insert(scores);
        }
        self.scores = self.whole.push(plan, input).await?;
        let young = index < 2 * self.half;
        Ok(oldest.filter(|_| !young).unwrap_or_else(|| self.scores.clone()))
    }
}

fn ranked(recogniser: &Recogniser, scores: &[f32]) -> Vec<RankedClass> {
    let classes = &recogniser.pack().classes;
    let columns: Vec<usize> = (0..scores.len()).collect();
    let found = read_out::probabilities(&[scores.to_vec()], &columns).classes;
    let ranked = |&class: &usize| RankedClass {
        class: class as u32,
        name: classes[class].name.en.clone(),
        confidence: found[class],
    };
    read_out::largest(&found, RANKED).iter().map(ranked).collect()
}
