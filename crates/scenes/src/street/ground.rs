//! The road, its markings and kerbs, pavements, and what lies beyond them.

use super::air::Air;
use super::category::Category;
use super::stage::{Place, Stage};
use crate::colour::{Colour, hex, lit, mix, varied};
use crate::random::{Random, cell, clouds, noise};
use crate::shapes::Slab;
use crate::vector::Point;

/// What a street is like from side to side, in metres.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// x of the left and the right kerb.
    pub kerbs: [f32; 2],
    /// Width of the pavements.
    pub pavement: f32,
    /// Beyond the pavements grows grass, for so far.
    pub verge: f32,
    /// x of the line between the lanes.
    pub middle: f32,
    asphalt: Colour,
    stone: Colour,
    grass: Colour,
    line: Colour,
    yellow: bool,
    dashes: f32,
    crossing: Option<f32>,
    /// Of the houses' shadow on the road, in metres; 0 for none.
    shadow: f32,
    sun: f32,
    seed: u32,
}

impl Ground {
    pub fn new(air: &Air, random: &mut Random) -> Self {
        let (near, far) = (random.range(1.6, 2.8), random.range(4.4, 7.5));
        let kerbs = if random.chance(0.5) { [-near, far] } else { [-far, near] };
        let grey = random.range(0.26, 0.46);
        Self {
            kerbs,
            pavement: random.range(1.8, 3.6),
            verge: if random.chance(0.35) { random.range(1.0, 4.0) } else { 0.0 },
            middle: kerbs[0].midpoint(kerbs[1]),
            asphalt: varied([grey, grey, grey * 1.03], 0.015, random),
            stone: varied(hex(random.pick([0x9a948b, 0xa8a6a2, 0x8d8a88, 0xb3a695, 0xa08c80])), 0.03, random),
            grass: varied(hex(random.pick([0x5c7a38, 0x6f8440, 0x4c6a35, 0x7d8150])), 0.03, random),
            line: lit([0.93, 0.93, 0.9], random.range(0.75, 1.0)),
            yellow: random.chance(0.4),
            dashes: random.range(3.0, 7.0),
            crossing: random.chance(0.3).then(|| random.range(8.0, 24.0)),
            shadow: if air.sun == 0.0 { 0.0 } else { random.range(0.0, 5.0) },
            sun: air.sun,
            seed: random.bits() as u32,
        }
    }

    /// x of the line that houses stand at, on the left (0) or the right (1) side.
    pub fn house_line(&self, side: usize) -> f32 {
        let out = self.pavement + self.verge;
        if side == 0 { self.kerbs[0] - out } else { self.kerbs[1] + out }
    }

    /// Everything below the horizon.
    pub fn draw(&self, stage: &mut Stage, width: f32, bottom: f32) {
        let (lens, air) = (stage.lens, stage.air);
        let horizon = lens.vanishing.y;
        let plane = Slab::between(Point::new(-9.0, horizon), Point::new(width + 9.0, bottom + 9.0));
        stage.canvas.fill_labelled(&plane, Category::Flat.id(), |pixel| {
            let at = lens.ground(pixel);
            air.through(self.colour(at, at.y * at.y / (lens.focal * lens.height)), at.y)
        });
        for side in [0, 1] {
            self.draw_verge(stage, side);
        }
    }

    fn draw_verge(&self, stage: &mut Stage, side: usize) {
        if self.verge <= 0.0 {
            return;
        }
        let out = self.house_line(side);
        let edge = if side == 0 { self.kerbs[0] - self.pavement } else { self.kerbs[1] + self.pavement };
        let far = out + if side == 0 { -60.0 } else { 60.0 };
        let corner = |x: f32, z: f32| Place::new(x, 0.0, z);
        let corners = [corner(edge, 0.5), corner(far, 0.5), corner(far, 200.0), corner(edge, 200.0)];
        let (lens, air) = (stage.lens, stage.air);
        stage.inked_area(&corners, Category::Nature, |pixel| {
            let at = lens.ground(pixel);
            let blades = 0.75 + 0.35 * noise(self.seed, at * 9.0) + 0.25 * clouds(self.seed, at * 0.8);
            air.through(lit(self.grass, blades * self.light(at)), at.y)
        });
    }

