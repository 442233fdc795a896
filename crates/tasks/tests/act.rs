//! Streams and timelines: on a small network with known answers, and on MoViNet against ONNX Runtime.
#![allow(clippy::unwrap_used, reason = "only tests use these functions")]

use pollster::block_on;
use vitrine_engine::Device;
use vitrine_fixtures::{Golden, model};
use vitrine_packs::{Output, Pack, State};
use vitrine_pixels::Frame;
use vitrine_tasks::{Clip, Error, LoadOptions, Recogniser, Stream};

const MOVINET: &str = include_str!("../../../assets/packs/action-movinet-a0-stream/pack.json");
/// Scores: the sum of each channel's means since the start (make_running_sum.py).
const RUNNING_SUM: &[u8] = include_bytes!("fixtures/running_sum.onnx");

/// A pack for the running sum: three classes, five frames a second, clips of four frames.
fn small_pack() -> Pack {
    let mut pack = Pack::from_json(MOVINET).unwrap();
    let state = |name: &str| State { input: name.to_owned(), output: format!("{name}_out") };
    pack.output = Output::Stream {
        tensor: "scores".to_owned(),
        states: vec![state("sum"), state("count")],
        frames_per_second: 5.0,
        clip_secs: 0.8,
        min_confidence: 0.3,
    };
    (pack.input.width, pack.input.height) = (2, 2);
    pack.classes.truncate(3);
    pack.self_test = None;
    pack
}

fn small() -> Recogniser {
    small_on(&Device::cpu())
}

fn small_on(device: &Device) -> Recogniser {
    Recogniser::load(&small_pack(), RUNNING_SUM, device, LoadOptions::default()).unwrap()
}

/// 2 x 2 pixels of one colour.
fn plain(colour: [u8; 3]) -> Frame {
    let [r, g, b] = colour;
    Frame::new(2, 2, [r, g, b, 255].repeat(4)).unwrap()
}

#[test]
fn a_stream_carries_its_states_until_it_is_reset() {
    let (recogniser, mut stream) = (small(), Stream::default());
    let push = |stream: &mut Stream, colour| block_on(recogniser.push(stream, &plain(colour))).unwrap();
    assert_eq!(push(&mut stream, [255, 0, 51]), [1.0, 0.0, 0.2]);
    assert_eq!(push(&mut stream, [255, 255, 0]), [2.0, 1.0, 0.2]);
    let mut other = Stream::default();
    assert_eq!(push(&mut other, [0, 0, 255]), [0.0, 0.0, 1.0], "streams know nothing of each other");
    assert_eq!(push(&mut stream, [0, 255, 0]), [2.0, 2.0, 0.2]);
    stream.reset();
    assert_eq!(push(&mut stream, [0, 255, 0]), [0.0, 1.0, 0.0]);
}

/// The sum stays where it is computed; the counter is of whole numbers, which the host counts.
#[test]
#[cfg(feature = "webgpu")]
fn on_webgpu_a_stream_stays_on_the_device() {
    let Some(device) = crate::same_on_gpu::webgpu() else { return };
    let (recogniser, mut stream) = (small_on(device), Stream::default());
    for count in 1..4 {
        let scores = block_on(recogniser.push(&mut stream, &plain([255, 0, 51]))).unwrap();
        assert!((scores[0] - count as f32).abs() < 1e-5 && (scores[2] - 0.2 * count as f32).abs() < 1e-5);
        assert_eq!(stream.places(), (2, 1));
    }
    stream.reset();
    assert_eq!(block_on(recogniser.push(&mut stream, &plain([0, 255, 0]))).unwrap(), [0.0, 1.0, 0.0]);
}

/// Clips of four frames: streams begin at frames 0, 2, 4, 6, and from frame 4 on the oldest that has seen at most four
/// frames speaks. After n frames of pure red its first class has the probability e^n / (e^n + 2).
#[test]
fn a_timeline_forgets_what_is_longer_ago_than_a_clip_and_the_whole_does_not() {
    let recogniser = small();
    let mut clip = Clip::new(&recogniser);
    let ages = [1, 2, 3, 4, 3, 4, 3, 4, 3];
    for (index, age) in ages.into_iter().enumerate() {
        let [window] = block_on(clip.push(&recogniser, &plain([255, 0, 0]))).unwrap() else {
            panic!("one window")
        };
        let expected = f64::from(age).exp() / (f64::from(age).exp() + 2.0);
        assert_eq!(window.ranked[0].class, 0);
        assert!((window.ranked[0].confidence - expected).abs() < 1e-6, "frame {index}: {window:?}");
        assert!((window.start_secs - index as f64 / 5.0).abs() < 1e-9);
    }
    let (answer, _) = clip.finish(&recogniser);
    let whole = 9_f64.exp() / (9_f64.exp() + 2.0);
    assert!((answer.ranked[0].confidence - whole).abs() < 1e-6);
    assert_eq!((answer.segments.len(), answer.segments[0].class), (1, 0));
    assert!((answer.segments[0].end_secs - 1.8).abs() < 1e-9);
}

