//! How long optical flow takes: `cargo run --release -p vitrine-pixels --example flow_speed`.
//! `flow_speed.py` beside it runs OpenCV's on the same pairs, in turns with this.

#![allow(clippy::print_stdout)]

use std::time::Instant;
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::flow::TvL1;
use vitrine_pixels::{Filter, Frame, FrameError, Gray, resample, test_card};

const RUNS: usize = 9;

/// The middle of a test card and the same a little enlarged and moved, as a camera sees it.
fn pair(width: u32, height: u32) -> Result<[Gray; 2], FrameError> {
    let card: Frame = test_card(2 * width, 2 * height);
    let (right, bottom) = (2.0 * width as f32 - 8.0, 2.0 * height as f32 - 8.0);
    let first = Rect { left: 8.0, top: 8.0, right, bottom };
    let second = Rect { left: 11.5, top: 6.0, right: right - 2.5, bottom: bottom - 4.0 };
    let seen = |region| Ok(Gray::from_frame(&resample(&card, region, width, height, Filter::Bilinear)?));
    Ok([seen(first)?, seen(second)?])
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut method = TvL1::default();
    for (width, height) in [(170, 128), (320, 240)] {
        let [first, second] = pair(width, height)?;
        let mut times = vec![];
        let mut motion = 0.0;
        for _ in 0..RUNS {
            let start = Instant::now();
            motion = method.flow(&first, &second)?.largest_motion();
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{width} x {height}: {:.1} ms (median of {RUNS}), largest motion {motion:.2} pixels",
            times[RUNS / 2]
        );
    }
    Ok(())
}
