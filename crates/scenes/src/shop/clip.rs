//! One clip: its parts, and its frames.

use super::action::Action;
use super::passer::Passer;
use super::pose::{Pose, least_jerk};
use super::room::Room;
use super::script::{Habits, script};
use super::segment::Segment;
use super::shelf::Shelf;
use super::shopper::{Shopper, swing};
use super::window::Windows;
use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::picture::{Picture, Size};
use crate::random::{Random, cell, hash};

/// A clip is at least so long.
const SECONDS: f32 = 24.0;

/// A clip of a shopper at a shelf, which a seed decides.
#[derive(Clone, Debug)]
pub struct Shop {
    seed: u64,
    script: Vec<Segment>,
    shopper: Shopper,
    shelf: Shelf,
    room: Room,
    passers: Vec<Passer>,
    /// Of the light from frame to frame, as a part of it.
    flicker: f32,
}

/// A frame and what is done in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// What the camera sees.
    pub picture: Picture,
    /// What the shopper does.
    pub action: Action,
}

impl Shop {
    /// The clip of a seed.
    pub fn new(seed: u64) -> Self {
        let random = Random::new(seed);
        let shopper = Shopper::new(&mut random.fork(1));
        let mut own = random.fork(2);
        let habits = Habits {
            size: shopper.size,
            pace: own.range(0.8, 1.25),
            hand: usize::from(own.chance(0.7)),
            distance: own.range(0.4, 0.47) * shopper.size,
        };
        let script = script(habits, SECONDS, &mut own);
        let mut others = random.fork(3);
        let count = others.pick([0, 0, 1, 1, 2]);
        Self {
            seed,
            script,
            shopper,
            shelf: Shelf::new(&mut random.fork(4)),
            room: Room::new(&mut random.fork(5)),
            passers: (0..count).map(|_| Passer::new(SECONDS, &mut others)).collect(),
            flicker: 0.03,
        }
    }

    /// The same seen by a camera that hangs still, under a light that does not flicker, without noise: such a clip makes
    /// small files.
    pub fn with_still_camera(self) -> Self {
        Self { room: self.room.with_still_camera(), flicker: 0.0, ..self }
    }

    /// How long the clip is: 24 seconds and what it takes to end what was begun.
    pub fn seconds(&self) -> f32 {
        self.script.last().map_or(0.0, |last| last.end)
    }

    /// What is done at a time.
    pub fn action_at(&self, seconds: f32) -> Action {
        self.segment_at(seconds).map_or(Action::None, |segment| segment.action)
    }

    /// The actions one after the other, with the seconds at which each begins and ends.
    pub fn timeline(&self) -> Vec<(Action, f32, f32)> {
        let mut timeline: Vec<(Action, f32, f32)> = vec![];
        for segment in &self.script {
            match timeline.last_mut() {
                Some((action, _, end)) if *action == segment.action => *end = segment.end,
                _ => timeline.push((segment.action, segment.start, segment.end)),
            }
        }
        timeline
    }

    /// How many frames there are at a rate (frames a second).
    pub fn frame_count(&self, rate: f32) -> usize {
        (self.seconds() * rate).floor() as usize
    }

