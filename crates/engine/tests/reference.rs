//! Whole reference networks against their reference runtime's values.

use vitrine_engine::{Device, Plan};
use vitrine_fixtures::{Golden, model};
use vitrine_graph::{Data, passes};

/// `[n, c, h, w]` -> `[n, h, w, c]` with n = 1.
fn channels_last(data: &[f32], c: usize) -> Vec<f32> {
    let pixels = data.len() / c;
    (0..pixels).flat_map(|pixel| (0..c).map(move |channel| data[channel * pixels + pixel])).collect()
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Source: `golden.npz` of street-deeplab-slim, ONNX Runtime on the float conversion of the same file.
#[test]
fn deeplab_scores_and_labels_are_onnx_runtimes() {
    let Some(bytes) = model("street-deeplab-slim", "original.tflite") else { return };
    let Some(mut golden) = Golden::open("street-deeplab-slim") else { return };
    let input = channels_last(&golden.array::<f32>("input").1, 3);
    let graph = vitrine_graph::read(&bytes).unwrap();
    let device = Device::cpu();

    let mut scores = graph.clone();
    let name = scores.value(scores.nodes[81].output).name.clone();
    passes::cut(&mut scores, &name).unwrap();
    let plan = Plan::new(scores, &device).unwrap();
    let start = std::time::Instant::now();
    let output = pollster::block_on(plan.run(vec![Data::F32(input.clone())])).unwrap().remove(0);
    eprintln!("scores in {:?}", start.elapsed());
    let expected = channels_last(&golden.array::<f32>("ort_logits_low").1, 19);
    let difference = largest_difference(&output.into_f32s(), &expected);
    assert!(difference < 1e-3, "{difference}");

    let plan = Plan::new(graph, &device).unwrap();
    let output = pollster::block_on(plan.run(vec![Data::F32(input)])).unwrap().remove(0);
    let labels_found = output.into_f32s();
    for (labels, least) in [("ort_labels", 0.995), ("ref_labels", 0.97)] {
        let expected = golden.array::<u8>(labels).1;
        let same = labels_found.iter().zip(&expected).filter(|(a, b)| **a == f32::from(**b)).count();
        let agreement = same as f64 / expected.len() as f64;
        assert!(agreement >= least, "{labels}: {agreement}");
        eprintln!("{labels}: {agreement}");
    }
}

/// The CPU's scores equal ONNX Runtime's (above); WebGPU has to give the same on a smaller map, which a software adapter
/// computes in time.
#[cfg(feature = "webgpu")]
#[test]
fn deeplab_scores_are_alike_on_webgpu() {
    let Some(bytes) = model("street-deeplab-slim", "original.tflite") else { return };
    let webgpu = match pollster::block_on(Device::webgpu()) {
        Ok(device) => device,
        Err(error) => return eprintln!("skipped: {error}"),
    };
    let mut graph = vitrine_graph::read(&bytes).unwrap();
    passes::cut(&mut graph, "ResizeBilinear").unwrap();
    passes::resize_input(&mut graph, 129, 129).unwrap();
    let input: Vec<f32> = (0..129 * 129 * 3).map(|index| (index * 37 % 256) as f32 / 128.0 - 1.0).collect();
    let [cpu, gpu] = [Device::cpu(), webgpu].map(|device| {
        let plan = Plan::new(graph.clone(), &device).unwrap();
        pollster::block_on(plan.run(vec![Data::F32(input.clone())])).unwrap().remove(0).into_f32s()
    });
    let difference = largest_difference(&cpu, &gpu);
    assert!(difference < 1e-3, "{difference}");
}
