//! Houses in a row: fronts with windows, doors and shops, gables, roofs and chimneys.

use super::category::Category;
use super::stage::{Place, Stage};
use crate::colour::{Colour, hex, hsv, lit, mix, varied};
use crate::random::{Random, cell, noise};
use crate::vector::Point;

const WALLS: [u32; 12] = [
    0x9c6b52, 0x8a5844, 0xb08a6a, 0xc9b79c, 0xd8cfc0, 0xa7a29a, 0xbdb2a3, 0x84705e, 0xe6dfd2, 0x71675f,
    0xc2a27e, 0x93a0a8,
];
const ROOFS: [u32; 5] = [0x5a4a44, 0x7b4a3c, 0x4a4d52, 0x8c5a44, 0x65625f];

/// A house whose front lies along the street.
#[derive(Clone, Debug)]
pub struct Building {
    /// x of the front: negative on the left.
    x: f32,
    /// z of its ends.
    pub from: f32,
    to: f32,
    height: f32,
    storey: f32,
    bay: f32,
    /// Half of a window by its bay and by its storey.
    window: Point,
    wall: Colour,
    trim: Colour,
    roof: Colour,
    /// Height of the roof; 0 for a flat one.
    pitch: f32,
    shop: Option<Colour>,
    chimney: bool,
    bricks: bool,
    seed: u32,
}

impl Building {
    pub fn new(x: f32, from: f32, to: f32, random: &mut Random) -> Self {
        let storey = random.range(2.7, 3.4);
        let storeys = random.pick([2.0, 2.0, 3.0, 3.0, 4.0, 5.0]);
        let wall = varied(hex(random.pick(WALLS)), 0.04, random);
        let pitched = random.chance(0.65);
        Self {
            x,
            from,
            to,
            height: storey * storeys + random.range(0.3, 0.9),
            storey,
            bay: random.range(1.9, 3.3),
            window: Point::new(random.range(0.22, 0.4), random.range(0.24, 0.36)),
            wall,
            trim: if random.chance(0.7) { [0.92, 0.91, 0.88] } else { lit(wall, 0.6) },
            roof: varied(hex(random.pick(ROOFS)), 0.03, random),
            pitch: if pitched { random.range(1.6, 3.2) } else { 0.0 },
            shop: random
                .chance(0.4)
                .then(|| hsv(random.unit(), random.range(0.3, 0.8), random.range(0.25, 0.8))),
            chimney: pitched && random.chance(0.6),
            bricks: random.chance(0.6),
            seed: random.bits() as u32,
        }
    }

    pub fn draw(&self, stage: &mut Stage) {
        let out = self.x.signum();
        let depth = 8.0 * out;
        self.draw_roof(stage, depth);
        self.draw_gable(stage, depth);
        self.draw_front(stage);
    }

    fn draw_front(&self, stage: &mut Stage) {
        let corner = |height: f32, z: f32| Place::new(self.x, height, z);
        let front = [
            corner(0.0, self.from),
            corner(self.height, self.from),
            corner(self.height, self.to),
            corner(0.0, self.to),
        ];
        let (lens, air) = (stage.lens, stage.air);
        let light = air.on_side(self.x.signum());
        stage.inked_area(&front, Category::Construction, |pixel| {
            let at = lens.wall(pixel, self.x);
            let blur = Point::new(at.x * at.x / (lens.focal * self.x.abs()), at.x / lens.focal);
            air.through(lit(self.front_colour(at, blur), light), at.x)
        });
    }

    /// `at`: z and height of a place of the front; `blur`: how much of either a pixel shows.
    fn front_colour(&self, at: Point, blur: Point) -> Colour {
        let along = at.x - self.from;
        let base = self.wall_colour(Point::new(along, at.y), blur.y);
        if self.height - at.y < 0.28 {
            return lit(self.trim, 0.92);
        }
        if let (Some(colour), true) = (self.shop, at.y < self.storey * 1.05) {
            return self.shop_colour(Point::new(along, at.y), blur, colour);
        }
        let (column, floor) = ((along / self.bay).floor(), (at.y / self.storey).floor());
        let off = Point::new(
            (along / self.bay - column - 0.5) * self.bay,
            (at.y / self.storey - floor - 0.52) * self.storey,
        );
        let half = Point::new(self.window.x * self.bay, self.window.y * self.storey);
        if floor == 0.0 && cell(self.seed, column as i32, 99) > 0.7 {
            let door = Point::new(off.x, at.y - 1.05);
            let frame = inside(door, Point::new(0.58, 1.15), blur);
            let leaf = inside(door, Point::new(0.46, 1.05), blur);
            let paint = hsv(cell(self.seed, column as i32, 5), 0.55, 0.35);
            return mix(mix(base, self.trim, frame), paint, leaf);
        }
        let frame = inside(off, half + Point::new(0.09, 0.09), blur);
        let sill = inside(Point::new(off.x, off.y + half.y + 0.1), Point::new(half.x + 0.14, 0.07), blur);
        let glass = inside(off, half, blur)
            * (1.0 - 0.8 * inside(Point::new(off.x, 9.0), Point::new(0.025, 99.0), blur));
        let bars = inside(Point::new(off.x, off.y), Point::new(half.x, 0.025), blur);
        let walled = mix(mix(base, self.trim, frame), lit(self.trim, 0.85), sill);
        mix(
            mix(walled, self.glass(column as i32, floor as i32, off.y / half.y), glass),
            self.trim,
            bars * 0.8,
        )
    }

