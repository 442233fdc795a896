//! Boxes round objects: rectangles in image space, intersection over union, non-maximum suppression, the ways
//! between a picture and a network's input (letterbox, squash), places for their tags, and an editor ([`edit`]). How a
//! network's numbers become boxes is not known here.

pub mod edit;
mod extent;
mod placement;
mod rect;
mod suppression;
mod tags;

pub use extent::Extent;
pub use placement::{Anchor, Placement};
pub use rect::Rect;
pub use suppression::{Decay, Suppression, nms};
pub use tags::{Tagged, place_tags};

/// An object that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// Where it is, in image space.
    pub rect: Rect,
    /// Index into the labels of the pack.
    pub class: u16,
    /// How sure the network is, 0..1.
    pub confidence: f32,
}

impl Detection {
    /// Whether it can be compared at all: its box has an area and its confidence is a number.
    pub fn is_proper(&self) -> bool {
        self.rect.is_proper() && !self.confidence.is_nan()
    }
}
