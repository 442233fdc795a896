//! Points of a plane.

use std::ops::{Add, Mul, Sub};

/// A point, or a way from one to another.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

impl Point {
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The way of length 1 in a direction: 0 is to the right, a quarter turn is down.
    pub fn towards(radians: f32) -> Self {
        Self::new(libm::cosf(radians), libm::sinf(radians))
    }

    pub fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }

    pub fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    /// The same direction with length 1; to the right where there is none.
    pub fn normal(self) -> Self {
        let length = self.length();
        if length > 1e-9 { self * (1.0 / length) } else { Self::new(1.0, 0.0) }
    }

    /// A quarter turn from x to y.
    pub fn turned(self) -> Self {
        Self::new(-self.y, self.x)
    }

    /// This many times along `axis` and along its quarter turn.
    pub fn along(self, axis: Self) -> Self {
        axis * self.x + axis.turned() * self.y
    }

    /// The inverse of [`Self::along`] for an axis of length 1.
    pub fn seen_from(self, axis: Self) -> Self {
        Self::new(self.dot(axis), self.dot(axis.turned()))
    }

    pub fn mix(self, other: Self, share: f32) -> Self {
        self + (other - self) * share
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f32> for Point {
    type Output = Self;
    fn mul(self, factor: f32) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_turned_frame_is_turned_back(x in -9.0_f32..9.0, y in -9.0_f32..9.0, angle in -7.0_f32..7.0) {
            let axis = Point::towards(angle);
            let back = Point::new(x, y).along(axis).seen_from(axis);
            prop_assert!((back - Point::new(x, y)).length() < 1e-4);
        }
    }
}
