//! Small ONNX files for tests of the reader.

use super::proto::{
    Attribute, Dimension, Graph, Model, Node, OperatorSet, Shape, Tensor, TensorType, Type, ValueInfo,
};
use crate::{Data, Error, Options, ValueId};
use prost::Message;

/// Opset of the files that are made here, unless a test says otherwise.
pub const OPSET: i64 = 18;

/// A node without attributes.
pub fn node(operator: &str, inputs: &[&str], outputs: &[&str]) -> Node {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Node { operator: operator.to_owned(), inputs: owned(inputs), outputs: owned(outputs), ..Node::default() }
}

impl Node {
    /// With a whole number.
    pub fn int(self, name: &str, number: i64) -> Self {
        self.with(Attribute { name: name.to_owned(), i: number, ..Attribute::default() })
    }

    /// With whole numbers.
    pub fn ints(self, name: &str, numbers: &[i64]) -> Self {
        self.with(Attribute { name: name.to_owned(), ints: numbers.to_vec(), ..Attribute::default() })
    }

    /// With a real number.
    pub fn float(self, name: &str, number: f32) -> Self {
        self.with(Attribute { name: name.to_owned(), f: number, ..Attribute::default() })
    }

    /// With a text.
    pub fn text(self, name: &str, text: &str) -> Self {
        let s = text.to_owned().into_bytes().into();
        self.with(Attribute { name: name.to_owned(), s, ..Attribute::default() })
    }

    /// With a branch.
    pub fn branch(self, name: &str, graph: Graph) -> Self {
        self.with(Attribute { name: name.to_owned(), g: Some(graph), ..Attribute::default() })
    }

    fn with(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }
}

/// A tensor of real numbers.
pub fn reals(name: &str, dims: &[i64], floats: &[f32]) -> Tensor {
    Tensor {
        name: name.to_owned(),
        dims: dims.to_vec(),
        data_type: 1,
        floats: floats.to_vec(),
        ..Tensor::default()
    }
}

/// A tensor of whole numbers.
pub fn wholes(name: &str, dims: &[i64], int64s: &[i64]) -> Tensor {
    Tensor {
        name: name.to_owned(),
        dims: dims.to_vec(),
        data_type: 7,
        int64s: int64s.to_vec(),
        ..Tensor::default()
    }
}

/// A tensor of a type that is written as 32-bit numbers.
pub fn typed(name: &str, data_type: i32, dims: &[i64], int32s: &[i32]) -> Tensor {
    Tensor {
        name: name.to_owned(),
        dims: dims.to_vec(),
        data_type,
        int32s: int32s.to_vec(),
        ..Tensor::default()
    }
}

/// An input of a type and a shape.
pub fn input(name: &str, element: i32, dims: &[i64]) -> ValueInfo {
    let dims = dims.iter().map(|&value| Dimension { value, name: String::new() }).collect();
    let tensor = Some(TensorType { element, shape: Some(Shape { dims }) });
    ValueInfo { name: name.to_owned(), kind: Some(Type { tensor }) }
}

/// A graph without inputs, whose outputs are those of its last node.
pub fn graph(nodes: Vec<Node>, initializers: Vec<Tensor>) -> Graph {
    let outputs = nodes.last().map(|node| node.outputs.clone()).unwrap_or_default();
    let outputs = outputs.into_iter().filter(|name| !name.is_empty());
    let outputs = outputs.map(|name| ValueInfo { name, kind: None }).collect();
    Graph { nodes, initializers, inputs: vec![], outputs }
}

/// A file.
pub fn model(graph: Graph, opset: i64) -> Model {
    let opsets = vec![OperatorSet { domain: String::new(), version: opset }];
    Model { ir_version: 8, graph: Some(graph), opsets, ..Model::default() }
}

/// Reads a file.
pub fn read(model: &Model) -> Result<crate::Graph, Error> {
    super::read(&model.encode_to_vec().into(), &Options::default())
}

/// Shape and elements of each output of a graph all of which is known at load.
pub fn fold(nodes: Vec<Node>, initializers: Vec<Tensor>) -> Result<Vec<(Vec<usize>, Data)>, Error> {
    let graph = read(&model(graph(nodes, initializers), OPSET))?;
    let known = |&id: &ValueId| (graph.shape(id).to_vec(), graph.constants[&id].clone().into_data());
    Ok(graph.outputs.iter().map(known).collect())
}

/// The real numbers of the only output.
pub fn fold_reals(nodes: Vec<Node>, initializers: Vec<Tensor>) -> Vec<f32> {
    fold(nodes, initializers).unwrap().remove(0).1.f32s().unwrap().to_vec()
}

/// The whole numbers of the only output.
pub fn fold_wholes(nodes: Vec<Node>, initializers: Vec<Tensor>) -> Vec<i64> {
    fold(nodes, initializers).unwrap().remove(0).1.i64s().unwrap().to_vec()
}
