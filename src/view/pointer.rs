//! Fingers and the mouse on the stage: dragging, pinching, tapping.

/// What the pointers did with their latest move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Touch {
    /// One pointer dragged by CSS pixels.
    Drag {
        /// To the right.
        dx: f64,
        /// Down.
        dy: f64,
    },
    /// Two pointers: the distance grew by a factor round their middle, which moved too.
    Pinch {
        /// New distance by old distance.
        factor: f64,
        /// The middle.
        x: f64,
        /// The middle.
        y: f64,
        /// How far the middle moved.
        dx: f64,
        /// How far the middle moved.
        dy: f64,
    },
}

/// A tap moves less than this many CSS pixels.
const TAP_SLACK: f64 = 6.0;

/// Pointers that are down, by id, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pointers {
    down: Vec<(i32, f64, f64)>,
    /// CSS pixels moved since the first went down.
    travelled: f64,
}

impl Pointers {
    /// A pointer goes down.
    pub fn press(&mut self, id: i32, x: f64, y: f64) {
        if self.down.is_empty() {
            self.travelled = 0.0;
        }
        self.down.retain(|pointer| pointer.0 != id);
        self.down.push((id, x, y));
    }

    /// A pointer that is down moves; none for others.
    pub fn moves(&mut self, id: i32, x: f64, y: f64) -> Option<Touch> {
        let index = self.down.iter().position(|pointer| pointer.0 == id)?;
        let before = self.down.clone();
        self.down[index] = (id, x, y);
        let (dx, dy) = (x - before[index].1, y - before[index].2);
        self.travelled += dx.hypot(dy);
        match self.down.as_slice() {
            [_] => Some(Touch::Drag { dx, dy }),
            [first, second, ..] => Some(pinch([before[0], before[1]], [*first, *second])),
            [] => None,
        }
    }

    /// A pointer goes up. True if it was a tap.
    pub fn release(&mut self, id: i32) -> bool {
        let single = self.down.len() == 1 && self.down[0].0 == id;
        self.down.retain(|pointer| pointer.0 != id);
        single && self.travelled < TAP_SLACK
    }
}

fn pinch(before: [(i32, f64, f64); 2], after: [(i32, f64, f64); 2]) -> Touch {
    let distance = |[a, b]: [(i32, f64, f64); 2]| (a.1 - b.1).hypot(a.2 - b.2).max(1.0);
    let middle = |[a, b]: [(i32, f64, f64); 2]| ((a.1 + b.1) / 2.0, (a.2 + b.2) / 2.0);
    let ((old_x, old_y), (x, y)) = (middle(before), middle(after));
    Touch::Pinch { factor: distance(after) / distance(before), x, y, dx: x - old_x, dy: y - old_y }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pointer_drags() {
        let mut pointers = Pointers::default();
        pointers.press(1, 10.0, 10.0);
        assert_eq!(pointers.moves(1, 13.0, 14.0), Some(Touch::Drag { dx: 3.0, dy: 4.0 }));
        assert_eq!(pointers.moves(2, 0.0, 0.0), None);
        assert!(pointers.release(1), "5 pixels are still a tap");
    }

    #[test]
    fn a_long_drag_is_no_tap() {
        let mut pointers = Pointers::default();
        pointers.press(1, 0.0, 0.0);
        pointers.moves(1, 30.0, 0.0);
        pointers.moves(1, 0.0, 0.0);
        assert!(!pointers.release(1));
    }

    #[test]
    fn two_pointers_pinch_round_their_middle() {
        let mut pointers = Pointers::default();
        pointers.press(1, 0.0, 0.0);
        pointers.press(2, 100.0, 0.0);
        let touch = pointers.moves(2, 200.0, 0.0);
        assert_eq!(touch, Some(Touch::Pinch { factor: 2.0, x: 100.0, y: 0.0, dx: 50.0, dy: 0.0 }));
        assert!(!pointers.release(2));
    }
}
