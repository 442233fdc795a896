//! A picture that is painted shape by shape, with edges of one pixel or as soft as a shadow, and the labels of what is seen.
//! Shapes are known by their distance, which gives both kinds of edge, and in arithmetic that is the same everywhere.

use crate::colour::{Colour, mix};
use crate::picture::{Picture, Size};
use crate::random::hash;
use crate::shapes::Shape;
use crate::vector::Point;
use vitrine_pixels::{ClassMap, FrameError};

/// Where the scene's points lie in the picture.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The pixel of the scene's origin.
    pub origin: Point,
    /// The picture's direction of the scene's x, of length 1.
    pub axis: Point,
    /// Pixels of a unit.
    pub scale: f32,
}

impl View {
    /// Points are pixels, from the top left corner.
    pub const PIXELS: Self = Self { origin: Point::new(0.0, 0.0), axis: Point::new(1.0, 0.0), scale: 1.0 };

    pub fn pixel(&self, at: Point) -> Point {
        self.origin + at.along(self.axis) * self.scale
    }

    pub fn point(&self, pixel: Point) -> Point {
        (pixel - self.origin).seen_from(self.axis) * (1.0 / self.scale)
    }
}

/// A picture in the making.
pub struct Canvas {
    size: Size,
    view: View,
    colours: Vec<Colour>,
    labels: Vec<u8>,
}

impl Canvas {
    /// Black, and nothing (label 0) everywhere.
    pub fn new(size: Size, view: View) -> Self {
        Self { size, view, colours: vec![[0.0; 3]; size.pixels()], labels: vec![0; size.pixels()] }
    }

    /// Paints a shape; `ink` is its colour at a point.
    pub fn fill(&mut self, shape: &impl Shape, ink: impl Fn(Point) -> Colour) {
        self.each(shape, 0.0, |colour, _, at, cover| *colour = mix(*colour, ink(at), cover));
    }

    /// Paints a shape and labels the pixels of which it covers half or more.
    pub fn fill_labelled(&mut self, shape: &impl Shape, label: u8, ink: impl Fn(Point) -> Colour) {
        self.each(shape, 0.0, |colour, labelled, at, cover| {
            *colour = mix(*colour, ink(at), cover);
            if cover >= 0.5 {
                *labelled = label;
            }
        });
    }

    /// Paints a shape with an edge that is `softness` units wide, `share` of it opaque. Labels stay.
    pub fn veil(&mut self, shape: &impl Shape, softness: f32, share: f32, veil: Colour) {
        self.each(shape, softness, |colour, _, _, cover| *colour = mix(*colour, veil, cover * share));
    }

    /// Takes light away below a shape whose edge is `softness` units wide: `share` of it in the middle.
    pub fn shade(&mut self, shape: &impl Shape, softness: f32, share: f32) {
        self.each(shape, softness, |colour, _, _, cover| {
            let light = 1.0 - share * cover;
            *colour = colour.map(|part| part * light);
        });
    }

    /// Changes every pixel by its place in the scene and in the picture (0 to 1).
    pub fn develop(&mut self, change: impl Fn(Colour, Point, Point) -> Colour) {
        let (width, height) = (self.size.width() as f32, self.size.height() as f32);
        for (index, colour) in self.colours.iter_mut().enumerate() {
            let pixel = middle(index, self.size);
            *colour = change(*colour, self.view.point(pixel), Point::new(pixel.x / width, pixel.y / height));
        }
    }

    /// The picture as a camera with this much noise (levels of 255) hands it out.
    pub fn picture(&self, noise_levels: f32, seed: u32) -> Picture {
        let width = self.size.width();
        let mut rgb = Vec::with_capacity(self.colours.len() * 3);
        for (index, colour) in self.colours.iter().enumerate() {
            let (row, column) = (index as u32 / width, index as u32 % width);
            let grain = hash(seed, column, row);
            for (part, value) in colour.iter().enumerate() {
                // A part of the grain is the same for all three colours, as light's is.
                let own = spread(grain >> (8 * part)) * 0.6 + spread(grain >> 24) * 0.8;
                rgb.push((value * 255.0 + own * noise_levels + 0.5).clamp(0.0, 255.0) as u8);
            }
        }
        Picture { size: self.size, rgb }
    }

