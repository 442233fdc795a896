//! Boxes that stay in an image.

use super::hit::{Edge, Handle};
use super::{Extent, MIN_SIDE};

/// One axis of a box: its two sides.
#[derive(Clone, Copy)]
struct Span {
    low: f64,
    high: f64,
}

/// The part of a box in an image of `size` columns and rows; none if it has no area or its numbers are none.
pub fn confined(extent: &Extent, size: [f64; 2]) -> Option<Extent> {
    let finite = [extent.left, extent.top, extent.width, extent.height].iter().all(|side| side.is_finite());
    let [across, down] = spans(extent);
    let cut = |span: Span, side: f64| Span { low: span.low.max(0.0), high: span.high.min(side) };
    let (across, down) = (cut(across, size[0]), cut(down, size[1]));
    (finite && across.low < across.high && down.low < down.high).then(|| extent_of(across, down))
}

/// A box moved by a distance, as far as the image reaches.
pub fn moved(extent: &Extent, by: [f64; 2], size: [f64; 2]) -> Extent {
    Extent {
        left: within(extent.left + by[0], 0.0, size[0] - extent.width),
        top: within(extent.top + by[1], 0.0, size[1] - extent.height),
        ..*extent
    }
}

/// A box with the sides that a handle holds moved by a distance: not out of the image, and not past the other side.
pub fn resized(extent: &Extent, handle: Handle, by: [f64; 2], size: [f64; 2]) -> Extent {
    let [across, down] = spans(extent);
    extent_of(pulled(across, handle.across, by[0], size[0]), pulled(down, handle.down, by[1], size[1]))
}

/// The box between two corners, in the image and with sides of at least [`MIN_SIDE`] as far as the image has them.
pub fn between(from: [f64; 2], to: [f64; 2], size: [f64; 2]) -> Extent {
    let span = |axis: usize| {
        let [from, to] = [from, to].map(|point| within(point[axis], 0.0, size[axis]));
        let (low, high) = (from.min(to), from.max(to));
        if high - low >= MIN_SIDE {
            return Span { low, high };
        }
        let side = MIN_SIDE.min(size[axis]);
        let low = within(low, 0.0, size[axis] - side);
        Span { low, high: low + side }
    };
    extent_of(span(0), span(1))
}

fn pulled(span: Span, edge: Edge, by: f64, side: f64) -> Span {
    let least = MIN_SIDE.min(span.high - span.low);
    match edge {
        Edge::Low => Span { low: within(span.low + by, 0.0, span.high - least), ..span },
        Edge::High => Span { high: within(span.high + by, span.low + least, side), ..span },
        Edge::Neither => span,
    }
}

fn spans(extent: &Extent) -> [Span; 2] {
    [Span { low: extent.left, high: extent.right() }, Span { low: extent.top, high: extent.bottom() }]
}

fn extent_of(across: Span, down: Span) -> Extent {
    Extent { left: across.low, top: down.low, width: across.high - across.low, height: down.high - down.low }
}

/// The nearest value in `low..=high`; unlike [`f64::clamp`] it has an answer where rounding has crossed the two.
fn within(value: f64, low: f64, high: f64) -> f64 {
    value.min(high).max(low)
}
