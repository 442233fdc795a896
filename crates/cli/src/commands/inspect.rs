//! `vitrine inspect`: what a model file consists of, what it costs, and what of it is unsupported.

use crate::failure::bad_input;
use crate::{digest, given, output};
use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use vitrine_protocol::{ModelFigures, ModelReport};

#[derive(Args, Debug)]
pub struct Arguments {
    /// Model file: .onnx or .tflite
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    file: String,
    #[serde(flatten)]
    model: ModelReport,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let bytes = given::bytes(&arguments.file)?;
    let digest = digest::of_bytes(&bytes);
    let model = vitrine_tasks::own::inspect(bytes, digest)
        .map_err(|error| bad_input(error.to_string()))
        .with_context(|| format!("cannot read {}", arguments.file.display()))?;
    let report = Report { file: arguments.file.display().to_string(), model };
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

/// How often each operator occurs in the file, and after the passes.
fn operators(graph: &ModelFigures) -> Vec<Vec<String>> {
    let (read, optimised) = (&graph.read.operators, &graph.optimised.operators);
    let names: BTreeSet<&String> = read.keys().chain(optimised.keys()).collect();
    let count = |operators: &BTreeMap<String, usize>, name: &String| {
        operators.get(name).copied().unwrap_or(0).to_string()
    };
    let row = |name: &String| vec![name.clone(), count(read, name), count(optimised, name)];
    let head = ["operator", "in the file", "after the passes"].map(str::to_owned).to_vec();
    std::iter::once(head).chain(names.into_iter().map(row)).collect()
}

fn human(report: &Report) -> String {
    let Report { file, model } = report;
    let mut text = format!("{file}  {:.1} MB\n", model.bytes as f64 / 1e6);
    if let Some(graph) = &model.graph {
        for (word, tensors) in [("input", &graph.inputs), ("output", &graph.outputs)] {
            for tensor in tensors {
                text += &format!("{word}  {:?}  {}\n", tensor.shape, tensor.name);
            }
        }
        text += &format!(
            "\nparameters   {}\nMACs         {}\nmemory       {:.1} MB weights, {:.1} MB activations\n\n",
            graph.optimised.parameters,
            graph.optimised.macs,
            graph.optimised.memory.weight_bytes as f64 / 1e6,
            graph.optimised.memory.activation_peak_bytes as f64 / 1e6
        );
        text += &output::table(&operators(graph), &[1, 2]);
        text += "\n\nEvery operator is supported.";
        text += &understood(model);
    }
    for node in &model.unsupported {
        text += &format!("\nunsupported: {}, node {}, output {:?}", node.operator, node.node, node.output);
        if !node.detail.is_empty() {
            text += &format!(": {}", node.detail);
        }
    }
    text
}

/// What the page would propose for the file.
fn understood(model: &ModelReport) -> String {
    let mut text = String::new();
    for proposal in &model.proposals {
        let (width, height) = (proposal.width, proposal.height);
        let size =
            if proposal.free_size { "of any size".to_owned() } else { format!("of {width} x {height}") };
        text +=
            &format!("\nIt looks like: {:?}, {} classes, pictures {size}.", proposal.task, proposal.scores);
    }
    if let Some(problem) = &model.problem {
        text += &format!("\nIt cannot be understood without help: {problem}.");
    }
    text
}