    /// Glass shows the sky above and a dark room, or a curtain.
    fn glass(&self, column: i32, floor: i32, up: f32) -> Colour {
        let tone = cell(self.seed, column, floor);
        let room = mix([0.1, 0.12, 0.15], [0.45, 0.52, 0.6], (0.25 + 0.35 * up + 0.3 * tone).clamp(0.0, 1.0));
        if tone > 0.72 { mix(room, [0.8, 0.77, 0.7], 0.55) } else { room }
    }

    fn wall_colour(&self, at: Point, blur: f32) -> Colour {
        let stains = 0.9
            + 0.16 * noise(self.seed, at * 0.8)
            + 0.06 * noise(self.seed, Point::new(at.x * 5.0, at.y * 0.7));
        let fine = (0.05 / blur.max(0.005)).min(1.0);
        let grain = if self.bricks {
            let row = (at.y / 0.085).floor();
            let shift = if row as i32 % 2 == 0 { 0.0 } else { 0.5 };
            cell(self.seed, (at.x / 0.23 + shift).floor() as i32, row as i32) - 0.5
        } else {
            noise(self.seed, at * 17.0) - 0.5
        };
        lit(self.wall, stains * (1.0 + 0.22 * fine * grain))
    }

    /// A sign above glass between pillars.
    fn shop_colour(&self, at: Point, blur: Point, colour: Colour) -> Colour {
        let top = self.storey * 1.05;
        let bay = self.bay * 1.6;
        let column = (at.x / bay).floor();
        let off = Point::new((at.x / bay - column - 0.5) * bay, at.y - top * 0.4);
        let glass = inside(off, Point::new(bay * 0.44, top * 0.31), blur);
        let tone = cell(self.seed, column as i32, 50);
        let goods = 0.3 * noise(self.seed, Point::new(at.x * 2.7, at.y * 3.5)) + 0.1 * tone;
        let window = mix([0.13, 0.14, 0.16], [0.75, 0.68, 0.58], goods * 1.6);
        let sign = inside(Point::new(0.0, at.y - top * 0.86), Point::new(9.0, top * 0.1), blur);
        let letters = noise(self.seed ^ 77, Point::new(at.x * 3.6, 0.5)) > 0.55
            && (at.y - top * 0.86).abs() < top * 0.045;
        let written = if letters && blur.x < 0.5 { mix(colour, [0.96; 3], 0.8) } else { colour };
        mix(mix(lit(colour, 0.75), window, glass), written, sign)
    }

    /// The end that faces the camera.
    fn draw_gable(&self, stage: &mut Stage, depth: f32) {
        let z = self.from;
        let corner = |x: f32, height: f32| Place::new(self.x + x, height, z);
        let ridge = self.height + self.pitch;
        let gable = [
            corner(0.0, 0.0),
            corner(0.0, self.height),
            corner(depth * 0.5, ridge),
            corner(depth, self.height),
            corner(depth, 0.0),
        ];
        let (lens, air) = (stage.lens, stage.air);
        stage.inked_area(&gable, Category::Construction, |pixel| {
            let at = lens.front(pixel, z);
            air.through(lit(self.wall_colour(at, z / lens.focal), 0.8), z)
        });
    }

    fn draw_roof(&self, stage: &mut Stage, depth: f32) {
        if self.pitch <= 0.0 {
            return;
        }
        let ridge = self.height + self.pitch;
        let corner = |x: f32, height: f32, z: f32| Place::new(self.x + x, height, z);
        if self.chimney {
            let stack = [-0.5, 0.5].map(|side| self.x + depth * 0.5 + side);
            let (low, high) = (
                Place::new(stack[0], ridge - 0.8, self.from + 0.4),
                Place::new(stack[1], ridge + 1.3, self.from + 0.4),
            );
            stage.board(low, high, Category::Construction, lit(self.wall, 0.78));
        }
        let slope = [
            corner(0.0, self.height, self.from),
            corner(depth * 0.5, ridge, self.from),
            corner(depth * 0.5, ridge, self.to),
            corner(0.0, self.height, self.to),
        ];
        stage.area(&slope, Category::Construction, lit(self.roof, stage.air.on_side(self.x.signum())));
    }
}

/// How much of what a pixel shows lies within a rectangle round the origin.
fn inside(off: Point, half: Point, blur: Point) -> f32 {
    let part = |off: f32, half: f32, blur: f32| {
        let blur = blur.max(1e-3);
        // A rectangle that is smaller than the pixel fills only a part of it.
        ((half - off.abs()) / blur + 0.5).clamp(0.0, (2.0 * half / blur).min(1.0))
    };
    part(off.x, half.x, blur.x) * part(off.y, half.y, blur.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_across_an_edge_is_half_inside() {
        let half = Point::new(1.0, 1.0);
        let blur = Point::new(0.1, 0.1);
        assert_eq!(inside(Point::new(0.0, 0.0), half, blur), 1.0);
        assert_eq!(inside(Point::new(1.0, 0.0), half, blur), 0.5);
        assert_eq!(inside(Point::new(1.2, 0.0), half, blur), 0.0);
        assert_eq!(inside(Point::new(0.0, 0.0), Point::new(0.0125, 1.0), blur), 0.25);
    }
}
