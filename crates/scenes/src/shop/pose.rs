//! How a body stands, and what lies between two such poses. Metres; x runs along the shelf, y from its front edge (0) into the
//! aisle.

use crate::vector::Point;
use std::f32::consts::FRAC_PI_2;

/// A body seen from above.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    /// Between the feet.
    pub at: Point,
    /// Radians to the right of facing the shelf.
    pub turn: f32,
    /// 0 upright to 1 bent forward as far as for the back of a shelf.
    pub lean: f32,
    /// Radians that the head is turned to the right of the body.
    pub gaze: f32,
    /// Left and right hand.
    pub hands: [Point; 2],
}

impl Pose {
    /// The way that the body faces.
    pub fn forward(&self) -> Point {
        Point::towards(self.turn - FRAC_PI_2)
    }

    /// A point of the body: so far to its right and forward.
    pub fn beside(&self, right: f32, forward: f32) -> Point {
        self.at + self.forward() * forward + self.forward().turned() * right
    }

    /// Where hands hang.
    pub fn with_hanging_hands(self, size: f32) -> Self {
        Self {
            hands: [self.beside(-0.25 * size, 0.07 * size), self.beside(0.25 * size, 0.07 * size)],
            ..self
        }
    }

    /// `share` of the way to another pose.
    pub fn mix(&self, to: &Self, share: f32) -> Self {
        let part = |from: f32, to: f32| from + (to - from) * share;
        Self {
            at: self.at.mix(to.at, share),
            turn: part(self.turn, to.turn),
            lean: part(self.lean, to.lean),
            gaze: part(self.gaze, to.gaze),
            hands: [self.hands[0].mix(to.hands[0], share), self.hands[1].mix(to.hands[1], share)],
        }
    }

    /// The whole body moved, hands included.
    pub fn moved(self, by: Point) -> Self {
        Self { at: self.at + by, hands: self.hands.map(|hand| hand + by), ..self }
    }

    /// The whole body turned on the spot, hands included.
    pub fn turned(self, by: f32) -> Self {
        let axis = Point::towards(by);
        let hands = self.hands.map(|hand| self.at + (hand - self.at).along(axis));
        Self { turn: self.turn + by, hands, ..self }
    }
}

/// The path of least jerk, on which hands move: Flash and Hogan 1985, eq. 3. 0 to 1 for 0 to 1.
pub fn least_jerk(time: f32) -> f32 {
    let time = time.clamp(0.0, 1.0);
    time * time * time * (10.0 - 15.0 * time + 6.0 * time * time)
}

/// 0 at both ends of a time from 0 to 1, and 1 in between but for a fifth at either end.
pub fn plateau(time: f32) -> f32 {
    least_jerk(time.min(1.0 - time) * 5.0)
}

/// An arm of two links seen from above: where elbow and hand are for a shoulder, a wanted hand, the lengths of the links, and
/// the side to which the elbow bends (-1 or 1). What is farther than the arm is reached for, not touched. An arm that is seen
/// short points down rather than being folded up, so that its links look shorter too.
pub fn arm(shoulder: Point, wanted: Point, links: [f32; 2], side: f32) -> [Point; 2] {
    let way = wanted - shoulder;
    let length = links[0] + links[1];
    let distance = way.length().clamp(1e-4, length * 0.995);
    let seen = (distance / length * 1.18).clamp(0.25, 1.0);
    let [upper, lower] = links.map(|link| link * seen);
    // A hand at its own shoulder is no triangle.
    let along =
        ((distance * distance + upper * upper - lower * lower) / (2.0 * distance)).clamp(-upper, upper);
    let across = (upper * upper - along * along).max(0.0).sqrt();
    let axis = way.normal();
    [shoulder + Point::new(along, across * side).along(axis), shoulder + axis * distance]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hand_moves_with_least_jerk() {
        // Half of the way at half of the time, and 15/8 of the mean speed there.
        assert_eq!(least_jerk(0.5), 0.5);
        assert!((least_jerk(0.501) - least_jerk(0.499) - 0.002 * 1.875).abs() < 1e-5);
        assert_eq!([least_jerk(-1.0), least_jerk(2.0)], [0.0, 1.0]);
        assert_eq!([plateau(0.0), plateau(0.5), plateau(1.0)], [0.0, 1.0, 0.0]);
    }

    proptest! {
        #[test]
        fn links_keep_their_lengths_and_hands_are_where_they_are_wanted(
            x in -0.5_f32..0.5, y in -0.5_f32..0.5, side in prop_oneof![Just(-1.0_f32), Just(1.0)],
        ) {
            let (shoulder, wanted) = (Point::new(0.1, 0.2), Point::new(0.1 + x, 0.2 + y));
            let [elbow, hand] = arm(shoulder, wanted, [0.3, 0.25], side);
            prop_assert!((elbow - shoulder).length() <= 0.301 && (hand - elbow).length() <= 0.251);
            let ratio = (elbow - shoulder).length() / (hand - elbow).length().max(1e-6);
            let reach = (wanted - shoulder).length();
            if reach > 0.15 {
                prop_assert!((ratio - 1.2).abs() < 0.02, "{ratio}");
            }
            if reach < 0.54 && reach > 1e-3 {
                prop_assert!((hand - wanted).length() < 1e-3);
            }
        }
    }
}
