//! What a street is painted on: a camera that looks along it, the air between, and the canvas. Metres: x to the right of the
//! camera, height above the road, z ahead.

use super::air::Air;
use super::category::Category;
use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::picture::Size;
use crate::random::Random;
use crate::shapes::{Polygon, Shape, Slab, Stroke};
use crate::vector::Point;

/// A point of the street.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub x: f32,
    pub height: f32,
    pub z: f32,
}

impl Place {
    pub const fn new(x: f32, height: f32, z: f32) -> Self {
        Self { x, height, z }
    }
}

/// A pinhole camera that looks straight ahead.
#[derive(Clone, Copy, Debug)]
pub struct Lens {
    /// Where lines that run along the street meet, in pixels.
    pub vanishing: Point,
    /// In pixels.
    pub focal: f32,
    /// Above the road, in metres.
    pub height: f32,
}

impl Lens {
    pub fn new(size: Size, random: &mut Random) -> Self {
        let (width, height) = (size.width() as f32, size.height() as f32);
        let vanishing = Point::new(width * random.range(0.42, 0.58), height * random.range(0.44, 0.56));
        // A wide picture is a wide view, not a tall one that is cut.
        let focal = width.min(height * 1.5) * random.range(0.85, 1.1);
        Self { vanishing, focal, height: random.range(1.25, 1.7) }
    }

    /// The pixel of a place; what is beside or behind the camera is taken as 30 centimetres ahead.
    pub fn pixel(&self, place: Place) -> Point {
        let scale = self.focal / place.z.max(0.3);
        self.vanishing + Point::new(place.x * scale, (self.height - place.height) * scale)
    }

    /// Pixels of a metre so far ahead.
    pub fn scale(&self, z: f32) -> f32 {
        self.focal / z.max(0.3)
    }

    /// Where the road's plane is seen: x and z. Only for pixels below the horizon.
    pub fn ground(&self, pixel: Point) -> Point {
        let z = self.height * self.focal / (pixel.y - self.vanishing.y).max(1e-3);
        Point::new((pixel.x - self.vanishing.x) * z / self.focal, z)
    }

    /// Where a wall along the street, at this x, is seen: z and height.
    pub fn wall(&self, pixel: Point, x: f32) -> Point {
        let off = (pixel.x - self.vanishing.x) / x.signum();
        let z = self.focal * x.abs() / off.max(1e-3);
        Point::new(z, self.height - (pixel.y - self.vanishing.y) * z / self.focal)
    }

    /// Where a wall across the street, at this z, is seen: x and height.
    pub fn front(&self, pixel: Point, z: f32) -> Point {
        let off = (pixel - self.vanishing) * (z / self.focal);
        Point::new(off.x, self.height - off.y)
    }
}

/// A street in the making.
pub struct Stage {
    pub canvas: Canvas,
    pub lens: Lens,
    pub air: Air,
}

impl Stage {
    /// A flat area between places, in one colour.
    pub fn area(&mut self, corners: &[Place], category: Category, colour: Colour) {
        let z = corners.iter().map(|corner| corner.z).fold(f32::MAX, f32::min);
        let colour = self.air.through(colour, z);
        self.inked_area(corners, category, |_| colour);
    }

    /// A flat area whose colour is told by the pixel.
    pub fn inked_area(&mut self, corners: &[Place], category: Category, ink: impl Fn(Point) -> Colour) {
        let outline = Polygon(corners.iter().map(|corner| self.lens.pixel(*corner)).collect());
        self.canvas.fill_labelled(&outline, category.id(), ink);
    }

    /// A round bar between two places, in one colour; `radius` in metres.
    pub fn bar(&mut self, from: Place, to: Place, radius: [f32; 2], category: Category, colour: Colour) {
        let stroke = Stroke {
            from: self.lens.pixel(from),
            to: self.lens.pixel(to),
            radius_from: radius[0] * self.lens.scale(from.z),
            radius_to: radius[1] * self.lens.scale(to.z),
        };
        self.shape(&stroke, category, colour, from.z);
    }

    /// An upright board that faces the camera, from its lower left to its upper right corner.
    pub fn board(&mut self, low: Place, high: Place, category: Category, colour: Colour) {
        let (one, other) = (self.lens.pixel(low), self.lens.pixel(high));
        let slab = Slab::between(Point::new(one.x, other.y), Point::new(other.x, one.y));
        self.shape(&slab, category, colour, low.z);
    }

    /// A disc that faces the camera.
    pub fn disc(&mut self, centre: Place, radius: f32, category: Category, colour: Colour) {
        self.bar(centre, centre, [radius; 2], category, colour);
    }

    /// Anything, in pixels, so far ahead.
    pub fn shape(&mut self, shape: &impl Shape, category: Category, colour: Colour, z: f32) {
        let colour = self.air.through(colour, z);
        self.canvas.fill_labelled(shape, category.id(), |_| colour);
    }

    /// The shadow of something that stands on the road between two x, from z to z.
    pub fn ground_shadow(&mut self, x: [f32; 2], z: [f32; 2], share: f32) {
        let corner = |x: f32, z: f32| self.lens.pixel(Place::new(x, 0.0, z));
        let outline = vec![corner(x[0], z[0]), corner(x[1], z[0]), corner(x[1], z[1]), corner(x[0], z[1])];
        let softness = self.lens.scale(z[0]) * 0.25;
        self.canvas.shade(&Polygon(outline), softness.max(1.0), share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LENS: Lens = Lens { vanishing: Point::new(240.0, 180.0), focal: 400.0, height: 1.5 };

    #[test]
    fn the_road_ten_metres_ahead_is_where_a_pinhole_shows_it() {
        // 1.5 m below and 2 m beside the axis, 10 m ahead: 60 and 80 pixels.
        assert_eq!(LENS.pixel(Place::new(2.0, 0.0, 10.0)), Point::new(320.0, 240.0));
    }

    proptest! {
        #[test]
        fn planes_are_seen_where_their_points_are_drawn(
            x in 1.0_f32..20.0, left in any::<bool>(), height in 0.0_f32..12.0, z in 1.0_f32..90.0,
        ) {
            let x = if left { -x } else { x };
            let near = |found: Point, one: f32, other: f32| {
                (found.x - one).abs() < 0.02 * (1.0 + one.abs()) && (found.y - other).abs() < 0.02 * (1.0 + other.abs())
            };
            prop_assert!(near(LENS.ground(LENS.pixel(Place::new(x, 0.0, z))), x, z));
            let pixel = LENS.pixel(Place::new(x, height, z));
            prop_assert!(near(LENS.wall(pixel, x), z, height));
            prop_assert!(near(LENS.front(pixel, z), x, height));
        }
    }
}
