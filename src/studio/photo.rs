//! One photo on its way: file, picture, answer.

use leptos::prelude::*;
use std::sync::Arc;
use vitrine_pixels::ClassMap;
use vitrine_protocol::{Device, Fault, Segmentation, Timings};
use web_sys::{File, HtmlCanvasElement};

/// Where a photo is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Others come first.
    Waiting,
    /// The file is decoded.
    Reading,
    /// The network runs, or is waited for.
    Running,
    /// The answer is there.
    Done,
    /// No answer.
    Failed(Fault),
}

/// What was found in a photo.
#[derive(Debug)]
pub struct Result {
    /// Areas and sizes.
    pub answer: Segmentation,
    /// A class index a pixel.
    pub map: ClassMap,
    /// Time by stage.
    pub timings: Timings,
    /// Time to read the file.
    pub decode_millis: f64,
    /// Format of the file, such as `JPEG`.
    pub format: String,
    /// Where it was computed.
    pub device: Device,
    /// The id of the pack that computed it.
    pub pack: String,
}

/// A photo that was dropped, picked or pasted. Clones share its signals.
#[derive(Clone)]
pub struct Photo {
    /// Counts up; the strip and the queue know it by this.
    pub number: u32,
    /// Photos that came together share this; later ones have more.
    pub batch: u32,
    /// The file's name.
    pub name: String,
    /// Kept, so that the photo can be read again.
    pub file: File,
    /// Where it is on its way.
    pub phase: ArcRwSignal<Phase>,
    /// The latest answer; it stays while a new one is computed.
    pub result: ArcRwSignal<Option<Arc<Result>>>,
    /// The picture at display size; dropped for photos that were not looked at for long.
    pub picture: ArcRwSignal<Option<HtmlCanvasElement>>,
    /// A small picture.
    pub thumbnail: ArcRwSignal<Option<HtmlCanvasElement>>,
}

impl Photo {
    /// A photo that waits.
    pub fn new(number: u32, batch: u32, file: File) -> Self {
        Self {
            number,
            batch,
            name: file.name(),
            file,
            phase: ArcRwSignal::new(Phase::Waiting),
            result: ArcRwSignal::new(None),
            picture: ArcRwSignal::new(None),
            thumbnail: ArcRwSignal::new(None),
        }
    }

    /// Whether the queue has something to do for it.
    pub fn is_waiting(&self) -> bool {
        self.phase.with_untracked(|phase| *phase == Phase::Waiting)
    }
}

impl PartialEq for Photo {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}
