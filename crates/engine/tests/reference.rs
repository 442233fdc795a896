//! Whole reference networks against their reference runtime's values: `golden.npz` of each model, ONNX Runtime's arrays.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and say how near it was")]

use crate::common::devices;
use vitrine_engine::{Output, Plan};
use vitrine_fixtures::{Golden, model};
use vitrine_graph::{Data, Graph};

/// How the golden input is made, in the file's words: `source.json`, `input.normalisation`.
struct Input {
    /// Of the picture's red, green and blue: `(pixel - mean) * scale`.
    mean: [f32; 3],
    scale: [f32; 3],
    bgr: bool,
}

const PLAIN: Input = Input { mean: [0.0; 3], scale: [1.0; 3], bgr: true };
const PICODET: Input =
    Input { mean: [123.675, 116.28, 103.53], scale: [1.0 / 58.395, 1.0 / 57.12, 1.0 / 57.375], bgr: false };
const IMAGENET: Input = Input {
    mean: [0.485 * 255.0, 0.456 * 255.0, 0.406 * 255.0],
    scale: [1.0 / (0.229 * 255.0), 1.0 / (0.224 * 255.0), 1.0 / (0.225 * 255.0)],
    bgr: false,
};

impl Input {
    /// The golden picture `[h, w, 3]` as the network reads it.
    fn prepare(&self, golden: &mut Golden, channels_first: bool) -> Vec<f32> {
        let pixels = golden.array::<u8>("image_u8").1;
        let number = |pixel: usize, channel: usize| {
            let source = if self.bgr { 2 - channel } else { channel };
            (f32::from(pixels[pixel * 3 + source]) - self.mean[source]) * self.scale[source]
        };
        let count = pixels.len() / 3;
        if channels_first {
            (0..3)
                .flat_map(|channel| (0..count).map(move |pixel| (pixel, channel)))
                .map(|(p, c)| number(p, c))
                .collect()
        } else {
            (0..count)
                .flat_map(|pixel| (0..3).map(move |channel| (pixel, channel)))
                .map(|(p, c)| number(p, c))
                .collect()
        }
    }
}

/// `[n, c, h, w]` -> `[n, h, w, c]` with n = 1.
fn channels_last(data: &[f32], c: usize) -> Vec<f32> {
    let pixels = data.len() / c;
    (0..pixels).flat_map(|pixel| (0..c).map(move |channel| data[channel * pixels + pixel])).collect()
}

/// The outputs on each device.
fn run(graph: &Graph, inputs: &[Vec<f32>]) -> impl Iterator<Item = Vec<Output>> {
    devices().iter().map(|device| {
        let plan = Plan::new(graph.clone(), device).unwrap();
        let start = std::time::Instant::now();
        let outputs = pollster::block_on(plan.run(inputs.iter().cloned().map(Data::F32).collect())).unwrap();
        let (name, took) = (device.name(), start.elapsed());
        eprintln!("{name}: {took:?}, steps and those on the device: {:?}", plan.steps());
        outputs
    })
}

/// At most 1e-3 of the largest expected number.
#[track_caller]
fn assert_alike(what: &str, computed: &[f32], expected: &[f32]) {
    assert_eq!(computed.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0_f32, |largest, number| largest.max(number.abs()));
    let difference = computed.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    eprintln!("{what}: largest difference {difference:.1e} of {largest:.1e}");
    assert!(difference <= 1e-3 * largest, "{what}: {difference} of {largest}");
}

#[track_caller]
fn assert_same_labels(what: &str, computed: &[f32], expected: &[u8], least: f64) {
    assert_eq!(computed.len(), expected.len(), "{what}");
    let same = computed.iter().zip(expected).filter(|(a, b)| **a == f32::from(**b)).count();
    let agreement = same as f64 / expected.len() as f64;
    eprintln!("{what}: {agreement}");
    assert!(agreement >= least, "{what}: {agreement}");
}

