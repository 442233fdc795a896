//! How long resampling takes: `cargo run --release -p vitrine-pixels --example resample_speed`.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::{Filter, resample, resample_rgb, test_card};

fn median_millis(mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let street = test_card(2048, 1024);
    let phone = test_card(4000, 3000);
    for (name, frame, width, height) in
        [("street", &street, 1026, 513), ("street", &street, 513, 513), ("phone", &phone, 684, 513)]
    {
        let region = Rect::whole(frame);
        for filter in [Filter::Bilinear, Filter::Bicubic] {
            let rgb = median_millis(|| {
                black_box(resample_rgb(frame, region, width, height, filter)).ok();
            });
            let rgba = median_millis(|| {
                black_box(resample(frame, region, width, height, filter)).ok();
            });
            println!("{name} {frame:?} -> {width} x {height} {filter:?}: rgb {rgb:.1} ms, rgba {rgba:.1} ms");
        }
    }
}
