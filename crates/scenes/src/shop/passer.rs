//! Somebody else who walks past, and may hide what the shopper does.

use super::pose::Pose;
use super::shopper::{Shopper, swing};
use crate::canvas::Canvas;
use crate::random::Random;
use crate::vector::Point;
use std::f32::consts::FRAC_PI_2;

/// Where a passer comes into sight, and leaves it on the other side.
const OUTSIDE: f32 = 2.6;

/// Walks through the aisle once.
#[derive(Clone, Debug)]
pub struct Passer {
    look: Shopper,
    start_secs: f32,
    metres_per_sec: f32,
    /// 1 to the right, -1 to the left.
    way: f32,
    y: f32,
}

impl Passer {
    /// Comes some time in a clip of so many seconds.
    pub fn new(seconds: f32, random: &mut Random) -> Self {
        Self {
            look: Shopper::new(random),
            start_secs: random.range(-2.0, seconds - 4.0),
            metres_per_sec: random.range(0.8, 1.4),
            way: random.sign(),
            y: random.range(0.72, 1.05),
        }
    }

    /// Draws whoever is in sight at that time.
    pub fn draw(&self, canvas: &mut Canvas, seconds: f32, shadow: Point, shade: f32) {
        let gone = (seconds - self.start_secs) * self.metres_per_sec;
        if !(0.0..OUTSIDE * 2.0).contains(&gone) {
            return;
        }
        let at = Point::new(self.way * (gone - OUTSIDE), self.y);
        let pose =
            Pose { at, turn: self.way * FRAC_PI_2, lean: 0.0, gaze: 0.0, hands: [Point::default(); 2] };
        let mut pose = pose.with_hanging_hands(self.look.size);
        let step = swing(gone);
        for (hand, side) in [(0, 1.0), (1, -1.0)] {
            pose.hands[hand] = pose.hands[hand] + pose.forward() * (0.13 * side * -step);
        }
        self.look.draw_shadow(canvas, &pose, shadow, shade);
        self.look.draw_feet(canvas, &pose, step);
        self.look.draw_arms(canvas, &pose, None);
        self.look.draw_body(canvas, &pose);
    }
}
