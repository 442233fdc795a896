//! Rectangles as annotation files have them.

use super::Rect;

/// A rectangle in image space as COCO's files write it, by its corner and its size, in pixels. In double precision, so
/// that a file that is read and written again has the same numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// Distance of the left side from the picture's left.
    pub left: f64,
    /// Distance of the upper side from the picture's top.
    pub top: f64,
    /// From the left to the right side; positive in a proper rectangle.
    pub width: f64,
    /// From the upper to the lower side; positive in a proper rectangle.
    pub height: f64,
}

impl Extent {
    /// Distance of the right side from the picture's left.
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Distance of the lower side from the picture's top.
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Width times height, in square pixels.
    pub fn area(&self) -> f64 {
        self.width * self.height
    }

    /// The same rectangle in single precision.
    pub fn rect(&self) -> Rect {
        let (right, bottom) = (self.right() as f32, self.bottom() as f32);
        Rect { left: self.left as f32, top: self.top as f32, right, bottom }
    }

    /// The part that the two have in common, in square pixels: 0 or more.
    pub fn common_area(&self, other: &Self) -> f64 {
        let width = self.right().min(other.right()) - self.left.max(other.left);
        let height = self.bottom().min(other.bottom()) - self.top.max(other.top);
        if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
    }
}

impl From<Rect> for Extent {
    fn from(rect: Rect) -> Self {
        let [left, top, right, bottom] = [rect.left, rect.top, rect.right, rect.bottom].map(f64::from);
        Self { left, top, width: right - left, height: bottom - top }
    }
}
