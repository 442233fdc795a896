//! Trees and hedges.

use super::category::Category;
use super::stage::{Place, Stage};
use crate::colour::{Colour, hex, lit, varied};
use crate::random::{Random, noise};
use crate::shapes::{Bounds, Shape};
use crate::vector::Point;
use std::f32::consts::TAU;

const LEAVES: [u32; 8] = [0x3f5f2a, 0x55752f, 0x6b7f3a, 0x35522d, 0x7d8a45, 0x8f7a35, 0x4a6b3c, 0x2e4a2c];

/// Draws a tree: one in four is bare.
pub fn draw_tree(stage: &mut Stage, foot: Place, random: &mut Random) {
    let tall = random.range(4.5, 10.0);
    let bark = varied(hex(0x4a3d33), 0.04, random);
    if random.chance(0.25) {
        return draw_bare(stage, foot, tall, bark, random);
    }
    let fork = foot.height + tall * random.range(0.22, 0.36);
    let top = Place::new(foot.x + random.range(-0.3, 0.3), fork + tall * 0.2, foot.z);
    stage.bar(foot, top, [tall * 0.024, tall * 0.014], Category::Nature, bark);
    let leaf = varied(hex(random.pick(LEAVES)), 0.04, random);
    let (centre, half) =
        (fork + (tall - fork) * 0.55, Point::new(tall * random.range(0.22, 0.36), (tall - fork) * 0.5));
    for blob in 0..34 {
        let spread = 1.0 - blob as f32 / 60.0;
        let way = Point::towards(random.range(0.0, TAU)) * (random.unit().sqrt() * spread);
        let place = Place::new(foot.x + way.x * half.x, centre + way.y * half.y, foot.z);
        let light = 0.62 + 0.36 * (way.y + 0.4) + 0.2 * random.unit() + 0.12 * way.x * stage.air.sun;
        draw_leaves(stage, place, half.x * random.range(0.28, 0.45), lit(leaf, light), random);
    }
}

/// A hedge or some bushes along the street: from z to z at an x.
pub fn draw_hedge(stage: &mut Stage, x: f32, z: [f32; 2], tall: f32, random: &mut Random) {
    let leaf = varied(hex(random.pick(LEAVES)), 0.03, random);
    let count = ((z[1] - z[0]) / 0.55).ceil().clamp(1.0, 60.0) as usize;
    for number in (0..count).rev() {
        let at = z[0] + (z[1] - z[0]) * number as f32 / count as f32;
        for height in [0.25, 0.6, 0.85] {
            let place = Place::new(x + random.range(-0.25, 0.25), tall * height, at);
            let light = 0.6 + 0.45 * height + random.range(-0.08, 0.08);
            draw_leaves(stage, place, tall * 0.33 + 0.2, lit(leaf, light), random);
        }
    }
}

fn draw_leaves(stage: &mut Stage, centre: Place, radius: f32, colour: Colour, random: &mut Random) {
    let scale = stage.lens.scale(centre.z);
    let seed = random.bits() as u32;
    let bunch = Leaves {
        centre: stage.lens.pixel(centre),
        radius: radius * scale,
        grain: 5.5 / (radius * scale),
        seed,
    };
    let colour = stage.air.through(colour, centre.z);
    // Leaves are about a hand's size.
    let leaf = 8.0 / scale;
    stage.canvas.fill_labelled(&bunch, Category::Nature.id(), |pixel| {
        lit(colour, 0.74 + 0.55 * noise(seed, pixel * leaf.min(0.9)))
    });
}

/// A bunch of leaves: a disc with a ragged edge.
struct Leaves {
    centre: Point,
    radius: f32,
    grain: f32,
    seed: u32,
}

impl Shape for Leaves {
    fn distance(&self, at: Point) -> f32 {
        let ragged = 0.72 + 0.5 * noise(self.seed, at * self.grain);
        (at - self.centre).length() - self.radius * ragged
    }

    fn bounds(&self) -> Bounds {
        Bounds::around(&[self.centre], self.radius * 1.25)
    }
}

/// Branches that fork until they are twigs.
fn draw_bare(stage: &mut Stage, foot: Place, tall: f32, bark: Colour, random: &mut Random) {
    let mut branches = vec![(foot, Point::new(0.0, 1.0), tall * 0.3, tall * 0.022, 0)];
    while let Some((from, way, length, radius, forks)) = branches.pop() {
        let to = Place::new(from.x + way.x * length, from.height + way.y * length, from.z);
        stage.bar(from, to, [radius, radius * 0.72], Category::Nature, bark);
        if forks < 5 {
            let count = if forks == 0 { 4 } else { 2 + random.below(2) };
            for _ in 0..count {
                let bend = Point::towards(random.range(-0.75, 0.75));
                let next = (way.along(bend) + Point::new(0.0, 0.12)).normal();
                branches.push((to, next, length * random.range(0.6, 0.85), radius * 0.62, forks + 1));
            }
        }
    }
}
