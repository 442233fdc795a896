//! Cars, vans and buses: a profile along the street, an end that faces the camera, glass, wheels and lamps.

use super::category::Category::Vehicle;
use super::stage::{Place, Stage};
use crate::colour::{Colour, hex, hsv, lit, mix};
use crate::random::Random;
use crate::vector::Point;
use std::f32::consts::TAU;

const PAINTS: [u32; 9] =
    [0xd9d9d6, 0x8f9499, 0x22252a, 0x9a1f1f, 0x1f3a6b, 0x4b5157, 0xc7c2b5, 0x2f4f45, 0xb8bcc0];

/// One that stands or drives along the street.
#[derive(Clone, Copy, Debug)]
pub struct Body {
    /// Of its middle.
    pub x: f32,
    /// Of the end that faces the camera.
    pub z: f32,
    /// That end is its front.
    pub comes: bool,
    kind: Kind,
    paint: Colour,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Car,
    Estate,
    Van,
    Bus,
}

/// Sizes in metres.
struct Build {
    half_width: f32,
    length: f32,
    /// Corners of the profile from the tail on: how far along, how high.
    profile: &'static [(f32, f32)],
    /// Glass of the sides.
    glass: &'static [(f32, f32)],
    /// The glass of the tail and of the front: along and height of its lower and upper edge.
    tail: [(f32, f32); 2],
    front: [(f32, f32); 2],
    /// From here on the sides lean inwards.
    waist: f32,
    wheels: [f32; 2],
    wheel: f32,
}

const CAR: Build = Build {
    half_width: 0.86,
    length: 4.1,
    profile: &[
        (0.0, 0.28),
        (0.0, 0.78),
        (0.1, 0.94),
        (0.5, 1.4),
        (1.1, 1.47),
        (2.1, 1.44),
        (2.95, 0.97),
        (3.95, 0.8),
        (4.1, 0.6),
        (4.1, 0.28),
    ],
    glass: &[(0.5, 0.96), (0.75, 1.33), (2.0, 1.36), (2.7, 0.97)],
    tail: [(0.12, 0.97), (0.47, 1.37)],
    front: [(2.95, 0.99), (2.15, 1.41)],
    waist: 0.95,
    wheels: [0.75, 3.3],
    wheel: 0.31,
};
const ESTATE: Build = Build {
    half_width: 0.92,
    length: 4.6,
    profile: &[
        (0.0, 0.32),
        (0.0, 0.9),
        (0.05, 1.08),
        (0.3, 1.6),
        (1.0, 1.7),
        (2.5, 1.66),
        (3.3, 1.12),
        (4.4, 0.98),
        (4.6, 0.7),
        (4.6, 0.32),
    ],
    glass: &[(0.4, 1.12), (0.55, 1.55), (2.4, 1.57), (3.05, 1.12)],
    tail: [(0.06, 1.1), (0.28, 1.57)],
    front: [(3.3, 1.14), (2.55, 1.62)],
    waist: 1.1,
    wheels: [0.85, 3.75],
    wheel: 0.35,
};
const VAN: Build = Build {
    half_width: 0.98,
    length: 5.0,
    profile: &[
        (0.0, 0.35),
        (0.0, 2.05),
        (0.15, 2.2),
        (3.4, 2.2),
        (4.1, 1.35),
        (4.85, 1.1),
        (5.0, 0.8),
        (5.0, 0.35),
    ],
    glass: &[(3.0, 1.35), (3.0, 1.95), (3.4, 1.95), (3.9, 1.35)],
    tail: [(0.0, 1.3), (0.06, 1.9)],
    front: [(4.12, 1.35), (3.5, 2.1)],
    waist: 1.4,
    wheels: [0.9, 4.05],
    wheel: 0.35,
};
const BUS: Build = Build {
    half_width: 1.25,
    length: 10.5,
    profile: &[(0.0, 0.35), (0.0, 3.0), (0.15, 3.15), (10.3, 3.15), (10.5, 2.9), (10.5, 0.35)],
    glass: &[(0.5, 1.45), (0.5, 2.55), (9.8, 2.55), (9.8, 1.45)],
    tail: [(0.0, 1.6), (0.03, 2.6)],
    front: [(10.5, 1.0), (10.45, 2.7)],
    waist: 9.0,
    wheels: [2.2, 8.2],
    wheel: 0.48,
};

impl Body {
    pub fn new(x: f32, z: f32, comes: bool, random: &mut Random) -> Self {
        let kind = random.pick([
            Kind::Car,
            Kind::Car,
            Kind::Car,
            Kind::Car,
            Kind::Car,
            Kind::Estate,
            Kind::Estate,
            Kind::Estate,
            Kind::Van,
            Kind::Bus,
        ]);
        let paint = match kind {
            Kind::Bus => hsv(random.unit(), random.range(0.45, 0.75), random.range(0.4, 0.75)),
            _ if random.chance(0.2) => hsv(random.unit(), random.range(0.3, 0.65), random.range(0.25, 0.7)),
            _ => hex(random.pick(PAINTS)),
        };
        Self { x, z, comes, kind, paint }
    }

    /// Metres along the street.
    pub fn length(&self) -> f32 {
        self.build().length
    }

