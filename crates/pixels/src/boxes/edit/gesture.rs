//! From pressing to letting go: drawing, moving and resizing with a pointer.

use super::editor::{Editor, State};
use super::geometry::{between, moved, resized};
use super::{Extent, Grip, Handle, Labelled, Origin};
use std::sync::Arc;

/// A gesture that goes on.
#[derive(Clone, Debug)]
pub struct Gesture {
    kind: Kind,
    /// Where it began, in image space.
    from: [f64; 2],
    /// Where the pointer is.
    to: [f64; 2],
    /// Before it began.
    before: State,
}

#[derive(Clone, Debug)]
enum Kind {
    /// A box, or a side or two of it; from how it was.
    Hold { id: u32, handle: Option<Handle>, start: Extent },
    /// A new box, from when the pointer has moved.
    Draw { id: u32, class: Arc<str> },
}

impl Editor {
    /// Takes hold of a box or a handle, and selects the box.
    pub fn hold(&mut self, grip: Grip, point: [f64; 2]) {
        self.cancel();
        let (id, handle) = match grip {
            Grip::Body(id) => (id, None),
            Grip::Handle(id, handle) => (id, Some(handle)),
        };
        if let Some(found) = self.find(id) {
            let start = found.labelled.extent;
            self.select(Some(id));
            self.begin(Kind::Hold { id, handle, start }, point);
        }
    }

    /// Begins a new box at a point.
    pub fn draw(&mut self, class: Arc<str>, point: [f64; 2]) {
        self.cancel();
        let id = self.new_id();
        self.begin(Kind::Draw { id, class }, point);
    }

    fn begin(&mut self, kind: Kind, from: [f64; 2]) {
        if from.iter().all(|side| side.is_finite()) {
            let before = self.state().clone();
            self.gesture = Some(Gesture { kind, from, to: from, before });
        }
    }

    /// The pointer is at another point, perhaps beside the image.
    pub fn drag(&mut self, to: [f64; 2]) {
        let Some(gesture) = self.gesture.as_mut().filter(|_| to.iter().all(|side| side.is_finite())) else {
            return;
        };
        gesture.to = to;
        let (kind, from, before) = (gesture.kind.clone(), gesture.from, gesture.before.clone());
        let (by, size) = ([to[0] - from[0], to[1] - from[1]], self.size());
        match kind {
            Kind::Hold { id, handle, start } => {
                // A box that is brought back to where it was has not been touched.
                self.restore(before);
                let extent = match handle {
                    None => moved(&start, by, size),
                    Some(handle) => resized(&start, handle, by, size),
                };
                self.place(id, extent);
            }
            Kind::Draw { id, class } => {
                let extent = between(from, to, size);
                if self.find(id).is_some() {
                    self.place(id, extent);
                } else {
                    let labelled = Labelled { extent, class, origin: Origin::Drawn, confidence: None };
                    self.insert(id, labelled);
                }
            }
        }
    }

    /// Lets go: one step, if anything changed. A box that was drawn with a side below `smallest`, in image pixels, was none.
    pub fn finish(&mut self, smallest: f64) -> bool {
        let Some(gesture) = self.gesture.take() else { return false };
        let [across, down] = [0, 1].map(|axis| (gesture.to[axis] - gesture.from[axis]).abs());
        let drawn = matches!(gesture.kind, Kind::Draw { .. });
        if drawn && (across < smallest || down < smallest) {
            self.restore(gesture.before);
            return false;
        }
        self.remember(gesture.before)
    }

    /// Gives a gesture up: everything is as it was before.
    pub fn cancel(&mut self) {
        if let Some(gesture) = self.gesture.take() {
            self.restore(gesture.before);
        }
    }

    /// Whether a pointer holds or draws something.
    pub fn is_held(&self) -> bool {
        self.gesture.is_some()
    }
}
