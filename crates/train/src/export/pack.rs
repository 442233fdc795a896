//! A trained network as a pack: `model.onnx` and `pack.json`.

use super::date::today;
use super::self_test::{card, self_test};
use super::{Graph, Precision, parity, parity_of};
use crate::networks::Network;
use crate::{Error, Recipe};
use burn::tensor::{Device, Tensor};
use sha2::{Digest, Sha256};
use std::path::Path;
use vitrine_packs::{
    self as packs, Colour, Group, Input, Metric, ModelFile, Output, Pack, Resize, Sampling, Task, Training,
};

/// Differences that the arithmetic of two implementations makes.
pub(crate) const LIMIT: f32 = 1e-4;
/// What halves may cost, in units of the largest score: far less than what lies between a pixel's first and second class.
pub(crate) const HALF_LIMIT: f32 = 5e-3;

/// What a training says of its weights.
#[derive(Clone, Debug)]
pub struct Told {
    /// Measured on the test part.
    pub metrics: Vec<Metric>,
    /// Passes over the training part.
    pub epochs: usize,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Exported {
    /// `pack.json` as it is.
    pub pack: Pack,
    /// Of the file with weights in 32 bits, see [`parity`].
    pub difference: f32,
    /// Of the file that was written.
    pub written_difference: f32,
    /// How its weights are written.
    pub precision: Precision,
}

/// Exports a trained network to `folder`. Weights are written in 16 bits if that changes scores by little enough.
///
/// # Errors
/// [`Error::Parity`] and [`Error::Engine`] if the file would not compute what the network does; [`Error::File`].
pub fn write_pack<N: Network>(
    network: &N,
    recipe: &Recipe,
    told: Told,
    folder: &Path,
    device: &Device,
) -> Result<Exported, Error> {
    let size = recipe.test_size().map(|side| side as usize);
    // The test card too: it is what a device is proved by.
    let differs = |file: &[u8]| -> Result<f32, Error> {
        let of_card = parity_of(file, network, size, card(recipe), device)?;
        Ok(parity(file, network, size, device)?.max(of_card))
    };
    let (single, names) = bytes(network, Precision::Single, size, device);
    let difference = differs(&single)?;
    if difference > LIMIT {
        return Err(Error::Parity { difference, limit: LIMIT });
    }
    let (half, half_names) = bytes(network, Precision::Half, size, device);
    let half_difference = differs(&half)?;
    let near = half_difference <= HALF_LIMIT;
    let (file, names, written_difference) =
        if near { (half, half_names, half_difference) } else { (single, names, difference) };
    let precision = if near { Precision::Half } else { Precision::Single };
    let pack = Pack { self_test: Some(self_test(network, recipe)), ..describe(recipe, &file, names, told) };
    std::fs::create_dir_all(folder).map_err(|error| Error::write(folder, &error))?;
    let json = serde_json::to_vec_pretty(&pack).map_err(|error| Error::write(folder, &error.into()))?;
    for (name, bytes) in [("model.onnx", &file), ("pack.json", &json)] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| Error::write(&path, &error))?;
    }
    Ok(Exported { pack, difference, written_difference, precision })
}

/// What a pack calls tensors of the file.
struct Names {
    scores: String,
    /// The map from which pooling and a linear layer make them, if they do.
    features: Option<String>,
}

/// The file and the names of its tensors.
fn bytes<N: Network>(
    network: &N,
    precision: Precision,
    [width, height]: [usize; 2],
    device: &Device,
) -> (Vec<u8>, Names) {
    let shape = [1, 3, height, width];
    let scores = network.forward(Tensor::zeros(shape, device)).dims();
    let mut graph = Graph::new(precision, [height, width]);
    let name = network.describe(&mut graph, "images");
    let features = graph.pooled().map(str::to_owned);
    (graph.into_bytes(("images", &shape), (&name, &scores)), Names { scores: name, features })
}

fn describe(recipe: &Recipe, file: &[u8], names: Names, told: Told) -> Pack {
    let digest = Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect();
    Pack {
        schema: packs::SCHEMA,
        id: recipe.id.clone(),
        task: if recipe.network.classifies() { Task::Classify } else { Task::Segment },
        title: recipe.title.clone(),
        summary: recipe.summary.clone(),
        upstream: None,
        trained: Some(Training {
            recipe: format!("{}.toml", recipe.id),
            seed: recipe.seed,
            epochs: told.epochs as u32,
            date: today(),
        }),
        model: ModelFile {
            file: "model.onnx".to_owned(),
            bytes: file.len() as u64,
            sha256: digest,
            address: None,
            converted_from: None,
            licence: recipe.licence.name.clone(),
            terms: recipe.licence.terms.clone(),
        },
        input: input(recipe),
        output: output(recipe, names),
        classes: recipe.classes.iter().map(|class| described(class, recipe)).collect(),
        groups: if recipe.network.classifies() { Vec::new() } else { groups(recipe) },
        then: None,
        metrics: told.metrics,
        failings: recipe.failings.clone(),
        self_test: None,
    }
}

fn input(recipe: &Recipe) -> Input {
    let [width, height] = recipe.test_size();
    let whole = Resize::Crop { share: 1.0 };
    Input {
        width,
        height,
        colour: Colour::Rgb,
        mean: recipe.data.mean,
        std: recipe.data.std,
        resize: if recipe.network.classifies() { whole } else { Resize::Squash },
        filter: packs::Filter::Pillow,
    }
}

fn output(recipe: &Recipe, Names { scores: tensor, features }: Names) -> Output {
    if !recipe.network.classifies() {
        return Output::ClassScores { tensor, sampling: Sampling::HalfPixel };
    }
    let columns = recipe.classes.len() as u32;
    Output::Logits { tensor, columns, features, probabilities: false, independent: false }
}

/// Classes of whole pictures have keys, those of pixels groups.
fn described(class: &crate::Class, recipe: &Recipe) -> packs::Class {
    let id = if recipe.network.classifies() { 0 } else { class.id };
    let (name, key) = (class.name.clone(), class.key.clone());
    packs::Class { name, group: id, label_id: id, column: None, key }
}

fn groups(recipe: &Recipe) -> Vec<Group> {
    let group = |class: &crate::Class| Group {
        id: class.id,
        name: class.name.clone(),
        colour: class.colour.clone(),
        void: false,
        leading: false,
    };
    let void = |&id: &u8| Group {
        id,
        name: packs::Text { en: "void".to_owned(), fr: "non défini".to_owned() },
        colour: "#000000".to_owned(),
        void: true,
        leading: false,
    };
    recipe.data.ignored.iter().take(1).map(void).chain(recipe.classes.iter().map(group)).collect()
}