    fn build(&self) -> &'static Build {
        match self.kind {
            Kind::Car => &CAR,
            Kind::Estate => &ESTATE,
            Kind::Van => &VAN,
            Kind::Bus => &BUS,
        }
    }

    /// A place of the body: so far to the right of its middle (-1 to 1), along from its tail, and high.
    fn place(&self, across: f32, (along, height): (f32, f32)) -> Place {
        let build = self.build();
        let inwards = (height - build.waist).max(0.0) * 0.34;
        let ahead = if self.comes { build.length - along } else { along };
        Place::new(self.x + across * (build.half_width - inwards), height, self.z + ahead)
    }

    pub fn draw(&self, stage: &mut Stage) {
        let build = self.build();
        let (left, right) = (self.x - build.half_width, self.x + build.half_width);
        stage.ground_shadow([left - 0.15, right + 0.15], [self.z - 0.1, self.z + build.length], 0.72);
        // The side that is turned to the camera; for what is straight ahead both are hidden.
        let side = if self.x > 0.0 { -1.0 } else { 1.0 };
        self.draw_wheels(stage, side);
        self.draw_side(stage, side);
        self.draw_end(stage);
    }

    fn draw_side(&self, stage: &mut Stage, side: f32) {
        let build = self.build();
        let light = stage.air.on_side(-side) * 0.9;
        let outline: Vec<Place> = build.profile.iter().map(|&corner| self.place(side, corner)).collect();
        stage.area(&outline, Vehicle, lit(self.paint, light));
        let glass: Vec<Place> = build.glass.iter().map(|&corner| self.place(side, corner)).collect();
        stage.area(&glass, Vehicle, [0.13, 0.16, 0.19]);
        let sill = [
            (build.wheels[0], 0.3),
            (build.wheels[0], 0.36),
            (build.wheels[1], 0.36),
            (build.wheels[1], 0.3),
        ];
        let sill: Vec<Place> = sill.iter().map(|&corner| self.place(side, corner)).collect();
        stage.area(&sill, Vehicle, lit(self.paint, 0.45));
        for along in build.wheels {
            self.draw_wheel(stage, side, along, build.wheel * 1.12, [0.06; 3]);
            self.draw_wheel(stage, side, along, build.wheel * 0.62, [0.55; 3]);
            self.draw_wheel(stage, side, along, build.wheel * 0.25, [0.25; 3]);
        }
    }

    fn draw_wheel(&self, stage: &mut Stage, side: f32, along: f32, radius: f32, colour: Colour) {
        let middle = self.build().wheel;
        let rim = |corner: usize| {
            let way = Point::towards(TAU * corner as f32 / 14.0) * radius;
            self.place(side, (along + way.x, (middle + way.y).max(0.0)))
        };
        let rim: Vec<Place> = (0..14).map(rim).collect();
        stage.area(&rim, Vehicle, colour);
    }

    /// Tyres below the end that faces the camera, and the dark below the car.
    fn draw_wheels(&self, stage: &mut Stage, side: f32) {
        let build = self.build();
        let along = if self.comes { build.wheels[1] } else { build.wheels[0] };
        let low = |across: f32, height: f32| self.place(across, (along, height));
        stage.board(low(-0.9, 0.08), low(0.9, 0.4), Vehicle, [0.05; 3]);
        for across in [-side, side] {
            stage.board(low(across - 0.13, 0.0), low(across + 0.13, 0.45), Vehicle, [0.07; 3]);
        }
    }

    fn draw_end(&self, stage: &mut Stage) {
        let build = self.build();
        let end = if self.comes { build.length } else { 0.0 };
        let [lower, upper] = if self.comes { build.front } else { build.tail };
        let shoulder = if self.comes { build.profile[build.profile.len() - 3].1 } else { build.profile[1].1 };
        let across = |low: (f32, f32), high: (f32, f32), share: f32, place: &Self| {
            [
                place.place(-share, low),
                place.place(share, low),
                place.place(share, high),
                place.place(-share, high),
            ]
        };
        let roof = build.profile.iter().map(|corner| corner.1).fold(0.0, f32::max);
        // From the bonnet or the boot up to the roof, then its glass.
        stage.area(&across((end, shoulder), lower, 1.0, self), Vehicle, lit(self.paint, 1.12));
        stage.area(&across(lower, (upper.0, roof), 1.0, self), Vehicle, lit(self.paint, 1.0));
        let glass = mix([0.12, 0.15, 0.18], [0.5, 0.56, 0.62], if self.comes { 0.35 } else { 0.22 });
        let low = shoulder.min(lower.1);
        stage.area(&across((end, low), (end, shoulder), 1.0, self), Vehicle, lit(self.paint, 0.95));
        stage.area(&across(lower, upper, 0.86, self), Vehicle, glass);
        stage.area(&across((end, 0.3), (end, low), 1.0, self), Vehicle, lit(self.paint, 0.86));
        stage.area(
            &across((end, 0.28), (end, 0.46), 1.0, self),
            Vehicle,
            mix(lit(self.paint, 0.6), [0.1; 3], 0.5),
        );
        self.draw_lamps(stage, end, low.min(0.98));
    }

    fn draw_lamps(&self, stage: &mut Stage, end: f32, shoulder: f32) {
        let lamp = if self.comes { [0.95, 0.94, 0.86] } else { [0.72, 0.08, 0.07] };
        let top = shoulder - 0.06;
        for side in [-1.0_f32, 1.0] {
            let (outer, inner) = (side * 0.97, side * 0.66);
            let (low, high) =
                (self.place(outer.min(inner), (end, top - 0.2)), self.place(outer.max(inner), (end, top)));
            stage.board(low, high, Vehicle, lamp);
        }
        let plate = if self.comes { [0.93; 3] } else { [0.92, 0.78, 0.2] };
        let place = |across: f32, height: f32| self.place(across, (end, height));
        stage.board(place(-0.29, 0.48), place(0.29, 0.6), Vehicle, plate);
        stage.board(place(-0.22, 0.515), place(0.22, 0.565), Vehicle, lit(plate, 0.35));
        if self.comes {
            stage.board(place(-0.5, 0.62), place(0.5, top - 0.04), Vehicle, [0.08; 3]);
        }
    }
}
