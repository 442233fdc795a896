//! How a picture lies in a network's input, and the ways back and forth.

use super::Rect;

/// Where a letterboxed picture lies in an input that it does not fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At the top left, its sides rounded down: YOLOX (`yolox/data/data_augment.py`, `preproc`).
    TopLeft,
    /// In the middle, its sides rounded, the odd pixel of padding to the right and below: Ultralytics
    /// (`ultralytics/data/augment.py`, `LetterBox`).
    Centre,
}

/// How a picture lies in a network's input: `input = image * scale + offset` on each axis, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Pixels of the input for a pixel of the image: along x, along y.
    pub scale: [f64; 2],
    /// Where the picture's top left corner lies in the input: columns, rows.
    pub offset: [u32; 2],
    /// The picture's width and height in the input, at least 1 each; the rest of the input is padding.
    pub size: [u32; 2],
}

impl Placement {
    /// Scaled to fit into the input with its proportions kept; what is left over is padding. Both axes have one scale,
    /// as in the references, although the picture's sides in the input are whole numbers. Sizes are width and height; a
    /// side of zero counts as one.
    pub fn letterbox(image: [u32; 2], input: [u32; 2], anchor: Anchor) -> Self {
        let [image, input] = [at_least_one(image), at_least_one(input)];
        let ratio = |axis: usize| f64::from(input[axis]) / f64::from(image[axis]);
        let scale = ratio(0).min(ratio(1));
        let side = |axis: usize| {
            let exact = f64::from(image[axis]) * scale;
            let whole = match anchor {
                Anchor::TopLeft => exact.floor(),
                Anchor::Centre => exact.round_ties_even(),
            };
            (whole as u32).clamp(1, input[axis])
        };
        let size = [side(0), side(1)];
        let offset = match anchor {
            Anchor::TopLeft => [0, 0],
            Anchor::Centre => [(input[0] - size[0]) / 2, (input[1] - size[1]) / 2],
        };
        Self { scale: [scale; 2], offset, size }
    }

    /// Stretched to fill the input, each axis by its own scale.
    pub fn squash(image: [u32; 2], input: [u32; 2]) -> Self {
        let [image, size] = [at_least_one(image), at_least_one(input)];
        let scale = [0, 1].map(|axis| f64::from(size[axis]) / f64::from(image[axis]));
        Self { scale, offset: [0, 0], size }
    }

    /// Where a rectangle of the image lies in the input.
    pub fn input_from_image(&self, rect: &Rect) -> Rect {
        each_side(rect, |axis, side| side * self.scale[axis] + f64::from(self.offset[axis]))
    }

    /// Where a rectangle of the input lies in the image. It may leave the image: see [`Rect::clipped`].
    pub fn image_from_input(&self, rect: &Rect) -> Rect {
        each_side(rect, |axis, side| (side - f64::from(self.offset[axis])) / self.scale[axis])
    }
}

fn at_least_one([width, height]: [u32; 2]) -> [u32; 2] {
    [width.max(1), height.max(1)]
}

fn each_side(rect: &Rect, moved: impl Fn(usize, f64) -> f64) -> Rect {
    let moved = |axis, side| moved(axis, f64::from(side)) as f32;
    Rect {
        left: moved(0, rect.left),
        top: moved(1, rect.top),
        right: moved(0, rect.right),
        bottom: moved(1, rect.bottom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_wide_photo_lies_at_the_top_as_in_yolox() {
        // min(416 / 640, 416 / 427) = 0.65; int(427 * 0.65) = 277.
        let placed = Placement::letterbox([640, 427], [416, 416], Anchor::TopLeft);
        assert_eq!(placed, Placement { scale: [0.65; 2], offset: [0, 0], size: [416, 277] });
    }

    #[test]
    fn a_tall_photo_lies_in_the_middle_as_in_ultralytics() {
        // LetterBox((640, 640)) of ultralytics 8.3 on 480 x 641: round(479.25) = 479 columns, 80.5 to each side, of which
        // round(80.5 - 0.1) = 80 on the left and round(80.5 + 0.1) = 81 on the right.
        let placed = Placement::letterbox([480, 641], [640, 640], Anchor::Centre);
        assert_eq!((placed.offset, placed.size), ([80, 0], [479, 640]));
    }

    #[test]
    fn a_squashed_photo_fills_the_input() {
        let placed = Placement::squash([640, 480], [320, 320]);
        let whole = Rect { left: 0.0, top: 0.0, right: 640.0, bottom: 480.0 };
        assert_eq!(
            placed.input_from_image(&whole),
            Rect { left: 0.0, top: 0.0, right: 320.0, bottom: 320.0 }
        );
    }

    #[test]
    fn a_line_of_pixels_is_still_there_when_it_is_shrunk() {
        for anchor in [Anchor::TopLeft, Anchor::Centre] {
            assert_eq!(Placement::letterbox([5000, 1], [32, 32], anchor).size, [32, 1]);
            assert_eq!(Placement::letterbox([0, 0], [0, 0], anchor).size, [1, 1]);
        }
    }

    proptest! {
        #[test]
        fn a_box_comes_back_from_the_input(
            image in [1_u32..8000, 1_u32..8000], input in [16_u32..1500, 16_u32..1500],
            shares in [0.0_f32..1.0, 0.0_f32..1.0, 0.0_f32..1.0, 0.0_f32..1.0], way in 0..3,
        ) {
            let placed = match way {
                0 => Placement::letterbox(image, input, Anchor::TopLeft),
                1 => Placement::letterbox(image, input, Anchor::Centre),
                _ => Placement::squash(image, input),
            };
            let [width, height] = image.map(|side| side as f32);
            let rect = Rect {
                left: width * shares[0].min(shares[2]),
                top: height * shares[1].min(shares[3]),
                right: width * shares[0].max(shares[2]),
                bottom: height * shares[1].max(shares[3]),
            };
            let there = placed.input_from_image(&rect);
            // Half a pixel: the sides were rounded, the scale was not.
            let inside = |low: f32, high: f32, side: u32| low >= -0.01 && high <= side as f32 + 0.51;
            prop_assert!(inside(there.left, there.right, input[0]) && inside(there.top, there.bottom, input[1]));
            let back = placed.image_from_input(&there);
            // A unit in the last place of the input's coordinates, seen in the image.
            let near = |a: f32, b: f32, axis: usize| f64::from((a - b).abs()) <= 2e-4 / placed.scale[axis] + 1e-3;
            prop_assert!(near(back.left, rect.left, 0) && near(back.right, rect.right, 0));
            prop_assert!(near(back.top, rect.top, 1) && near(back.bottom, rect.bottom, 1));
        }

        #[test]
        fn the_picture_lies_inside_the_input(
            image in [1_u32..100_000, 1_u32..100_000], input in [1_u32..5000, 1_u32..5000],
        ) {
            for anchor in [Anchor::TopLeft, Anchor::Centre] {
                let placed = Placement::letterbox(image, input, anchor);
                for (axis, &side) in input.iter().enumerate() {
                    prop_assert!(placed.size[axis] >= 1);
                    prop_assert!(placed.offset[axis] + placed.size[axis] <= side);
                }
                prop_assert!((0..2).any(|axis| placed.size[axis] + 1 >= input[axis]));
            }
        }
    }
}
