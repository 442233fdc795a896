//! Files that break off, lie about their size, or are damaged anywhere: an error, never a panic or half a picture.
#![cfg(feature = "codecs")]
#![allow(clippy::unwrap_used)]

mod common;

use common::{codec_goldens, decoded, golden};
use std::time::{Duration, Instant};
use vitrine_pixels::Format;
use vitrine_pixels::codecs::{DecodeError, Limits, decode, decode_labels};

#[test]
fn a_file_that_breaks_off_is_corrupt() {
    for golden in codec_goldens() {
        let whole = decoded(&golden.bytes).unwrap();
        for percent in [10, 50, 90, 99] {
            let cut = &golden.bytes[..golden.bytes.len() * percent / 100];
            match decoded(cut) {
                Err(DecodeError::Corrupt { format, .. }) => assert_eq!(format, whole.format),
                Err(other) => panic!("{} cut at {percent} %: {other}", golden.name),
                // The last bytes of a PNG or GIF, and later frames, carry no pixel of the first frame.
                Ok(part) => {
                    assert!(part == whole, "{} cut at {percent} %: another picture", golden.name);
                    assert!(
                        golden.is_animated() || percent == 99,
                        "{} cut at {percent} %: decoded",
                        golden.name
                    );
                    assert!(!matches!(whole.format, Format::Jpeg | Format::WebP), "{}", golden.name);
                }
            }
        }
    }
}

#[test]
fn a_jpeg_that_breaks_off_at_any_byte_is_refused() {
    let jpeg = golden("codecs/progressive.jpg");
    for length in 2..jpeg.len() {
        assert!(decoded(&jpeg[..length]).is_err(), "{length} of {} bytes", jpeg.len());
    }
}

/// The checksum of PNG chunks (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

fn patched(name: &str, at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut file = golden(&format!("codecs/{name}"));
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

fn assert_too_large(file: &[u8], sides: (u32, u32)) {
    let start = Instant::now();
    let error = decoded(file).unwrap_err();
    assert_eq!(
        error,
        DecodeError::TooLarge { width: sides.0, height: sides.1, max_pixels: 50 * 1024 * 1024 }
    );
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
}

#[test]
fn a_header_that_claims_too_many_pixels_is_refused_at_once() {
    let side = 100_000_u32.to_be_bytes();
    let mut png = patched("rgba.png", 16, &[side, side].concat());
    let checksum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_too_large(&png, (100_000, 100_000));
    assert!(decode_labels(&png, &Limits::default()).is_err());

    assert_too_large(&patched("still.gif", 6, &[255; 4]), (65535, 65535));
    let side = 30_000_u32.to_le_bytes();
    assert_too_large(&patched("rgb.bmp", 18, &[side, side].concat()), (30_000, 30_000));
    let jpeg = golden("codecs/progressive.jpg");
    let frame_header = jpeg.windows(2).position(|bytes| bytes == [0xff, 0xc2]).unwrap();
    assert_too_large(&patched("progressive.jpg", frame_header + 5, &[255; 4]), (65535, 65535));
    // The canvas of an extended WebP: 24 bits for each side less 1.
    assert_too_large(&patched("animated.webp", 24, &[255, 63, 0, 255, 63, 0]), (16384, 16384));
    // Pillow writes a directory at byte 8 whose first entries are the sides; the eighth is RowsPerStrip.
    let entry = |tag: u8, value: u32| [&[tag, 1, 4, 0, 1, 0, 0, 0][..], &value.to_le_bytes()].concat();
    let mut tiff = patched("rgb.tif", 10, &[entry(0, 90_000), entry(1, 80_000)].concat());
    tiff[94..106].copy_from_slice(&entry(0x16, 80_000));
    assert_too_large(&tiff, (90_000, 80_000));
}

#[test]
fn jpeg_inside_tiff_is_named_as_what_is_not_read() {
    // The fourth entry of the directory that Pillow writes: Compression, 1 for none, here JPEG.
    let mut tiff = golden("codecs/rgb.tif");
    assert_eq!(tiff[46..56], [3, 1, 3, 0, 1, 0, 0, 0, 1, 0]);
    tiff[54] = 7;
    let error = decoded(&tiff).unwrap_err();
    assert!(matches!(error, DecodeError::Unsupported { format: Format::Tiff, .. }), "{error}");
    assert!(error.to_string().contains("JPEG"), "{error}");
}

/// Damaged copies of each file.
const ROUNDS: usize = 300;

/// xorshift (Marsaglia 2003): the same damage in every run.
struct Random(u32);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % end
    }
}

#[test]
fn no_damage_makes_a_decoder_panic() {
    let mut random = Random(2463534242);
    // Damaged headers may claim a large picture; a small limit keeps the test quick.
    let limits = Limits { max_pixels: 1 << 16 };
    let (mut refused, mut read) = (0, 0);
    for golden in codec_goldens() {
        for _ in 0..ROUNDS {
            let mut bytes = golden.bytes.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(bytes.len());
                match random.below(4) {
                    0 => bytes[at] ^= 1 << random.below(8),
                    1 => bytes[at] = random.below(256) as u8,
                    2 => bytes.truncate(at.max(1)),
                    _ => drop(bytes.splice(at..at, [0xff; 3])),
                }
            }
            let labels = decode_labels(&bytes, &limits);
            match decode(&bytes, &limits) {
                Ok(_) => read += 1,
                Err(_) => refused += 1,
            }
            drop(labels);
        }
    }
    assert!(refused > 100 && read > 100, "{refused} refused, {read} read");
}
