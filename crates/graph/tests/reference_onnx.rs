//! Reference models computed node by node on the host, as they are read and after all passes, against ONNX Runtime's
//! answers beside them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use vitrine_fixtures::{Golden, model};
use vitrine_graph::{Data, Graph, host, passes, read};

/// The outputs of a graph for its input `[1, 3, h, w]`.
fn compute(mut graph: Graph, image: &[f32]) -> Vec<Data> {
    graph.constants.insert(graph.inputs[0], Data::F32(image.to_vec()).into());
    for node in graph.nodes.clone() {
        let data = host::evaluate_node(&graph, &node).unwrap().unwrap();
        graph.constants.insert(node.output, data);
    }
    graph.outputs.iter().map(|id| graph.constants[id].clone().into_data()).collect()
}

/// The largest difference, as a part of the largest number.
fn difference(got: &Data, expected: &[f32]) -> f32 {
    let got = got.f32s().unwrap();
    assert_eq!(got.len(), expected.len());
    let largest = expected.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
    got.iter().zip(expected).fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs())) / largest
}

/// Compares outputs, by their index, with arrays of the golden file.
fn agrees(id: &str, input: impl Fn(&mut Golden) -> Vec<f32>, outputs: &[(usize, &str)]) {
    let Some(bytes) = model(id, "model.onnx") else { return };
    let Some(mut golden) = Golden::open(id) else { return };
    let image = input(&mut golden);
    let plain = read(&bytes).unwrap();
    let mut optimised = plain.clone();
    passes::optimise(&mut optimised);
    for graph in [plain, optimised] {
        let computed = compute(graph, &image);
        for &(index, name) in outputs {
            let error = difference(&computed[index], &golden.array::<f32>(name).1);
            assert!(error <= 1e-3, "{id}, {name}: {error}");
        }
    }
}

fn prepared(golden: &mut Golden) -> Vec<f32> {
    golden.array("input").1
}

/// `input_note` of the golden file: blue, green, red, 0..255.
fn blue_first(golden: &mut Golden) -> Vec<f32> {
    let (_, pixels) = golden.array::<u8>("image_u8");
    [2, 1, 0].iter().flat_map(|channel| pixels.chunks_exact(3).map(|pixel| pixel[*channel].into())).collect()
}

#[test]
fn mobilenet_v2_gives_onnx_runtimes_logits() {
    agrees("dogs-mobilenetv2", prepared, &[(0, "ort_logits"), (1, "ort_probs")]);
}

#[test]
fn yolox_gives_onnx_runtimes_boxes() {
    agrees("detect-yolox-nano", blue_first, &[(0, "ort_output")]);
}

/// Convolutions with dilation, the image feature and a resize that aligns corners.
#[test]
#[ignore = "ten seconds without optimisation"]
fn deeplab_gives_onnx_runtimes_logits() {
    agrees("street-deeplab-slim", prepared, &[(0, "ort_logits_low")]);
}
