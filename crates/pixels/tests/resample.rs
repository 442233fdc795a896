//! Against Pillow: `make_resample_goldens.py` made the expected bytes.

use proptest::prelude::*;
use std::path::PathBuf;
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::{Filter, Frame, resample, resample_rgb, test_card};

type Case = (&'static str, Filter, (u32, u32), (u32, u32), Option<[f32; 4]>);

const CASES: [Case; 12] = [
    ("bilinear_down", Filter::Bilinear, (97, 61), (33, 20), None),
    ("bilinear_up", Filter::Bilinear, (37, 29), (101, 67), None),
    ("bilinear_mixed", Filter::Bilinear, (97, 31), (41, 83), None),
    ("bilinear_far_down", Filter::Bilinear, (1023, 517), (31, 17), None),
    ("bilinear_tile", Filter::Bilinear, (97, 61), (29, 29), Some([36.0, 0.0, 97.0, 61.0])),
    ("bilinear_between_pixels", Filter::Bilinear, (97, 61), (45, 39), Some([3.25, 7.5, 60.1, 55.75])),
    ("bilinear_same_size", Filter::Bilinear, (41, 23), (41, 23), None),
    ("bicubic_down", Filter::Bicubic, (97, 61), (33, 20), None),
    ("bicubic_up", Filter::Bicubic, (37, 29), (101, 67), None),
    ("bicubic_between_pixels", Filter::Bicubic, (97, 61), (45, 39), Some([3.25, 7.5, 60.1, 55.75])),
    ("box_down", Filter::Box, (97, 61), (33, 20), None),
    ("box_up", Filter::Box, (37, 29), (53, 67), None),
];

fn golden(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.rgb"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn region(frame: &Frame, sides: Option<[f32; 4]>) -> Rect {
    match sides {
        Some([left, top, right, bottom]) => Rect { left, top, right, bottom },
        None => Rect::whole(frame),
    }
}

fn rgb(frame: &Frame) -> Vec<u8> {
    frame.rgba().chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect()
}

#[test]
fn the_test_card_is_that_of_numpy() {
    assert!(rgb(&test_card(53, 37)) == golden("test_card"));
}

#[test]
fn resampled_pixels_are_those_of_pillow() {
    for (name, filter, source, target, sides) in CASES {
        let frame = test_card(source.0, source.1);
        let ours = resample_rgb(&frame, region(&frame, sides), target.0, target.1, filter).unwrap();
        let theirs = golden(name);
        assert_eq!(ours.len(), theirs.len(), "{name}");
        let differing = ours.iter().zip(&theirs).filter(|(a, b)| a != b).count();
        assert_eq!(differing, 0, "{name}: bytes that differ of {}", ours.len());
    }
}

#[test]
fn three_and_four_channels_give_the_same_colours() {
    for (name, filter, source, target, sides) in CASES {
        let frame = test_card(source.0, source.1);
        let four = resample(&frame, region(&frame, sides), target.0, target.1, filter).unwrap();
        assert!(rgb(&four) == golden(name), "{name}");
        assert!(four.rgba().chunks_exact(4).all(|pixel| pixel[3] == 255), "{name}: opaque stays opaque");
    }
}

proptest! {
    #[test]
    fn one_colour_stays_itself_at_any_size_and_region(
        colour: [u8; 3],
        (width, height) in (1_u32..90, 1_u32..90),
        (target_width, target_height) in (1_u32..200, 1_u32..200),
        // Shares of the frame: where the region begins, and how much of the rest it takes.
        (left, top, across, down) in (0.0_f32..0.9, 0.0_f32..0.9, 0.05_f32..1.0, 0.05_f32..1.0),
        filter in prop_oneof![Just(Filter::Box), Just(Filter::Bilinear), Just(Filter::Bicubic)],
    ) {
        let [red, green, blue] = colour;
        let frame = Frame::new(width, height, [red, green, blue, 255].repeat((width * height) as usize)).unwrap();
        let (left, top) = (left * width as f32, top * height as f32);
        let region = Rect {
            left,
            top,
            right: (left + across * (width as f32 - left)).min(width as f32),
            bottom: (top + down * (height as f32 - top)).min(height as f32),
        };
        let resampled = resample_rgb(&frame, region, target_width, target_height, filter).unwrap();
        prop_assert_eq!(resampled.len() as u32, target_width * target_height * 3);
        prop_assert!(resampled.as_chunks::<3>().0.iter().all(|pixel| *pixel == colour));
    }
}
