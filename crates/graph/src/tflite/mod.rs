//! TFLite files: FlatBuffers of TensorFlow's schema.fbs, version 3. One subgraph, batch 1.
//!
//! Quantised graphs are read as the real-valued networks that they approximate: weights and biases are expanded with
//! their scales, activations stay real, and requantisation does nothing.

mod flatbuffer;
mod names;
mod operators;
mod schema;

use crate::{Data, Error, Graph, Node, UnsupportedNode, ValueId, infer};
use schema::{Operator, Tensor};

/// Reads a TFLite file.
pub fn read(bytes: &[u8]) -> Result<Graph, Error> {
    let model = flatbuffer::root(bytes)?;
    let subgraphs = model.tables(2)?;
    let subgraph = *subgraphs.first().ok_or(Error::Corrupt { what: "subgraphs", at: 0 })?;
    let tensors = schema::tensors(bytes, model, subgraph)?;
    let mut reader = Reader::new(&tensors)?;
    reader.graph.inputs = value_ids(&subgraph.i32s(1)?, tensors.len())?;
    reader.graph.outputs = value_ids(&subgraph.i32s(2)?, tensors.len())?;
    let mut missing = vec![];
    for (index, operator) in schema::operators(model, subgraph)?.iter().enumerate() {
        match reader.add(index, operator) {
            Err(Error::Unsupported(nodes)) => missing.extend(nodes),
            // What follows a missing operator lacks its operand: only the operator is worth a message.
            Err(_) if !missing.is_empty() => {}
            other => other?,
        }
    }
    if !missing.is_empty() {
        return Err(Error::Unsupported(missing));
    }
    // Weights were brought into another order: the file's own are not needed any more.
    crate::passes::remove_dead(&mut reader.graph);
    Ok(reader.graph)
}

/// More numbers than this in one value (1 GiB as f32) cannot be meant.
const MAX_NUMBERS: usize = 1 << 28;

fn value_ids(numbers: &[i32], count: usize) -> Result<Vec<ValueId>, Error> {
    let id = |&number: &i32| match usize::try_from(number) {
        Ok(number) if number < count => Ok(ValueId(number)),
        _ => Err(Error::Corrupt { what: "tensor number", at: number.unsigned_abs() as usize }),
    };
    numbers.iter().map(id).collect()
}

/// The graph while it grows. Values have the tensors' numbers; the operators' readers may add more.
struct Reader {
    graph: Graph,
    tensors: usize,
}

/// One operator with its operands resolved.
struct Call<'a> {
    operator: &'a Operator<'a>,
    name: String,
    inputs: Vec<ValueId>,
    output: ValueId,
}

impl Reader {
    fn new(tensors: &[Tensor]) -> Result<Self, Error> {
        let mut graph = Graph::default();
        for tensor in tensors {
            let id = graph.add_typed(tensor.name.clone(), tensor.element_kind(), tensor.shape.clone());
            if let Some(constant) = tensor.constant()? {
                graph.constants.insert(id, constant);
            }
        }
        Ok(Self { graph, tensors: tensors.len() })
    }

    fn add(&mut self, index: usize, operator: &Operator) -> Result<(), Error> {
        let kind = names::OPERATORS.get(operator.code).copied().unwrap_or("?");
        let output = match operator.outputs[..] {
            [output] => value_ids(&[output], self.tensors)?[0],
            _ => {
                return Err(self.unsupported(index, operator, format!("{} outputs", operator.outputs.len())));
            }
        };
        // A trailing -1 is an operand that is left out.
        let given: Vec<i32> = operator.inputs.iter().copied().take_while(|&number| number != -1).collect();
        let inputs = value_ids(&given, self.tensors)?;
        let call = Call { operator, name: format!("{kind} #{index}"), inputs, output };
        match self.translate(&call)? {
            Translated::Nodes(nodes) => nodes.into_iter().try_for_each(|node| self.push(node)),
            Translated::Missing(detail) => Err(self.unsupported(index, operator, detail)),
        }
    }

    /// Appends a node; the file's shape for its output has to be the one that follows from its inputs.
    fn push(&mut self, node: Node) -> Result<(), Error> {
        self.check_order(&node)?;
        let inferred = infer(&self.graph, &node)?;
        let declared = self.graph.shape(node.output);
        // Some converters leave the shapes of inner tensors out.
        let (kind, inferred) = inferred;
        if inferred != declared && !declared.is_empty() {
            let cause = format!("computes {inferred:?} where the file says {declared:?}");
            return Err(Error::node(&node.name, cause));
        }
        let count = inferred.iter().try_fold(1_usize, |product, &size| product.checked_mul(size));
        if !count.is_some_and(|count| count <= MAX_NUMBERS) {
            return Err(Error::node(&node.name, format!("{inferred:?} is empty or too large")));
        }
        self.graph.values[node.output.0].kind = kind;
        self.graph.values[node.output.0].shape = inferred;
        self.graph.nodes.push(node);
        Ok(())
    }

    /// Operands are known before their node, and no value is made twice.
    fn check_order(&self, node: &Node) -> Result<(), Error> {
        let made = |id: &ValueId| self.graph.nodes.iter().any(|earlier| earlier.output == *id);
        let given = |id: &ValueId| self.graph.constants.contains_key(id) || self.graph.inputs.contains(id);
        match node.inputs.iter().find(|id| !given(id) && !made(id)) {
            Some(&id) => {
                Err(Error::node(&node.name, format!("\"{}\" is not known yet", self.graph.value(id).name)))
            }
            None if given(&node.output) || made(&node.output) => {
                Err(Error::node(&node.name, "its output exists already"))
            }
            None => Ok(()),
        }
    }

    fn unsupported(&self, index: usize, operator: &Operator, detail: String) -> Error {
        let first = operator.outputs.first().and_then(|&number| usize::try_from(number).ok());
        let output = first.and_then(|number| self.graph.values.get(number));
        let known = names::OPERATORS.get(operator.code).copied().unwrap_or("unknown operator");
        let custom = format!("custom operator {}", operator.custom);
        Error::Unsupported(vec![UnsupportedNode {
            index,
            operator: if operator.custom.is_empty() { known.to_owned() } else { custom },
            output: output.map(|value| value.name.clone()).unwrap_or_default(),
            detail,
        }])
    }

    fn integers(&self, call: &Call, operand: usize) -> Result<&[i64], Error> {
        match call.inputs.get(operand).and_then(|id| self.graph.constants.get(id)) {
            Some(Data::I64(data)) => Ok(data),
            _ => {
                Err(Error::node(&call.name, format!("operand {operand} is not a constant of whole numbers")))
            }
        }
    }
}

/// What an operator becomes.
enum Translated {
    Nodes(Vec<Node>),
    /// A part of it is missing here: which one; empty for the whole operator.
    Missing(String),
}
