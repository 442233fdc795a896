//! What networks read of frames, prepared on the GPU, bit by bit that of the processor, whose difference from Pillow
//! `vitrine-pixels` tests.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and say what it skips")]

use crate::common::webgpu::webgpu;
use pollster::block_on;
use vitrine_engine::{Channels, Device, Held, Part, Picture, Plan, Preparation};
use vitrine_graph::Graph;
use vitrine_pixels::boxes::Rect;
use vitrine_pixels::{Filter, Frame, FrameError, resample_rgb, test_card};

const FILTERS: [Filter; 5] = [Filter::Box, Filter::Bilinear, Filter::Linear, Filter::Bicubic, Filter::Area];
const GREY: Channels = Channels::Grey { weights: [19_595, 38_470, 7_471] };

/// Every value of every channel, hard edges, and alpha that must not count.
fn frame(width: u32, height: u32) -> Frame {
    let mut rgba = test_card(width, height).into_rgba();
    for (index, byte) in rgba.iter_mut().enumerate() {
        *byte = byte.wrapping_add((index * index / 7) as u8) ^ if index % 5 == 0 { 255 } else { 0 };
    }
    Frame::new(width, height, rgba).unwrap()
}

/// Values that no two channels share.
fn tables(channels: Channels) -> Vec<f32> {
    (0..channels.count() * 256).map(|index| (index as f32 - 123.675) / 58.395).collect()
}

fn read(device: &Device, held: Held, length: usize) -> Vec<f32> {
    let mut graph = Graph::default();
    let input = graph.add_value("input", vec![length]);
    (graph.inputs, graph.outputs) = (vec![input], vec![input]);
    let plan = Plan::new(graph, device).unwrap();
    let outputs = block_on(async { plan.read_held(plan.run_held(vec![held]).await?).await });
    outputs.unwrap().remove(0).into_f32s()
}

/// What is read, and whether channels come first.
type Form = (Channels, bool);

/// The same on the processor, written out.
fn expected(
    rgb: &[u8],
    [picture, size]: [[u32; 2]; 2],
    part: Part,
    (channels, channels_first): Form,
) -> Vec<f32> {
    let [width, height] = picture.map(|side| side as i32);
    let tables = tables(channels);
    let pixel = |index: u32| {
        let x = (index % size[0]) as i32 + part.corner[0];
        let y = (index / size[0]) as i32 + part.corner[1];
        if !(0..width).contains(&x) || !(0..height).contains(&y) {
            return [part.fill; 3];
        }
        let x = if part.mirrored { width - 1 - x } else { x };
        rgb.as_chunks::<3>().0[(y * width + x) as usize]
    };
    let pixels: Vec<[u8; 3]> = (0..size[0] * size[1]).map(pixel).collect();
    let value = |[red, green, blue]: [u8; 3], channel: usize| {
        let byte = match channels {
            Channels::Rgb => [red, green, blue][channel],
            Channels::Bgr => [blue, green, red][channel],
            Channels::Grey { weights } => {
                let sum: u32 = [red, green, blue].iter().zip(weights).map(|(&a, b)| u32::from(a) * b).sum();
                ((sum + (1 << 15)) >> 16) as u8
            }
        };
        tables[channel * 256 + usize::from(byte)]
    };
    let all = 0..channels.count();
    if channels_first {
        all.flat_map(|channel| pixels.iter().map(move |&it| (it, channel)))
            .map(|(it, c)| value(it, c))
            .collect()
    } else {
        pixels.iter().flat_map(|&it| all.clone().map(move |c| (it, c))).map(|(it, c)| value(it, c)).collect()
    }
}

