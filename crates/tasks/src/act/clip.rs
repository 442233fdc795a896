//! A video of any length as a timeline.

use super::window::{Cutter, Span};
use super::{Network, Recogniser, Stream, softmax};
use crate::act::streaming::Streaming;
use crate::classify::read_out;
use crate::{Error, millis};
use std::collections::VecDeque;
use vitrine_engine::Held;
use vitrine_packs::Output;
use vitrine_pixels::Frame;
use vitrine_protocol::{ActionWindow, Actions, RankedClass, Timings, segments};
use web_time::Instant;

/// Classes in an answer at most.
const RANKED: usize = 5;

/// A video that is read, and what has been found in it so far.
pub struct Clip {
    reading: Reading,
    /// Frames that were read.
    count: usize,
    /// Probabilities of the classes for all that was seen; of windows their sum.
    whole: Vec<f64>,
    size: [u32; 2],
    windows: Vec<ActionWindow>,
    timings: Timings,
}

/// How a video is read.
enum Reading {
    Streams(Streams),
    Windows(Box<Cutter>),
}

/// The scores of a stream are of all that it has seen, and it never forgets. So the answer for the whole video comes from
/// one stream, and the timeline of what is done from streams that are begun anew: a second one after half of a
/// training clip's length, and so on, each dropped when it has seen a whole one. After the first such length, the oldest
/// of them speaks: it has seen between half of it and all of it.
struct Streams {
    whole: Stream,
    /// Streams that were begun later, with their first frames, oldest first.
    recent: VecDeque<(usize, Stream)>,
    /// Frames between the beginnings of streams.
    half: usize,
}

impl Clip {
    /// A video of which nothing has been seen; all its frames are for this recogniser.
    pub fn new(recogniser: &Recogniser) -> Self {
        let reading = match Cutter::new(recogniser.pack()) {
            Some(cutter) => Reading::Windows(Box::new(cutter)),
            None => Reading::Streams(Streams::new(&recogniser.pack().output)),
        };
        let (whole, windows, timings) = (vec![], vec![], Timings::default());
        Self { reading, count: 0, whole, size: [0; 2], windows, timings }
    }

    /// Reads the next frame; frames come [`Recogniser::frames_per_second`] apart. Returns what was found with it: of a
    /// streaming network one window each time, of others one whenever its last frame has come.
    ///
    /// # Errors
    /// [`Error::Engine`] when the device fails: what was found before stays.
    pub async fn push(&mut self, recogniser: &Recogniser, frame: &Frame) -> Result<&[ActionWindow], Error> {
        let start = Instant::now();
        if self.count == 0 {
            self.size = [frame.width(), frame.height()];
        }
        let before = self.windows.len();
        match (&mut self.reading, &recogniser.network) {
            (Reading::Streams(streams), Network::Streaming(network)) => {
                let input = network.prepare(recogniser.pack(), frame)?;
                self.timings.prepare_millis += millis(start);
                let step = Instant::now();
                let [here, whole] = streams.push(network, self.count, input).await?;
                self.timings.infer_millis += millis(step);
                self.whole = whole;
                self.add(recogniser, [self.count, self.count + 1], here);
            }
            (Reading::Windows(cutter), Network::Windows(networks)) => {
                cutter.push(networks, recogniser.pack(), frame).await?;
                self.timings.prepare_millis += millis(start);
                self.look(recogniser, false).await?;
            }
            _ => return Err(Error::Pack("the video was begun with another pack".to_owned())),
        }
        self.count += 1;
        self.timings.total_millis += millis(start);
        Ok(&self.windows[before..])
    }

    /// Says that there are no more frames. Returns what was found in the last ones that filled no window.
    ///
    /// # Errors
    /// As [`Clip::push`].
    pub async fn end(&mut self, recogniser: &Recogniser) -> Result<&[ActionWindow], Error> {
        let (start, before) = (Instant::now(), self.windows.len());
        self.look(recogniser, true).await?;
        self.timings.total_millis += millis(start);
        Ok(&self.windows[before..])
    }

