//! What a model file consists of and what it costs, as `vitrine inspect --json` prints it and the page shows it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vitrine_packs::own::Proposal;

/// What a model file consists of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelReport {
    /// Length of the file.
    pub bytes: u64,
    /// Lower-case hexadecimal digest of the file.
    pub sha256: String,
    /// Whether every operator can be computed here. If not, only `unsupported` is known.
    pub supported: bool,
    /// Operators that are missing here, each with its node.
    pub unsupported: Vec<MissingOperator>,
    /// The rest; none if an operator is missing.
    #[serde(flatten)]
    pub graph: Option<ModelFigures>,
    /// Ways to understand it, the likeliest first.
    pub proposals: Vec<Proposal>,
    /// Why there is none, in English, with what can be done.
    pub problem: Option<String>,
}

/// What is known of a file that can be computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelFigures {
    /// What a run is given.
    pub inputs: Vec<NamedShape>,
    /// What a run gives.
    pub outputs: Vec<NamedShape>,
    /// Of the file as it is.
    #[serde(flatten)]
    pub read: ModelCosts,
    /// What is left of it after the passes: what a run computes.
    pub optimised: ModelCosts,
}

/// What a graph costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelCosts {
    /// How often each operator occurs, by name.
    pub operators: BTreeMap<String, usize>,
    /// Operators in all.
    pub nodes: usize,
    /// Numbers in its weights.
    pub parameters: usize,
    /// Multiply-accumulates of one run.
    pub macs: u64,
    /// Two for each multiply-accumulate.
    pub flops: u64,
    /// What it takes.
    pub memory: ModelMemory,
}

/// Bytes, with 32-bit numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelMemory {
    /// All weights.
    pub weight_bytes: usize,
    /// Largest sum of values that are needed at the same time.
    pub activation_peak_bytes: usize,
}

/// An input or output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedShape {
    /// The author's name.
    pub name: String,
    /// Its size along each axis.
    pub shape: Vec<usize>,
}

/// An operator that is missing here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingOperator {
    /// Its name in the file's format.
    pub operator: String,
    /// Its place in the file.
    pub node: usize,
    /// Name of its first output.
    pub output: String,
    /// Which part of it is missing; empty if all of it.
    pub detail: String,
}