/// A frame's region that is brought to the size of a picture, of which an input is made.
fn check(frame: &Frame, region: Rect, sizes: [[u32; 2]; 2], filter: Filter, part: Part, form: Form) {
    let Some(device) = webgpu() else { return };
    let [[width, height], size] = sizes;
    let picture = Picture::resampled(device, frame, region, sizes[0], filter).unwrap().unwrap();
    let preparation = Preparation::new(device, size, form.0, form.1, tables(form.0)).unwrap().unwrap();
    let rgb = resample_rgb(frame, region, width, height, filter).unwrap();
    let expected = expected(&rgb, sizes, part, form);
    let found = read(device, preparation.input(&picture, part), expected.len());
    let wrong = found.iter().zip(&expected).filter(|(a, b)| a.to_bits() != b.to_bits()).count();
    assert_eq!(wrong, 0, "{frame:?}, {region:?} -> {sizes:?}, {filter:?}, {part:?}, {form:?}");
}

#[test]
fn frames_are_scaled_as_on_the_processor_by_every_filter() {
    for (from, to) in [
        ([37, 23], [12, 7]),
        ([12, 7], [37, 23]),
        ([41, 9], [13, 30]),
        ([64, 64], [64, 64]),
        ([300, 2], [7, 1]),
    ] {
        let frame = frame(from[0], from[1]);
        for filter in FILTERS {
            check(&frame, Rect::whole(&frame), [to; 2], filter, Part::default(), (Channels::Rgb, false));
        }
    }
}

#[test]
fn single_pixels_and_lines_are_pictures_too() {
    for (from, to) in [([1, 1], [1, 1]), ([1, 1], [5, 3]), ([1, 200], [3, 9]), ([9, 5], [1, 1])] {
        let frame = frame(from[0], from[1]);
        for filter in FILTERS {
            check(&frame, Rect::whole(&frame), [to; 2], filter, Part::default(), (Channels::Bgr, true));
        }
    }
}

#[test]
fn a_region_is_scaled_without_its_surroundings() {
    let frame = frame(50, 40);
    let region = Rect { left: 7.25, top: 11.5, right: 31.0, bottom: 39.75 };
    for filter in FILTERS {
        check(&frame, region, [[17, 19]; 2], filter, Part::default(), (Channels::Rgb, true));
    }
}

#[test]
fn channels_come_in_the_networks_order_and_layout() {
    let frame = frame(21, 13);
    for channels in [Channels::Rgb, Channels::Bgr, GREY] {
        for channels_first in [false, true] {
            let form = (channels, channels_first);
            check(&frame, Rect::whole(&frame), [[21, 13]; 2], Filter::Bilinear, Part::default(), form);
            check(&frame, Rect::whole(&frame), [[10, 31]; 2], Filter::Area, Part::default(), form);
        }
    }
}

#[test]
fn parts_mirrors_and_what_lies_outside_are_as_asked_for() {
    let frame = frame(30, 20);
    for mirrored in [false, true] {
        for (corner, size) in
            [([3, 5], [11, 7]), ([-4, -2], [40, 33]), ([25, 0], [9, 20]), ([90, 90], [2, 2])]
        {
            let part = Part { corner, mirrored, fill: 114 };
            check(
                &frame,
                Rect::whole(&frame),
                [[30, 20], size],
                Filter::Bilinear,
                part,
                (Channels::Rgb, true),
            );
        }
    }
}

#[test]
fn what_cannot_be_prepared_is_refused() {
    let frame = frame(4, 4);
    let cpu = Device::cpu();
    assert!(Picture::resampled(&cpu, &frame, Rect::whole(&frame), [2, 2], Filter::Box).is_err());
    let Some(device) = webgpu() else { return };
    let error = Picture::resampled(device, &frame, Rect::whole(&frame), [0, 2], Filter::Box).err().unwrap();
    let region = Rect::whole(&frame);
    assert_eq!(error.to_string(), FrameError::Region { region, width: 4, height: 4 }.to_string());
    let error = Preparation::new(device, [4, 4], Channels::Rgb, false, vec![0.0; 256]).err().unwrap();
    assert_eq!(error.to_string(), "tables of 256 values, 768 are expected");
}
