//! Which of the objects that a detector proposes are shown.

use leptos::prelude::*;
use std::collections::BTreeSet;

/// Which boxes compete for the same object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rivals {
    /// Those of a class: the less confident one goes.
    #[default]
    OfClass,
    /// All of them: the less confident one goes.
    All,
    /// Those of a class: the less confident one loses confidence (soft suppression).
    Softly,
}

impl Rivals {
    /// All of them, as a list shows them.
    pub const ALL: [Self; 3] = [Self::OfClass, Self::All, Self::Softly];
}

/// Thresholds that a person has set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuned {
    /// Objects below it are left out, 0..=1.
    pub min_confidence: f32,
    /// Two boxes may overlap by this much (intersection over union), 0..=1.
    pub max_iou: f32,
    /// Which boxes compete.
    pub rivals: Rivals,
}

/// Signals of the objects. Copies are the same.
#[derive(Clone, Copy, Default)]
pub struct ObjectsView {
    /// Thresholds in place of the pack's.
    pub tuned: RwSignal<Option<Tuned>>,
    /// Indices of classes that are not shown.
    pub hidden: RwSignal<BTreeSet<u32>>,
    /// Place of the object that stands out among those that are listed.
    pub highlighted: RwSignal<Option<usize>>,
}
