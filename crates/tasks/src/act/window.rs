//! A video of any length as windows that overlap: no more of it is held than one window needs.

use super::region_of;
use super::two_stream::TwoStream;
use crate::Error;
use crate::prepare::filter_of;
use crate::reader::Scaled;
use std::collections::VecDeque;
use vitrine_engine::Held;
use vitrine_packs::{FlowForm, FlowStream, Output, Pack, Windows};
use vitrine_pixels::flow::{FlowField, TvL1};
use vitrine_pixels::{Frame, Gray, resample};

/// A frame of which the windows are made.
struct Seen {
    /// At the size of the network that reads pictures.
    picture: Scaled,
    /// At the size of the network that reads flow.
    grey: Option<Gray>,
}

/// Flow between two frames.
struct Field {
    /// Number of the first frame; the second one is the pack's step later.
    from: usize,
    /// As the network reads it.
    input: Held,
}

/// A video that is cut into windows while it comes.
pub struct Cutter {
    windows: Windows,
    flow: Option<Box<FlowStream>>,
    frames: VecDeque<Seen>,
    /// Frames that came so far; the last `frames.len()` of them are here.
    count: usize,
    /// First frame of the next window.
    next: usize,
    /// Where the last window ended.
    covered: usize,
    fields: VecDeque<Field>,
    method: TvL1,
}

/// A part of the video: its first frame, and the one behind its last.
pub type Span = [usize; 2];

impl Cutter {
    /// None if the pack reads no windows.
    pub fn new(pack: &Pack) -> Option<Self> {
        let Output::Windows { windows, flow, .. } = &pack.output else { return None };
        Some(Self {
            windows: windows.clone(),
            flow: flow.clone(),
            frames: VecDeque::new(),
            count: 0,
            next: 0,
            covered: 0,
            fields: VecDeque::new(),
            method: TvL1::default(),
        })
    }

    /// Takes the next frame, and computes the flow that leads to it if a window will ask for it.
    pub async fn push(&mut self, networks: &TwoStream, pack: &Pack, frame: &Frame) -> Result<(), Error> {
        let picture = networks.picture(pack, frame)?;
        let grey = |flow: &FlowStream| {
            let (region, filter) = (region_of(&pack.input, frame), filter_of(pack.input.filter));
            resample(frame, region, flow.side, flow.side, filter).map(|scaled| Gray::from_frame(&scaled))
        };
        let grey = self.flow.as_deref().map(grey).transpose()?;
        self.frames.push_back(Seen { picture, grey });
        self.count += 1;
        self.forget();
        let step = self.flow.as_ref().map(|flow| flow.frame_step as usize);
        match step.and_then(|step| (self.count - 1).checked_sub(step)) {
            Some(from) if self.is_asked_for(from) => self.ensure_field(networks, from).await,
            _ => Ok(()),
        }
    }

    /// The next window, if all its frames are there; `ended` when no more will come: then the last one ends with the video.
    pub fn next_span(&self, ended: bool) -> Option<Span> {
        let length = self.windows.clip_frames as usize;
        let whole = [self.next, self.next + length];
        if self.count >= self.next + self.needed() || ended && self.count >= whole[1] {
            return Some(whole);
        }
        let rest = ended && self.covered < self.count;
        rest.then(|| [self.count.saturating_sub(length), self.count])
    }

    /// What the networks make of a window, which is done with then.
    pub async fn look(&mut self, networks: &TwoStream, pack: &Pack, span: Span) -> Result<Vec<f64>, Error> {
        let pictures = self.pictures(networks, span[0]);
        let places = self.field_places(span[0]);
        for &from in &places {
            self.ensure_field(networks, from).await?;
        }
        let fields = places.iter().filter_map(|&from| self.field(from).cloned()).collect();
        let found = networks.probabilities(pack, pictures, fields).await?;
        self.covered = span[1];
        self.next += self.windows.stride() as usize;
        Ok(found)
    }

    /// Frames that a window needs: the flow at its end leads to the one behind it.
    fn needed(&self) -> usize {
        let length = self.windows.clip_frames;
        let reach = self.flow.as_ref().map_or(0, |flow| flow.fields(length) * flow.frame_step + 1);
        length.max(reach) as usize
    }

    /// The pictures of the window that begins at `first`. Behind the end, the last frame stands still.
    fn pictures(&self, networks: &TwoStream, first: usize) -> Vec<Held> {
        let step = self.windows.frame_step as usize;
        let places = (0..self.windows.pictures() as usize).map(|place| first + place * step);
        let frames = places.filter_map(|place| self.frame(place));
        frames.map(|frame| networks.picture_input(&frame.picture)).collect()
    }

    /// The frame with a number, or the last one.
    fn frame(&self, number: usize) -> Option<&Seen> {
        let dropped = self.count - self.frames.len();
        self.frames.get(number.min(self.count.saturating_sub(1)).checked_sub(dropped)?)
    }

    /// First frames of the flow fields of the window that begins at `first`.
    fn field_places(&self, first: usize) -> Vec<usize> {
        let Some(flow) = &self.flow else { return vec![] };
        let step = flow.frame_step as usize;
        (0..flow.fields(self.windows.clip_frames) as usize).map(|place| first + place * step).collect()
    }

    fn field(&self, from: usize) -> Option<&Held> {
        self.fields.iter().find(|field| field.from == from).map(|field| &field.input)
    }

    /// Whether a window that is still to come reads the flow from this frame.
    fn is_asked_for(&self, from: usize) -> bool {
        let step = self.flow.as_ref().map_or(1, |flow| flow.frame_step as usize);
        let length = self.windows.clip_frames as usize;
        let firsts = (self.next..=from).step_by(self.windows.stride() as usize);
        firsts.filter(|first| from - first < length).any(|first| (from - first).is_multiple_of(step))
    }

    async fn ensure_field(&mut self, networks: &TwoStream, from: usize) -> Result<(), Error> {
        let Some(flow) = self.flow.clone() else { return Ok(()) };
        if self.field(from).is_some() {
            return Ok(());
        }
        let last = self.count.saturating_sub(1);
        let to = from + flow.frame_step as usize;
        let grey = |number: usize| self.frame(number).and_then(|frame| frame.grey.clone());
        let (Some(first), Some(second)) = (grey(from), grey(to)) else { return Ok(()) };
        let field = match from < last {
            true => networks.field(&mut self.method, &first, &second).await?,
            // Nothing moves behind the end.
            false => FlowField::still(flow.side, flow.side),
        };
        let input = networks.field_input(numbers(&field, flow.form))?;
        self.fields.push_back(Field { from, input });
        Ok(())
    }

    /// Drops what no window needs any more.
    fn forget(&mut self) {
        let kept = self.next.min(self.count.saturating_sub(self.windows.clip_frames as usize));
        let dropped = self.count - self.frames.len();
        self.frames.drain(..kept.saturating_sub(dropped).min(self.frames.len()));
        self.fields.retain(|field| field.from >= kept);
    }
}

/// Flow as a network reads it, channels last.
fn numbers(field: &FlowField, form: FlowForm) -> Vec<f32> {
    match form {
        FlowForm::Clipped => field.clipped().into_flattened(),
        FlowForm::Planes { mean, std } => {
            let [across, down] = field.planes();
            let number = |byte: &u8| (f32::from(*byte) - mean) / std;
            across.values().iter().zip(down.values()).flat_map(|(x, y)| [number(x), number(y)]).collect()
        }
    }
}
