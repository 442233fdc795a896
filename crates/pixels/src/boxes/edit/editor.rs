//! The boxes of one image, and the commands that change them.

use super::geometry::{confined, moved, resized};
use super::gesture::Gesture;
use super::hit::hit;
use super::{EditedBox, Extent, Grip, Handle, Labelled, Origin};
use std::sync::Arc;

/// Steps that can be undone; older ones are forgotten.
const MAX_STEPS: usize = 200;

/// What a step changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct State {
    /// The later ones lie above.
    boxes: Vec<EditedBox>,
    selected: Option<u32>,
}

/// The boxes of one image while a person corrects them.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    /// Columns and rows.
    size: [f64; 2],
    state: State,
    /// Before each step, the latest last.
    past: Vec<State>,
    /// After each step that was undone, the latest last.
    future: Vec<State>,
    /// The box that the latest step nudged: while a key is held down all of its repeats are one step.
    nudged: Option<u32>,
    pub(super) gesture: Option<Gesture>,
    next_id: u32,
}

impl Editor {
    /// For an image of `size` columns and rows, with boxes to begin with. What lies outside the image is cut off.
    pub fn new(size: [u32; 2], boxes: Vec<Labelled>) -> Self {
        let mut editor = Self { size: size.map(f64::from), ..Self::default() };
        editor.begin_with(boxes);
        editor
    }

    /// Begins anew with other boxes: there is nothing to undo.
    pub fn begin_with(&mut self, boxes: Vec<Labelled>) {
        *self = Self { size: self.size, next_id: self.next_id, ..Self::default() };
        self.fill(boxes);
    }

    /// Puts other boxes in place of all of them: a step like any other.
    pub fn replace(&mut self, boxes: Vec<Labelled>) {
        self.cancel();
        let before = std::mem::take(&mut self.state);
        self.fill(boxes);
        self.remember(before);
    }

    fn fill(&mut self, boxes: Vec<Labelled>) {
        for labelled in boxes {
            if let Some(extent) = confined(&labelled.extent, self.size) {
                let id = self.new_id();
                self.state.boxes.push(EditedBox { id, labelled: Labelled { extent, ..labelled } });
            }
        }
    }

    /// Columns and rows of the image.
    pub fn size(&self) -> [f64; 2] {
        self.size
    }

    /// All boxes, the oldest first.
    pub fn boxes(&self) -> &[EditedBox] {
        &self.state.boxes
    }

    /// The selected box.
    pub fn selected(&self) -> Option<&EditedBox> {
        self.find(self.state.selected?)
    }

    pub(super) fn find(&self, id: u32) -> Option<&EditedBox> {
        self.state.boxes.iter().find(|it| it.id == id)
    }

    /// What lies below a point, in image space; see [`hit`] for the tolerance.
    pub fn hit(&self, point: [f64; 2], tolerance: f64) -> Option<Grip> {
        hit(&self.state.boxes, self.state.selected, point, tolerance)
    }

    /// Selects a box, or none. This is no step.
    pub fn select(&mut self, id: Option<u32>) {
        self.state.selected = id.filter(|&id| self.find(id).is_some());
    }

    /// Selects the box after the selected one, or before it; without one the first, or last. False, and none is selected,
    /// at the end of the list.
    pub fn select_next(&mut self, backwards: bool) -> bool {
        let count = self.state.boxes.len();
        let at = self.state.boxes.iter().position(|it| Some(it.id) == self.state.selected);
        let next = match (at, backwards) {
            (None, false) => Some(0),
            (None, true) => count.checked_sub(1),
            (Some(at), false) => Some(at + 1),
            (Some(at), true) => at.checked_sub(1),
        };
        self.state.selected = next.and_then(|next| self.state.boxes.get(next)).map(|it| it.id);
        self.state.selected.is_some()
    }

    /// Adds a box and selects it.
    pub fn add(&mut self, extent: Extent, class: Arc<str>) {
        self.cancel();
        let Some(extent) = confined(&extent, self.size) else { return };
        let (id, before) = (self.new_id(), self.state.clone());
        self.insert(id, Labelled { extent, class, origin: Origin::Drawn, confidence: None });
        self.remember(before);
    }

    /// Gives the selected box another class. An empty name is none.
    pub fn rename(&mut self, class: &str) {
        let class = class.trim();
        if !class.is_empty() {
            self.change(|labelled| labelled.class = class.into());
        }
    }