    /// The label of each pixel.
    ///
    /// # Errors
    /// Never: the size is right by construction.
    pub fn labels(&self) -> Result<ClassMap, FrameError> {
        ClassMap::new(self.size.width(), self.size.height(), self.labels.clone())
    }

    fn each(
        &mut self,
        shape: &impl Shape,
        softness: f32,
        mut paint: impl FnMut(&mut Colour, &mut u8, Point, f32),
    ) {
        let edge = softness.max(1.0 / self.view.scale);
        let Some((columns, rows)) = self.touched(shape, edge) else { return };
        for row in rows {
            for column in columns.clone() {
                let index = (row * self.size.width() + column) as usize;
                let at = self.view.point(Point::new(column as f32 + 0.5, row as f32 + 0.5));
                let cover = (0.5 - shape.distance(at) / edge).clamp(0.0, 1.0);
                if cover > 0.0 {
                    let smooth = if softness > 0.0 { cover * cover * (3.0 - 2.0 * cover) } else { cover };
                    paint(&mut self.colours[index], &mut self.labels[index], at, smooth);
                }
            }
        }
    }

    /// Columns and rows that a shape may reach; none outside the picture.
    fn touched(&self, shape: &impl Shape, edge: f32) -> Option<(std::ops::Range<u32>, std::ops::Range<u32>)> {
        let bounds = shape.bounds();
        let corners = [
            bounds.low,
            bounds.high,
            Point::new(bounds.low.x, bounds.high.y),
            Point::new(bounds.high.x, bounds.low.y),
        ];
        let inside = crate::shapes::Bounds::around(
            &corners.map(|corner| self.view.pixel(corner)),
            edge * self.view.scale,
        );
        let range = |low: f32, high: f32, side: u32| {
            let (first, end) = (low.floor().clamp(0.0, side as f32), high.ceil().clamp(0.0, side as f32));
            (first < end).then_some(first as u32..end as u32)
        };
        let columns = range(inside.low.x, inside.high.x, self.size.width())?;
        Some((columns, range(inside.low.y, inside.high.y, self.size.height())?))
    }
}

/// -1 to 1 of the lowest byte.
fn spread(bits: u32) -> f32 {
    (bits & 0xff) as f32 / 127.5 - 1.0
}

fn middle(index: usize, size: Size) -> Point {
    let width = size.width() as usize;
    Point::new((index % width) as f32 + 0.5, (index / width) as f32 + 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shapes::Slab;

    #[test]
    fn a_rectangle_covers_its_pixels_and_half_of_those_it_halves() {
        let mut canvas = Canvas::new(Size::new(16, 16).unwrap(), View::PIXELS);
        let slab = Slab::between(Point::new(2.0, 3.0), Point::new(5.5, 6.0));
        canvas.fill_labelled(&slab, 7, |_| [1.0; 3]);
        let picture = canvas.picture(0.0, 0);
        let row: Vec<u8> = picture.rgb()[4 * 48..4 * 48 + 24].iter().step_by(3).copied().collect();
        assert_eq!(row, [0, 0, 255, 255, 255, 128, 0, 0]);
        let labels = canvas.labels().unwrap();
        assert_eq!(labels.ids()[4 * 16..4 * 16 + 8], [0, 0, 7, 7, 7, 7, 0, 0]);
        assert_eq!(labels.histogram()[7], 12);
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        let mut canvas = Canvas::new(Size::new(16, 16).unwrap(), View::PIXELS);
        let far = Slab::between(Point::new(1e9, -50.0), Point::new(2e9, -20.0));
        canvas.fill(&far, |_| [1.0; 3]);
        assert!(canvas.picture(0.0, 0).rgb().iter().all(|&level| level == 0));
    }

    #[test]
    fn a_view_and_its_inverse_meet() {
        let view = View { origin: Point::new(64.0, 40.0), axis: Point::towards(0.7), scale: 30.0 };
        let at = Point::new(-0.4, 1.2);
        assert!((view.point(view.pixel(at)) - at).length() < 1e-5);
    }
}
