//! Published PyTorch weights -> a network of ours. Every tensor's name and shape is checked.

use crate::Error;
use crate::export::{Graph, Precision, parity};
use crate::networks::Network;
use crate::networks::espnetv2::EspNetV2Config;
use burn::module::Module;
use burn::store::{KeyRemapper, ModuleSnapshot, PytorchStore};
use burn::tensor::{Device, Tensor};
use std::path::Path;

/// `(what a name has, what stands in its place)`, one after the other: sequences of the authors' code are fields of ours.
const ESPNETV2: [(&str, &str); 16] = [
    (r"\.cbr\.0\.", ".conv."),
    (r"\.cbr\.1\.", ".bn."),
    (r"\.cbr\.2\.", ".act."),
    (r"(spp_dw\.\d+)\.conv\.", "$1."),
    (r"\.inp_reinf\.0\.", ".reinforce."),
    (r"\.inp_reinf\.1\.", ".expand."),
    (r"\.wt_layer\.1\.", ".wt_layer."),
    (r"\.merge_layer\.0\.br\.0\.", ".merge_in.bn."),
    (r"\.merge_layer\.0\.br\.1\.", ".merge_in.act."),
    (r"\.merge_layer\.2\.", ".merge_conv."),
    (r"\.merge_layer\.3\.", ".merge_out."),
    (r"\.br\.br\.0\.", ".br.bn."),
    (r"\.br\.br\.1\.", ".br.act."),
    (r"^(bu_br_l\d)\.0\.", "$1.bn."),
    (r"^(bu_br_l\d)\.1\.", "$1.act."),
    (r"act\.weight$", "act.alpha"),
];

/// A converted network, as an ONNX file.
#[derive(Clone, Debug)]
pub struct Converted {
    /// `model.onnx`
    pub file: Vec<u8>,
    /// Name of the scores.
    pub scores: String,
    /// How many tensors were read.
    pub tensors: usize,
    /// Between our engine on the file and Burn on the network.
    pub difference: f32,
}

/// Reads the weights of an ESPNetv2 for `classes` and exports it for pictures of `[width, height]`. Its width is that of the file.
///
/// # Errors
/// [`Error::Weights`] lists tensors that are missing, unknown or of another shape; [`Error::Parity`], [`Error::Engine`].
pub fn espnetv2(path: &Path, classes: usize, size: [usize; 2], device: &Device) -> Result<Converted, Error> {
    let wrong = |cause: String| Error::Weights { path: path.to_owned(), cause };
    if !path.is_file() {
        return Err(Error::read(path, "there is no such file"));
    }
    let channels = match second_level(path).map_err(wrong)? {
        Some(channels) if channels > 32 && channels <= 1024 && channels.is_multiple_of(16) => channels,
        _ => {
            return Err(wrong(
                "it has no base_net.level2_0.act.weight as an ESPNetv2 for segmentation has".to_owned(),
            ));
        }
    };
    if size.iter().any(|&side| side == 0 || !side.is_multiple_of(16) || side > 4096) {
        return Err(wrong("the picture's sides have to be multiples of 16, 4096 at most".to_owned()));
    }
    let mut network = EspNetV2Config { channels, classes }.init(device);
    let tensors = fill(&mut network, path, &ESPNETV2).map_err(wrong)?;
    let (file, scores) = exported(&network, size, device);
    let difference = parity(&file, &network, size, device)?;
    if difference > LIMIT {
        return Err(Error::Parity { difference, limit: LIMIT });
    }
    Ok(Converted { file, scores, tensors, difference })
}

/// Differences that the arithmetic of two implementations makes.
const LIMIT: f32 = 1e-4;

fn exported<N: Network>(network: &N, [width, height]: [usize; 2], device: &Device) -> (Vec<u8>, String) {
    let shape = [1, 3, height, width];
    let dims = network.forward(Tensor::zeros(shape, device)).dims();
    let mut graph = Graph::new(Precision::Single, [height, width]);
    let scores = network.describe(&mut graph, "images");
    (graph.into_bytes(("images", &shape), (&scores, &dims)), scores)
}

/// How many channels the second level has.
fn second_level(path: &Path) -> Result<Option<usize>, String> {
    let reader = pytorch_reader::PytorchReader::new(path).map_err(|error| error.to_string())?;
    Ok(reader.get("base_net.level2_0.act.weight").and_then(|slopes| slopes.shape().first().copied()))
}

/// How many tensors found their place: all of them, or it is an error that lists the others.
fn fill<M: Module + ModuleSnapshot>(
    network: &mut M,
    path: &Path,
    names: &[(&str, &str)],
) -> Result<usize, String> {
    let names = names.iter().try_fold(KeyRemapper::new(), |names, &(from, to)| names.add_pattern(from, to));
    // How many batches a batch norm has seen is no number of the network.
    let counted = |name: &str, _container: &str| !name.ends_with("num_batches_tracked");
    let mut store = PytorchStore::from_file(path)
        .with_predicate(counted)
        .remap(names.map_err(|error| error.to_string())?)
        .allow_partial(true)
        .validate(false);
    let result = network.load_from(&mut store).map_err(|error| error.to_string())?;
    let missing: Vec<String> = result.missing.iter().map(|(name, _)| name.clone()).collect();
    let errors = result.errors.iter().map(ToString::to_string).collect();
    let unknown =
        result.unused.iter().filter(|name| !name.ends_with("num_batches_tracked")).cloned().collect();
    let parts = [("missing", missing), ("unknown", unknown), ("not usable", errors)];
    let told: Vec<String> = parts.iter().filter_map(|(word, names)| listed(word, names)).collect();
    if told.is_empty() { Ok(result.applied.len()) } else { Err(told.join("; ")) }
}

/// The first of them by name, and how many there are.
fn listed(word: &str, names: &[String]) -> Option<String> {
    const SHOWN: usize = 12;
    let first = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    let more = if names.len() > SHOWN { ", ..." } else { "" };
    (!names.is_empty()).then(|| format!("{} {word}: {first}{more}", names.len()))
}
