//! Candidates -> objects: the thresholds of the pack, or those that a person has set, act on the last answer at once.

use crate::bridge::Fields;
use crate::studio::{PhotoResult, ShownPack, Studio};
use crate::view::{Rivals, Tuned};
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use vitrine_pixels::boxes::{Decay, Detection, Suppression};

/// The paper's: Bodla et al. 2017, Soft-NMS, arXiv:1704.04503.
const SIGMA: f32 = 0.5;
/// As many as a pack's own answer has at most.
const COUNT_MAX: usize = 100;

/// The answer on the stage with the objects that its thresholds leave.
#[derive(Clone)]
pub struct Found {
    /// What the network said.
    pub result: Arc<PhotoResult>,
    /// The most confident first; those of hidden classes too.
    pub objects: Arc<Vec<Detection>>,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.result, &other.result) && self.objects == other.objects
    }
}

impl Found {
    /// What is on the stage; none where no detector has answered.
    pub fn on_stage(studio: Studio) -> Option<Self> {
        let result = studio.on_stage.get()?.result.get()?;
        let objects = Arc::new(objects(&result, tuned(studio, &result.pack))?);
        Some(Self { result, objects })
    }

    /// Objects of each class that occurs, by its index.
    pub fn counts(&self) -> BTreeMap<u32, usize> {
        let mut counts = BTreeMap::new();
        for object in self.objects.iter() {
            *counts.entry(object.class.into()).or_default() += 1;
        }
        counts
    }
}

/// What is left of an answer's candidates; none if it is no detector's.
pub fn objects(result: &PhotoResult, tuned: Tuned) -> Option<Vec<Detection>> {
    let (_, candidates) = result.objects()?;
    Some(suppression(tuned).apply(candidates))
}

/// The thresholds that are in force.
pub fn tuned(studio: Studio, pack: &ShownPack) -> Tuned {
    studio.view.objects.tuned.get().unwrap_or_else(|| thresholds(pack))
}

/// The pack's own thresholds.
pub fn thresholds(pack: &ShownPack) -> Tuned {
    let output = Fields::parse(&pack.json).and_then(|fields| fields.field("output"));
    let share = |key| output.as_ref().and_then(|output| output.number(key)).unwrap_or(0.5) as f32;
    Tuned { min_confidence: share("min_confidence"), max_iou: share("max_iou"), rivals: Rivals::OfClass }
}

fn suppression(tuned: Tuned) -> Suppression {
    Suppression {
        min_confidence: tuned.min_confidence,
        max_iou: tuned.max_iou,
        across_classes: tuned.rivals == Rivals::All,
        decay: if tuned.rivals == Rivals::Softly { Decay::Gaussian { sigma: SIGMA } } else { Decay::Drop },
        max_count: COUNT_MAX,
    }
}
