//! Why a model file cannot be used.

/// A node whose operator is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedNode {
    /// Position in the file.
    pub index: usize,
    /// The operator's name in the file's format.
    pub operator: String,
    /// Name of the node's first output.
    pub output: String,
    /// Which part of the operator is missing; empty if all of it.
    pub detail: String,
}

impl std::fmt::Display for UnsupportedNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (node {}, output \"{}\")", self.operator, self.index, self.output)?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", self.detail) }
    }
}

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Neither TFLite nor ONNX.
    #[error("neither a TFLite nor an ONNX model ({length} bytes)")]
    UnknownFormat {
        /// Length of the file.
        length: usize,
    },
    /// The file breaks off or points outside itself.
    #[error("corrupt model file: {what} at byte {at}")]
    Corrupt {
        /// What was being read.
        what: &'static str,
        /// Where.
        at: usize,
    },
    /// The file needs operators that are missing here; all of them are listed.
    #[error("unsupported: {}", list(.0))]
    Unsupported(Vec<UnsupportedNode>),
    /// A node contradicts itself.
    #[error("node {node}: {cause}")]
    Node {
        /// Name of the node.
        node: String,
        /// What is wrong.
        cause: String,
    },
    /// A shape, an axis or a scale is computed from what a run is given, so that nothing can be planned.
    #[error("node {node} needs the values of \"{input}\" at load")]
    NeedsInput {
        /// Name of the node.
        node: String,
        /// The graph's input on which it depends.
        input: String,
    },
    /// The graph has no value of that name.
    #[error("no tensor \"{name}\" in the model")]
    NoValue {
        /// The name that was asked for.
        name: String,
    },
}

impl Error {
    /// A [`Error::Node`].
    pub fn node(node: &str, cause: impl Into<String>) -> Self {
        Self::Node { node: node.to_owned(), cause: cause.into() }
    }
}

fn list(nodes: &[UnsupportedNode]) -> String {
    nodes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