#[test]
fn a_clip_without_frames_has_no_answer_and_does_not_fail() {
    let recogniser = small();
    let (answer, _) = Clip::new(&recogniser).finish(&recogniser);
    assert!(answer.ranked.is_empty() && answer.segments.is_empty() && answer.windows.is_empty());
}

#[test]
fn a_pack_that_does_not_fit_its_network_is_refused() {
    type Change = fn(&mut Pack);
    let cases: [Change; 4] = [
        // `count` is then an input besides the frame.
        |pack| set_states(pack, &[("sum", "sum_out")], true),
        |pack| set_states(pack, &[("sum", "count_out"), ("count", "count_out")], false),
        |pack| set_states(pack, &[("sum_out", "sum_out"), ("count", "count_out")], false),
        |pack| pack.classes.truncate(2),
    ];
    for (index, change) in cases.into_iter().enumerate() {
        let mut pack = small_pack();
        change(&mut pack);
        let loaded = Recogniser::load(&pack, RUNNING_SUM, &Device::cpu(), LoadOptions::default());
        assert!(matches!(loaded, Err(Error::Pack(_))), "case {index}");
    }
    let side = LoadOptions { side: Some(64) };
    assert!(Recogniser::load(&small_pack(), RUNNING_SUM, &Device::cpu(), side).is_err());
}

/// `counts`: whether the scores are those of the counter, so that it is read.
fn set_states(pack: &mut Pack, pairs: &[(&str, &str)], counts: bool) {
    let Output::Stream { states, tensor, .. } = &mut pack.output else { return };
    let state = |&(input, output): &(&str, &str)| State { input: input.into(), output: output.into() };
    *states = pairs.iter().map(state).collect();
    if counts {
        *tensor = "count_out".to_owned();
    }
}

/// The published file has 8-bit weights and is computed as real numbers; the reference is ONNX Runtime on its float
/// conversion. The same frames after another clip give the same scores.
#[test]
fn movinet_gives_the_scores_of_onnx_runtime_whatever_came_before() {
    let Some(bytes) = model("action-movinet-a0-stream", "original.tflite") else { return };
    let Some(mut golden) = Golden::open("action-movinet-a0-stream") else { return };
    let (frames, expected) = (golden.array::<u8>("frames_u8").1, golden.array::<f32>("ort_logits").1);
    let frames: Vec<Frame> = frames.chunks(172 * 172 * 3).map(opaque).collect();
    let pack = Pack::from_json(MOVINET).unwrap();
    let recogniser = Recogniser::load(&pack, bytes, &Device::cpu(), LoadOptions::default()).unwrap();
    let mut stream = Stream::default();
    let run = |stream: &mut Stream, frame| block_on(recogniser.push(stream, frame)).unwrap();
    let first: Vec<Vec<f32>> = frames.iter().map(|frame| run(&mut stream, frame)).collect();
    for (scores, expected) in first.iter().zip(expected.chunks(600)) {
        assert!(difference(scores, expected) <= 2e-3, "{}", difference(scores, expected));
    }
    frames.iter().rev().for_each(|frame| drop(run(&mut stream, frame)));
    stream.reset();
    for (frame, scores) in frames.iter().zip(&first) {
        assert!(difference(&run(&mut stream, frame), scores) <= 1e-4);
    }
    let mut clip = Clip::new(&recogniser);
    for frame in &frames {
        block_on(clip.push(&recogniser, frame)).unwrap();
    }
    let (answer, _) = clip.finish(&recogniser);
    assert_eq!(answer.ranked[0].name, "bench pressing");
    assert_eq!(answer.windows.last().unwrap().ranked, answer.ranked);
}

fn opaque(rgb: &[u8]) -> Frame {
    let (pixels, _) = rgb.as_chunks::<3>();
    Frame::new(172, 172, pixels.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect()).unwrap()
}

/// The largest absolute one.
fn difference(got: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(got.len(), expected.len());
    got.iter().zip(expected).fold(0.0, |worst: f32, (a, b)| worst.max((a - b).abs()))
}
