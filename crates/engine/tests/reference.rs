//! Whole reference networks against their reference runtime's values: `golden.npz` of each model, ONNX Runtime's arrays.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may panic, and say how near it was")]

use vitrine_engine::{Device, Output, Plan};
use vitrine_fixtures::{Golden, model};
#[cfg(feature = "webgpu")]
use vitrine_graph::passes;
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

fn run(graph: &Graph, device: &Device, inputs: &[Vec<f32>]) -> Vec<Output> {
    let plan = Plan::new(graph.clone(), device).unwrap();
    let start = std::time::Instant::now();
    let outputs = pollster::block_on(plan.run(inputs.iter().cloned().map(Data::F32).collect())).unwrap();
    eprintln!("{:?}, steps and those on the device: {:?}", start.elapsed(), plan.steps());
    outputs
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
        let outputs = run(&graph, &Device::cpu(), std::slice::from_ref(&input));
        for (output, name) in outputs.into_iter().zip(["ort_logits", "ort_probs"]) {
            assert_alike(id, &output.into_f32s(), &golden.array::<f32>(name).1);
        }
        let Some((graph, _)) = reference(id, "original.tflite") else { return };
        let output = run(&graph, &Device::cpu(), &[channels_last(&input, 3)]).remove(0).into_f32s();
        assert_alike(&format!("{id} (tflite)"), &output, &golden.array::<f32>("ort_probs").1);
    }
}

#[test]
fn yolox_boxes_are_onnx_runtimes() {
    let Some((graph, mut golden)) = reference("detect-yolox-nano", "model.onnx") else { return };
    let output = run(&graph, &Device::cpu(), &[PLAIN.prepare(&mut golden, true)]).remove(0).into_f32s();
    assert_alike("yolox", &output, &golden.array::<f32>("ort_output").1);
}

#[test]
fn picodet_scores_and_distances_are_onnx_runtimes() {
    let Some((graph, mut golden)) = reference("detect-picodet-s", "model.onnx") else { return };
    let outputs = run(&graph, &Device::cpu(), &[PICODET.prepare(&mut golden, true)]);
    assert_eq!(outputs.len(), 8);
    for (index, output) in outputs.into_iter().enumerate() {
        let name = format!("ort_out{index}");
        assert_alike(&name, &output.into_f32s(), &golden.array::<f32>(&name).1);
    }
}

#[test]
fn espnet_scores_and_labels_are_onnx_runtimes() {
    for id in ["street-espnetv2", "street-espnetv2-s1"] {
        let Some((graph, mut golden)) = reference(id, "model.onnx") else { return };
        let output =
            run(&graph, &Device::cpu(), &[IMAGENET.prepare(&mut golden, true)]).remove(0).into_f32s();
        let few = strided(&output, [20, 512, 1024], 16);
        assert_alike(id, &few, &golden.array::<f32>("ort_logits_stride16").1);
        let pixels = 512 * 1024;
        let best = |pixel: usize| {
            let score = |class: &usize| output[class * pixels + pixel];
            (0..20).max_by(|a, b| score(a).total_cmp(&score(b))).unwrap() as f32
        };
        let labels: Vec<f32> = (0..pixels).map(best).collect();
        assert_same_labels(id, &labels, &golden.array::<u8>("ref_argmax").1, 0.995);
    }
}

#[test]
fn deeplab_scores_and_labels_are_onnx_runtimes() {
    let Some((graph, mut golden)) = reference("street-deeplab-slim", "model.onnx") else { return };
    let input = golden.array::<f32>("input").1;
    let mut outputs = run(&graph, &Device::cpu(), std::slice::from_ref(&input)).into_iter();
    let mut next = || outputs.next().unwrap().into_f32s();
    assert_alike("deeplab", &next(), &golden.array::<f32>("ort_logits_low").1);
    assert_same_labels("deeplab", &next(), &golden.array::<u8>("ort_labels").1, 0.995);
    let Some((graph, _)) = reference("street-deeplab-slim", "original.tflite") else { return };
    let labels = run(&graph, &Device::cpu(), &[channels_last(&input, 3)]).remove(0).into_f32s();
    assert_same_labels("deeplab (tflite)", &labels, &golden.array::<u8>("ort_labels").1, 0.995);
    assert_same_labels("deeplab (tflite), 8 bits", &labels, &golden.array::<u8>("ref_labels").1, 0.97);
}

