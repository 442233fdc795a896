//! How long a mask takes: `cargo run --release -p vitrine-overlay --example paint_speed`.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;
use vitrine_overlay::{Colour, Mode, Style, compose, paint};
use vitrine_pixels::{ClassMap, test_card};

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
    let (width, height) = (2048, 1024);
    let frame = test_card(width, height);
    let ids = frame.rgba().chunks_exact(4).map(|pixel| pixel[0] / 14).collect();
    let Ok(map) = ClassMap::new(width, height, ids) else { return };
    let group_of = std::array::from_fn(|class| class as u8 / 3);
    let mut style = Style::new((0..8).map(|group| (group, Colour([group * 30, 90, 200]))));
    for mode in [Mode::Fill, Mode::Outline { thickness: 2 }] {
        style.mode = mode;
        let millis = median_millis(|| {
            black_box(paint(&map, &group_of, &style));
        });
        println!("paint {width} x {height} {mode:?}: {millis:.1} ms");
    }
    let mask = paint(&map, &group_of, &style);
    let millis = median_millis(|| {
        black_box(compose(&frame, &mask, width, height, 0.5)).ok();
    });
    println!("compose {width} x {height}: {millis:.1} ms");
}