    /// The five best classes for all that was seen so far, highest confidence first.
    pub fn ranked(&self, recogniser: &Recogniser) -> Vec<RankedClass> {
        let share = match self.reading {
            Reading::Streams(_) => 1.0,
            Reading::Windows(_) => 1.0 / self.windows.len().max(1) as f64,
        };
        let mean: Vec<f64> = self.whole.iter().map(|sum| sum * share).collect();
        ranked(recogniser, &mean)
    }

    /// Where the time went so far.
    pub fn timings(&self) -> Timings {
        self.timings
    }

    /// Columns and rows of the frames; zeros before the first.
    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    /// All that was found, and where the time went.
    pub fn finish(self, recogniser: &Recogniser) -> (Actions, Timings) {
        let answer = Actions {
            width: self.size[0],
            height: self.size[1],
            frames_per_second: recogniser.frames_per_second(),
            ranked: self.ranked(recogniser),
            segments: segments(&self.windows, recogniser.min_confidence()),
            windows: self.windows,
        };
        (answer, self.timings)
    }

    /// Looks at the windows whose frames are there.
    async fn look(&mut self, recogniser: &Recogniser, ended: bool) -> Result<(), Error> {
        let (Reading::Windows(cutter), Network::Windows(networks)) = (&mut self.reading, &recogniser.network)
        else {
            return Ok(());
        };
        let mut found = vec![];
        let step = Instant::now();
        while let Some(span) = cutter.next_span(ended) {
            found.push((span, cutter.look(networks, recogniser.pack(), span).await?));
        }
        self.timings.infer_millis += millis(step);
        for (span, probabilities) in found {
            self.whole.resize(probabilities.len(), 0.0);
            self.whole.iter_mut().zip(&probabilities).for_each(|(sum, found)| *sum += found);
            self.add(recogniser, span, probabilities);
        }
        Ok(())
    }

    fn add(&mut self, recogniser: &Recogniser, [first, behind]: Span, probabilities: Vec<f64>) {
        let step = Instant::now();
        let rate = recogniser.frames_per_second();
        self.windows.push(ActionWindow {
            start_secs: first as f64 / rate,
            end_secs: behind as f64 / rate,
            ranked: ranked(recogniser, &probabilities),
            scores: probabilities.into_iter().map(|found| found as f32).collect(),
        });
        self.timings.read_out_millis += millis(step);
    }
}

impl Streams {
    fn new(output: &Output) -> Self {
        let half = match output {
            Output::Stream { frames_per_second, clip_secs, .. } => {
                (frames_per_second * clip_secs / 2.0) as usize
            }
            _ => 0,
        };
        Self { whole: Stream::default(), recent: VecDeque::new(), half: half.max(1) }
    }

    /// Gives every stream the frame with this number. Returns the probabilities that the one which speaks for it holds, and
    /// those for the whole video.
    async fn push(&mut self, network: &Streaming, index: usize, input: Held) -> Result<[Vec<f64>; 2], Error> {
        self.recent.retain(|(first, _)| index - first < 2 * self.half);
        if index > 0 && index.is_multiple_of(self.half) {
            self.recent.push_back((index, Stream::default()));
        }
        let mut oldest = None;
        for (_, stream) in &mut self.recent {
            let scores = network.push(stream, input.clone()).await?;
            oldest.get_or_insert(scores);
        }
        let whole = softmax(network.push(&mut self.whole, input).await?);
        let young = index < 2 * self.half;
        Ok([oldest.filter(|_| !young).map_or_else(|| whole.clone(), softmax), whole])
    }
}

fn ranked(recogniser: &Recogniser, probabilities: &[f64]) -> Vec<RankedClass> {
    let classes = &recogniser.pack().classes;
    let ranked = |&class: &usize| RankedClass {
        class: class as u32,
        name: classes[class].name.en.clone(),
        confidence: probabilities[class],
    };
    read_out::largest(probabilities, RANKED).iter().map(ranked).collect()
}
