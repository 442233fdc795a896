//! One thing that a shopper does: an action that leads from one pose to another.

use super::action::Action;
use super::pose::{Pose, least_jerk, plateau};
use crate::vector::Point;
use std::f32::consts::TAU;

/// One thing that is done.
#[derive(Clone, Debug)]
pub struct Segment {
    pub action: Action,
    /// Seconds of the clip.
    pub start: f32,
    pub end: f32,
    pub from: Pose,
    pub to: Pose,
    /// A product is in the hand.
    pub holds: bool,
    /// Which hand does it: 0 left, 1 right.
    pub hand: usize,
    pub sway: Sway,
}

/// What moves besides the way from pose to pose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sway {
    /// The body turns this far, stays, and turns back.
    pub turn: f32,
    /// The body leans this far, stays, and rises.
    pub lean: f32,
    /// The head looks this far to either side, so often in a second.
    pub look: f32,
    pub look_hertz: f32,
    /// The hand stirs by so many metres, so often in a second.
    pub stir: f32,
    pub stir_hertz: f32,
    /// The hand's path is bowed by so many metres.
    pub bow: f32,
    /// Walks: steps of a metre.
    pub steps: f32,
    /// 0 to 1: where in their swing these begin.
    pub phase: f32,
}

impl Segment {
    /// The pose at a second of the clip.
    pub fn pose(&self, seconds: f32) -> Pose {
        let time = ((seconds - self.start) / (self.end - self.start).max(1e-3)).clamp(0.0, 1.0);
        let (sway, wave) = (&self.sway, |hertz: f32, phase: f32| libm::sinf(TAU * (hertz * seconds + phase)));
        let mut pose = self.from.mix(&self.to, least_jerk(time)).turned(sway.turn * plateau(time));
        pose.lean += sway.lean * plateau(time);
        pose.gaze += sway.look * plateau(time) * wave(sway.look_hertz, sway.phase);
        let stir = sway.stir * plateau(time);
        let way = (self.to.hands[self.hand] - self.from.hands[self.hand]).turned();
        let hand = &mut pose.hands[self.hand];
        *hand = *hand
            + Point::new(wave(sway.stir_hertz, sway.phase), wave(sway.stir_hertz * 0.7, sway.phase + 0.3))
                * stir;
        if sway.bow != 0.0 {
            *hand = *hand + way.normal() * (sway.bow * 4.0 * time * (1.0 - time));
        }
        // Nobody stands as still as a post.
        pose.moved(Point::new(wave(0.31, sway.phase), wave(0.23, sway.phase + 0.6)) * 0.006)
    }
}