    /// Deletes the selected box and selects the one in its place.
    pub fn delete(&mut self) {
        self.cancel();
        let Some(at) = self.state.boxes.iter().position(|it| Some(it.id) == self.state.selected) else {
            return;
        };
        let before = self.state.clone();
        self.state.boxes.remove(at);
        let near = self.state.boxes.get(at).or(self.state.boxes.last());
        self.state.selected = near.map(|it| it.id);
        self.remember(before);
    }

    /// Copies the selected box, `shift` pixels aside and below as far as the image reaches, and selects the copy.
    pub fn duplicate(&mut self, shift: f64) {
        self.cancel();
        let Some(original) = self.selected().cloned() else { return };
        let (id, before) = (self.new_id(), self.state.clone());
        let extent = moved(&original.labelled.extent, [shift; 2], self.size);
        let class = original.labelled.class;
        self.insert(id, Labelled { extent, class, origin: Origin::Drawn, confidence: None });
        self.remember(before);
    }

    /// Moves the selected box. `repeated`: by a key that is held down, so that all of it is one step.
    pub fn nudge(&mut self, by: [f64; 2], repeated: bool) {
        let size = self.size;
        self.adjust(repeated, |extent| moved(extent, by, size));
    }

    /// Moves the right and the lower side of the selected box, as [`Self::nudge`] moves all of it.
    pub fn grow(&mut self, by: [f64; 2], repeated: bool) {
        let size = self.size;
        self.adjust(repeated, |extent| resized(extent, Handle::LAST, by, size));
    }

    fn adjust(&mut self, repeated: bool, new: impl Fn(&Extent) -> Extent) {
        let goes_on = repeated && self.nudged.is_some() && self.nudged == self.state.selected;
        let step = if goes_on { self.past.pop() } else { None };
        let changed = self.change(|labelled| labelled.extent = new(&labelled.extent));
        if let Some(step) = step {
            if changed {
                self.past.pop();
            }
            self.past.push(step);
        }
        self.nudged = self.state.selected;
    }

    fn change(&mut self, change: impl Fn(&mut Labelled)) -> bool {
        self.cancel();
        let before = self.state.clone();
        let selected = self.state.selected;
        if let Some(found) = self.state.boxes.iter_mut().find(|it| Some(it.id) == selected) {
            let old = found.labelled.clone();
            change(&mut found.labelled);
            if found.labelled != old {
                touch(&mut found.labelled);
            }
        }
        self.remember(before)
    }

    /// Takes the latest step back. False if there is none.
    pub fn undo(&mut self) -> bool {
        self.cancel();
        self.nudged = None;
        let Some(before) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.state, before));
        true
    }

    /// Takes the latest undoing back. False if there is none.
    pub fn redo(&mut self) -> bool {
        self.cancel();
        self.nudged = None;
        let Some(after) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.state, after));
        true
    }

    /// Whether [`Self::undo`] has something to take back: a person has changed the boxes.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether [`Self::redo`] has something to take back.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Whether nobody has done anything: other boxes may be put in without anything lost.
    pub fn is_untouched(&self) -> bool {
        self.past.is_empty() && self.future.is_empty() && self.gesture.is_none()
    }

    pub(super) fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn restore(&mut self, state: State) {
        self.state = state;
    }

    pub(super) fn new_id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    /// Adds a box on top and selects it, as a part of a step.
    pub(super) fn insert(&mut self, id: u32, labelled: Labelled) {
        self.state.boxes.push(EditedBox { id, labelled });
        self.state.selected = Some(id);
    }

    /// Puts a box elsewhere, as a part of a step.
    pub(super) fn place(&mut self, id: u32, extent: Extent) {
        if let Some(found) = self.state.boxes.iter_mut().find(|it| it.id == id)
            && found.labelled.extent != extent
        {
            found.labelled.extent = extent;
            touch(&mut found.labelled);
        }
    }

    /// Makes everything since `before` a step. False if that is nothing.
    pub(super) fn remember(&mut self, before: State) -> bool {
        self.nudged = None;
        if before.boxes == self.state.boxes {
            return false;
        }
        self.past.push(before);
        if self.past.len() > MAX_STEPS {
            self.past.remove(0);
        }
        self.future.clear();
        true
    }
}

/// A person's box has no network's confidence.
fn touch(labelled: &mut Labelled) {
    labelled.confidence = None;
    if labelled.origin != Origin::Drawn {
        labelled.origin = Origin::Corrected;
    }
}
