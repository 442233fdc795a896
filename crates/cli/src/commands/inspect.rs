//! `vitrine inspect`: what a model file consists of, what it costs, and what of it is unsupported.

use crate::failure::bad_input;
use crate::{given, output};
use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use vitrine_graph::{Cost, Error, Graph, UnsupportedNode, ValueId, cost, passes};

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
    bytes: u64,
    /// Whether every operator can be computed here. If not, only `unsupported` is known.
    supported: bool,
    unsupported: Vec<Unsupported>,
    #[serde(flatten)]
    graph: Option<Figures>,
}

#[derive(Serialize)]
struct Figures {
    inputs: Vec<Tensor>,
    outputs: Vec<Tensor>,
    #[serde(flatten)]
    read: Costs,
    /// What is left of it after the passes: what a run computes.
    optimised: Costs,
}

#[derive(Serialize)]
struct Costs {
    /// How often each operator occurs, by name.
    operators: BTreeMap<String, usize>,
    nodes: usize,
    parameters: usize,
    /// Multiply-accumulates of one run.
    macs: u64,
    /// Two for each multiply-accumulate.
    flops: u64,
    memory: Memory,
}

/// Bytes, with 32-bit numbers.
#[derive(Serialize)]
struct Memory {
    weight_bytes: usize,
    /// Largest sum of values that are needed at the same time.
    activation_peak_bytes: usize,
}

#[derive(Serialize)]
struct Tensor {
    name: String,
    shape: Vec<usize>,
}

#[derive(Serialize)]
struct Unsupported {
    operator: String,
    node: usize,
    output: String,
    detail: String,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let bytes = given::bytes(&arguments.file)?;
    let (unsupported, graph) = match vitrine_graph::read(&bytes) {
        Ok(graph) => (Vec::new(), Some(figures(&graph))),
        Err(Error::Unsupported(nodes)) => (nodes, None),
        Err(error) => {
            return Err(bad_input(error.to_string()))
                .with_context(|| format!("cannot read {}", arguments.file.display()));
        }
    };
    let report = Report {
        file: arguments.file.display().to_string(),
        bytes: bytes.len() as u64,
        supported: graph.is_some(),
        unsupported: unsupported.into_iter().map(unsupported_entry).collect(),
        graph,
    };
    if arguments.json { output::json(&report) } else { output::text(&human(&report)) }
}

fn figures(graph: &Graph) -> Figures {
    let mut optimised = graph.clone();
    passes::optimise(&mut optimised);
    let tensor =
        |&id: &ValueId| Tensor { name: graph.value(id).name.clone(), shape: graph.shape(id).to_vec() };
    Figures {
        inputs: graph.inputs.iter().map(tensor).collect(),
        outputs: graph.outputs.iter().map(tensor).collect(),
        read: costs(graph),
        optimised: costs(&optimised),
    }
}

fn costs(graph: &Graph) -> Costs {
    let Cost { parameters, macs, peak_bytes, operators } = cost(graph);
    Costs {
        operators,
        nodes: graph.nodes.len(),
        parameters,
        macs,
        flops: 2 * macs,
        memory: Memory { weight_bytes: parameters * size_of::<f32>(), activation_peak_bytes: peak_bytes },
    }
}

fn unsupported_entry(node: UnsupportedNode) -> Unsupported {
    let UnsupportedNode { index, operator, output, detail } = node;
    Unsupported { operator, node: index, output, detail }
}

/// How often each operator occurs in the file, and after the passes.
fn operators(graph: &Figures) -> Vec<Vec<String>> {
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
    let mut text = format!("{}  {:.1} MB\n", report.file, report.bytes as f64 / 1e6);
    if let Some(graph) = &report.graph {
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
    }
    for node in &report.unsupported {
        text += &format!("\nunsupported: {}, node {}, output {:?}", node.operator, node.node, node.output);
        if !node.detail.is_empty() {
            text += &format!(": {}", node.detail);
        }
    }
    text
}