#[test]
fn mosaic_scores_and_labels_are_onnx_runtimes() {
    let Some((graph, mut golden)) = reference("indoor-mosaic", "model.onnx") else { return };
    let input = golden.array::<f32>("input").1;
    let mut outputs = run(&graph, &Device::cpu(), std::slice::from_ref(&input)).into_iter();
    let mut next = || outputs.next().unwrap().into_f32s();
    let scores = strided(&next(), [32, 128, 128], 4);
    assert_alike("mosaic", &scores, &golden.array::<f32>("ort_logits_low_stride4").1);
    assert_same_labels("mosaic", &next(), &golden.array::<u8>("ort_labels").1, 0.995);
    let Some((graph, _)) = reference("indoor-mosaic", "original.tflite") else { return };
    let labels = run(&graph, &Device::cpu(), &[channels_last(&input, 3)]).remove(0).into_f32s();
    assert_same_labels("mosaic (tflite)", &labels, &golden.array::<u8>("ort_labels").1, 0.995);
}

/// Eight frames of a clip. An output that carries state is the next frame's input of the same name: `NAME_out` of `NAME`.
#[test]
fn movinet_streams_as_in_onnx_runtime() {
    let Some((graph, mut golden)) = reference("action-movinet-a0-stream", "model.onnx") else { return };
    let frames = golden.array::<u8>("frames_u8").1;
    let expected = golden.array::<f32>("ort_logits").1;
    let plan = Plan::new(graph, &Device::cpu()).unwrap();
    let image = plan.inputs().position(|input| input.name == "image").unwrap();
    let size: usize = plan.inputs().nth(image).unwrap().shape.iter().product();
    let state = |value: &vitrine_graph::Value| vec![0.0; value.shape.iter().product()];
    let mut inputs: Vec<Vec<f32>> = plan.inputs().map(state).collect();
    for (frame, expected) in frames.chunks_exact(size).zip(expected.chunks_exact(600)) {
        let pixels = frame.iter().map(|&byte| f32::from(byte) / 255.0).collect::<Vec<_>>();
        inputs[image] = (0..3).flat_map(|c| pixels.iter().skip(c).step_by(3).copied()).collect();
        let outputs = pollster::block_on(plan.run(inputs.iter().cloned().map(Data::F32).collect())).unwrap();
        assert_alike("movinet", &outputs[0].clone().into_f32s(), expected);
        for (index, input) in plan.inputs().enumerate().filter(|(index, _)| *index != image) {
            let next = outputs.iter().find(|output| output.name == format!("{}_out", input.name)).unwrap();
            inputs[index] = next.clone().into_f32s();
        }
    }
    let buffer = golden.array::<f32>("ort_final_head_pool_buffer").1;
    let position = plan.inputs().position(|input| input.name.contains("head_pool_buffer")).unwrap();
    assert_alike("movinet's state", &inputs[position], &buffer);
}

/// The CPU's scores equal ONNX Runtime's (above); WebGPU has to give the same on a smaller map, which a software adapter
/// computes in time.
#[cfg(feature = "webgpu")]
#[test]
fn deeplab_scores_are_alike_on_webgpu() {
    let Some((mut graph, _)) = reference("street-deeplab-slim", "original.tflite") else { return };
    let Some(webgpu) = webgpu() else { return };
    passes::cut(&mut graph, "ResizeBilinear").unwrap();
    passes::resize_input(&mut graph, 129, 129).unwrap();
    let input: Vec<f32> = (0..129 * 129 * 3).map(|index| (index * 37 % 256) as f32 / 128.0 - 1.0).collect();
    let [cpu, gpu] = [Device::cpu(), webgpu]
        .map(|device| run(&graph, &device, std::slice::from_ref(&input)).remove(0).into_f32s());
    assert_alike("deeplab on WebGPU", &gpu, &cpu);
}

/// The smaller networks whole.
#[cfg(feature = "webgpu")]
#[test]
fn small_networks_are_onnx_runtimes_on_webgpu() {
    let Some(webgpu) = webgpu() else { return };
    let Some((graph, mut golden)) = reference("dogs-mobilenetv2", "model.onnx") else { return };
    let output = run(&graph, &webgpu, &[golden.array::<f32>("input").1]).remove(0).into_f32s();
    assert_alike("dogs-mobilenetv2 on WebGPU", &output, &golden.array::<f32>("ort_logits").1);
    let Some((graph, mut golden)) = reference("detect-yolox-nano", "model.onnx") else { return };
    let output = run(&graph, &webgpu, &[PLAIN.prepare(&mut golden, true)]).remove(0).into_f32s();
    assert_alike("yolox on WebGPU", &output, &golden.array::<f32>("ort_output").1);
    let Some((graph, mut golden)) = reference("detect-picodet-s", "model.onnx") else { return };
    let outputs = run(&graph, &webgpu, &[PICODET.prepare(&mut golden, true)]);
    for (index, output) in outputs.into_iter().enumerate() {
        let name = format!("ort_out{index}");
        assert_alike(
            &format!("picodet on WebGPU, {name}"),
            &output.into_f32s(),
            &golden.array::<f32>(&name).1,
        );
    }
}

#[cfg(feature = "webgpu")]
fn webgpu() -> Option<Device> {
    pollster::block_on(Device::webgpu()).inspect_err(|error| eprintln!("skipped: {error}")).ok()
}
