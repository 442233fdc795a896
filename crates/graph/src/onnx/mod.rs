//! ONNX files: protobuf messages of onnx.proto, operators of opset 7 and newer.
//!
//! ONNX is channels-first. Spatial operators become transposes to channels-last, the operator, and transposes back; a
//! pass removes those that meet. Shapes are solved while reading: what a file computes from shapes is computed at once.

mod call;
mod operators;
mod proto;
mod tensor;

pub use tensor::tensor;

use crate::{Builder, Error, Graph, Kind, Known, Op, Options, Unary, ValueId};
use call::Call;
use prost::Message;
use prost::bytes::Bytes;
use std::collections::HashMap;

/// Graphs within graphs (branches, functions) deeper than this are refused.
const MAX_DEPTH: usize = 32;

/// Reads an ONNX file.
pub fn read(bytes: &[u8], options: &Options) -> Result<Graph, Error> {
    // A model starts with its version, field 1, a number: everything else is some other file.
    let unknown = || Error::UnknownFormat { length: bytes.len() };
    if bytes.first() != Some(&0x08) {
        return Err(unknown());
    }
    let model = proto::Model::decode(Bytes::copy_from_slice(bytes)).map_err(|_| unknown())?;
    let graph = model.graph.as_ref().ok_or_else(unknown)?;
    let mut reader = Reader::new(&model, options);
    reader.read_inputs(graph)?;
    reader.read_initializers(graph)?;
    reader.read_nodes(&graph.nodes, 0)?;
    if !reader.missing.is_empty() {
        return Err(Error::Unsupported(reader.missing));
    }
    reader.read_outputs(graph)?;
    let mut graph = reader.builder.graph;
    crate::passes::remove_dead(&mut graph);
    Ok(graph)
}

/// An operator: adds nodes and answers the values of the outputs, from the first one on.
type Operator = fn(&mut Builder, &Call) -> Result<Vec<ValueId>, Error>;

struct Reader<'a> {
    builder: Builder,
    names: HashMap<String, ValueId>,
    functions: HashMap<(&'a str, &'a str), &'a proto::Function>,
    options: &'a Options,
    opset: i64,
    missing: Vec<crate::UnsupportedNode>,
}

impl<'a> Reader<'a> {
    fn new(model: &'a proto::Model, options: &'a Options) -> Self {
        let functions = model.functions.iter().map(|function| ((&function.domain[..], &function.name[..]), function));
        Self {
            builder: Builder::default(),
            names: HashMap::new(),
            functions: functions.collect(),
            options,
            opset: default_opset(&model.opsets).unwrap_or(1),
            missing: vec![],
        }
    }

    /// Inputs that are initializers too (files older than IR version 4) are constants.
    fn read_inputs(&mut self, graph: &proto::Graph) -> Result<(), Error> {
        for input in &graph.inputs {
            if graph.initializers.iter().any(|tensor| tensor.name == input.name) {
                continue;
            }
            let id = match self.options.known.get(&input.name) {
                Some(Known { kind, shape, data }) => self.builder.constant(*kind, shape, data.clone()),
                None => {
                    let (kind, shape) = self.input_type(input)?;
                    self.builder.check_size(&shape)?;
                    let id = self.builder.graph.add_typed("", kind, shape);
                    self.builder.graph.inputs.push(id);
                    id
                }
            };
            self.builder.graph.values[id.0].name.clone_from(&input.name);
            self.names.insert(input.name.clone(), id);
        }
        Ok(())
    }

    /// A free size is the one that the options give, else 1.
    fn input_type(&self, input: &proto::ValueInfo) -> Result<(Kind, Vec<usize>), Error> {
        let fail = |cause: &str| Error::node(&input.name, cause);
        let tensor = input.kind.as_ref().and_then(|kind| kind.tensor.as_ref());
        let tensor = tensor.ok_or_else(|| fail("an input that is no tensor"))?;
        let kind = tensor::kind_of(tensor.element).ok_or_else(|| fail("an input of a type that is not computed with"))?;
        let shape = match (self.options.shapes.get(&input.name), &tensor.shape) {
            (Some(shape), _) => shape.clone(),
            (None, Some(shape)) => {
                shape.dims.iter().map(|size| usize::try_from(size.value).unwrap_or(0).max(1)).collect()
            }
            (None, None) => return Err(fail("an input without a shape: give one")),
        };
        Ok((kind, shape))
    }

