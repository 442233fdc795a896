//! What stands where in a street.

use super::building::Building;
use super::category::Category;
use super::ground::Ground;
use super::person::{draw_cyclist, draw_walker};
use super::post::draw_post;
use super::stage::{Place, Stage};
use super::tree::{draw_hedge, draw_tree};
use super::vehicle::Body;
use crate::colour::{hex, lit, varied};
use crate::random::Random;

/// Something behind or on the pavements.
pub enum Thing {
    House(Building),
    /// A tree in a garden or at the kerb.
    Tree(Place, Random),
    /// x, from z to z, how high.
    Hedge(f32, [f32; 2], f32, Random),
    /// x, from z to z, how high.
    Wall(f32, [f32; 2], f32, Random),
    /// And the way to the road.
    Post(Place, f32, Random),
    Walker(Place, Random),
    Cyclist(Place, Random),
    Vehicle(Body),
}

impl Thing {
    /// How far ahead its near end is.
    fn z(&self) -> f32 {
        match self {
            Self::House(house) => house.from,
            Self::Tree(place, _)
            | Self::Post(place, ..)
            | Self::Walker(place, _)
            | Self::Cyclist(place, _) => place.z,
            Self::Hedge(_, z, ..) | Self::Wall(_, z, ..) => z[0],
            Self::Vehicle(body) => body.z,
        }
    }

    pub fn draw(self, stage: &mut Stage) {
        match self {
            Self::House(house) => house.draw(stage),
            Self::Tree(foot, mut random) => draw_tree(stage, foot, &mut random),
            Self::Hedge(x, z, tall, mut random) => draw_hedge(stage, x, z, tall, &mut random),
            Self::Wall(x, z, tall, mut random) => draw_wall(stage, x, z, tall, &mut random),
            Self::Post(foot, inwards, mut random) => draw_post(stage, foot, inwards, &mut random),
            Self::Walker(foot, mut random) => draw_walker(stage, foot, &mut random),
            Self::Cyclist(foot, mut random) => draw_cyclist(stage, foot, &mut random),
            Self::Vehicle(body) => body.draw(stage),
        }
    }
}

fn draw_wall(stage: &mut Stage, x: f32, z: [f32; 2], tall: f32, random: &mut Random) {
    let colour = varied(hex(random.pick([0x8a5844, 0x9a8d7c, 0xb9b1a4, 0x6d4a3b])), 0.03, random);
    let corner = |height: f32, z: f32| Place::new(x, height, z);
    let light = stage.air.on_side(x.signum());
    let face = [corner(0.0, z[0]), corner(tall, z[0]), corner(tall, z[1]), corner(0.0, z[1])];
    stage.area(&face, Category::Construction, lit(colour, light));
    let cap = [corner(tall - 0.1, z[0]), corner(tall, z[0]), corner(tall, z[1]), corner(tall - 0.1, z[1])];
    stage.area(&cap, Category::Construction, lit(colour, light * 1.2));
}

/// What stands behind the pavements, the farthest first.
pub fn behind(ground: &Ground, random: &mut Random) -> Vec<Thing> {
    let mut things = vec![];
    for side in [0, 1] {
        let x = ground.house_line(side);
        let mut z = random.range(1.0, 4.0);
        let built = random.range(0.45, 1.0);
        while z < 130.0 {
            let length = random.range(6.0, 16.0);
            if random.chance(built) {
                things.push(Thing::House(Building::new(x, z, z + length, random)));
            } else {
                garden(x, [z, z + length], random, &mut things);
            }
            z += length;
            if random.chance(0.12) {
                z += random.range(4.0, 8.0);
            }
        }
    }
    sorted(things)
}

fn garden(x: f32, z: [f32; 2], random: &mut Random, things: &mut Vec<Thing>) {
    let out = if x < 0.0 { -1.0 } else { 1.0 };
    let own = random.fork(z[0].to_bits().into());
    match random.below(3) {
        0 => things.push(Thing::Hedge(x + out * 0.3, z, random.range(0.9, 2.4), own.clone())),
        1 => things.push(Thing::Wall(x, z, random.range(0.9, 2.4), own.clone())),
        _ => things.push(Thing::Hedge(x + out * 0.8, z, random.range(0.6, 1.4), own.clone())),
    }
    for number in 0..1 + random.below(3) {
        let place = Place::new(x + out * random.range(1.5, 7.0), 0.0, random.range(z[0] + 0.5, z[1]));
        things.push(Thing::Tree(place, own.fork(number as u64)));
    }
}

/// What stands or moves on the pavements and the road, the farthest first.
pub fn before(ground: &Ground, random: &mut Random) -> Vec<Thing> {
    let mut things = vec![];
    let own = random.fork(1);
    for side in [0, 1] {
        let out = if side == 0 { -1.0 } else { 1.0 };
        let kerb = ground.kerbs[side];
        row(random, [5.0, 60.0], [9.0, 26.0], |z, random| {
            let foot = Place::new(kerb + out * 0.45, 0.12, z);
            things.push(Thing::Post(foot, -out, random.fork(z.to_bits().into())));
        });
        if random.chance(0.45) {
            row(random, [6.0, 70.0], [7.0, 16.0], |z, random| {
                let foot = Place::new(kerb + out * 0.7, 0.1, z);
                things.push(Thing::Tree(foot, random.fork(z.to_bits().into())));
            });
        }
        row(random, [5.0, 45.0], [2.0, 16.0], |z, random| {
            let x = kerb + out * random.range(0.7, ground.pavement.max(1.2));
            things.push(Thing::Walker(Place::new(x, 0.1, z), random.fork(z.to_bits().into())));
        });
        if random.chance(0.6) {
            let parked = kerb - out * 1.05;
            let from = random.range(4.5, 16.0);
            vehicles(random, parked, [from, 70.0], 0.7, &mut things);
        }
    }
    traffic(ground, random, &mut things);
    if random.chance(0.35) {
        let foot = Place::new(ground.middle.clamp(-1.5, 1.5), 0.0, random.range(7.0, 26.0));
        things.push(Thing::Cyclist(foot, own));
    }
    sorted(things)
}

/// Those that drive: ahead of the camera, and towards it on the other lane.
fn traffic(ground: &Ground, random: &mut Random, things: &mut Vec<Thing>) {
    let [left, right] = ground.kerbs;
    let lanes = [left.midpoint(ground.middle), ground.middle.midpoint(right)];
    // The camera drives in the lane that is nearer to it.
    let own = usize::from(lanes[1].abs() < lanes[0].abs());
    for (lane, x) in lanes.into_iter().enumerate() {
        if random.chance(0.65) {
            let (start, comes) = (random.range(8.0, 40.0), lane != own);
            things.push(Thing::Vehicle(Body::new(x, start, comes, random)));
        }
    }
}

fn vehicles(random: &mut Random, x: f32, z: [f32; 2], share: f32, things: &mut Vec<Thing>) {
    let (mut at, comes) = (z[0], random.chance(0.5));
    while at < z[1] {
        let body = Body::new(x, at, comes, random);
        at += body.length() + random.range(0.7, 1.8);
        if random.chance(share) {
            things.push(Thing::Vehicle(body));
        }
    }
}

fn row(random: &mut Random, z: [f32; 2], gap: [f32; 2], mut add: impl FnMut(f32, &mut Random)) {
    let mut at = z[0] + random.range(0.0, gap[1]);
    while at < z[1] {
        add(at, random);
        at += random.range(gap[0], gap[1]);
    }
}

fn sorted(mut things: Vec<Thing>) -> Vec<Thing> {
    things.sort_by(|one, other| other.z().total_cmp(&one.z()));
    things
}
