//! A trained network as a pack: `model.onnx` and `pack.json`.

use super::self_test::{card, self_test};
use super::{Graph, Precision, parity, parity_of};
use crate::networks::Network;
use crate::{Error, Recipe};
use burn::tensor::{Device, Tensor};
use sha2::{Digest, Sha256};
use std::path::Path;
use vitrine_packs::{
    self as packs, Colour, Group, Input, Metric, ModelFile, Output, Pack, Resize, Sampling, Task,
};

/// Differences that the arithmetic of two implementations makes.
const LIMIT: f32 = 1e-4;
/// What halves may cost, in units of the largest score: far less than what lies between a pixel's first and second class.
const HALF_LIMIT: f32 = 5e-3;

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
    metrics: Vec<Metric>,
    folder: &Path,
    device: &Device,
) -> Result<Exported, Error> {
    let size = [recipe.data.width as usize, recipe.data.height as usize];
    // The test card too: it is what a device is proved by.
    let differs = |file: &[u8]| -> Result<f32, Error> {
        let of_card = parity_of(file, network, size, card(recipe), device)?;
        Ok(parity(file, network, size, device)?.max(of_card))
    };
    let (single, scores) = bytes(network, Precision::Single, size, device);
    let difference = differs(&single)?;
    if difference > LIMIT {
        return Err(Error::Parity { difference, limit: LIMIT });
    }
    let (half, half_scores) = bytes(network, Precision::Half, size, device);
    let half_difference = differs(&half)?;
    let near = half_difference <= HALF_LIMIT;
    let (file, scores, written_difference) =
        if near { (half, half_scores, half_difference) } else { (single, scores, difference) };
    let precision = if near { Precision::Half } else { Precision::Single };
    let pack =
        Pack { self_test: Some(self_test(network, recipe)), ..describe(recipe, &file, scores, metrics) };
    std::fs::create_dir_all(folder).map_err(|error| Error::write(folder, &error))?;
    let json = serde_json::to_vec_pretty(&pack).map_err(|error| Error::write(folder, &error.into()))?;
    for (name, bytes) in [("model.onnx", &file), ("pack.json", &json)] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| Error::write(&path, &error))?;
    }
    Ok(Exported { pack, difference, written_difference, precision })
}

/// The file and the name of its output.
fn bytes<N: Network>(
    network: &N,
    precision: Precision,
    [width, height]: [usize; 2],
    device: &Device,
) -> (Vec<u8>, String) {
    let shape = [1, 3, height, width];
    let scores = network.forward(Tensor::zeros(shape, device)).dims();
    let mut graph = Graph::new(precision, [height, width]);
    let name = network.describe(&mut graph, "images");
    (graph.into_bytes(("images", &shape), (&name, &scores)), name)
}

fn describe(recipe: &Recipe, file: &[u8], scores: String, metrics: Vec<Metric>) -> Pack {
    let class = |class: &crate::Class| packs::Class {
        name: class.name.clone(),
        group: class.id,
        label_id: class.id,
        column: None,
        key: None,
    };
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
    let digest = Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect();
    Pack {
        schema: packs::SCHEMA,
        id: recipe.id.clone(),
        task: Task::Segment,
        title: recipe.title.clone(),
        summary: recipe.summary.clone(),
        upstream: None,
        trained: None,
        model: ModelFile {
            file: "model.onnx".to_owned(),
            bytes: file.len() as u64,
            sha256: digest,
            address: None,
            converted_from: None,
            licence: recipe.licence.name.clone(),
            terms: recipe.licence.terms.clone(),
        },
        input: Input {
            width: recipe.data.width,
            height: recipe.data.height,
            colour: Colour::Rgb,
            mean: recipe.data.mean,
            std: recipe.data.std,
            resize: Resize::Squash,
            filter: packs::Filter::Pillow,
        },
        output: Output::ClassScores { tensor: scores, sampling: Sampling::HalfPixel },
        classes: recipe.classes.iter().map(class).collect(),
        groups: recipe
            .data
            .ignored
            .iter()
            .take(1)
            .map(void)
            .chain(recipe.classes.iter().map(group))
            .collect(),
        then: None,
        metrics,
        failings: recipe.failings.clone(),
        self_test: None,
    }
}
