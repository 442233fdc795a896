//! Two trained networks as one pack: `rgb.onnx`, `flow.onnx`, `pack.json`.

use super::measure::Measured;
use super::recipe::ClipRecipe;
use super::windows::{FLOW_MEAN, Sense};
use crate::Error;
use crate::export::date::today;
use crate::export::{Graph, HALF_LIMIT, LIMIT, Precision, computed, difference};
use crate::networks::two_stream::{FlowStream, RgbStream, Stream};
use burn::tensor::{Device, Tensor, TensorData};
use sha2::{Digest, Sha256};
use std::path::Path;
use vitrine_packs::{
    self as packs, Colour, Filter, FlowForm, Fusion, Input, Metric, ModelFile, Output, Pack, Resize,
    SelfTest, Task,
};
use vitrine_scenes::shop::Action;

/// The confidence from which an action is marked in a timeline at first.
const MIN_CONFIDENCE: f32 = 0.3;

/// What was written.
#[derive(Clone, Debug)]
pub struct ClipExport {
    /// `pack.json` as it is.
    pub pack: Pack,
    /// Of the files with weights in 32 bits, as [`crate::export::parity`] has it.
    pub difference: f32,
    /// Of the files that were written.
    pub written_difference: f32,
}

/// A network's file, the name of its scores, and how far they are from the network's own.
struct Written {
    file: Vec<u8>,
    scores: String,
    difference: f32,
    written_difference: f32,
}

/// Exports two trained networks to `folder`. Weights are written in 16 bits if that changes scores by little enough.
///
/// # Errors
/// [`Error::Parity`] and [`Error::Engine`] if a file would not compute what its network does; [`Error::File`].
pub fn write_clip_pack(
    rgb: &RgbStream,
    flow: &FlowStream,
    recipe: &ClipRecipe,
    measured: &Measured,
    folder: &Path,
    device: &Device,
) -> Result<ClipExport, Error> {
    let [rgb_file, flow_file] = [
        written(rgb, Sense::Rgb.shape(&recipe.data), device)?,
        written(flow, Sense::Flow.shape(&recipe.data), device)?,
    ];
    let pack = Pack {
        metrics: metrics(recipe, measured),
        self_test: Some(self_test(rgb, recipe, device)),
        ..described(recipe, [&rgb_file, &flow_file], measured.weights)
    };
    std::fs::create_dir_all(folder).map_err(|error| Error::write(folder, &error))?;
    let json = serde_json::to_vec_pretty(&pack).map_err(|error| Error::write(folder, &error.into()))?;
    let larger = |one: fn(&Written) -> f32| one(&rgb_file).max(one(&flow_file));
    let export = ClipExport {
        pack,
        difference: larger(|file| file.difference),
        written_difference: larger(|file| file.written_difference),
    };
    for (name, bytes) in [("rgb.onnx", &rgb_file.file), ("flow.onnx", &flow_file.file), ("pack.json", &json)]
    {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| Error::write(&path, &error))?;
    }
    Ok(export)
}

fn written<S: Stream>(network: &S, shape: [usize; 4], device: &Device) -> Result<Written, Error> {
    let [(single, scores, difference), (half, half_scores, half_difference)] = [
        exported(network, Precision::Single, shape, device)?,
        exported(network, Precision::Half, shape, device)?,
    ];
    if difference > LIMIT {
        return Err(Error::Parity { difference, limit: LIMIT });
    }
    Ok(match half_difference <= HALF_LIMIT {
        true => Written { file: half, scores: half_scores, difference, written_difference: half_difference },
        false => Written { file: single, scores, difference, written_difference: difference },
    })
}

