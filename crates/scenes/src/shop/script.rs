//! What a shopper does in a clip, one thing after the other.

use super::action::Action;
use super::pose::Pose;
use super::segment::{Segment, Sway};
use crate::random::Random;
use crate::vector::Point;

/// How somebody shops.
#[derive(Clone, Copy, Debug)]
pub struct Habits {
    /// Of the body; 1 is a grown person's.
    pub size: f32,
    /// Of everything; 1 is the usual.
    pub pace: f32,
    /// 0 left, 1 right.
    pub hand: usize,
    /// Metres from the shelf's front edge.
    pub distance: f32,
}

/// Writes the script of a clip that is at least `seconds` long.
pub fn script(habits: Habits, seconds: f32, random: &mut Random) -> Vec<Segment> {
    let at = Point::new(random.range(-0.25, 0.25), habits.distance);
    let pose = Pose { at, turn: 0.0, lean: 0.0, gaze: 0.0, hands: [Point::default(); 2] };
    let pose = pose.with_hanging_hands(habits.size);
    let mut writer = Writer {
        habits,
        pose,
        now: 0.0,
        until: seconds,
        holds: false,
        hand: habits.hand,
        random,
        segments: vec![],
    };
    if writer.random.chance(0.5) {
        writer.away();
    }
    while writer.now < writer.until {
        writer.visit();
    }
    writer.segments
}

struct Writer<'a> {
    habits: Habits,
    pose: Pose,
    now: f32,
    /// Nothing new is begun from here on.
    until: f32,
    holds: bool,
    hand: usize,
    random: &'a mut Random,
    segments: Vec<Segment>,
}

