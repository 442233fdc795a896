//! A camera that hangs from the ceiling may be turned: windows of training are mirrored and turned by quarters, and their
//! flow with them. What is done in them stays the same.

use rand::RngExt;
use rand::rngs::StdRng;

/// One of the eight ways to lay a square on itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Rows become columns, first of all.
    transposed: bool,
    /// Left becomes right.
    mirrored: bool,
    /// Top becomes bottom.
    upended: bool,
}

impl Turn {
    /// One at random.
    pub fn drawn(random: &mut StdRng) -> Self {
        let [transposed, mirrored, upended] = [(); 3].map(|()| random.random_bool(0.5));
        Self { transposed, mirrored, upended }
    }

    /// Squares of `side` x `side` bytes one after the other.
    pub fn planes(self, planes: &[u8], side: usize) -> Vec<u8> {
        planes.chunks(side * side).flat_map(|plane| self.plane(plane, side)).collect()
    }

    /// Planes of flow in pairs, motion to the right and motion down, as [`vitrine_pixels::flow::FlowField::planes`] has them.
    pub fn fields(self, planes: &[u8], side: usize) -> Vec<u8> {
        // No motion lies in the middle of the bytes, so that the opposite of a byte is its complement.
        let towards = |plane: &[u8], turned: bool| -> Vec<u8> {
            let plane = self.plane(plane, side);
            if turned { plane.into_iter().map(|byte| !byte).collect() } else { plane }
        };
        let field = |field: &[u8]| {
            let (across, down) = field.split_at(side * side);
            let (across, down) = if self.transposed { (down, across) } else { (across, down) };
            [towards(across, self.mirrored), towards(down, self.upended)].concat()
        };
        planes.chunks(2 * side * side).flat_map(field).collect()
    }

    fn plane(self, plane: &[u8], side: usize) -> Vec<u8> {
        let from = |index: usize| {
            let (x, y) = (index % side, index / side);
            let x = if self.mirrored { side - 1 - x } else { x };
            let y = if self.upended { side - 1 - y } else { y };
            if self.transposed { x * side + y } else { y * side + x }
        };
        (0..side * side).map(|index| plane[from(index)]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_pixels::Gray;
    use vitrine_pixels::flow::TvL1;

    const SIDE: usize = 32;

    fn all() -> impl Iterator<Item = Turn> {
        let bit = |number: usize, place: usize| number >> place & 1 == 1;
        (0..8).map(move |number| Turn {
            transposed: bit(number, 0),
            mirrored: bit(number, 1),
            upended: bit(number, 2),
        })
    }

    /// By hand: 1 2 / 3 4.
    #[test]
    fn squares_are_laid_on_themselves() {
        let turn =
            |transposed, mirrored, upended| Turn { transposed, mirrored, upended }.planes(&[1, 2, 3, 4], 2);
        assert_eq!(turn(false, true, false), [2, 1, 4, 3]);
        assert_eq!(turn(false, false, true), [3, 4, 1, 2]);
        assert_eq!(turn(true, false, false), [1, 3, 2, 4]);
        assert_eq!(turn(true, true, false), [3, 1, 4, 2], "a quarter to the right");
    }

    /// A smooth pattern that moves 1.5 pixels to the right and 0.75 up.
    fn pattern(time: f32) -> Vec<u8> {
        let grey = |index: usize| {
            let (x, y) = ((index % SIDE) as f32 - 1.5 * time, (index / SIDE) as f32 + 0.75 * time);
            (127.5 + 60.0 * (x * 0.55 + 0.3 * y).sin() + 55.0 * (y * 0.6 - 0.2 * x).cos()) as u8
        };
        (0..SIDE * SIDE).map(grey).collect()
    }

    /// Flow of turned pictures, computed, against the turned flow of the pictures: to a fifth of a pixel in the mean.
    #[test]
    fn turned_flow_is_the_flow_of_turned_pictures() {
        let flow = |pictures: [Vec<u8>; 2]| -> Vec<u8> {
            let [first, second] =
                pictures.map(|picture| Gray::new(SIDE as u32, SIDE as u32, picture).unwrap());
            let planes = TvL1::default().flow(&first, &second).unwrap().planes();
            planes.iter().flat_map(|plane| plane.values().to_vec()).collect()
        };
        let pictures = [pattern(0.0), pattern(1.0)];
        let straight = flow(pictures.clone());
        for turn in all() {
            let computed = flow(pictures.clone().map(|picture| turn.planes(&picture, SIDE)));
            let turned = turn.fields(&straight, SIDE);
            let apart: u32 = computed.iter().zip(&turned).map(|(&a, &b)| u32::from(a.abs_diff(b))).sum();
            let mean = apart as f32 / computed.len() as f32;
            assert!(mean < 0.2 * 6.375, "{turn:?}: {mean}");
        }
    }
}
