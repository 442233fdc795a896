//! `vitrine convert`: published PyTorch weights to a pack.

mod golden;

use crate::columns_and_rows::columns_and_rows;
use crate::failure::bad_input;
use crate::{catalogue, digest, files, output};
use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::{Path, PathBuf};
use vitrine_packs::{self as packs, Class, Input, ModelFile, Output, Pack, Sampling, Task, Text};
use vitrine_train::convert::{Converted, espnetv2};
use vitrine_train::{Device, Error};

#[derive(Args, Debug)]
pub struct Arguments {
    /// PyTorch weights: .pth
    #[arg(value_name = "FILE.pth")]
    file: PathBuf,
    /// Whose weights they are
    #[arg(long, value_enum, value_name = "NETWORK")]
    network: Network,
    /// How many classes the network scores; not needed for weights that a pack of the project is made from
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=256))]
    classes: Option<u16>,
    /// Columns and rows of the picture that the network will read, for weights that no pack is made from
    #[arg(long, value_name = "WxH", default_value = "1024x512", value_parser = columns_and_rows)]
    size: [u32; 2],
    /// What another runtime computed from a picture, to compare with: an .npz file, or a folder of .npy files
    #[arg(long, value_name = "FILE|DIR")]
    golden: Option<PathBuf>,
    /// Folder to write the pack to
    #[arg(long, value_name = "PACK")]
    out: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Network {
    Espnetv2,
}

#[derive(Serialize)]
struct Report {
    pack: String,
    out: PathBuf,
    tensors: usize,
    /// Between the exported graph, run by the engine, and the network in Burn; relative to the largest score.
    parity: f32,
    /// Whether the weights are those that a pack of the project is made from, whose labels and reference values it then has.
    known: bool,
    /// Between the exported graph and each array of `--golden`.
    golden: Vec<golden::Compared>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let digest = digest::of_file(&arguments.file).map_err(|error| bad_input(error.to_string()))?;
    let known = known(&digest)?;
    let size = known.as_ref().map_or(arguments.size, |pack| [pack.input.width, pack.input.height]);
    let classes = match (&known, arguments.classes) {
        (Some(pack), _) => pack.classes.len(),
        (None, Some(classes)) => usize::from(classes),
        (None, None) => {
            let remedy = "say with --classes how many classes the network scores";
            return Err(bad_input(format!(
                "{} is not known to the project; {remedy}",
                arguments.file.display()
            )));
        }
    };
    let Network::Espnetv2 = arguments.network;
    let side = |side: u32| side as usize;
    let converted = espnetv2(&arguments.file, classes, size.map(side), &Device::flex()).map_err(told)?;
    let is_known = known.is_some();
    let stem = arguments.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let mut pack = known.unwrap_or_else(|| stranger(&stem, classes, size));
    pack.output = Output::ClassScores { tensor: converted.scores.clone(), sampling: Sampling::AlignCorners };
    pack.model = ModelFile {
        bytes: converted.file.len() as u64,
        sha256: digest::of_bytes(&converted.file),
        ..pack.model
    };
    let compare = |path| golden::compare(path, &pack, &converted.file);
    let golden = arguments.golden.as_deref().map_or(Ok(Vec::new()), compare)?;
    write(&pack, &converted, &arguments.out)?;
    let Converted { tensors, difference: parity, .. } = converted;
    let report =
        Report { pack: pack.id, out: arguments.out.clone(), tensors, parity, known: is_known, golden };
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

/// Weights that are not the network's are bad input.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Weights { .. } | Error::File { doing: "read", .. } => bad_input(error.to_string()),
        other => other.into(),
    }
}

/// The pack of the project that is made from a file with this digest.
fn known(digest: &str) -> Result<Option<Pack>> {
    let made_from =
        |pack: &Pack| pack.model.converted_from.as_ref().is_some_and(|from| from.sha256 == digest);
    Ok(catalogue::all()?.into_iter().map(|described| described.pack).find(made_from))
}

