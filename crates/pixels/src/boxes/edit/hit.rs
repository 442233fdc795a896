//! What lies below a pointer.

use super::{EditedBox, Extent};

/// Which of two opposite sides a handle holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The left or the upper one.
    Low,
    /// Neither: the handle is in the middle between them.
    Neither,
    /// The right or the lower one.
    High,
}

/// A corner of a box, or the middle of a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle {
    /// Left, middle or right.
    pub across: Edge,
    /// Top, middle or bottom.
    pub down: Edge,
}

impl Handle {
    /// The right lower corner.
    pub const LAST: Self = Self { across: Edge::High, down: Edge::High };

    /// All eight, row by row.
    pub fn all() -> impl Iterator<Item = Self> {
        let edges = [Edge::Low, Edge::Neither, Edge::High];
        let all = edges.into_iter().flat_map(move |down| edges.map(|across| Self { across, down }));
        all.filter(|handle| (handle.across, handle.down) != (Edge::Neither, Edge::Neither))
    }

    /// Where it is, in image space.
    pub fn place(self, extent: &Extent) -> [f64; 2] {
        let on = |edge: Edge, low: f64, span: f64| match edge {
            Edge::Low => low,
            Edge::Neither => low + span / 2.0,
            Edge::High => low + span,
        };
        [on(self.across, extent.left, extent.width), on(self.down, extent.top, extent.height)]
    }
}

/// What a pointer takes hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// The whole box.
    Body(u32),
    /// A side or two of it.
    Handle(u32, Handle),
}

/// What lies below a point of the image. `tolerance` in pixels of the image, so that it can be the same on a screen at any
/// zoom: a handle of the `selected` box may be missed by it, and a box by half of it. Of several boxes it is the smallest.
pub fn hit(boxes: &[EditedBox], selected: Option<u32>, point: [f64; 2], tolerance: f64) -> Option<Grip> {
    let held = selected.and_then(|id| boxes.iter().find(|it| it.id == id));
    if let Some(handle) = held.and_then(|it| handle_at(&it.labelled.extent, point, tolerance)) {
        return held.map(|it| Grip::Handle(it.id, handle));
    }
    let near = boxes.iter().filter(|it| is_in(&it.labelled.extent, point, tolerance / 2.0));
    let smallest = near.min_by(|a, b| a.labelled.extent.area().total_cmp(&b.labelled.extent.area()));
    smallest.map(|it| Grip::Body(it.id))
}

/// The nearest handle within the tolerance. The inner half of a small box still moves it.
fn handle_at(extent: &Extent, point: [f64; 2], tolerance: f64) -> Option<Handle> {
    let [aside, above] = [extent.width, extent.height].map(|side| tolerance.min(side / 4.0));
    let core = Extent {
        left: extent.left + aside,
        top: extent.top + above,
        width: extent.width - 2.0 * aside,
        height: extent.height - 2.0 * above,
    };
    if is_in(&core, point, 0.0) {
        return None;
    }
    let distance = |handle: &Handle| {
        let [x, y] = handle.place(extent);
        (x - point[0]).hypot(y - point[1])
    };
    let nearest = Handle::all().min_by(|a, b| distance(a).total_cmp(&distance(b)));
    nearest.filter(|handle| distance(handle) <= tolerance)
}

fn is_in(extent: &Extent, point: [f64; 2], margin: f64) -> bool {
    let within = |value: f64, low: f64, high: f64| value >= low - margin && value <= high + margin;
    within(point[0], extent.left, extent.right()) && within(point[1], extent.top, extent.bottom())
}
