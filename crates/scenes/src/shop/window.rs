//! Frames in a row that are read together.

use super::action::Action;
use super::clip::{Frames, Labelled};
use crate::picture::Picture;
use std::collections::VecDeque;

/// Some frames in a row and what is done in most of them.
#[derive(Clone, Debug)]
pub struct Window {
    /// The number of its first frame in the clip.
    pub start: usize,
    /// In order.
    pub pictures: Vec<Picture>,
    /// The action of most frames; of two that have as many, the one that comes first.
    pub action: Action,
    /// How many of the frames show it, 0 to 1.
    pub share: f32,
}

/// Windows of a clip. No more frames are held than one has.
#[derive(Clone, Debug)]
pub struct Windows<'a> {
    frames: Frames<'a>,
    held: VecDeque<Labelled>,
    length: usize,
    step: usize,
    start: usize,
}

impl<'a> Windows<'a> {
    /// `length` and `step` are at least 1.
    pub(super) fn new(frames: Frames<'a>, length: usize, step: usize) -> Self {
        Self { frames, held: VecDeque::new(), length: length.max(1), step: step.max(1), start: 0 }
    }
}

impl Iterator for Windows<'_> {
    type Item = Window;

    fn next(&mut self) -> Option<Window> {
        while self.held.len() < self.length {
            self.held.push_back(self.frames.next()?);
        }
        let actions: Vec<Action> = self.held.iter().map(|frame| frame.action).collect();
        let (action, share) = majority(&actions);
        let pictures = self.held.iter().map(|frame| frame.picture.clone()).collect();
        let window = Window { start: self.start, pictures, action, share };
        self.start += self.step;
        self.held.drain(..self.step.min(self.length));
        for _ in self.length..self.step {
            self.frames.skip_one();
        }
        Some(window)
    }
}

/// The action of most frames, and their share.
pub(super) fn majority(actions: &[Action]) -> (Action, f32) {
    let count = |action: Action| actions.iter().filter(|&&other| other == action).count();
    let mut best = (Action::None, 0);
    for &action in actions {
        if count(action) > best.1 {
            best = (action, count(action));
        }
    }
    (best.0, best.1 as f32 / actions.len().max(1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;
    use crate::shop::Shop;

    #[test]
    fn most_frames_name_a_window() {
        use Action::{HandInShelf, None, ReachToShelf};
        assert_eq!(majority(&[None, ReachToShelf, ReachToShelf, HandInShelf]), (ReachToShelf, 0.5));
        assert_eq!(majority(&[HandInShelf, None]), (HandInShelf, 0.5));
    }

    #[test]
    fn windows_are_the_frames_at_their_places() {
        let (shop, size) = (Shop::new(3), Size::new(16, 16).unwrap());
        for (length, step) in [(8, 4), (4, 9), (5, 5)] {
            let windows: Vec<Window> = shop.windows(size, 5.0, length, step).collect();
            assert_eq!(windows.len(), (shop.frame_count(5.0) - length) / step + 1);
            for (number, window) in windows.iter().enumerate() {
                assert_eq!((window.start, window.pictures.len()), (number * step, length));
                assert_eq!(window.pictures[0], shop.frame(size, 5.0, window.start).picture);
            }
        }
    }
}
