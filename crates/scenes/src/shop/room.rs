//! What is round shelf and shopper: the floor, the light, the camera, a trolley.

use crate::canvas::{Canvas, View};
use crate::colour::{Colour, hex, hsv, lit, mix, tinted};
use crate::picture::Size;
use crate::random::{Random, cell, clouds, noise};
use crate::shapes::{Slab, Stroke};
use crate::vector::Point;
use std::f32::consts::{FRAC_PI_2, TAU};

const FLOORS: [u32; 7] = [0xd8d3c8, 0xb9b6af, 0xc9b79c, 0xa9a39a, 0x8f9499, 0xcdbba3, 0x9c8168];

/// Farther than any camera sees, in metres.
const REACH: f32 = 6.0;

/// A shop without its shelf.
#[derive(Clone, Debug)]
pub struct Room {
    floor: Colour,
    tiles: Tiles,
    /// Metres that shadows are long.
    pub shadow: Point,
    /// Of light that a shadow takes.
    pub shade: f32,
    light: f32,
    tint: Colour,
    slope: Point,
    vignette: f32,
    /// Levels of 255.
    pub noise_levels: f32,
    camera: Camera,
    trolley: Option<Trolley>,
    seed: u32,
}

#[derive(Clone, Copy, Debug)]
enum Tiles {
    Square(f32),
    Planks(f32),
    Bare,
}

/// Hangs from the ceiling.
#[derive(Clone, Copy, Debug)]
struct Camera {
    axis: Point,
    centre: Point,
    /// Metres along the picture's shorter side.
    sight: f32,
    /// Metres.
    jitter: f32,
    hertz: f32,
}

#[derive(Clone, Copy, Debug)]
struct Trolley {
    at: Point,
    axis: Point,
    colour: Colour,
    goods: Colour,
}

impl Room {
    pub fn new(random: &mut Random) -> Self {
        let side = random.pick([0.0, 0.0, 1.0, 2.0, 3.0]);
        let axis = Point::towards(FRAC_PI_2 * side + random.range(-0.12, 0.12));
        let centre = Point::new(random.range(-0.12, 0.12), random.range(0.1, 0.22));
        let (sight, jitter) = (random.range(1.25, 1.65), random.range(0.0, 0.005));
        let camera = Camera { axis, centre, sight, jitter, hertz: random.range(0.4, 1.6) };
        let warm = random.range(-0.07, 0.07);
        let tiles = match random.below(3) {
            0 => Tiles::Square(random.range(0.3, 0.6)),
            1 => Tiles::Planks(random.range(0.1, 0.2)),
            _ => Tiles::Bare,
        };
        Self {
            floor: hex(random.pick(FLOORS)),
            tiles,
            shadow: Point::towards(random.range(0.0, TAU)) * random.range(0.03, 0.13),
            shade: random.range(0.25, 0.5),
            light: random.range(0.74, 1.08),
            tint: [1.0 + warm, 1.0, 1.0 - warm],
            slope: Point::towards(random.range(0.0, TAU)) * random.range(0.0, 0.3),
            vignette: random.range(0.1, 0.5),
            noise_levels: random.range(1.5, 7.0),
            camera,
            trolley: random.chance(0.4).then(|| Trolley::new(random)),
            seed: random.bits() as u32,
        }
    }

    /// The same seen by a camera that hangs still and adds no noise.
    pub fn with_still_camera(self) -> Self {
        Self { noise_levels: 0.0, camera: Camera { jitter: 0.0, ..self.camera }, ..self }
    }

    /// What the camera sees at a second of the clip.
    pub fn view(&self, size: Size, seconds: f32) -> View {
        let camera = &self.camera;
        let wave = |hertz: f32, phase: f32| libm::sinf(TAU * (hertz * seconds + phase));
        let shaken = Point::new(
            wave(camera.hertz, 0.0) + 0.4 * wave(camera.hertz * 3.7, 0.2),
            wave(camera.hertz * 1.3, 0.4) + 0.4 * wave(camera.hertz * 4.1, 0.7),
        );
        let scale = size.width().min(size.height()) as f32 / camera.sight;
        let middle = Point::new(size.width() as f32 * 0.5, size.height() as f32 * 0.5);
        let seen = camera.centre + shaken * camera.jitter;
        View { origin: middle - seen.along(camera.axis) * scale, axis: camera.axis, scale }
    }

