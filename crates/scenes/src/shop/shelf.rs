//! The shelf: a lower deck that hands go into, and a board above its back that hides them.

use crate::canvas::Canvas;
use crate::colour::{Colour, hex, hsv, lit, mix};
use crate::random::{Random, cell, noise};
use crate::shapes::{Slab, Stroke};
use crate::vector::Point;

/// Half of the shelf's length: no camera sees its ends.
const REACH: f32 = 3.6;
const MATERIALS: [u32; 7] = [0xe9e7e2, 0xc9ccd0, 0xb98d5e, 0x8a6440, 0x5d6066, 0xd8c7a8, 0x9fb0b5];

/// A shelf and what lies in it. Its front edge is at y = 0, and it lies beyond.
#[derive(Clone, Debug)]
pub struct Shelf {
    material: Colour,
    rail: Colour,
    /// How much of the lower deck is seen, in metres.
    deck: f32,
    lower: Vec<Product>,
    upper: Vec<Product>,
    seed: u32,
}

/// One of the things for sale.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    at: Point,
    half: Point,
    /// What it is painted with.
    pub colour: Colour,
    label: Colour,
    /// A can or a bottle, not a box.
    pub round: bool,
}

impl Shelf {
    pub fn new(random: &mut Random) -> Self {
        let deck = random.range(0.13, 0.24);
        let saturation = random.range(0.3, 0.72);
        let lower = row(-0.5 * deck, deck * 0.42, saturation, random);
        let mut upper = row(-deck - 0.11, 0.075, saturation, random);
        upper.extend(row(-deck - 0.3, 0.085, saturation, random));
        upper.extend(row(-deck - 0.5, 0.085, saturation, random));
        Self {
            material: hex(random.pick(MATERIALS)),
            rail: hsv(random.unit(), random.range(0.0, 0.7), random.range(0.5, 0.95)),
            deck,
            lower,
            upper,
            seed: random.bits() as u32,
        }
    }

    /// What is taken at a place along the shelf.
    pub fn product_near(&self, x: f32) -> Option<&Product> {
        self.lower.iter().min_by(|one, other| (one.at.x - x).abs().total_cmp(&(other.at.x - x).abs()))
    }

    /// What lies below a hand.
    pub fn draw_lower(&self, canvas: &mut Canvas) {
        let foot = Slab::between(Point::new(-REACH, -0.02), Point::new(REACH, 0.05));
        canvas.shade(&foot, 0.16, 0.4);
        let deck = Slab::between(Point::new(-REACH, -0.4), Point::new(REACH, 0.0));
        canvas.fill(&deck, |at| lit(self.grain(at), 0.62));
        self.lower.iter().for_each(|product| product.draw(canvas));
        // The board above takes the light from the deck's back.
        let dark = Slab::between(Point::new(-REACH, -0.4), Point::new(REACH, -self.deck * 0.75));
        canvas.shade(&dark, self.deck, 0.55);
        let rail = Slab::between(Point::new(-REACH, -0.012), Point::new(REACH, 0.022));
        canvas.fill(&rail, |at| lit(self.rail, 1.1 - 12.0 * (at.y - 0.005).abs()));
        self.draw_tags(canvas);
    }

    fn draw_tags(&self, canvas: &mut Canvas) {
        for tag in -24..24 {
            if cell(self.seed, tag, 0) < 0.55 {
                let x = tag as f32 * 0.13 + 0.05 * cell(self.seed, tag, 1);
                let paper = Slab::between(Point::new(x, -0.006), Point::new(x + 0.06, 0.019));
                canvas.fill(&paper, |_| [0.96, 0.96, 0.93]);
                let print = Slab::between(Point::new(x + 0.012, 0.002), Point::new(x + 0.045, 0.009));
                canvas.fill(&print, |_| [0.25; 3]);
            }
        }
    }

    /// What lies above a hand.
    pub fn draw_upper(&self, canvas: &mut Canvas) {
        let board = Slab::between(Point::new(-REACH, -2.0), Point::new(REACH, -self.deck));
        canvas.shade(&board, 0.06, 0.35);
        canvas.fill(&board, |at| self.grain(at));
        let edge =
            Slab::between(Point::new(-REACH, -self.deck - 0.008), Point::new(REACH, -self.deck + 0.004));
        canvas.fill(&edge, |_| lit(self.material, 1.18));
        self.upper.iter().for_each(|product| product.draw(canvas));
    }

    fn grain(&self, at: Point) -> Colour {
        lit(self.material, 0.93 + 0.12 * noise(self.seed, Point::new(at.x * 6.0, at.y * 70.0)))
    }
}

/// Products side by side, each kind several times.
fn row(y: f32, depth: f32, saturation: f32, random: &mut Random) -> Vec<Product> {
    let (mut products, mut x) = (vec![], -REACH);
    while x < REACH {
        let round = random.chance(0.35);
        let half = Point::new(if round { depth.min(0.062) } else { random.range(0.032, 0.075) }, depth);
        let colour = hsv(random.unit(), saturation * random.range(0.5, 1.1), random.range(0.3, 0.88));
        let label = mix(colour, random.pick([[0.98; 3], [0.98, 0.9, 0.4], [0.1; 3], [0.85, 0.2, 0.2]]), 0.8);
        for _ in 0..2 + random.below(4) {
            // Somebody was here before.
            if random.chance(0.93) {
                let at = Point::new(x + half.x, y + random.range(-0.012, 0.012));
                products.push(Product { at, half, colour, label, round });
            }
            x += half.x * 2.0 + random.range(0.004, 0.014);
        }
    }
    products
}

impl Product {
    fn draw(&self, canvas: &mut Canvas) {
        if self.round {
            return self.draw_can(canvas);
        }
        let axis = Point::new(1.0, 0.0);
        let carton = Slab { centre: self.at, half: self.half, axis, round: 0.008 };
        canvas.shade(&Slab { centre: self.at + Point::new(0.008, 0.012), ..carton }, 0.03, 0.4);
        canvas.fill(&carton, |at| lit(self.colour, 1.0 + (self.at.y - at.y) * 1.6));
        let band = Slab { half: Point::new(self.half.x * 0.96, self.half.y * 0.34), round: 0.003, ..carton };
        canvas.fill(&band, |_| self.label);
        let print = Slab { half: Point::new(self.half.x * 0.6, self.half.y * 0.1), round: 0.0, ..carton };
        canvas.fill(&print, |_| lit(self.colour, 0.6));
    }

    /// A row of cans, one behind the other, as seen from above.
    fn draw_can(&self, canvas: &mut Canvas) {
        let radius = self.half.x;
        let count = ((self.half.y / radius) as i32).max(1);
        for number in 0..count {
            let off = (number as f32 - (count - 1) as f32 * 0.5) * radius * 2.0;
            let centre = self.at + Point::new(0.0, off);
            canvas.shade(&Stroke::disc(centre + Point::new(0.008, 0.012), radius), 0.03, 0.4);
            canvas.fill(&Stroke::disc(centre, radius * 0.96), |at| {
                lit(self.colour, 1.0 - (at - centre).x / radius * 0.25)
            });
            canvas.fill(&Stroke::disc(centre, radius * 0.66), |_| self.label);
            canvas.fill(&Stroke::disc(centre, radius * 0.3), |_| lit(self.colour, 0.8));
        }
    }
}