    /// All frames in order, drawn as they are asked for, at a rate (frames a second).
    pub fn frames(&self, size: Size, rate: f32) -> Frames<'_> {
        Frames { shop: self, size, rate, next: 0, end: self.frame_count(rate) }
    }

    /// Windows of `length` frames, one every `step` frames; what does not fill one is left out.
    pub fn windows(&self, size: Size, rate: f32, length: usize, step: usize) -> Windows<'_> {
        Windows::new(self.frames(size, rate), length, step)
    }

    /// One frame: number `index` at this rate.
    pub fn frame(&self, size: Size, rate: f32, index: usize) -> Labelled {
        let seconds = index as f32 / rate;
        let mut canvas = Canvas::new(size, self.room.view(size, seconds));
        self.room.draw_floor(&mut canvas);
        self.shelf.draw_lower(&mut canvas);
        if let Some(segment) = self.segment_at(seconds) {
            self.draw_shopper(&mut canvas, segment, seconds);
        }
        for passer in &self.passers {
            passer.draw(&mut canvas, seconds, self.room.shadow, self.room.shade);
        }
        let flicker = 1.0 + self.flicker * (cell(self.seed as u32, index as i32, -1) - 0.5);
        self.room.develop(&mut canvas, flicker);
        let noise_seed = hash(self.seed as u32, (self.seed >> 32) as u32, index as u32);
        let picture = canvas.picture(self.room.noise_levels, noise_seed);
        Labelled { picture, action: self.action_at(seconds) }
    }

    fn draw_shopper(&self, canvas: &mut Canvas, segment: &Segment, seconds: f32) {
        let pose = segment.pose(seconds);
        self.shopper.draw_shadow(canvas, &pose, self.room.shadow, self.room.shade);
        self.shopper.draw_feet(canvas, &pose, self.step(segment, seconds));
        self.shopper.draw_arms(canvas, &pose, self.held(segment));
        self.shelf.draw_upper(canvas);
        self.shopper.draw_body(canvas, &pose);
    }

    /// Where the shelf lies in the picture.
    #[cfg(test)]
    pub(super) fn view(&self, size: Size, seconds: f32) -> crate::canvas::View {
        self.room.view(size, seconds)
    }

    /// Where in a step somebody is who walks; 0 who stands.
    fn step(&self, segment: &Segment, seconds: f32) -> f32 {
        let way: Pose = segment.from;
        let time = (seconds - segment.start) / (segment.end - segment.start).max(1e-3);
        let metres = (segment.to.at - way.at).length() * least_jerk(time);
        if segment.sway.steps > 0.0 { swing(metres * segment.sway.steps) } else { 0.0 }
    }

    /// The hand with a product in it, its colour, and whether it is round.
    fn held(&self, segment: &Segment) -> Option<(usize, Colour, bool)> {
        let product = self.shelf.product_near(segment.from.at.x)?;
        segment.holds.then_some((segment.hand, product.colour, product.round))
    }

    fn segment_at(&self, seconds: f32) -> Option<&Segment> {
        let place = self.script.partition_point(|segment| segment.end <= seconds);
        self.script.get(place).or(self.script.last())
    }
}

/// Frames of a clip, drawn one at a time.
#[derive(Clone, Debug)]
pub struct Frames<'a> {
    shop: &'a Shop,
    size: Size,
    rate: f32,
    next: usize,
    end: usize,
}

impl Iterator for Frames<'_> {
    type Item = Labelled;

    fn next(&mut self) -> Option<Labelled> {
        let frame = (self.next < self.end).then(|| self.shop.frame(self.size, self.rate, self.next));
        self.next += 1;
        frame
    }
}

impl Frames<'_> {
    /// Passes over a frame without drawing it.
    pub(super) fn skip_one(&mut self) {
        self.next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    fn size() -> Size {
        Size::new(64, 48).unwrap()
    }

    /// Taken on x86-64 Linux; other platforms have to find the same.
    #[test]
    fn a_seed_is_the_same_clip_on_every_platform() {
        let mut digest = Sha256::new();
        for seed in 0..6 {
            Shop::new(seed).frames(size(), 2.0).for_each(|frame| digest.update(frame.picture.rgb()));
        }
        let found = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(found, "16c833247b7e719fba13c8a70d33a2629731ad7e3aaf453f789c24cdfe3a6882");
    }

    #[test]
    fn frames_are_drawn_alike_in_any_order() {
        let shop = Shop::new(11);
        let third = shop.frames(size(), 4.0).nth(3).unwrap();
        assert_eq!(third, shop.frame(size(), 4.0, 3));
        assert_ne!(third.picture, Shop::new(12).frame(size(), 4.0, 3).picture);
    }

    /// Every action has its share of the frames, so that a network sees enough of each.
    #[test]
    fn no_action_is_rare() {
        let mut seconds = [0.0; 6];
        for seed in 0..60 {
            let shop = Shop::new(seed);
            assert!((SECONDS..SECONDS + 16.0).contains(&shop.seconds()));
            shop.timeline().iter().for_each(|(action, start, end)| seconds[action.id()] += end - start);
        }
        let all: f32 = seconds.iter().sum();
        assert!(seconds.iter().all(|part| part / all > 0.08), "{seconds:?}");
    }

    #[test]
    fn a_timeline_has_no_gaps_and_says_what_frames_say() {
        let shop = Shop::new(5);
        let timeline = shop.timeline();
        assert!(timeline.windows(2).all(|pair| pair[0].2 == pair[1].1 && pair[0].0 != pair[1].0));
        for &(action, start, end) in &timeline {
            assert_eq!(shop.action_at(start.midpoint(end)), action);
        }
        assert_eq!(timeline.last().unwrap().2, shop.seconds());
    }
}