/// The file, the name of its scores, and how far our engine's scores are from the network's for numbers between -1 and 1.
pub(super) fn exported<S: Stream>(
    network: &S,
    precision: Precision,
    shape: [usize; 4],
    device: &Device,
) -> Result<(Vec<u8>, String, f32), Error> {
    let [frames, channels, h, w] = shape;
    let mut state = 1_u32;
    let mut number = || {
        // Numerical Recipes' generator: nothing here needs better numbers.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let numbers: Vec<f32> = (0..shape.iter().product()).map(|_| number()).collect();
    let windows =
        Tensor::<5>::from_data(TensorData::new(numbers.clone(), [1, frames, channels, h, w]), device);
    let input = S::graph_input(shape);
    // Of one window: channels before frames are the same numbers in another order.
    let arranged = match input[..] {
        [_, _, _, _, _] => windows.clone().swap_dims(1, 2).into_data().iter::<f32>().collect(),
        _ => numbers,
    };
    let expected = network.forward(windows).into_data();
    let mut graph = Graph::new(precision, [h, w]);
    let scores = network.describe(&mut graph, "window");
    let classes = expected.shape()[1];
    let dims = [&[1, classes][..], &vec![1; input.len() - 2]].concat();
    let file = graph.into_bytes(("window", &input), (&scores, &dims));
    let given = computed(&file, arranged)?.into_f32s();
    if given.len() != classes {
        return Err(Error::Engine(format!("it gives {} scores for {classes} classes", given.len())));
    }
    let apart = difference(&given, expected.iter::<f32>());
    Ok((file, scores, apart))
}

fn described(recipe: &ClipRecipe, [rgb, flow]: [&Written; 2], [share, other]: [f32; 2]) -> Pack {
    let data = &recipe.data;
    let file = |name: &str, written: &Written| ModelFile {
        file: name.to_owned(),
        bytes: written.file.len() as u64,
        sha256: Sha256::digest(&written.file).iter().map(|byte| format!("{byte:02x}")).collect(),
        address: None,
        converted_from: None,
        licence: recipe.licence.name.clone(),
        terms: recipe.licence.terms.clone(),
    };
    let class = |(class, action): (&crate::Class, Action)| packs::Class {
        name: class.name.clone(),
        group: 0,
        label_id: 0,
        column: None,
        key: Some(action.key().to_owned()),
    };
    let windows = packs::Windows {
        frames_per_second: data.frames_per_second,
        clip_frames: data.clip_frames,
        frame_step: data.frame_step,
        overlap: data.overlap,
    };
    let stream = packs::FlowStream {
        model: file("flow.onnx", flow),
        tensor: flow.scores.clone(),
        side: data.side,
        frame_step: 1,
        form: FlowForm::Planes { mean: FLOW_MEAN, std: data.flow_std },
    };
    Pack {
        schema: packs::SCHEMA,
        id: recipe.id.clone(),
        task: Task::Act,
        title: recipe.title.clone(),
        summary: recipe.summary.clone(),
        upstream: None,
        trained: Some(packs::Training {
            recipe: format!("{}.toml", recipe.id),
            seed: recipe.seed,
            epochs: recipe.rgb.epochs.max(recipe.flow.epochs) as u32,
            date: today(),
        }),
        model: file("rgb.onnx", rgb),
        input: Input {
            width: data.side,
            height: data.side,
            colour: Colour::Rgb,
            mean: data.mean,
            std: data.std,
            resize: Resize::Crop { share: 1.0 },
            filter: Filter::Pillow,
        },
        output: Output::Windows {
            tensor: rgb.scores.clone(),
            windows,
            min_confidence: MIN_CONFIDENCE,
            flow: Some(Box::new(stream)),
            fusion: Fusion::Weights { rgb: share, flow: other },
        },
        classes: recipe.classes.iter().zip(Action::ALL).map(class).collect(),
        groups: Vec::new(),
        then: None,
        metrics: Vec::new(),
        failings: recipe.failings.clone(),
        self_test: None,
    }
}

fn metrics(recipe: &ClipRecipe, measured: &Measured) -> Vec<Metric> {
    let data = &recipe.data;
    let secs = data.clip_frames as f32 / data.frames_per_second;
    let [clear, all] = measured.counts();
    let part = format!("{} held-out synthetic clips", data.clips.test);
    let whose = [
        (format!("{part}, windows of {secs} s of which one action fills at least {}", data.min_share), clear),
        (
            format!("{part}, all windows of {secs} s (of two actions that fill one alike either is right)"),
            all,
        ),
    ];
    let metric = |name: &str, value: f64, (data, n): &(String, u64)| Metric {
        name: format!("window accuracy, {name}"),
        value: (value * 1e4).round() / 1e4,
        data: data.clone(),
        n: u32::try_from(*n).ok(),
        source: "vitrine train".to_owned(),
    };
    let names = ["pictures alone", "flow alone", "both"];
    let of = |(accuracies, whose): ([f64; 3], &(String, u64))| {
        [2, 0, 1].map(|index| metric(names[index], accuracies[index], whose))
    };
    measured.accuracies().into_iter().zip(&whose).flat_map(of).collect()
}

/// The first network's scores for the test card, which stands still.
fn self_test(rgb: &RgbStream, recipe: &ClipRecipe, device: &Device) -> SelfTest {
    let data = &recipe.data;
    let [frames, channels, h, w] = Sense::Rgb.shape(data);
    let card = vitrine_pixels::test_card(data.side, data.side);
    let (pixels, _) = card.rgba().as_chunks::<4>();
    let plane = |channel: usize| {
        pixels.iter().map(move |pixel| (f32::from(pixel[channel]) - data.mean[channel]) / data.std[channel])
    };
    let picture: Vec<f32> = (0..channels).flat_map(plane).collect();
    let window = TensorData::new(picture.repeat(frames), [1, frames, channels, h, w]);
    let scores = rgb.forward(Tensor::from_data(window, device)).into_data();
    let values: Vec<f32> = scores.iter::<f32>().collect();
    let largest = values.iter().fold(1.0_f32, |largest, value| largest.max(value.abs()));
    SelfTest {
        reference: "Burn 0.22.1, in 32 bits".to_owned(),
        indices: (0..values.len() as u32).collect(),
        values,
        // Kernels may be written in 16 bits.
        tolerance: 2.0 * HALF_LIMIT * largest,
        half: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::networks::testing::alone;
    use burn::tensor::Distribution;

    /// A network that has seen a batch in training, so that its batch norms have statistics of their own.
    fn agrees<S: Stream>(make: impl Fn(&Device) -> S, shape: [usize; 4]) {
        let _alone = alone();
        let device = Device::flex().autodiff();
        device.seed(5);
        let network = make(&device);
        let [frames, channels, h, w] = shape;
        for _ in 0..3 {
            let windows =
                Tensor::random([2, frames, channels, h, w], Distribution::Normal(0.4, 1.5), &device);
            network.forward(windows);
        }
        let (_, _, apart) = exported(&network.valid(), Precision::Single, shape, &Device::flex()).unwrap();
        assert!(apart <= 1e-4, "{apart}");
    }

    #[test]
    fn our_engine_computes_the_network_of_pictures_as_burn_does() {
        agrees(|device| RgbStream::new(8, 6, device), [4, 3, 32, 32]);
    }

    #[test]
    fn our_engine_computes_the_network_of_flow_as_burn_does() {
        agrees(|device| FlowStream::new(8, 8, 6, device), [8, 2, 32, 32]);
    }
}