    fn read_initializers(&mut self, graph: &proto::Graph) -> Result<(), Error> {
        for initializer in &graph.initializers {
            let Known { kind, shape, data } = tensor::known(initializer)?;
            let id = self.builder.constant(kind, &shape, data);
            self.builder.graph.values[id.0].name.clone_from(&initializer.name);
            self.names.insert(initializer.name.clone(), id);
        }
        Ok(())
    }

    fn read_nodes(&mut self, nodes: &[proto::Node], depth: usize) -> Result<(), Error> {
        for (index, node) in nodes.iter().enumerate() {
            match self.read_node(index, node, depth) {
                Err(Error::Unsupported(nodes)) => self.missing.extend(nodes),
                // What follows a missing operator lacks its operand: only the operator is worth a message.
                Err(_) if !self.missing.is_empty() => {}
                other => other?,
            }
        }
        Ok(())
    }

    fn read_node(&mut self, index: usize, node: &proto::Node, depth: usize) -> Result<(), Error> {
        let inputs = node.inputs.iter().map(|name| self.operand(node, name)).collect::<Result<_, _>>()?;
        let call = Call { node, index, opset: self.opset, inputs };
        self.builder.node = call.name();
        let first_new = self.builder.graph.values.len();
        let outputs = match operators::find(&node.domain, &node.operator) {
            Some(operator) => operator(&mut self.builder, &call)?,
            None => self.read_composite(&call, depth)?,
        };
        for (name, &id) in node.outputs.iter().zip(&outputs).filter(|(name, _)| !name.is_empty()) {
            if id.0 >= first_new {
                self.builder.graph.values[id.0].name.clone_from(name);
            }
            self.names.insert(name.clone(), id);
        }
        Ok(())
    }

    fn operand(&self, node: &proto::Node, name: &str) -> Result<Option<ValueId>, Error> {
        match self.names.get(name) {
            _ if name.is_empty() => Ok(None),
            Some(&id) => Ok(Some(id)),
            None => Err(Error::node(&node.operator, format!("its operand \"{name}\" is not known yet"))),
        }
    }

    /// Operators that hold nodes themselves: a branch whose condition is known, and functions of the file.
    fn read_composite(&mut self, call: &Call, depth: usize) -> Result<Vec<ValueId>, Error> {
        if depth >= MAX_DEPTH {
            return Err(call.fail("graphs within graphs, too deep"));
        }
        Err(call.missing(""))
    }

    /// Outputs keep the author's names: one that is another name for a value becomes a value of its own.
    fn read_outputs(&mut self, graph: &proto::Graph) -> Result<(), Error> {
        for output in &graph.outputs {
            let name = &output.name;
            let mut id = *self.names.get(name).ok_or_else(|| Error::NoValue { name: name.clone() })?;
            let graph = &mut self.builder.graph;
            if graph.value(id).name != *name {
                let (kind, shape) = (graph.kind(id), graph.shape(id).to_vec());
                let copy = graph.add_typed(name.clone(), kind, shape);
                match graph.constants.get(&id).cloned() {
                    Some(data) => drop(graph.constants.insert(copy, data)),
                    None => graph.nodes.push(crate::Node {
                        name: name.clone(),
                        op: Op::Unary(Unary::Identity),
                        inputs: vec![id],
                        output: copy,
                    }),
                }
                id = copy;
            }
            graph.outputs.push(id);
        }
        Ok(())
    }
}

/// The version of ONNX's own operators.
fn default_opset(opsets: &[proto::OperatorSet]) -> Option<i64> {
    opsets.iter().find(|set| matches!(&set.domain[..], "" | "ai.onnx")).map(|set| set.version)
}