    /// `blur` is how many metres along the street a pixel shows.
    fn colour(&self, at: Point, blur: f32) -> Colour {
        let [left, right] = self.kerbs;
        let off = (left - at.x).max(at.x - right);
        let base = if off < 0.0 { self.road(at, -off, blur) } else { self.kerb_and_stones(at, off, blur) };
        lit(base, self.light(at))
    }

    fn road(&self, at: Point, inside: f32, blur: f32) -> Colour {
        let fine = (0.12 / blur.max(0.02)).min(1.0);
        let worn = 0.9 + 0.16 * clouds(self.seed, Point::new(at.x * 0.9, at.y * 0.25));
        let grain = 1.0 + 0.16 * fine * (noise(self.seed, at * 31.0) - 0.5);
        let patch = cell(self.seed, (at.x * 0.4).floor() as i32, (at.y * 0.09).floor() as i32);
        let base = lit(self.asphalt, worn * grain * if patch > 0.86 { 0.88 } else { 1.0 });
        let gutter = mix(base, lit(base, 0.72), (1.0 - inside * 3.0).clamp(0.0, 1.0));
        let paint = self.paint(at, inside, blur);
        let colour = if self.yellow && inside < 0.9 { [0.86, 0.74, 0.28] } else { self.line };
        let rubbed = 0.7 + 0.3 * noise(self.seed ^ 9, at * 5.0);
        mix(gutter, colour, paint * rubbed)
    }

    /// How much of a place is painted.
    fn paint(&self, at: Point, inside: f32, blur: f32) -> f32 {
        let stripe = |off: f32, half: f32| ((half - off.abs()) * 40.0 + 0.5).clamp(0.0, 1.0);
        let dash = at.y / self.dashes - (at.y / self.dashes).floor();
        let soft = (blur / self.dashes).max(0.02);
        let dashed = ((0.25 - (dash - 0.5).abs()) / soft + 0.5).clamp(0.0, 1.0);
        let mut paint = stripe(at.x - self.middle, 0.065) * dashed;
        if self.yellow {
            paint = paint.max(stripe(inside - 0.3, 0.05)).max(stripe(inside - 0.5, 0.05));
        } else {
            paint = paint.max(stripe(inside - 0.35, 0.05) * 0.8);
        }
        if let Some(z) = self.crossing {
            let bar = at.x * 0.9 - (at.x * 0.9).floor();
            let within = ((1.4 - (at.y - z).abs()) / blur.max(0.05) + 0.5).clamp(0.0, 1.0);
            paint = paint.max(((0.25 - (bar - 0.5).abs()) * 14.0 + 0.5).clamp(0.0, 1.0) * within);
        }
        paint
    }

    /// Flagstones behind a kerb of stone.
    fn kerb_and_stones(&self, at: Point, off: f32, blur: f32) -> Colour {
        let fine = (0.2 / blur.max(0.02)).min(1.0);
        if off < 0.16 {
            let joint = at.y - at.y.floor() < 0.03;
            return lit(self.stone, if joint { 1.18 - 0.3 * fine } else { 1.18 });
        }
        let (column, row) = ((off / 0.6).floor(), (at.y / 0.75).floor());
        let tone = cell(self.seed, column as i32, row as i32) - 0.5;
        let joint = (off / 0.6 - column) < 0.035 || (at.y / 0.75 - row) < 0.03;
        let grain = noise(self.seed, at * 23.0) - 0.5;
        let dirt = 0.92 + 0.15 * clouds(self.seed ^ 5, at * 0.7);
        lit(
            self.stone,
            dirt * (1.0 + fine * (0.14 * tone + 0.12 * grain)) * if joint { 1.0 - 0.24 * fine } else { 1.0 },
        )
    }

    /// The houses' shadow falls from the sun's side.
    fn light(&self, at: Point) -> f32 {
        if self.shadow <= 0.0 {
            return 1.0;
        }
        let house = 0.7 + 0.6 * cell(self.seed ^ 3, (at.y / 11.0).floor() as i32, 0);
        let from = if self.sun > 0.0 {
            self.kerbs[1] + self.pavement - at.x
        } else {
            at.x - self.kerbs[0] + self.pavement
        };
        let depth = (self.shadow + self.pavement) * house - from;
        1.06 - 0.5 * (depth * 3.0 + 0.5).clamp(0.0, 1.0)
    }
}