/// The graph of a reference model's file, and its golden arrays; none, and a word why, where they are absent.
fn reference(id: &str, file: &str) -> Option<(Graph, Golden)> {
    let bytes = model(id, file)?;
    Some((vitrine_graph::read(&bytes).unwrap(), Golden::open(id)?))
}

/// Every `stride`-th row and column of `[c, h, w]`.
fn strided(data: &[f32], [c, h, w]: [usize; 3], stride: usize) -> Vec<f32> {
    let at = |(c, y, x): (usize, usize, usize)| data[(c * h + y) * w + x];
    let rows =
        move |c| (0..h).step_by(stride).flat_map(move |y| (0..w).step_by(stride).map(move |x| (c, y, x)));
    (0..c).flat_map(rows).map(at).collect()
}

#[test]
fn dogs_are_onnx_runtimes() {
    for id in ["dogs-mobilenetv2", "dogs-mobilenet-edgetpu"] {
        let Some((graph, mut golden)) = reference(id, "model.onnx") else { return };
        let input = golden.array::<f32>("input").1;
        for outputs in run(&graph, std::slice::from_ref(&input)) {
            for (output, name) in outputs.into_iter().zip(["ort_logits", "ort_probs"]) {
                assert_alike(id, &output.into_f32s(), &golden.array::<f32>(name).1);
            }
        }
        let Some((graph, _)) = reference(id, "original.tflite") else { return };
        for mut outputs in run(&graph, &[channels_last(&input, 3)]) {
            let expected = golden.array::<f32>("ort_probs").1;
            assert_alike(&format!("{id} (tflite)"), &outputs.remove(0).into_f32s(), &expected);
        }
    }
}

#[test]
fn yolox_boxes_are_onnx_runtimes() {
    let Some((graph, mut golden)) = reference("detect-yolox-nano", "model.onnx") else { return };
    let input = PLAIN.prepare(&mut golden, true);
    for mut outputs in run(&graph, &[input]) {
        assert_alike("yolox", &outputs.remove(0).into_f32s(), &golden.array::<f32>("ort_output").1);
    }
}

#[test]
fn picodet_scores_and_distances_are_onnx_runtimes() {
    let Some((graph, mut golden)) = reference("detect-picodet-s", "model.onnx") else { return };
    let input = PICODET.prepare(&mut golden, true);
    for outputs in run(&graph, &[input]) {
        assert_eq!(outputs.len(), 8);
        for (index, output) in outputs.into_iter().enumerate() {
            let name = format!("ort_out{index}");
            assert_alike(&name, &output.into_f32s(), &golden.array::<f32>(&name).1);
        }
    }
}

#[test]
fn espnet_scores_and_labels_are_onnx_runtimes() {
    for id in ["street-espnetv2", "street-espnetv2-s1"] {
        let Some((graph, mut golden)) = reference(id, "model.onnx") else { return };
        let input = IMAGENET.prepare(&mut golden, true);
        for mut outputs in run(&graph, &[input]) {
            let scores = outputs.remove(0).into_f32s();
            let few = strided(&scores, [20, 512, 1024], 16);
            assert_alike(id, &few, &golden.array::<f32>("ort_logits_stride16").1);
            assert_same_labels(id, &best_classes(&scores, 20), &golden.array::<u8>("ref_argmax").1, 0.995);
        }
    }
}

/// The class of the largest of the scores `[classes, pixels]`, for each pixel.
fn best_classes(scores: &[f32], classes: usize) -> Vec<f32> {
    let pixels = scores.len() / classes;
    let best = |pixel: usize| {
        let score = |class: &usize| scores[class * pixels + pixel];
        (0..classes).max_by(|a, b| score(a).total_cmp(&score(b))).unwrap() as f32
    };
    (0..pixels).map(best).collect()
}

