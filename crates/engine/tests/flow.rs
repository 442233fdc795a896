//! Optical flow on WebGPU against that of the processor, whose difference from OpenCV `vitrine-pixels` tests, and against
//! OpenCV itself. Flow is chaotic in its last digits, as warps round positions to 1/32 pixel: OpenCV 4.10 and 5.0 differ by
//! 0.05 pixels (mean) on one of the reference pairs.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test may panic, and say what it skips"
)]

use crate::common::webgpu::webgpu;
use std::time::Instant;
use vitrine_engine::{Device, TvL1};
use vitrine_fixtures::Golden;
use vitrine_pixels::Gray;
use vitrine_pixels::flow::{self, FlowError, TvL1Parameters};

const PAIRS: [&str; 3] = ["mmaction2_demo_f100", "v_BenchPress_g01_c01_f40", "v_Biking_g06_c03_f60"];

/// Waves of several directions, so that no place looks like its neighbours, turned and moved.
fn pattern(width: u32, height: u32, turn: f32, moved: [f32; 2]) -> Gray {
    let (sin, cos) = turn.sin_cos();
    let middle = [width as f32 / 2.0, height as f32 / 2.0];
    let value = |index: u32| {
        let (x, y) =
            ((index % width) as f32 - middle[0] - moved[0], (index / width) as f32 - middle[1] - moved[1]);
        let (x, y) = (x * cos + y * sin, y * cos - x * sin);
        let waves = (0.55 * x + 0.21 * y).sin()
            + (0.17 * x - 0.48 * y + 1.0).sin()
            + (0.31 * x + 0.77 * y + 2.0).sin();
        (127.5 + 40.0 * waves).round() as u8
    };
    Gray::new(width, height, (0..width * height).map(value).collect()).unwrap()
}

/// Mean distance of the vectors' ends, in pixels.
fn mean_difference(ours: &[[f32; 2]], theirs: &[[f32; 2]]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    let ends = ours.iter().zip(theirs).map(|(a, b)| (a[0] - b[0]).hypot(a[1] - b[1]));
    ends.sum::<f32>() / ours.len() as f32
}

/// Of the components that move by more than 1/50 pixel in `theirs`, the share that has the same sign in `ours`.
fn sign_agreement(ours: &[[f32; 2]], theirs: &[[f32; 2]]) -> f32 {
    let components = ours.iter().flatten().zip(theirs.iter().flatten()).filter(|(_, b)| b.abs() > 0.02);
    let same: Vec<bool> = components.map(|(a, b)| a.signum() == b.signum()).collect();
    same.iter().filter(|same| **same).count() as f32 / same.len() as f32
}

#[test]
fn flow_on_the_gpu_is_that_of_the_processor() {
    let Some(device) = webgpu() else { return };
    let method = TvL1::new(device, TvL1Parameters::default()).unwrap();
    for ((width, height), turn, moved) in [
        ((60, 52), 0.03, [0.0, 0.0]),
        ((57, 45), 0.0, [1.7, -0.8]),
        ((90, 7), 0.0, [0.9, 0.0]),
        ((1, 1), 0.0, [0.0; 2]),
    ] {
        let pair = [pattern(width, height, 0.0, [0.0; 2]), pattern(width, height, turn, moved)];
        let ours = pollster::block_on(method.flow(&pair[0], &pair[1])).unwrap();
        let theirs = flow::TvL1::default().flow(&pair[0], &pair[1]).unwrap();
        assert_eq!((ours.width(), ours.height()), (width, height));
        let difference = mean_difference(ours.vectors(), theirs.vectors());
        println!("{width} x {height}: {difference:.5} px from the processor's");
        assert!(difference < 0.01, "{width} x {height}: {difference} px from the processor's");
    }
}

#[test]
fn flow_of_real_clips_on_the_gpu_is_that_of_opencv_and_so_are_its_signs() {
    let Some(device) = webgpu() else { return };
    let method = TvL1::new(device, TvL1Parameters::default()).unwrap();
    for name in PAIRS {
        let Some(mut arrays) = Golden::read(&format!("data/flow/{name}.npz")) else { return };
        let mut gray = |name| {
            let (shape, bytes) = arrays.array::<u8>(name);
            Gray::new(shape[1] as u32, shape[0] as u32, bytes).unwrap()
        };
        let pair = [gray("gray0"), gray("gray1")];
        let theirs: Vec<[f32; 2]> = arrays.array::<f32>("flow").1.as_chunks().0.to_vec();
        let start = Instant::now();
        let ours = pollster::block_on(method.flow(&pair[0], &pair[1])).unwrap();
        let on_gpu = start.elapsed();
        let start = Instant::now();
        flow::TvL1::default().flow(&pair[0], &pair[1]).unwrap();
        println!("{name}: WebGPU ({}) {on_gpu:.1?}, CPU {:.1?}", device.name(), start.elapsed());
        let (difference, same) =
            (mean_difference(ours.vectors(), &theirs), sign_agreement(ours.vectors(), &theirs));
        println!("{name}: {difference:.4} px from OpenCV, {same:.5} of what moves has its sign");
        assert!(difference <= 0.25, "{name}: {difference} px from OpenCV");
        assert!(same > 0.99, "{name}: {same} of what moves has OpenCV's sign");
    }
}

#[test]
fn what_the_method_refuses_is_refused_on_the_gpu() {
    let Some(device) = webgpu() else { return };
    let wrong = TvL1Parameters { tau: 0.0, ..Default::default() };
    assert_eq!(TvL1::new(device, wrong).err().unwrap().to_string(), FlowError::Parameter("tau").to_string());
    assert!(TvL1::new(&Device::cpu(), TvL1Parameters::default()).is_err());
    let method = TvL1::new(device, TvL1Parameters::default()).unwrap();
    let [first, second] = [(4, 3), (3, 4)].map(|(width, height)| pattern(width, height, 0.0, [0.0; 2]));
    let error = pollster::block_on(method.flow(&first, &second)).unwrap_err();
    assert_eq!(error.to_string(), "flow needs two pictures of one size; these are 4 x 3 and 3 x 4");
}
