//! What was found in a photo, and how it was computed.

use super::shown_pack::ShownPack;
use crate::bridge::Parcel;
use std::sync::Arc;
use vitrine_pixels::ClassMap;
use vitrine_pixels::boxes::{Detection, Rect};
use vitrine_protocol::{Answer, Classification, Detections, Device, Fault, Reply, Segmentation, Timings};

/// How a photo is looked at by the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Rows and columns that the network reads, in place of the pack's.
    pub side: Option<u32>,
    /// Crops that a classifier averages: 1, 5 or 10.
    pub crops: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { side: None, crops: 1 }
    }
}

/// What is too large for an answer's JSON.
#[derive(Clone, Debug, PartialEq)]
pub enum Beside {
    /// A class index a pixel.
    Classes(ClassMap),
    /// Class activation maps of the ranked classes, one after the other.
    Activation(Vec<u8>),
    /// All candidates of a detector, the most confident first, before suppression.
    Candidates(Vec<Detection>),
    /// It was dropped to save memory, and can be computed again.
    Dropped,
}

/// What was found in a photo.
#[derive(Clone, Debug, PartialEq)]
pub struct Result {
    /// As it is published.
    pub answer: Answer,
    /// What is drawn over the photo.
    pub beside: Beside,
    /// Time by stage.
    pub timings: Timings,
    /// Time to read the file.
    pub decode_millis: f64,
    /// Format of the file, such as `JPEG`.
    pub format: String,
    /// Where it was computed.
    pub device: Device,
    /// The pack that answered.
    pub pack: Arc<ShownPack>,
    /// How.
    pub settings: Settings,
    /// Pixels by true and predicted group, where the ground truth came with the photo; or why it cannot be used.
    pub compared: Option<std::result::Result<Vec<u64>, Fault>>,
}

impl Result {
    /// Areas with their class map.
    pub fn areas(&self) -> Option<(&Segmentation, &ClassMap)> {
        match (&self.answer, &self.beside) {
            (Answer::Segment(areas), Beside::Classes(map)) => Some((areas, map)),
            _ => None,
        }
    }

    /// Classes of the whole photo.
    pub fn classes(&self) -> Option<&Classification> {
        match &self.answer {
            Answer::Classify(classes) => Some(classes),
            _ => None,
        }
    }

    /// Objects by the pack's thresholds, with all candidates for other ones.
    pub fn objects(&self) -> Option<(&Detections, &[Detection])> {
        match (&self.answer, &self.beside) {
            (Answer::Detect(found), Beside::Candidates(candidates)) => Some((found, candidates)),
            _ => None,
        }
    }

    /// Whether the photo may show nothing that the pack has a class for.
    pub fn is_doubtful(&self) -> bool {
        self.classes().is_some_and(|classes| classes.doubtful)
    }

    /// The class activation map of a ranked class.
    pub fn activation(&self, rank: usize) -> Option<&[u8]> {
        let Beside::Activation(maps) = &self.beside else { return None };
        let grid = self.classes()?.activation.as_ref()?;
        let cells = grid.columns as usize * grid.rows as usize;
        maps.chunks_exact(cells.max(1)).nth(rank)
    }

    /// Whether this pack with these settings gave it.
    pub fn is_of(&self, pack: &str, settings: Settings) -> bool {
        self.pack.id == pack && self.settings == settings
    }

    /// Without what takes much memory. Activations are small and stay.
    pub fn lightened(mut self) -> Self {
        if matches!(self.beside, Beside::Classes(_)) {
            self.beside = Beside::Dropped;
        }
        self
    }
}

/// The answer of a closing reply, with what came beside it and the times; none if it is none.
pub fn answer_of(parcel: Parcel) -> Option<(Answer, Beside, Timings)> {
    let Reply::Done { answer, timings, .. } = parcel.reply else { return None };
    let bytes = parcel.buffers.first().map(crate::bridge::bytes_from).unwrap_or_default();
    let beside = match &answer {
        Answer::Segment(areas) => {
            Beside::Classes(ClassMap::new(areas.map_width, areas.map_height, bytes).ok()?)
        }
        Answer::Classify(_) => Beside::Activation(bytes),
        Answer::Detect(_) => Beside::Candidates(candidates(&bytes)),
        Answer::Act(_) => return None,
    };
    Some((answer, beside, timings))
}

/// As `vitrine_protocol::Detections` says.
fn candidates(bytes: &[u8]) -> Vec<Detection> {
    let (numbers, _) = bytes.as_chunks::<4>();
    let numbers: Vec<f32> = numbers.iter().map(|&number| f32::from_le_bytes(number)).collect();
    let (rows, _) = numbers.as_chunks::<6>();
    let detection = |&[left, top, right, bottom, confidence, class]: &[f32; 6]| Detection {
        rect: Rect { left, top, right, bottom },
        class: class as u16,
        confidence,
    };
    rows.iter().map(detection).collect()
}
