//! A person from above: feet, arms, what is in the hand, shoulders, head.

use super::pose::{Pose, arm};
use crate::canvas::Canvas;
use crate::colour::{Colour, hex, hsv, lit, mix, varied};
use crate::random::{Random, noise};
use crate::shapes::{Ellipse, Slab, Stroke};
use crate::vector::Point;
use std::f32::consts::TAU;

const SKINS: [u32; 8] = [0xf3d3b8, 0xe9bd98, 0xd9a57b, 0xc58c60, 0xa9714a, 0x8a5637, 0x6a3f28, 0x4c2d1e];
const HAIRS: [u32; 9] =
    [0x15110f, 0x2b1d15, 0x4a3020, 0x6b4423, 0x96683a, 0xc9a063, 0x8d8a86, 0xd2d0cc, 0x7a3b1e];

/// How somebody looks.
#[derive(Clone, Debug)]
pub struct Shopper {
    /// Of the body; 1 is a grown person's.
    pub size: f32,
    skin: Colour,
    hair: Colour,
    style: Hair,
    top: Colour,
    second: Colour,
    pattern: Pattern,
    shoes: Colour,
    long_sleeves: bool,
    stout: f32,
    seed: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Hair {
    Short,
    Long,
    Bun,
    Bald,
    Cap(Colour),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Pattern {
    Plain,
    Stripes,
    Checks,
    Yoke,
}

impl Shopper {
    pub fn new(random: &mut Random) -> Self {
        let cap = hsv(random.unit(), random.range(0.2, 0.8), random.range(0.25, 0.85));
        let style = random.pick([
            Hair::Short,
            Hair::Short,
            Hair::Long,
            Hair::Long,
            Hair::Bun,
            Hair::Bald,
            Hair::Cap(cap),
        ]);
        let top = hsv(random.unit(), random.range(0.05, 0.75), random.range(0.18, 0.92));
        let second =
            mix(top, if random.chance(0.5) { [0.95; 3] } else { [0.08; 3] }, random.range(0.35, 0.7));
        Self {
            size: random.range(0.88, 1.12),
            skin: varied(hex(random.pick(SKINS)), 0.03, random),
            hair: varied(hex(random.pick(HAIRS)), 0.03, random),
            style,
            top,
            second,
            pattern: random.pick([
                Pattern::Plain,
                Pattern::Plain,
                Pattern::Stripes,
                Pattern::Checks,
                Pattern::Yoke,
            ]),
            shoes: hsv(random.unit(), random.range(0.0, 0.5), random.range(0.1, 0.7)),
            long_sleeves: random.chance(0.55),
            stout: random.range(0.9, 1.2),
            seed: random.bits() as u32,
        }
    }

    /// The shadow on floor and shelf, which falls `by` metres away.
    pub fn draw_shadow(&self, canvas: &mut Canvas, pose: &Pose, by: Point, share: f32) {
        let size = self.size;
        let body = Ellipse {
            centre: pose.at + by,
            half: Point::new(0.28, 0.19) * size,
            axis: pose.forward().turned(),
        };
        canvas.shade(&body, 0.16, share);
        for side in [0, 1] {
            let [shoulder, elbow, hand] = self.arm(pose, side).map(|joint| joint + by * 0.8);
            canvas.shade(&Stroke::new(shoulder, elbow, 0.045 * size), 0.09, share * 0.6);
            canvas.shade(&Stroke::new(elbow, hand, 0.04 * size), 0.08, share * 0.7);
        }
    }

    /// Shoes; `swing` is -1 to 1 of a step, 0 for somebody who stands.
    pub fn draw_feet(&self, canvas: &mut Canvas, pose: &Pose, swing: f32) {
        for side in [-1.0, 1.0] {
            let ahead = 0.05 + 0.19 * swing * side;
            let centre = pose.beside(side * 0.09 * self.size, ahead * self.size);
            let axis = pose.forward();
            let shoe = Ellipse { centre, half: Point::new(0.125, 0.047) * self.size, axis };
            canvas.shade(&Ellipse { half: shoe.half * 1.15, ..shoe }, 0.05, 0.3);
            canvas.fill(&shoe, |_| self.shoes);
            let tip = Ellipse {
                centre: centre + axis * (0.05 * self.size),
                half: Point::new(0.055, 0.035) * self.size,
                axis,
            };
            canvas.fill(&tip, |_| lit(self.shoes, 1.2));
        }
    }

    /// Both arms, and the product in the hand that has one.
    pub fn draw_arms(&self, canvas: &mut Canvas, pose: &Pose, held: Option<(usize, Colour, bool)>) {
        let order = if held.is_some_and(|(hand, ..)| hand == 0) { [1, 0] } else { [0, 1] };
        for side in order {
            let joints = self.arm(pose, side);
            self.draw_sleeve(canvas, joints);
            match held {
                Some((hand, colour, round)) if hand == side => {
                    self.draw_held(canvas, joints, colour, round);
                }
                _ => self.draw_hand(canvas, joints),
            }
        }
    }

    /// Shoulder, elbow and hand of the left (0) or right (1) arm.
    fn arm(&self, pose: &Pose, side: usize) -> [Point; 3] {
        let right = if side == 1 { 1.0 } else { -1.0 };
        let shoulder = pose.beside(right * 0.185 * self.size, (0.01 + 0.1 * pose.lean) * self.size);
        let links = [0.3, 0.31].map(|link| link * self.size);
        let [elbow, hand] = arm(shoulder, pose.hands[side], links, right);
        [shoulder, elbow, hand]
    }

    fn draw_sleeve(&self, canvas: &mut Canvas, [shoulder, elbow, hand]: [Point; 3]) {
        let size = self.size;
        let bare = Stroke { from: elbow, to: hand, radius_from: 0.043 * size, radius_to: 0.028 * size };
        canvas.fill(&bare, |at| self.round(self.skin, at, &bare));
        let wrist = if self.long_sleeves { 0.86 } else { 0.0 };
        let upper = Stroke { from: shoulder, to: elbow, radius_from: 0.066 * size, radius_to: 0.052 * size };
        let lower = Stroke {
            from: elbow,
            to: elbow.mix(hand, wrist),
            radius_from: 0.052 * size,
            radius_to: 0.04 * size,
        };
        if self.long_sleeves {
            canvas.fill(&lower, |at| self.round(self.top, at, &lower));
        }
        canvas.fill(&upper, |at| self.round(self.top, at, &upper));
    }

    /// A limb is brighter along its middle.
    fn round(&self, colour: Colour, at: Point, limb: &Stroke) -> Colour {
        let (line, way) = (limb.to - limb.from, at - limb.from);
        let off = way.seen_from(line.normal()).y / limb.radius_from;
        let cloth = noise(self.seed, at * 60.0) * 0.06;
        lit(colour, 1.08 - 0.34 * off * off + cloth)
    }

    fn draw_hand(&self, canvas: &mut Canvas, [_, elbow, hand]: [Point; 3]) {
        let (axis, size) = ((hand - elbow).normal(), self.size);
        let palm =
            Ellipse { centre: hand + axis * (0.02 * size), half: Point::new(0.052, 0.04) * size, axis };
        canvas.fill(&palm, |_| self.skin);
        for finger in [-1.5_f32, -0.5, 0.5, 1.5] {
            let root = hand + Point::new(0.045, finger * 0.019).along(axis) * size;
            let tip = hand + Point::new(0.094 - 0.008 * finger.abs(), finger * 0.024).along(axis) * size;
            canvas.fill(&Stroke::new(root, tip, 0.0105 * size), |_| lit(self.skin, 0.94));
        }
    }

    fn draw_held(&self, canvas: &mut Canvas, [_, elbow, hand]: [Point; 3], colour: Colour, round: bool) {
        let (axis, size) = ((hand - elbow).normal(), self.size);
        let centre = hand + axis * (0.06 * size);
        let corner = if round { 0.048 } else { 0.012 };
        let thing = Slab { centre, half: Point::new(0.05, 0.068), axis, round: corner };
        canvas.shade(&Slab { half: thing.half * 1.1, ..thing }, 0.04, 0.3);
        canvas.fill(&thing, |_| colour);
        let label = Slab { half: Point::new(0.048, 0.026), round: 0.004, ..thing };
        canvas.fill(&label, |_| mix(colour, [0.97; 3], 0.75));
        let palm = Ellipse { centre: hand, half: Point::new(0.045, 0.042) * size, axis };
        canvas.fill(&palm, |_| self.skin);
        for finger in [-1.0, 1.0] {
            let root = hand + Point::new(0.02, finger * 0.034).along(axis) * size;
            let tip = hand + Point::new(0.078, finger * 0.06).along(axis) * size;
            canvas.fill(&Stroke::new(root, tip, 0.013 * size), |_| lit(self.skin, 0.95));
        }
    }

    /// Shoulders and head, which are above all else.
    pub fn draw_body(&self, canvas: &mut Canvas, pose: &Pose) {
        let (size, forward) = (self.size, pose.forward());
        let centre = pose.beside(0.0, 0.1 * pose.lean * size);
        let axis = forward.turned();
        let torso = Ellipse { centre, half: Point::new(0.235, 0.125 * self.stout) * size, axis };
        canvas.fill(&torso, |at| self.cloth((at - centre).seen_from(axis) * (1.0 / size)));
        // Bent forward, the back is seen as far as the belt.
        if pose.lean > 0.05 {
            let low = pose.beside(0.0, -0.06 * size);
            let back = Stroke {
                from: centre,
                to: low,
                radius_from: 0.12 * self.stout * size,
                radius_to: 0.125 * self.stout * size,
            };
            canvas.fill(&back, |at| self.cloth((at - centre).seen_from(axis) * (1.0 / size)));
        }
        let head = pose.beside(0.0, (0.045 + 0.17 * pose.lean) * size);
        canvas.shade(&Stroke::disc(head + forward * -0.015, 0.105 * size), 0.07, 0.42);
        self.draw_head(canvas, head, pose.turned(pose.gaze).forward());
    }

    fn cloth(&self, own: Point) -> Colour {
        let edge = Point::new(own.x / 0.24, own.y / 0.14).length();
        let second = match self.pattern {
            Pattern::Plain => false,
            Pattern::Stripes => (own.x * 14.0).floor() as i32 % 2 == 0,
            Pattern::Checks => ((own.x * 14.0).floor() + (own.y * 14.0).floor()) as i32 % 2 == 0,
            Pattern::Yoke => own.x.abs() < 0.12,
        };
        let folds = noise(self.seed, own * 22.0) * 0.16;
        lit(if second { self.second } else { self.top }, 1.06 - (0.38 * edge * edge).min(0.42) + folds)
    }

    fn draw_head(&self, canvas: &mut Canvas, centre: Point, facing: Point) {
        let size = self.size;
        let disc = |forward: f32, along: f32, across: f32| Ellipse {
            centre: centre + facing * (forward * size),
            half: Point::new(along, across) * size,
            axis: facing,
        };
        if self.style == Hair::Long {
            canvas.fill(&disc(-0.05, 0.1, 0.098), |at| self.strands(at, centre, facing));
        }
        if self.style == Hair::Bun {
            canvas.fill(&disc(-0.12, 0.045, 0.05), |at| self.strands(at, centre, facing));
        }
        for ear in [-1.0, 1.0] {
            let at = centre + (facing.turned() * (0.082 * ear) + facing * 0.008) * size;
            canvas.fill(&Stroke::disc(at, 0.02 * size), |_| lit(self.skin, 0.9));
        }
        canvas.fill(&disc(0.012, 0.104, 0.083), |_| self.skin);
        canvas.fill(&disc(0.112, 0.02, 0.014), |_| lit(self.skin, 1.04));
        match self.style {
            Hair::Bald => canvas.fill(&disc(-0.02, 0.062, 0.05), |_| lit(self.skin, 1.1)),
            Hair::Cap(colour) => {
                canvas.fill(&disc(0.07, 0.085, 0.075), |_| lit(colour, 0.75));
                canvas
                    .fill(&disc(-0.012, 0.092, 0.088), |at| lit(colour, 1.1 - (at - centre).length() * 2.5));
            }
            _ => canvas.fill(&disc(-0.014, 0.092, 0.086), |at| self.strands(at, centre, facing)),
        }
    }

    /// Hair shines a little and runs backwards.
    fn strands(&self, at: Point, centre: Point, facing: Point) -> Colour {
        let own = (at - centre).seen_from(facing);
        let strand = noise(self.seed, Point::new(own.x * 25.0, own.y * 130.0));
        lit(self.hair, 0.82 + 0.36 * strand + 0.25 * (0.06 - own.length()).max(0.0) * 10.0)
    }
}

/// -1 to 1 of a step for somebody who has gone so many metres.
pub fn swing(metres: f32) -> f32 {
    libm::sinf(metres * TAU / 1.25)
}
