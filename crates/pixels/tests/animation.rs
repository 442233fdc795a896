//! Animated files, frame after frame.
#![cfg(feature = "codecs")]
#![allow(clippy::unwrap_used)]

mod common;

use common::{decoded, golden};
use vitrine_pixels::codecs::{Limits, animation};

#[test]
fn an_animation_begins_with_the_picture_of_the_file_and_goes_on() {
    for name in ["animated.gif", "animated.webp"] {
        let bytes = golden(&format!("codecs/{name}"));
        let first = decoded(&bytes).unwrap().frame;
        let frames: Vec<_> =
            animation(bytes, &Limits::default()).unwrap().map(|frame| frame.unwrap()).collect();
        assert_eq!(frames.len(), 2, "{name}");
        assert!(frames[0].frame == first, "{name}");
        assert!(frames[1].frame != first, "{name}");
        assert!(frames.iter().all(|frame| frame.secs > 0.01), "{name}");
    }
}

#[test]
fn a_picture_is_an_animation_of_one_frame() {
    let bytes = golden("codecs/lossless.webp");
    let frames: Vec<_> = animation(bytes.clone(), &Limits::default()).unwrap().collect();
    assert_eq!(frames.len(), 1);
    assert!(frames[0].as_ref().unwrap().frame == decoded(&bytes).unwrap().frame);
}

#[test]
fn a_damaged_animation_ends_and_never_panics() {
    for name in ["animated.gif", "animated.webp"] {
        let whole = golden(&format!("codecs/{name}"));
        for at in (0..whole.len()).step_by(7) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x55;
            for bytes in [bytes, whole[..at].to_vec()] {
                if let Ok(frames) = animation(bytes, &Limits { max_pixels: 1 << 20 }) {
                    assert!(frames.count() < 100, "{name}, {at}");
                }
            }
        }
    }
}