    /// The floor, and the trolley that stands on it.
    pub fn draw_floor(&self, canvas: &mut Canvas) {
        let floor = Slab::between(Point::new(-REACH, -0.05), Point::new(REACH, REACH));
        canvas.fill(&floor, |at| self.floor_at(at));
        if let Some(trolley) = &self.trolley {
            trolley.draw(canvas, self.shadow, self.shade);
        }
    }

    fn floor_at(&self, at: Point) -> Colour {
        let dirt = 0.9 + 0.12 * clouds(self.seed, at * 2.3) + 0.07 * noise(self.seed, at * 41.0);
        let joint = |place: f32, width: f32| (place - place.floor() - 0.5).abs() > 0.5 - width;
        let (tone, dark) = match self.tiles {
            Tiles::Bare => (0.5, false),
            Tiles::Square(side) => {
                let grid = at * (1.0 / side);
                let tone = cell(self.seed, grid.x.floor() as i32, grid.y.floor() as i32);
                (tone, joint(grid.x, 0.008 / side) || joint(grid.y, 0.008 / side))
            }
            Tiles::Planks(width) => {
                let plank = (at.y / width).floor();
                let along = at.x * 0.8 + cell(self.seed, plank as i32, 7) * 5.0;
                let tone = cell(self.seed, along.floor() as i32, plank as i32);
                (tone * 1.8 - 0.4, joint(at.y / width, 0.004 / width) || joint(along, 0.004))
            }
        };
        lit(self.floor, dirt * (0.95 + 0.1 * tone) * if dark { 0.72 } else { 1.0 })
    }

    /// Light and lens, over everything.
    pub fn develop(&self, canvas: &mut Canvas, flicker: f32) {
        canvas.develop(|colour, _, place| {
            let off = place - Point::new(0.5, 0.5);
            let light = self.light
                * flicker
                * (1.0 + self.slope.dot(off))
                * (1.0 - self.vignette * off.dot(off) * 1.6);
            tinted(lit(colour, light), self.tint)
        });
    }
}

impl Trolley {
    fn new(random: &mut Random) -> Self {
        Self {
            at: Point::new(random.sign() * random.range(0.62, 0.85), random.range(0.5, 0.8)),
            axis: Point::towards(random.range(-0.4, 0.4)),
            colour: mix([0.75; 3], hsv(random.unit(), 0.7, 0.8), random.range(0.0, 0.6)),
            goods: hsv(random.unit(), 0.6, 0.8),
        }
    }

    fn draw(&self, canvas: &mut Canvas, shadow: Point, shade: f32) {
        let half = Point::new(0.3, 0.2);
        let basket = Slab { centre: self.at, half, axis: self.axis, round: 0.04 };
        canvas.shade(&Slab { centre: self.at + shadow, ..basket }, 0.1, shade);
        canvas.veil(&basket, 0.0, 0.45, [0.16; 3]);
        for (number, place) in [(-0.13, -0.05), (0.06, 0.06), (0.14, -0.08)].into_iter().enumerate() {
            let centre = self.at + Point::new(place.0, place.1).along(self.axis);
            let thing = Slab { centre, half: Point::new(0.085, 0.06), axis: self.axis, round: 0.015 };
            canvas.fill(&thing, |_| lit(self.goods, 0.55 + 0.25 * number as f32));
        }
        for wire in -5..=5 {
            let x = wire as f32 * 0.055;
            let end = |y: f32| self.at + Point::new(x, y).along(self.axis);
            canvas.fill(&Stroke::new(end(-0.19), end(0.19), 0.005), |_| self.colour);
        }
        for wire in -3..=3 {
            let y = wire as f32 * 0.06;
            let end = |x: f32| self.at + Point::new(x, y).along(self.axis);
            canvas.fill(&Stroke::new(end(-0.29), end(0.29), 0.005), |_| self.colour);
        }
        let handle = |y: f32| self.at + Point::new(0.36, y).along(self.axis);
        canvas.fill(&Stroke::new(handle(-0.2), handle(0.2), 0.017), |_| lit(self.colour, 0.6));
    }
}