impl Writer<'_> {
    fn add(&mut self, action: Action, seconds: [f32; 2], to: Pose, sway: Sway) {
        let length = self.random.range(seconds[0], seconds[1]) / self.habits.pace;
        let sway = Sway { phase: self.random.unit(), ..sway };
        let (start, end) = (self.now, self.now + length);
        let (from, holds, hand) = (self.pose, self.holds, self.hand);
        self.segments.push(Segment { action, start, end, from, to, holds, hand, sway });
        (self.now, self.pose) = (end, to);
    }

    /// Comes to a place, looks, takes some things, and does something else.
    fn visit(&mut self) {
        if self.random.chance(0.75) {
            self.inspect_shelf();
        }
        for _ in 0..1 + self.random.below(3) {
            if self.now >= self.until {
                return;
            }
            self.hand = if self.random.chance(0.8) { self.habits.hand } else { 1 - self.habits.hand };
            self.fetch(true);
            if self.holds {
                self.consider();
            }
            if self.random.chance(0.45) {
                self.inspect_shelf();
            }
        }
        match self.random.below(4) {
            0 => self.away(),
            1 => self.touch_head(),
            _ => self.walk(),
        }
    }

    /// Into the shelf and back; with luck there is something in the hand then.
    fn fetch(&mut self, takes: bool) {
        let side = if self.hand == 1 { 1.0 } else { -1.0 };
        let sideways = side * 0.12 + self.random.range(-0.16, 0.16);
        let target = Point::new(self.pose.at.x + sideways, self.random.range(-0.27, -0.13));
        let bow = self.random.range(-0.05, 0.05);
        let mut there = Pose {
            turn: -side * self.random.range(0.15, 0.35),
            lean: self.random.range(0.75, 1.0),
            ..self.pose
        };
        there.gaze = sideways * 1.2 - there.turn;
        let mut there = there.with_hanging_hands(self.habits.size);
        there.hands[self.hand] = target;
        self.add(Action::ReachToShelf, [0.8, 1.35], there, Sway { bow, ..Sway::default() });
        there.hands[self.hand] =
            target + Point::new(self.random.range(-0.04, 0.04), self.random.range(-0.02, 0.02));
        let (stir, stir_hertz) = (self.random.range(0.008, 0.028), self.random.range(0.5, 1.4));
        self.add(Action::HandInShelf, [0.9, 2.0], there, Sway { stir, stir_hertz, ..Sway::default() });
        self.holds = takes && self.random.chance(0.6);
        let chest = self.holds || self.random.chance(0.4);
        let back = self.back(chest);
        self.add(Action::RetractFromShelf, [0.8, 1.35], back, Sway { bow, ..Sway::default() });
    }

    /// Upright again, the hand before the chest or hanging.
    fn back(&mut self, chest: bool) -> Pose {
        let upright =
            Pose { turn: 0.0, lean: 0.0, gaze: 0.0, ..self.pose }.with_hanging_hands(self.habits.size);
        if !chest {
            return upright;
        }
        let side = if self.hand == 1 { 1.0 } else { -1.0 };
        let (right, forward) = (side * self.random.range(0.0, 0.1), self.random.range(0.24, 0.31));
        let mut held = upright;
        held.hands[self.hand] = upright.beside(right * self.habits.size, forward * self.habits.size);
        if self.random.chance(0.45) {
            held.hands[1 - self.hand] =
                upright.beside((right - side * 0.09) * self.habits.size, forward * self.habits.size);
        }
        held
    }

    /// Looks at what is in the hand, then puts it back or away.
    fn consider(&mut self) {
        if self.random.chance(0.9) {
            let (stir, stir_hertz) = (self.random.range(0.006, 0.022), self.random.range(0.4, 1.2));
            let look = self.random.range(0.0, 0.15);
            let sway = Sway { stir, stir_hertz, look, look_hertz: 0.4, lean: 0.15, ..Sway::default() };
            self.add(Action::InspectProduct, [1.4, 3.2], self.pose, sway);
        }
        if self.random.chance(0.75) {
            self.fetch(false);
        } else {
            self.put_away();
        }
    }

    /// Into a basket that hangs from the other arm.
    fn put_away(&mut self) {
        let upright = self.back(false);
        let side = if self.hand == 1 { -1.0 } else { 1.0 };
        let mut low = upright;
        low.hands[self.hand] = upright.beside(side * 0.22 * self.habits.size, 0.2 * self.habits.size);
        low.gaze = side * 0.7;
        self.add(Action::None, [0.6, 1.0], low, Sway::default());
        self.holds = false;
        self.add(Action::None, [0.6, 1.0], upright, Sway::default());
    }

    fn inspect_shelf(&mut self) {
        let upright = self.back(false);
        let to = (upright.at.x + self.random.range(-0.1, 0.1)).clamp(-0.42, 0.42);
        let drift = Point::new(to - upright.at.x, 0.0);
        let sway = Sway {
            lean: self.random.range(0.3, 0.75),
            look: self.random.range(0.35, 0.8),
            look_hertz: self.random.range(0.2, 0.5),
            ..Sway::default()
        };
        self.add(Action::InspectShelf, [1.4, 3.4], upright.moved(drift), sway);
    }

    /// Turns from the shelf, stands, and turns back.
    fn away(&mut self) {
        let upright = self.back(false);
        let turn = self.random.sign() * self.random.range(1.3, 2.9);
        let sway = Sway { turn, look: 0.3, look_hertz: 0.3, ..Sway::default() };
        self.add(Action::None, [2.0, 3.6], upright, sway);
    }

    fn touch_head(&mut self) {
        let upright = self.back(false);
        let side = if self.hand == 1 { 1.0 } else { -1.0 };
        let mut touching = upright;
        touching.hands[self.hand] = upright.beside(side * 0.1 * self.habits.size, 0.1 * self.habits.size);
        self.add(Action::None, [0.5, 0.9], touching, Sway::default());
        let stir = Sway { stir: 0.015, stir_hertz: 1.6, ..Sway::default() };
        self.add(Action::None, [0.5, 1.2], touching, stir);
        self.add(Action::None, [0.5, 0.9], upright, Sway::default());
    }

    /// To another part of the shelf, or there and back again where the camera's sight ends.
    fn walk(&mut self) {
        let upright = self.back(false);
        let to = self.random.range(0.15, 0.4) * if upright.at.x > 0.0 { -1.0 } else { 1.0 };
        let way = to - upright.at.x;
        let turn = if way > 0.0 { 1.35 } else { -1.35 };
        let (shortest, longest) = (way.abs() / 0.8 + 0.4, way.abs() / 0.5 + 0.6);
        let sway = Sway { turn, steps: 1.0, ..Sway::default() };
        self.add(Action::None, [shortest, longest], upright.moved(Point::new(way, 0.0)), sway);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scripts() -> impl Iterator<Item = Vec<Segment>> {
        let habits = Habits { size: 1.0, pace: 1.0, hand: 1, distance: 0.45 };
        (0..40).map(move |seed| script(habits, 30.0, &mut Random::new(seed)))
    }

    #[test]
    fn one_segment_begins_where_the_one_before_ends() {
        for script in scripts() {
            for pair in script.windows(2) {
                assert_eq!(pair[0].end, pair[1].start);
                let (before, after) = (pair[0].pose(pair[0].end), pair[1].pose(pair[1].start));
                // But for how somebody stands, which changes by less than an inch.
                assert!((before.at - after.at).length() < 0.025, "{:?} {:?}", pair[0], pair[1]);
                assert!((before.hands[0] - after.hands[0]).length() < 0.025);
                assert!((before.turn - after.turn).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn hands_come_back_from_where_they_went() {
        for script in scripts() {
            for (place, segment) in script.iter().enumerate() {
                if segment.action == Action::ReachToShelf {
                    let next: Vec<Action> =
                        script[place + 1..].iter().take(2).map(|next| next.action).collect();
                    assert_eq!(next, [Action::HandInShelf, Action::RetractFromShelf]);
                    assert!(segment.to.hands[segment.hand].y < -0.1);
                    assert!(segment.from.hands[segment.hand].y > 0.0);
                }
            }
        }
    }

    /// What a still frame shows must not tell the two apart.
    #[test]
    fn about_as_often_is_something_carried_there_as_back() {
        let all: Vec<Segment> = scripts().flatten().collect();
        let carried = |action: Action| {
            let those: Vec<&Segment> = all.iter().filter(|segment| segment.action == action).collect();
            those.iter().filter(|segment| segment.holds).count() as f32 / those.len() as f32
        };
        let (there, back) = (carried(Action::ReachToShelf), carried(Action::RetractFromShelf));
        assert!((there - back).abs() < 0.2, "{there} {back}");
    }
}
