//! Runs ONNX's generated backend test cases with the plain host operators: `onnx_cases DIR [LIST]`.
//!
//! DIR holds a folder for each case, as ONNX's `backend-test-tools` writes them; LIST names those to run, one a line. An
//! input is bound at load only where the reader asks for it.

#![allow(clippy::print_stdout, reason = "a command")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use vitrine_graph::{Data, Error, Graph, Known, Options, host, read_onnx_tensor, read_with};

type Tensors = Vec<(String, Known)>;

/// How a case ended.
enum Outcome {
    Passed,
    Failed(String),
    Unsupported(String),
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().unwrap_or_else(|| ".".to_owned()));
    let wanted: Option<BTreeSet<String>> = arguments
        .next()
        .and_then(|list| std::fs::read_to_string(list).ok())
        .map(|text| text.lines().map(|line| line.trim().to_owned()).collect());
    let entries = std::fs::read_dir(&directory).into_iter().flatten().flatten();
    let names: BTreeSet<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let mut counts = [0; 3];
    for name in names.iter().filter(|name| wanted.as_ref().is_none_or(|wanted| wanted.contains(*name))) {
        let case = directory.join(name);
        let outcome = std::panic::catch_unwind(|| run(&case));
        match outcome.unwrap_or_else(|_| Ok(Outcome::Failed("panicked".to_owned()))) {
            Ok(Outcome::Passed) => counts[0] += 1,
            Ok(Outcome::Failed(cause)) | Err(cause) => {
                counts[1] += 1;
                println!("failed {name}: {cause}");
            }
            Ok(Outcome::Unsupported(cause)) => {
                counts[2] += 1;
                println!("unsupported {name}: {cause}");
            }
        }
    }
    println!("{} passed, {} failed, {} unsupported", counts[0], counts[1], counts[2]);
}

fn run(case: &Path) -> Result<Outcome, String> {
    let bytes = std::fs::read(case.join("model.onnx")).map_err(|error| error.to_string())?;
    let (inputs, outputs) = (tensors(case, "input")?, tensors(case, "output")?);
    let shapes = inputs.iter().map(|(name, known)| (name.clone(), known.shape.clone())).collect();
    let mut options = Options { shapes, known: BTreeMap::new() };
    let graph = loop {
        match read_with(&bytes, &options) {
            Err(Error::NeedsInput { input, .. }) if !options.known.contains_key(&input) => {
                let (name, known) =
                    inputs.iter().find(|(name, _)| *name == input).ok_or("an input is missing")?;
                options.known.insert(name.clone(), known.clone());
            }
            other => break other,
        }
    };
    match graph {
        Ok(mut graph) => {
            compute(&mut graph, &inputs)?;
            Ok(compare(&graph, &outputs, tolerances(case)))
        }
        Err(error @ Error::Unsupported(_)) => Ok(Outcome::Unsupported(error.to_string())),
        Err(error) => Err(error.to_string()),
    }
}

fn tensors(case: &Path, kind: &str) -> Result<Tensors, String> {
    let path = |index: usize| case.join(format!("test_data_set_0/{kind}_{index}.pb"));
    let files = (0..).map(path).take_while(|path| path.exists());
    files
        .map(|path| {
            let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
            read_onnx_tensor(&bytes).map_err(|error| error.to_string())
        })
        .collect()
}

/// Relative and absolute.
fn tolerances(case: &Path) -> [f32; 2] {
    let text = std::fs::read_to_string(case.join("data.json")).unwrap_or_default();
    let number = |name: &str, default| {
        let rest = text.split(name).nth(1).and_then(|rest| rest.split(':').nth(1));
        rest.and_then(|rest| rest.split([',', '}']).next()?.trim().parse().ok()).unwrap_or(default)
    };
    [number("\"rtol\"", 1e-3), number("\"atol\"", 1e-7)]
}

fn compute(graph: &mut Graph, inputs: &Tensors) -> Result<(), String> {
    for id in graph.inputs.clone() {
        let name = &graph.value(id).name;
        let (_, known) =
            inputs.iter().find(|(given, _)| given == name).ok_or(format!("no input \"{name}\""))?;
        if known.shape != graph.shape(id) {
            return Err(format!("input {name}: {:?} for {:?}", known.shape, graph.shape(id)));
        }
        graph.constants.insert(id, known.data.clone().into());
    }
    for node in graph.nodes.clone() {
        let data = host::evaluate_node(graph, &node).map_err(|error| error.to_string())?;
        let data = data.ok_or_else(|| format!("{} is not computed", node.name))?;
        let shape = graph.shape(node.output);
        if data.len() != shape.iter().product::<usize>() {
            return Err(format!("node {}: {} elements for {shape:?}", node.name, data.len()));
        }
        graph.constants.insert(node.output, data);
    }
    Ok(())
}

fn compare(graph: &Graph, outputs: &Tensors, tolerances: [f32; 2]) -> Outcome {
    for (&id, (name, expected)) in graph.outputs.iter().zip(outputs) {
        let mut value = graph.value(id).clone();
        let mut data = graph.constants.get(&id).map(|known| Data::clone(known));
        if value.shape != expected.shape {
            drop_unused_rows(&mut value.shape, data.as_mut());
        }
        if value.name != *name || value.shape != expected.shape || value.kind != expected.kind {
            let Known { kind, shape, .. } = expected;
            let got = (&value.name, value.kind, &value.shape);
            return Outcome::Failed(format!("{got:?} is expected to be \"{name}\", {kind:?} of {shape:?}"));
        }
        let difference = match (&data, &expected.data) {
            (Some(Data::F32(got)), Data::F32(expected)) => first_difference(got, expected, tolerances),
            (Some(Data::I64(got)), Data::I64(expected)) => {
                let wrong = got.iter().zip(expected).position(|(a, b)| a != b);
                wrong.map(|place| format!("{} is expected to be {} at {place}", got[place], expected[place]))
            }
            _ => Some("nothing was computed".to_owned()),
        };
        if let Some(difference) = difference {
            return Outcome::Failed(format!("{name}: {difference}"));
        }
    }
    if graph.outputs.len() == outputs.len() {
        Outcome::Passed
    } else {
        Outcome::Failed("an output is missing".to_owned())
    }
}

/// Rows of -1 at the end: boxes that were not kept, whose number ONNX leaves open.
fn drop_unused_rows(shape: &mut [usize], data: Option<&mut Data>) {
    if let ([rows, columns], Some(Data::I64(numbers))) = (shape, data) {
        while numbers.len() >= *columns
            && *rows > 0
            && numbers[numbers.len() - *columns..].iter().all(|&n| n == -1)
        {
            numbers.truncate(numbers.len() - *columns);
            *rows -= 1;
        }
    }
}

/// As NumPy's `isclose`, where what is not a number equals itself.
fn first_difference(got: &[f32], expected: &[f32], [relative, absolute]: [f32; 2]) -> Option<String> {
    let close = |a: f32, b: f32| {
        a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= absolute + relative * b.abs()
    };
    let wrong = got.iter().zip(expected).position(|(&a, &b)| !close(a, b))?;
    Some(format!("{} is expected to be {} at {wrong}", got[wrong], expected[wrong]))
}