fn write(pack: &Pack, converted: &Converted, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot write {}", folder.display()))?;
    files::write(&folder.join(&pack.model.file), &converted.file)?;
    files::write(&folder.join("pack.json"), &serde_json::to_vec_pretty(pack)?)?;
    Ok(())
}

/// A pack of weights that nobody has described: numbered classes, ImageNet's mean and deviation.
fn stranger(stem: &str, classes: usize, [width, height]: [u32; 2]) -> Pack {
    let both = |text: &str| Text { en: text.to_owned(), fr: text.to_owned() };
    let plain = |byte: u8| if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() as char } else { '-' };
    let id: String = stem.bytes().take(64).map(plain).collect();
    let id = id.trim_matches('-');
    let class = |index: usize| Class {
        name: both(&format!("class {index}")),
        group: index as u8,
        label_id: index as u8,
        column: None,
        key: None,
    };
    let group = |index: usize| packs::Group {
        id: index as u8,
        name: both(&format!("class {index}")),
        colour: colour(index),
        void: false,
        leading: false,
    };
    Pack {
        schema: packs::SCHEMA,
        id: if id.is_empty() { "converted".to_owned() } else { id.to_owned() },
        task: Task::Segment,
        title: both(stem),
        summary: both(stem),
        upstream: None,
        trained: None,
        model: ModelFile {
            file: "model.onnx".to_owned(),
            bytes: 0,
            sha256: String::new(),
            address: None,
            converted_from: None,
            licence: "unknown".to_owned(),
            terms: Text { en: "Ask their author.".to_owned(), fr: "Demandez à leur auteur.".to_owned() },
        },
        input: Input {
            width,
            height,
            colour: packs::Colour::Rgb,
            mean: [123.675, 116.28, 103.53],
            std: [58.395, 57.12, 57.375],
            resize: packs::Resize::Squash,
            filter: packs::Filter::Pillow,
        },
        output: Output::ClassScores { tensor: String::new(), sampling: Sampling::AlignCorners },
        classes: (0..classes).map(class).collect(),
        groups: (0..classes).map(group).collect(),
        then: None,
        metrics: Vec::new(),
        failings: Vec::new(),
        self_test: None,
    }
}

/// Colours that lie apart, as Pascal VOC's colour map has them: bits of the index from above.
fn colour(index: usize) -> String {
    let (mut channels, mut rest) = ([0_u8; 3], index);
    for bit in (0..8).rev() {
        for channel in &mut channels {
            *channel |= ((rest & 1) as u8) << bit;
            rest >>= 1;
        }
    }
    format!("#{:02x}{:02x}{:02x}", channels[0], channels[1], channels[2])
}

fn human(report: &Report) -> String {
    let Report { pack, out, tensors, parity, known, golden } = report;
    let lines: String = golden.iter().map(|compared| format!("\n{compared}")).collect();
    let next = if *known {
        format!("\nvitrine check {} compares it with the pack's reference values", out.display())
    } else {
        String::new()
    };
    format!(
        "{pack}: {tensors} tensors read, exported graph within {parity:.1e} of the network{lines}\npack: {}{next}",
        out.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of <http://host.robots.ox.ac.uk/pascal/VOC/>'s colour map.
    #[test]
    fn colours_are_those_of_pascal_voc() {
        let colours: Vec<String> = (0..5).map(colour).collect();
        assert_eq!(colours, ["#000000", "#800000", "#008000", "#808000", "#000080"]);
    }

    #[test]
    fn the_published_espnetv2_is_known_by_its_digest() {
        let pack = known("a72d59699801c7ce8e8b89a53af9097eaaa60dc12180ecde86fd700ba1222fe8").unwrap();
        assert_eq!(pack.map(|pack| pack.id).as_deref(), Some("street-espnetv2"));
        assert!(known("").unwrap().is_none());
    }
}