#[test]
fn deeplab_scores_and_labels_are_onnx_runtimes() {
    let Some((graph, mut golden)) = reference("street-deeplab-slim", "model.onnx") else { return };
    let input = golden.array::<f32>("input").1;
    let labels = golden.array::<u8>("ort_labels").1;
    for outputs in run(&graph, std::slice::from_ref(&input)) {
        let [scores, found] = outputs.try_into().unwrap();
        assert_alike("deeplab", &scores.into_f32s(), &golden.array::<f32>("ort_logits_low").1);
        assert_same_labels("deeplab", &found.into_f32s(), &labels, 0.995);
    }
    let Some((graph, _)) = reference("street-deeplab-slim", "original.tflite") else { return };
    for mut outputs in run(&graph, &[channels_last(&input, 3)]) {
        let found = outputs.remove(0).into_f32s();
        assert_same_labels("deeplab (tflite)", &found, &labels, 0.995);
        assert_same_labels("deeplab (tflite), 8 bits", &found, &golden.array::<u8>("ref_labels").1, 0.97);
    }
}

#[test]
fn mosaic_scores_and_labels_are_onnx_runtimes() {
    let Some((graph, mut golden)) = reference("indoor-mosaic", "model.onnx") else { return };
    let input = golden.array::<f32>("input").1;
    let labels = golden.array::<u8>("ort_labels").1;
    for outputs in run(&graph, std::slice::from_ref(&input)) {
        let [scores, found] = outputs.try_into().unwrap();
        let few = strided(&scores.into_f32s(), [32, 128, 128], 4);
        assert_alike("mosaic", &few, &golden.array::<f32>("ort_logits_low_stride4").1);
        assert_same_labels("mosaic", &found.into_f32s(), &labels, 0.995);
    }
    let Some((graph, _)) = reference("indoor-mosaic", "original.tflite") else { return };
    for mut outputs in run(&graph, &[channels_last(&input, 3)]) {
        assert_same_labels("mosaic (tflite)", &outputs.remove(0).into_f32s(), &labels, 0.995);
    }
}

/// Eight frames of a clip. An output that carries state is the next frame's input of the same name: `NAME_out` of `NAME`.
#[test]
fn movinet_streams_as_in_onnx_runtime() {
    let Some((graph, mut golden)) = reference("action-movinet-a0-stream", "model.onnx") else { return };
    let frames = golden.array::<u8>("frames_u8").1;
    let expected = golden.array::<f32>("ort_logits").1;
    let buffer = golden.array::<f32>("ort_final_head_pool_buffer").1;
    for device in devices() {
        let plan = Plan::new(graph.clone(), device).unwrap();
        let position = |name: &str| plan.inputs().position(|input| input.name.ends_with(name)).unwrap();
        let image = position("image");
        let size: usize = plan.inputs().nth(image).unwrap().shape.iter().product();
        let zeros = |value: &vitrine_graph::Value| vec![0.0; value.shape.iter().product()];
        let mut inputs: Vec<Vec<f32>> = plan.inputs().map(zeros).collect();
        for (frame, expected) in frames.chunks_exact(size).zip(expected.chunks_exact(600)) {
            let pixels = frame.iter().map(|&byte| f32::from(byte) / 255.0).collect::<Vec<_>>();
            inputs[image] = (0..3).flat_map(|c| pixels.iter().skip(c).step_by(3).copied()).collect();
            let given = inputs.iter().cloned().map(Data::F32).collect();
            let outputs = pollster::block_on(plan.run(given)).unwrap();
            assert_alike("movinet", &outputs[0].clone().into_f32s(), expected);
            for (index, input) in plan.inputs().enumerate().filter(|(index, _)| *index != image) {
                let next =
                    outputs.iter().find(|output| output.name == format!("{}_out", input.name)).unwrap();
                inputs[index] = next.clone().into_f32s();
            }
        }
        assert_alike("movinet's state", &inputs[position("head_pool_buffer")], &buffer);
    }
}
