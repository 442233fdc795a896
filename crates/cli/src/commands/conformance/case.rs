//! One case: a model, and inputs with their expected outputs.

use anyhow::{Context, Result, anyhow};
use half::f16;
use pollster::block_on;
use serde::Deserialize;
use std::fs;
use std::path::Path;
use vitrine_engine::{Device, Output, Plan};
use vitrine_graph::{Data, Error, Graph, Known, Options, read_onnx_tensor, read_with};

/// How a case ended.
pub enum Outcome {
    Passed { steps: usize, device_steps: usize },
    Failed(String),
    Unsupported(String),
}

/// How far an output may be from the expected one: `absolute + relative * |expected|`.
#[derive(Clone, Copy, Deserialize)]
struct Tolerance {
    #[serde(rename = "rtol", default = "relative")]
    relative: f64,
    #[serde(rename = "atol", default = "absolute")]
    absolute: f64,
}

fn relative() -> f64 {
    1e-3
}

fn absolute() -> f64 {
    1e-7
}

/// Computes all data sets of a case.
pub fn try_case(folder: &Path, device: &Device) -> Outcome {
    match all_sets(folder, device) {
        Ok((steps, device_steps)) => Outcome::Passed { steps, device_steps },
        Err(error) => match error.downcast_ref::<Error>() {
            Some(Error::Unsupported(_)) => Outcome::Unsupported(error.to_string()),
            _ => Outcome::Failed(format!("{error:#}")),
        },
    }
}

fn all_sets(folder: &Path, device: &Device) -> Result<(usize, usize)> {
    let model = fs::read(folder.join("model.onnx"))?;
    let tolerance = match fs::read(folder.join("data.json")) {
        Ok(bytes) => serde_json::from_slice(&bytes).context("data.json")?,
        Err(_) => Tolerance { relative: relative(), absolute: absolute() },
    };
    let mut counted = (0, 0);
    for set in 0.. {
        let set = folder.join(format!("test_data_set_{set}"));
        if !set.is_dir() {
            break;
        }
        let (steps, device_steps) = one_set(&model, &set, device, tolerance)?;
        counted = (counted.0 + steps, counted.1 + device_steps);
    }
    Ok(counted)
}

fn one_set(model: &[u8], set: &Path, device: &Device, tolerance: Tolerance) -> Result<(usize, usize)> {
    let inputs = tensors(set, "input")?;
    let expected = tensors(set, "output")?;
    let graph = read_for(model, &inputs)?;
    let given = graph.inputs.iter().map(|&id| {
        let name = &graph.value(id).name;
        let input = inputs.iter().find(|(own, _)| own == name);
        input.map(|(_, known)| known.data.clone()).ok_or_else(|| anyhow!("no data for the input \"{name}\""))
    });
    let given = given.collect::<Result<Vec<_>>>()?;
    let plan = Plan::new(graph, device)?;
    let outputs = block_on(plan.run(given))?;
    if outputs.len() != expected.len() {
        return Err(anyhow!("{} outputs, {} are expected", outputs.len(), expected.len()));
    }
    for (output, (_, expected)) in outputs.iter().zip(&expected) {
        compare(output, expected, tolerance).with_context(|| format!("output \"{}\"", output.name))?;
    }
    Ok(plan.steps())
}

/// Reads the model for the inputs' shapes. Inputs on which shapes depend are fixed, one by one, until nothing is open.
fn read_for(model: &[u8], inputs: &[(String, Known)]) -> Result<Graph, Error> {
    let shapes = inputs.iter().map(|(name, known)| (name.clone(), known.shape.clone())).collect();
    let mut options = Options { shapes, ..Options::default() };
    loop {
        match read_with(model, &options) {
            Err(Error::NeedsInput { node, input }) => {
                let known = inputs.iter().find(|(name, _)| *name == input);
                let fixed = known.map(|(_, known)| options.known.insert(input.clone(), known.clone()));
                // An input that is missing, or that was fixed before, is not what stands in the way.
                if !matches!(fixed, Some(None)) {
                    return Err(Error::NeedsInput { node, input });
                }
            }
            other => return other,
        }
    }
}

fn tensors(set: &Path, stem: &str) -> Result<Vec<(String, Known)>> {
    let mut tensors = vec![];
    for index in 0.. {
        let Ok(bytes) = fs::read(set.join(format!("{stem}_{index}.pb"))) else { break };
        tensors.push(read_onnx_tensor(&bytes)?);
    }
    Ok(tensors)
}

fn compare(output: &Output, expected: &Known, tolerance: Tolerance) -> Result<()> {
    if output.shape != expected.shape {
        return Err(anyhow!("shape {:?}, expected {:?}", output.shape, expected.shape));
    }
    if output.kind != expected.kind {
        return Err(anyhow!("elements are {:?}, expected {:?}", output.kind, expected.kind));
    }
    match (&output.data, &expected.data) {
        (Data::F32(computed), Data::F32(expected)) => {
            let wrong = computed.iter().zip(expected).position(|(&a, &b)| !is_close(a, b, tolerance));
            match wrong {
                Some(at) => Err(anyhow!("element {at} is {}, expected {}", computed[at], expected[at])),
                None => Ok(()),
            }
        }
        (Data::I64(computed), Data::I64(expected)) => {
            match computed.iter().zip(expected).position(|(a, b)| a != b) {
                Some(at) => Err(anyhow!("element {at} is {}, expected {}", computed[at], expected[at])),
                None => Ok(()),
            }
        }
        _ => Err(anyhow!("elements are of another kind")),
    }
}

/// As `numpy.testing.assert_allclose`; what is infinite or not a number has to be so on both sides.
fn is_close(computed: f32, expected: f32, tolerance: Tolerance) -> bool {
    if expected.is_nan() || computed.is_nan() {
        return expected.is_nan() && computed.is_nan();
    }
    if expected.is_infinite() || computed.is_infinite() {
        // Beyond half precision's largest number, a case in half precision expects infinity.
        return expected == computed || f16::from_f32(computed).to_f32() == expected;
    }
    let difference = (f64::from(computed) - f64::from(expected)).abs();
    difference <= tolerance.absolute + tolerance.relative * f64::from(expected).abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_graph::Kind;

    /// numpy's documentation: |a - b| <= atol + rtol * |b|.
    #[test]
    fn closeness_is_numpys() {
        let tolerance = Tolerance { relative: 1e-3, absolute: 1e-2 };
        assert!(is_close(100.1, 100.0, tolerance));
        assert!(!is_close(100.2, 100.0, tolerance));
        assert!(is_close(f32::NAN, f32::NAN, tolerance));
        assert!(!is_close(1.0, f32::NAN, tolerance));
        assert!(!is_close(1.0, f32::INFINITY, tolerance));
        assert!(!is_close(f32::NEG_INFINITY, f32::INFINITY, tolerance));
    }

    #[test]
    fn whole_numbers_have_no_tolerance() {
        let output =
            Output { name: String::new(), kind: Kind::I64, shape: vec![1], data: Data::I64(vec![1000]) };
        let known = |number| Known { kind: Kind::I64, shape: vec![1], data: Data::I64(vec![number]) };
        let tolerance = Tolerance { relative: 1.0, absolute: 1.0 };
        assert!(compare(&output, &known(1000), tolerance).is_ok());
        assert!(compare(&output, &known(1001), tolerance).is_err());
    }
}
