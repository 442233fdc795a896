//! Rectangles with sides parallel to the axes.

use crate::Frame;

/// A rectangle in pixels, x to the right and y downwards from the picture's top left corner; sides may lie between
/// pixels. A picture of 4 x 3 pixels reaches from (0, 0) to (4, 3). The space is the image's where nothing else is said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Distance of the left side from the picture's left.
    pub left: f32,
    /// Distance of the upper side from the picture's top.
    pub top: f32,
    /// Distance of the right side from the picture's left; more than `left` in a proper rectangle.
    pub right: f32,
    /// Distance of the lower side from the picture's top; more than `top` in a proper rectangle.
    pub bottom: f32,
}

impl Rect {
    /// All of a frame.
    pub fn whole(frame: &Frame) -> Self {
        Self { left: 0.0, top: 0.0, right: frame.width() as f32, bottom: frame.height() as f32 }
    }

    /// A rectangle round its centre, as detectors predict it.
    pub fn from_centre(x: f32, y: f32, width: f32, height: f32) -> Self {
        let (half_width, half_height) = (width / 2.0, height / 2.0);
        Self { left: x - half_width, top: y - half_height, right: x + half_width, bottom: y + half_height }
    }

    /// Negative if the sides are the wrong way round.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Negative if the sides are the wrong way round.
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// In square pixels; 0 if the rectangle is not proper. In double precision: squares of large sides would overflow.
    pub fn area(&self) -> f64 {
        if self.is_proper() { span(self.left, self.right) * span(self.top, self.bottom) } else { 0.0 }
    }

    /// Whether all sides are finite numbers with some area between them.
    pub fn is_proper(&self) -> bool {
        let finite = [self.left, self.top, self.right, self.bottom].iter().all(|side| side.is_finite());
        finite && self.left < self.right && self.top < self.bottom
    }

    /// Whether it lies in a picture of `width` x `height` pixels and is proper.
    pub fn is_inside(&self, width: u32, height: u32) -> bool {
        let within = |low: f32, high: f32, side: u32| low >= 0.0 && low < high && high <= side as f32;
        within(self.left, self.right, width) && within(self.top, self.bottom, height)
    }

    /// The part that lies in a picture of `width` x `height` pixels; none if there is none or a side is not finite.
    pub fn clipped(&self, width: u32, height: u32) -> Option<Self> {
        let (width, height) = (width as f32, height as f32);
        let clipped = Self {
            left: self.left.clamp(0.0, width),
            top: self.top.clamp(0.0, height),
            right: self.right.clamp(0.0, width),
            bottom: self.bottom.clamp(0.0, height),
        };
        (self.is_proper() && clipped.is_proper()).then_some(clipped)
    }

    /// Each side moved outwards by `share` of the width or height: 0.1 makes it 1.2 times as wide and as high.
    pub fn with_margin(&self, share: f32) -> Self {
        let (aside, above) = (self.width() * share, self.height() * share);
        Self {
            left: self.left - aside,
            top: self.top - above,
            right: self.right + aside,
            bottom: self.bottom + above,
        }
    }

    /// Intersection over union, 0..1 (Jaccard index); 0 if either rectangle is not proper.
    pub fn iou(&self, other: &Self) -> f64 {
        if !self.is_proper() || !other.is_proper() {
            return 0.0;
        }
        let both = self.common(other);
        if both <= 0.0 {
            return 0.0;
        }
        (both / (self.area() + other.area() - both)).clamp(0.0, 1.0)
    }

    /// Area that two proper rectangles share, in square pixels.
    pub fn common(&self, other: &Self) -> f64 {
        let width = span(self.left.max(other.left), self.right.min(other.right));
        let height = span(self.top.max(other.top), self.bottom.min(other.bottom));
        if width <= 0.0 || height <= 0.0 { 0.0 } else { width * height }
    }

    /// Whether a point lies in it.
    pub fn holds(&self, x: f32, y: f32) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
}

fn span(low: f32, high: f32) -> f64 {
    f64::from(high) - f64::from(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rect(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        Rect { left, top, right, bottom }
    }

    #[test]
    fn the_iou_of_two_squares_is_that_counted_by_hand() {
        let square = rect(0.0, 0.0, 2.0, 2.0);
        assert_eq!(square.iou(&rect(1.0, 1.0, 3.0, 3.0)), 1.0 / 7.0);
        assert_eq!(square.iou(&rect(1.0, 0.0, 3.0, 2.0)), 2.0 / 6.0);
        assert_eq!(square.iou(&square), 1.0);
        assert_eq!(square.iou(&rect(2.0, 0.0, 4.0, 2.0)), 0.0, "a common side is no overlap");
    }

    #[test]
    fn what_is_no_rectangle_overlaps_nothing() {
        let square = rect(0.0, 0.0, 2.0, 2.0);
        for bad in [
            rect(f32::NAN, 0.0, 2.0, 2.0),
            rect(0.0, 0.0, f32::INFINITY, 2.0),
            rect(2.0, 0.0, 0.0, 2.0),
            rect(1.0, 1.0, 1.0, 2.0),
        ] {
            assert_eq!((bad.iou(&square), square.iou(&bad), bad.iou(&bad)), (0.0, 0.0, 0.0), "{bad:?}");
            assert_eq!((bad.area(), bad.clipped(9, 9)), (0.0, None), "{bad:?}");
        }
    }

    #[test]
    fn a_box_outside_the_picture_is_gone() {
        assert_eq!(rect(-5.0, 0.0, 0.0, 5.0).clipped(9, 9), None);
        assert_eq!(rect(-5.0, 0.0, 1.0, 50.0).clipped(9, 9), Some(rect(0.0, 0.0, 1.0, 9.0)));
    }

    #[test]
    fn a_margin_is_a_share_of_each_side() {
        assert_eq!(rect(10.0, 10.0, 30.0, 20.0).with_margin(0.5), rect(0.0, 5.0, 40.0, 25.0));
    }

    fn any_rect() -> impl Strategy<Value = Rect> {
        let side = || prop_oneof![8 => -2e3_f32..2e3, 1 => any::<f32>()];
        (side(), side(), side(), side()).prop_map(|(a, b, c, d)| rect(a, b, c, d))
    }

    proptest! {
        #[test]
        fn iou_is_symmetric_and_a_share(one in any_rect(), other in any_rect()) {
            let iou = one.iou(&other);
            prop_assert!((0.0..=1.0).contains(&iou));
            prop_assert_eq!(iou, other.iou(&one));
            if one.is_proper() {
                prop_assert_eq!(one.iou(&one), 1.0);
            }
        }

        #[test]
        fn a_clipped_box_never_leaves_the_picture(any in any_rect(), width in 1_u32..5000, height in 1_u32..5000) {
            if let Some(clipped) = any.clipped(width, height) {
                prop_assert!(clipped.is_inside(width, height));
                prop_assert_eq!(clipped.clipped(width, height), Some(clipped));
            } else {
                let picture = rect(0.0, 0.0, width as f32, height as f32);
                prop_assert_eq!(any.iou(&picture), 0.0);
            }
        }
    }
}
