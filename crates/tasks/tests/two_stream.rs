//! Windows over videos and late fusion of two networks, on small networks with answers by hand (make_two_stream.py).
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests; one that is left out on a device says why"
)]

use pollster::block_on;
use serde_json::{Value, json};
use vitrine_engine::Device;
use vitrine_packs::Pack;
use vitrine_pixels::Frame;
use vitrine_protocol::{ActionWindow, Actions};
use vitrine_tasks::{Clip, Error, LoadOptions, Recogniser};

const MOVINET: &str = include_str!("../../../assets/packs/action-movinet-a0-stream/pack.json");
const COLOUR: &[u8] = include_bytes!("fixtures/mean_colour.onnx");
const MOTION: &[u8] = include_bytes!("fixtures/mean_motion.onnx");

/// Windows of four frames, two of them shared; two pictures and four flow fields are read of each.
fn described(flow: Option<Value>, fusion: Value) -> Pack {
    let mut pack: Value = serde_json::from_str(MOVINET).unwrap();
    pack["output"] = json!({
        "kind": "windows",
        "tensor": "scores",
        "windows": { "frames_per_second": 10, "clip_frames": 4, "frame_step": 2, "overlap": 2 },
        "min_confidence": 0.3,
        "fusion": fusion,
    });
    if let Some(form) = flow {
        let mut model = pack["model"].clone();
        model["file"] = json!("flow.onnx");
        let flow = json!({ "model": model, "tensor": "scores", "side": 32, "frame_step": 1, "form": form });
        pack["output"]["flow"] = flow;
    }
    (pack["input"]["width"], pack["input"]["height"]) = (json!(2), json!(2));
    pack["input"]["resize"] = json!({ "rule": "squash" });
    pack["classes"] =
        json!(["right", "down", "rest"].map(|name| json!({ "name": { "en": name, "fr": name } })));
    pack.as_object_mut().unwrap().remove("self_test");
    Pack::from_json(&pack.to_string()).unwrap()
}

fn loaded(pack: &Pack) -> Recogniser {
    loaded_on(&Device::cpu(), pack)
}

/// All devices of this build and machine.
fn devices() -> Vec<Device> {
    #[cfg_attr(not(feature = "webgpu"), allow(unused_mut, reason = "there is one device"))]
    let mut devices = vec![Device::cpu()];
    #[cfg(feature = "webgpu")]
    devices.extend(crate::same_on_gpu::webgpu().cloned());
    devices
}

fn loaded_on(device: &Device, pack: &Pack) -> Recogniser {
    let recogniser = Recogniser::load(pack, COLOUR, device, LoadOptions::default()).unwrap();
    if pack.flow().is_some() { recogniser.with_flow(MOTION, device).unwrap() } else { recogniser }
}

/// The answer, and how many windows there were after each frame.
fn watched(recogniser: &Recogniser, frames: &[Frame]) -> (Actions, Vec<usize>) {
    let (mut clip, mut counts) = (Clip::new(recogniser), vec![0]);
    for frame in frames {
        let added = block_on(clip.push(recogniser, frame)).unwrap().len();
        counts.push(counts.last().unwrap() + added);
    }
    block_on(clip.end(recogniser)).unwrap();
    (clip.finish(recogniser).0, counts.split_off(1))
}

fn plain(colour: [u8; 3]) -> Frame {
    let [r, g, b] = colour;
    Frame::new(40, 40, [r, g, b, 255].repeat(1600)).unwrap()
}

/// `count` frames, the first four of them red, the rest green.
fn colours(count: usize) -> Vec<Frame> {
    (0..count).map(|index| plain(if index < 4 { [255, 0, 0] } else { [0, 255, 0] })).collect()
}

fn softmax(scores: [f64; 3]) -> [f64; 3] {
    let sum: f64 = scores.iter().map(|score| score.exp()).sum();
    scores.map(|score| score.exp() / sum)
}

fn assert_scores(window: &ActionWindow, expected: [f64; 3], tolerance: f64) {
    for (found, expected) in window.scores.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < tolerance, "{window:?}, expected {expected:?}");
    }
}

fn spans(actions: &Actions) -> Vec<[f64; 2]> {
    actions.windows.iter().map(|window| [window.start_secs, window.end_secs]).collect()
}

/// Of seven frames the windows begin at 0 and 2, and the last one ends with the video; frames 0 and 2, 2 and 4, 3 and 5 are
/// read.
#[test]
fn windows_slide_over_the_video_and_the_last_one_ends_with_it() {
    let (actions, counts) = watched(&loaded(&described(None, json!({ "rule": "average" }))), &colours(7));
    assert_eq!(spans(&actions), [[0.0, 0.4], [0.2, 0.6], [0.3, 0.7]]);
    assert_eq!(counts, [0, 0, 0, 1, 1, 2, 2], "each window comes with its last frame");
    let half = softmax([0.5, 0.5, 0.0]);
    assert_scores(&actions.windows[0], softmax([1.0, 0.0, 0.0]), 1e-6);
    assert_scores(&actions.windows[1], half, 1e-6);
    assert_scores(&actions.windows[2], half, 1e-6);
    let whole = (softmax([1.0, 0.0, 0.0])[0] + 2.0 * half[0]) / 3.0;
    assert!((actions.ranked[0].confidence - whole).abs() < 1e-6, "{:?}", actions.ranked);
}

