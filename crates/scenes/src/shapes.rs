//! Shapes by their signed distance: negative inside, in the units of their points. What a distance is needed for is an edge of
//! one pixel or a shadow's soft one, so that ellipses and swollen lines may be a little off farther away.

use crate::vector::Point;

/// Corners of a rectangle along the axes: least and greatest `x` and `y`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub low: Point,
    pub high: Point,
}

impl Bounds {
    pub fn around(points: &[Point], margin: f32) -> Self {
        let least = |of: fn(&Point) -> f32| points.iter().map(of).fold(f32::MAX, f32::min) - margin;
        let most = |of: fn(&Point) -> f32| points.iter().map(of).fold(f32::MIN, f32::max) + margin;
        Self {
            low: Point::new(least(|p| p.x), least(|p| p.y)),
            high: Point::new(most(|p| p.x), most(|p| p.y)),
        }
    }
}

/// Something that can be filled.
pub trait Shape {
    /// How far a point is outside.
    fn distance(&self, at: Point) -> f32;
    /// What it lies in.
    fn bounds(&self) -> Bounds;
}

/// A stroke whose width runs from one radius to another; a disc where both ends are the same.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    pub from: Point,
    pub to: Point,
    pub radius_from: f32,
    pub radius_to: f32,
}

impl Stroke {
    pub fn new(from: Point, to: Point, radius: f32) -> Self {
        Self { from, to, radius_from: radius, radius_to: radius }
    }

    pub fn disc(centre: Point, radius: f32) -> Self {
        Self::new(centre, centre, radius)
    }
}

impl Shape for Stroke {
    fn distance(&self, at: Point) -> f32 {
        let (line, way) = (self.to - self.from, at - self.from);
        let share = (way.dot(line) / line.dot(line).max(1e-12)).clamp(0.0, 1.0);
        let radius = self.radius_from + (self.radius_to - self.radius_from) * share;
        (way - line * share).length() - radius
    }

    fn bounds(&self) -> Bounds {
        Bounds::around(&[self.from, self.to], self.radius_from.max(self.radius_to))
    }
}

/// An ellipse: half its length along `axis`, half its width across.
#[derive(Clone, Copy, Debug)]
pub struct Ellipse {
    pub centre: Point,
    pub half: Point,
    /// Of length 1.
    pub axis: Point,
}

impl Shape for Ellipse {
    fn distance(&self, at: Point) -> f32 {
        let own = (at - self.centre).seen_from(self.axis);
        let share = Point::new(own.x / self.half.x, own.y / self.half.y).length();
        let slope =
            Point::new(own.x / (self.half.x * self.half.x), own.y / (self.half.y * self.half.y)).length();
        if slope < 1e-9 { -self.half.x.min(self.half.y) } else { share * (share - 1.0) / slope }
    }

    fn bounds(&self) -> Bounds {
        Bounds::around(&[self.centre], self.half.x.max(self.half.y))
    }
}

/// A rectangle with rounded corners: half its length along `axis`, half its width across.
#[derive(Clone, Copy, Debug)]
pub struct Slab {
    pub centre: Point,
    pub half: Point,
    /// Of length 1.
    pub axis: Point,
    /// Radius of the corners.
    pub round: f32,
}

impl Slab {
    /// Along the axes, with sharp corners.
    pub fn between(low: Point, high: Point) -> Self {
        Self { centre: low.mix(high, 0.5), half: (high - low) * 0.5, axis: Point::new(1.0, 0.0), round: 0.0 }
    }
}

impl Shape for Slab {
    fn distance(&self, at: Point) -> f32 {
        let own = (at - self.centre).seen_from(self.axis);
        let over = Point::new(own.x.abs() - self.half.x + self.round, own.y.abs() - self.half.y + self.round);
        let outside = Point::new(over.x.max(0.0), over.y.max(0.0)).length();
        outside + over.x.max(over.y).min(0.0) - self.round
    }

    fn bounds(&self) -> Bounds {
        let corner =
            |x: f32, y: f32| self.centre + Point::new(self.half.x * x, self.half.y * y).along(self.axis);
        Bounds::around(&[corner(1.0, 1.0), corner(1.0, -1.0), corner(-1.0, 1.0), corner(-1.0, -1.0)], 0.0)
    }
}

/// A polygon, of any form, whose sides do not cross.
#[derive(Clone, Debug)]
pub struct Polygon(pub Vec<Point>);

impl Shape for Polygon {
    fn distance(&self, at: Point) -> f32 {
        let (mut nearest, mut inside) = (f32::MAX, false);
        let ends = self.0.iter().cycle().skip(1);
        for (&from, &to) in self.0.iter().zip(ends) {
            let (line, way) = (to - from, at - from);
            let share = (way.dot(line) / line.dot(line).max(1e-12)).clamp(0.0, 1.0);
            let off = way - line * share;
            nearest = nearest.min(off.dot(off));
            // A ray to the right crosses this side.
            if (from.y > at.y) != (to.y > at.y) && at.x < from.x + (at.y - from.y) / (to.y - from.y) * line.x
            {
                inside = !inside;
            }
        }
        if inside { -nearest.sqrt() } else { nearest.sqrt() }
    }

    fn bounds(&self) -> Bounds {
        Bounds::around(&self.0, 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f32, expected: f32) -> bool {
        (found - expected).abs() < 1e-5
    }

    #[test]
    fn distances_are_those_of_a_ruler() {
        let at = Point::new;
        let stroke = Stroke::new(at(0.0, 0.0), at(10.0, 0.0), 2.0);
        assert!(near(stroke.distance(at(5.0, 5.0)), 3.0) && near(stroke.distance(at(13.0, 0.0)), 1.0));
        let disc = Ellipse { centre: at(1.0, 1.0), half: at(3.0, 3.0), axis: at(1.0, 0.0) };
        assert!(near(disc.distance(at(1.0, 4.0)), 0.0) && near(disc.distance(at(1.0, 1.0)), -3.0));
        // Round ones are exact everywhere.
        assert!(near(disc.distance(at(1.0, 6.0)), 2.0));
        let slab = Slab::between(at(0.0, 0.0), at(4.0, 2.0));
        assert!(near(slab.distance(at(7.0, 6.0)), 5.0) && near(slab.distance(at(2.0, 1.0)), -1.0));
        let square = Polygon(vec![at(0.0, 0.0), at(4.0, 0.0), at(4.0, 4.0), at(0.0, 4.0)]);
        assert!(near(square.distance(at(7.0, 8.0)), 5.0) && near(square.distance(at(1.0, 2.0)), -1.0));
    }

    #[test]
    fn a_polygon_may_be_hollow_at_one_side() {
        let corners = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0)];
        let arrow = Polygon(corners.map(|(x, y)| Point::new(x, y)).to_vec());
        assert!(arrow.distance(Point::new(2.0, 3.0)) > 0.0 && arrow.distance(Point::new(2.0, 0.5)) < 0.0);
    }
}
