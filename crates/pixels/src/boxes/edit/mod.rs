//! An editor of labelled boxes without a screen: what gestures and keys do to the boxes of one image. Each gesture is one
//! step that can be undone, and no box leaves the image or loses its area. Where it is drawn is not known here.

mod editor;
mod geometry;
mod gesture;
mod hit;
#[cfg(test)]
mod tests;

pub use editor::Editor;
pub use hit::{Edge, Grip, Handle};

use super::Extent;
use std::sync::Arc;

/// Shortest side, in pixels, that a person can give to a box. A file's or a network's box may have a shorter one.
pub const MIN_SIDE: f64 = 1.0;

/// Where a box comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// A network predicted it, and nobody has touched it.
    Predicted,
    /// It was read from an annotation file, and nobody has touched it.
    Read,
    /// It was predicted or read, and a person corrected it.
    Corrected,
    /// A person drew it.
    #[default]
    Drawn,
}

/// A box with a name, not yet in an editor.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// Where it is, in image space.
    pub extent: Extent,
    /// Name of its class.
    pub class: Arc<str>,
    /// Where it comes from.
    pub origin: Origin,
    /// How sure a network was, 0..1; none once a person has corrected it.
    pub confidence: Option<f64>,
}

/// A box of an editor.
#[derive(Clone, Debug, PartialEq)]
pub struct EditedBox {
    /// Its own as long as the editor lives; undoing brings the same one back.
    pub id: u32,
    /// The box.
    pub labelled: Labelled,
}