#[test]
fn a_video_that_windows_end_with_has_no_further_one_and_a_short_one_stands_still_at_its_end() {
    let recogniser = loaded(&described(None, json!({ "rule": "average" })));
    assert_eq!(spans(&watched(&recogniser, &colours(6)).0), [[0.0, 0.4], [0.2, 0.6]]);
    let (short, _) = watched(&recogniser, &colours(1));
    assert_eq!(spans(&short), [[0.0, 0.1]]);
    assert_scores(&short.windows[0], softmax([1.0, 0.0, 0.0]), 1e-6);
    assert_eq!(watched(&recogniser, &[]).0.windows, []);
}

/// Nothing moves in plain pictures: the second network's scores are 0, 0 and the logarithm of 2, its probabilities a quarter,
/// a quarter and a half, whatever the form of the flow.
#[test]
fn two_networks_are_fused_by_their_weights() {
    let forms = [json!({ "kind": "planes", "mean": 128, "std": 1 }), json!({ "kind": "clipped" })];
    let fusions = [
        (json!({ "rule": "average" }), [0.5, 0.5]),
        (json!({ "rule": "weights", "rgb": 1, "flow": 3 }), [0.25, 0.75]),
    ];
    for form in forms {
        for (fusion, [rgb, flow]) in &fusions {
            let recogniser = loaded(&described(Some(form.clone()), fusion.clone()));
            let (actions, counts) = watched(&recogniser, &colours(7));
            assert_eq!(counts, [0, 0, 0, 0, 1, 1, 2], "flow leads to the frame behind a window");
            assert_eq!(spans(&actions), [[0.0, 0.4], [0.2, 0.6], [0.3, 0.7]]);
            let red = softmax([1.0, 0.0, 0.0]);
            let still = [0.25, 0.25, 0.5];
            let fused = [0, 1, 2].map(|class| rgb * red[class] + flow * still[class]);
            assert_scores(&actions.windows[0], fused, 1e-6);
        }
    }
}

/// A smooth pattern, `shift` pixels to the right and half as many up.
fn pattern(shift: f32) -> Frame {
    let grey = |index: usize| {
        let (x, y) = ((index % 32) as f32 - shift, (index / 32) as f32 + shift / 2.0);
        (127.5 + 60.0 * (x * 0.55 + 0.3 * y).sin() + 55.0 * (y * 0.6 - 0.2 * x).cos()) as u8
    };
    let rgba = (0..32 * 32).flat_map(|index| [grey(index), grey(index), grey(index), 255]);
    Frame::new(32, 32, rgba.collect()).unwrap()
}

/// The true motion is 1.2 pixels to the right and 0.6 up: planes hold 6.375 to a pixel, the clipped form a twentieth.
#[test]
fn flow_reaches_the_second_network_in_either_form() {
    let cases = [
        (json!({ "kind": "planes", "mean": 128, "std": 6.375 }), 1.0),
        (json!({ "kind": "clipped" }), 1.0 / 20.0),
    ];
    let frames: Vec<Frame> = (0..5).map(|index| pattern(1.2 * index as f32)).collect();
    let devices = devices();
    for ((form, unit), device) in
        cases.iter().flat_map(|case| devices.iter().map(move |device| (case, device)))
    {
        let pack = described(Some(form.clone()), json!({ "rule": "weights", "rgb": 0, "flow": 1 }));
        let recogniser = loaded_on(device, &pack);
        let (actions, _) = watched(&recogniser, &frames);
        let [right, down, rest] = [0, 1, 2].map(|class| f64::from(actions.windows[0].scores[class]).ln());
        let ln2 = std::f64::consts::LN_2;
        assert!((right - rest + ln2 - 1.2 * unit).abs() < 0.15 * unit, "{}", (right - rest + ln2) / unit);
        assert!((down - rest + ln2 + 0.6 * unit).abs() < 0.15 * unit, "{}", (down - rest + ln2) / unit);
    }
}

#[test]
fn a_clip_after_another_one_has_the_scores_that_it_has_alone() {
    let form = json!({ "kind": "clipped" });
    let recogniser = loaded(&described(Some(form), json!({ "rule": "average" })));
    let frames: Vec<Frame> = (0..9).map(|index| pattern(0.7 * index as f32)).collect();
    let alone = watched(&recogniser, &frames).0;
    watched(&recogniser, &colours(7));
    assert_eq!(watched(&recogniser, &frames).0, alone);
}

#[test]
fn networks_that_do_not_fit_their_pack_are_refused() {
    let device = Device::cpu();
    let load = |pack: &Pack, model| Recogniser::load(pack, model, &device, LoadOptions::default());
    let alone = described(None, json!({ "rule": "average" }));
    let says = |outcome: Result<Recogniser, Error>| outcome.err().unwrap().to_string();
    assert!(says(load(&alone, MOTION)).contains("[1, 8, 32, 32]"));
    assert!(says(load(&alone, COLOUR).unwrap().with_flow(MOTION, &device)).contains("no second stream"));
    let both = described(Some(json!({ "kind": "clipped" })), json!({ "rule": "average" }));
    assert!(says(load(&both, COLOUR).unwrap().with_flow(COLOUR, &device)).contains("2 channels"));
    let without = load(&both, COLOUR).unwrap();
    let mut clip = Clip::new(&without);
    let outcomes: Vec<_> =
        colours(5).iter().map(|frame| block_on(clip.push(&without, frame)).is_ok()).collect();
    assert_eq!(outcomes, [true, true, true, true, false], "the second network is missing");
}
