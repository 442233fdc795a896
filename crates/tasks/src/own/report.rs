//! What is in a file.

use super::picture::Picture;
use super::propose::proposals;
use vitrine_graph::{Bytes, Cost, Error, Graph, Options, UnsupportedNode, ValueId, cost, passes};
use vitrine_protocol::{MissingOperator, ModelCosts, ModelFigures, ModelMemory, ModelReport, NamedShape};

/// Looks into a model file, whose digest is `sha256`.
///
/// # Errors
/// The file cannot be read; one with unsupported operators can, and they are listed.
pub fn inspect(bytes: impl Into<Bytes>, sha256: String) -> Result<ModelReport, Error> {
    let bytes = &bytes.into();
    let empty = ModelReport {
        bytes: bytes.len() as u64,
        sha256,
        supported: true,
        unsupported: vec![],
        graph: None,
        proposals: vec![],
        problem: None,
    };
    let picture = Picture::of(&vitrine_graph::declared(bytes)?);
    let read = match &picture {
        Ok(picture) => picture.read(bytes),
        Err(_) => vitrine_graph::read_shared(bytes, &Options::default()),
    };
    let graph = match read {
        Ok(graph) => graph,
        Err(Error::Unsupported(nodes)) => {
            let unsupported = nodes.into_iter().map(missing).collect();
            return Ok(ModelReport { supported: false, unsupported, ..empty });
        }
        Err(error) => return Err(error),
    };
    let (proposals, problem) = match picture.and_then(|picture| proposals(&graph, &picture)) {
        Ok(proposals) => (proposals, None),
        Err(problem) => (vec![], Some(problem)),
    };
    Ok(ModelReport { graph: Some(figures(&graph)), proposals, problem, ..empty })
}

fn figures(graph: &Graph) -> ModelFigures {
    let mut optimised = graph.clone();
    passes::optimise(&mut optimised);
    let tensor =
        |&id: &ValueId| NamedShape { name: graph.value(id).name.clone(), shape: graph.shape(id).to_vec() };
    ModelFigures {
        inputs: graph.inputs.iter().map(tensor).collect(),
        outputs: graph.outputs.iter().map(tensor).collect(),
        read: costs(graph),
        optimised: costs(&optimised),
    }
}

fn costs(graph: &Graph) -> ModelCosts {
    let Cost { parameters, macs, peak_bytes, operators } = cost(graph);
    ModelCosts {
        operators,
        nodes: graph.nodes.len(),
        parameters,
        macs,
        flops: 2 * macs,
        memory: ModelMemory {
            weight_bytes: parameters * size_of::<f32>(),
            activation_peak_bytes: peak_bytes,
        },
    }
}

fn missing(node: UnsupportedNode) -> MissingOperator {
    let UnsupportedNode { index, operator, output, detail } = node;
    MissingOperator { operator, node: index, output, detail }
}
