//! How long image files take: `cargo run --release -p vitrine-pixels --features codecs --example decode_speed FILE...`.

#![allow(clippy::print_stdout)]

use std::time::Instant;
use vitrine_pixels::codecs::{Limits, decode, encode_png_grey};

fn main() {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let start = Instant::now();
        let decoded = decode(&bytes, &Limits::default());
        let decode_millis = start.elapsed().as_secs_f64() * 1000.0;
        let frame = match decoded {
            Ok(decoded) => decoded.frame,
            Err(error) => {
                println!("{path}: {decode_millis:.1} ms: {error}");
                continue;
            }
        };
        let labels: Vec<u8> = frame.rgba().chunks_exact(4).map(|pixel| pixel[0] / 32).collect();
        let start = Instant::now();
        let png = encode_png_grey(frame.width(), frame.height(), &labels).unwrap_or_default();
        let encode_millis = start.elapsed().as_secs_f64() * 1000.0;
        println!(
            "{path}: {frame:?} decoded in {decode_millis:.1} ms; {} bytes of labels encoded in {encode_millis:.1} ms",
            png.len()
        );
    }
}
