//! Published 8-bit TFLite models, computed as real-valued networks node by node on the host, against the answers that
//! ONNX Runtime gives for their float conversions.
#![allow(clippy::unwrap_used, reason = "only tests use these functions")]

use vitrine_fixtures::{Golden, model};
use vitrine_graph::{Constant, Data, Graph, Kind, Op, ValueId, host, passes, read};

fn compute(graph: &Graph, inputs: &[Data]) -> Vec<Data> {
    let mut graph = graph.clone();
    let given: Vec<_> =
        graph.inputs.iter().copied().zip(inputs.iter().cloned().map(Constant::from)).collect();
    graph.constants.extend(given);
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

/// `[1, 3, h, w]` -> `[1, h, w, 3]`
fn channels_last(image: &[f32]) -> Data {
    let plane = image.len() / 3;
    Data::F32((0..image.len()).map(|index| image[index % 3 * plane + index / 3]).collect())
}

/// What a model gives for the golden file's image, as it is read and after all passes.
fn outputs(id: &str) -> Option<(Golden, Vec<Data>)> {
    let bytes = model(id, "original.tflite")?;
    let mut golden = Golden::open(id)?;
    let image = channels_last(&golden.array::<f32>("input").1);
    let plain = read(&bytes).unwrap();
    let mut optimised = plain.clone();
    passes::optimise(&mut optimised);
    assert_eq!(read_weights(&optimised), 0, "{id}");
    let outputs = [plain, optimised].map(|graph| compute(&graph, std::slice::from_ref(&image)).remove(0));
    Some((golden, outputs.to_vec()))
}

/// Convolutions whose weights are no longer mere bytes.
fn read_weights(graph: &Graph) -> usize {
    let weights = graph.nodes.iter().filter(|node| matches!(node.op, Op::Conv(_))).map(|node| node.inputs[1]);
    let is_read =
        |id: &ValueId| !matches!(&graph.constants[id], Constant::Stored(_, read) if read.get().is_none());
    weights.filter(is_read).count()
}

#[test]
fn classifiers_give_the_probabilities_of_their_float_conversions() {
    for id in ["dogs-mobilenetv2", "dogs-mobilenet-edgetpu"] {
        let Some((mut golden, outputs)) = outputs(id) else { return };
        let (_, expected) = golden.array::<f32>("ort_probs");
        for probabilities in outputs {
            let error = difference(&probabilities, &expected);
            assert!(error <= 1e-3, "{id}: {error}");
        }
    }
}

#[test]
fn a_segmenter_gives_the_classes_of_its_float_conversion() {
    let Some((mut golden, outputs)) = outputs("street-deeplab-slim") else { return };
    let (_, expected) = golden.array::<u8>("ort_labels");
    for classes in outputs {
        let pairs = classes.i64s().unwrap().iter().zip(&expected);
        let differ = pairs.filter(|&(&class, &expected)| class != i64::from(expected)).count();
        // Two classes may be equally likely.
        assert!(differ * 1000 <= expected.len(), "{differ} of {}", expected.len());
    }
}

/// source.json: all states start as zeros, and each call's states go into the next one. They are in one order.
#[test]
fn a_streaming_network_gives_the_scores_of_its_float_conversion_frame_by_frame() {
    let Some(bytes) = model("action-movinet-a0-stream", "original.tflite") else { return };
    let Some(mut golden) = Golden::open("action-movinet-a0-stream") else { return };
    let (frames, expected) = (golden.array::<u8>("frames_u8").1, golden.array::<f32>("ort_logits").1);
    let graph = read(&bytes).unwrap();
    let image = graph.inputs.iter().position(|id| graph.shape(*id) == [1, 1, 172, 172, 3]).unwrap();
    let logits = graph.outputs.iter().position(|id| graph.shape(*id) == [1, 600]).unwrap();
    let zeros = |id| (graph.kind(id), graph.shape(id).iter().product::<usize>());
    let mut given: Vec<Data> = graph.inputs.iter().map(|&id| zeros(id)).map(nothing).collect();
    for (frame, expected) in frames.chunks(172 * 172 * 3).zip(expected.chunks(600)) {
        given[image] = Data::F32(frame.iter().map(|&pixel| f32::from(pixel) / 255.0).collect());
        let mut made = compute(&graph, &given);
        let error = difference(&made.remove(logits), expected);
        assert!(error <= 1e-3, "{error}");
        made.insert(image, Data::F32(vec![]));
        given = made;
    }
}

fn nothing((kind, count): (Kind, usize)) -> Data {
    if kind == Kind::F32 { Data::F32(vec![0.0; count]) } else { Data::I64(vec![0; count]) }
}
