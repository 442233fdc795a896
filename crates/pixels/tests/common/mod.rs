//! What the tests of image files share.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::PathBuf;
use vitrine_pixels::codecs::{DecodeError, Decoded, Limits, decode};
use vitrine_pixels::{Frame, test_card};

/// An image file, and the RGB bytes that it must give.
pub struct Golden {
    pub name: String,
    pub bytes: Vec<u8>,
    pub expected: Vec<u8>,
}

impl Golden {
    /// The picture that went in is expected, and the format does not keep it.
    pub fn is_lossy(&self) -> bool {
        self.name.starts_with("orientation") && self.name.ends_with(".jpg")
    }

    pub fn is_animated(&self) -> bool {
        self.name.starts_with("animated")
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

pub fn golden(path: &str) -> Vec<u8> {
    let path = folder().join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The card that all files of `golden/codecs` show.
pub fn card() -> Vec<u8> {
    rgb(&test_card(40, 24))
}

pub fn codec_goldens() -> Vec<Golden> {
    let entries = std::fs::read_dir(folder().join("codecs")).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let is_image = |name: &&String| !name.ends_with(".rgb") && !name.ends_with(".ids");
    let images = names.iter().filter(is_image).map(|name| {
        let expected = format!("{name}.rgb");
        let expected = if names.contains(&expected) { golden(&format!("codecs/{expected}")) } else { card() };
        Golden { name: name.clone(), bytes: golden(&format!("codecs/{name}")), expected }
    });
    let images: Vec<Golden> = images.collect();
    assert!(images.len() > 30, "only {} image files in golden/codecs", images.len());
    images
}

pub fn decoded(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    decode(bytes, &Limits::default())
}

pub fn rgb(frame: &Frame) -> Vec<u8> {
    frame.rgba().chunks_exact(4).flat_map(|pixel| pixel[..3].to_vec()).collect()
}
