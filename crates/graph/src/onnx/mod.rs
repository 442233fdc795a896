//! ONNX files: protobuf messages of onnx.proto, operators of opset 7 and newer.
//!
//! ONNX is channels-first. Spatial operators become transposes to channels-last, the operator, and transposes back; a
//! pass removes those that meet. Shapes are solved while reading: what a file computes from shapes is computed at once.

mod call;
mod composite;
mod ends;
mod operators;
mod parts;
mod proto;
mod tensor;
#[cfg(test)]
mod testing;
mod types;

pub use tensor::tensor;

use crate::{Builder, Declared, Error, Graph, Options, ValueId};
use call::Call;
use prost::Message;
use prost::bytes::Bytes;
use std::collections::{HashMap, HashSet};

/// More nodes than this, those of branches and functions included, cannot be meant.
const MAX_NODES: usize = vitrine_operators::MAX_NODES;

fn unknown(bytes: &[u8]) -> Error {
    Error::UnknownFormat { length: bytes.len() }
}

fn decode(bytes: &Bytes) -> Result<proto::Model, Error> {
    // A model starts with its version, field 1, a number: everything else is some other file.
    if bytes.first() != Some(&0x08) {
        return Err(unknown(bytes));
    }
    if !parts::acceptable(bytes, parts::Part::Model) {
        return Err(Error::Corrupt { what: "protobuf", at: 0 });
    }
    proto::Model::decode(bytes.clone()).map_err(|_| unknown(bytes))
}

/// What the file says of its inputs; those that are initializers too are constants, and left out.
pub fn declared(bytes: &Bytes) -> Result<Vec<Declared>, Error> {
    let model = decode(bytes)?;
    let graph = model.graph.as_ref().ok_or_else(|| unknown(bytes))?;
    let constant = |name: &str| graph.initializers.iter().any(|initializer| initializer.name == name);
    let inputs = graph.inputs.iter().filter(|input| !constant(&input.name));
    Ok(inputs.map(ends::declared).collect())
}

/// Reads an ONNX file, whose bytes constants share until they are read.
pub fn read(bytes: &Bytes, options: &Options) -> Result<Graph, Error> {
    let model = decode(bytes)?;
    let graph = model.graph.as_ref().ok_or_else(|| unknown(bytes))?;
    let mut reader = Reader::new(&model, options);
    reader.read_initializers(graph)?;
    reader.read_inputs(graph)?;
    reader.read_once = read_once(graph);
    reader.read_nodes(&graph.nodes)?;
    if !reader.missing.is_empty() {
        return Err(Error::Unsupported(reader.missing));
    }
    reader.read_outputs(graph)?;
    let mut graph = reader.builder.graph;
    crate::passes::remove_dead(&mut graph);
    Ok(graph)
}

/// Names that one node of the graph reads, once; none where branches may read them too.
fn read_once(graph: &proto::Graph) -> HashSet<&str> {
    if graph.nodes.iter().flat_map(|node| &node.attributes).any(|attribute| attribute.g.is_some()) {
        return HashSet::new();
    }
    let mut readers: HashMap<&str, usize> = HashMap::new();
    let names = graph.nodes.iter().flat_map(|node| &node.inputs);
    names.for_each(|name| *readers.entry(name).or_default() += 1);
    for output in &graph.outputs {
        readers.remove(&output.name[..]);
    }
    readers.into_iter().filter(|&(_, count)| count == 1).map(|(name, _)| name).collect()
}

/// An operator: adds nodes and answers the values of the outputs, from the first one on.
type Operator = fn(&mut Builder, &Call) -> Result<Vec<ValueId>, Error>;

/// What a name of the file stands for.
#[derive(Clone, Copy)]
struct Named {
    id: ValueId,
    /// `TensorProto.DataType`
    data_type: i32,
}

struct Reader<'a> {
    builder: Builder,
    /// The names that nodes see, innermost last; an operand that a function's call leaves out is none.
    scopes: Vec<HashMap<String, Option<Named>>>,
    /// By domain, name and overload.
    functions: HashMap<(&'a str, &'a str, &'a str), &'a proto::Function>,
    options: &'a Options,
    opset: i64,
    missing: Vec<crate::UnsupportedNode>,
    /// Names whose constants are not needed any more once their node is read: it has a copy in another order.
    read_once: HashSet<&'a str>,
    /// How deep in branches and functions.
    depth: usize,
    nodes_read: usize,
}

impl<'a> Reader<'a> {
    fn new(model: &'a proto::Model, options: &'a Options) -> Self {
        let key = |function: &'a proto::Function| {
            (&function.domain[..], &function.name[..], &function.overload[..])
        };
        Self {
            builder: Builder::default(),
            scopes: vec![HashMap::new()],
            functions: model.functions.iter().map(|function| (key(function), function)).collect(),
            options,
            opset: default_opset(&model.opsets).unwrap_or(1),
            missing: vec![],
            read_once: HashSet::new(),
            depth: 0,
            nodes_read: 0,
        }
    }

    fn insert(&mut self, name: &str, value: Named) {
        if let Some(names) = self.scopes.last_mut() {
            names.insert(name.to_owned(), Some(value));
        }
    }

    fn read_nodes(&mut self, nodes: &[proto::Node]) -> Result<(), Error> {
        for (index, node) in nodes.iter().enumerate() {
            match self.read_node(index, node) {
                Err(Error::Unsupported(nodes)) => self.missing.extend(nodes),
                // What follows a missing operator lacks its operand: only the operator is worth a message.
                Err(_) if !self.missing.is_empty() => {}
                other => other?,
            }
        }
        Ok(())
    }

    fn read_node(&mut self, index: usize, node: &proto::Node) -> Result<(), Error> {
        let named = node.inputs.iter().map(|name| self.operand(node, name)).collect::<Result<Vec<_>, _>>()?;
        let inputs = named.iter().map(|named| named.map(|named| named.id)).collect();
        let types = named.iter().map(|named| named.map_or(0, |named| named.data_type)).collect();
        let call = Call { node, index, opset: self.opset, inputs, types };
        self.count_node(&call)?;
        let first_new = self.builder.graph.values.len();
        let first_node = self.builder.graph.nodes.len();
        let outputs = self.read_call(&call)?;
        self.forget_copied(&call, first_node, &outputs);
        for (name, named) in node.outputs.iter().zip(outputs).filter(|(name, _)| !name.is_empty()) {
            let Some(named) = named else { continue };
            if named.id.0 >= first_new {
                self.builder.graph.values[named.id.0].name.clone_from(name);
            }
            self.insert(name, named);
        }
        Ok(())
    }

    /// Drops constants that the call was the only one to read, and that no node of `first_node` and later reads as they are.
    fn forget_copied(&mut self, call: &Call, first_node: usize, outputs: &[Option<Named>]) {
        if self.depth > 0 {
            return;
        }
        let graph = &mut self.builder.graph;
        // A set: a node may have any number of operands.
        let read = graph.nodes[first_node..].iter().flat_map(|node| node.inputs.iter().copied());
        let kept: HashSet<ValueId> = read.chain(outputs.iter().flatten().map(|output| output.id)).collect();
        for (name, id) in call.node.inputs.iter().zip(&call.inputs) {
            if let Some(id) = id.filter(|id| self.read_once.contains(&name[..]) && !kept.contains(id)) {
                graph.constants.remove(&id);
            }
        }
    }

    /// Functions that call functions make many nodes of few: so many are refused.
    fn count_node(&mut self, call: &Call) -> Result<(), Error> {
        self.builder.node = call.name();
        self.nodes_read += 1;
        if self.nodes_read > MAX_NODES {
            return Err(call.fail("too many nodes"));
        }
        Ok(())
    }

    fn read_call(&mut self, call: &Call) -> Result<Vec<Option<Named>>, Error> {
        let function = self.function(call.node);
        let Some(operator) =
            operators::find(&call.node.domain, &call.node.operator).filter(|_| function.is_none())
        else {
            return self.read_composite(call, function);
        };
        let ids = operator(&mut self.builder, call)?;
        let named = |(index, id)| {
            let data_type = types::of_output(call, index, self.builder.graph.kind(id));
            Some(Named { id, data_type })
        };
        Ok(ids.into_iter().enumerate().map(named).collect())
    }

    fn operand(&self, node: &proto::Node, name: &str) -> Result<Option<Named>, Error> {
        if name.is_empty() {
            return Ok(None);
        }
        let found = self.scopes.iter().rev().find_map(|names| names.get(name));
        found
            .copied()
            .ok_or_else(|| Error::node(&node.operator, format!("its operand \"{name}\" is not known yet")))
    }
}

/// The version of ONNX's own operators.
fn default_opset(opsets: &[proto::OperatorSet]) -> Option<i64> {
    opsets.iter().find(|set| matches!(&set.domain[..], "" | "ai.onnx")).map(|set| set.version)
}

#[cfg(test)]
mod tests {
    use super::testing::{graph, input, model, node, reals, typed, wholes};
    use super::*;
    use crate::{Kind, Known};

    /// `x [n, 3]` is reshaped to what `Shape` and `Gather` say.
    #[test]
    fn shapes_that_a_file_computes_are_known_and_free_sizes_are_given_or_one() {
        let nodes = vec![
            node("Shape", &["x"], &["shape"]),
            node("Gather", &["shape", "first"], &["batch"]),
            node("Concat", &["batch", "rest"], &["sizes"]).int("axis", 0),
            node("Reshape", &["x", "sizes"], &["y"]),
        ];
        let mut graph = graph(nodes, vec![wholes("first", &[1], &[0]), wholes("rest", &[2], &[1, -1])]);
        graph.inputs.push(input("x", 1, &[0, 3]));
        let bytes = Bytes::from(model(graph, testing::OPSET).encode_to_vec());
        let shape_with = |options: &Options| {
            let graph = read(&bytes, options).unwrap();
            (graph.nodes.len(), graph.shape(graph.outputs[0]).to_vec())
        };
        assert_eq!(shape_with(&Options::default()), (1, vec![1, 1, 3]));
        let shapes = [("x".to_owned(), vec![4, 3])].into();
        assert_eq!(shape_with(&Options { shapes, ..Options::default() }), (1, vec![4, 1, 3]));
    }

    #[test]
    fn the_sizes_that_a_file_leaves_free_are_told_and_constants_are_no_inputs() {
        let mut graph = graph(vec![node("Relu", &["x"], &["y"])], vec![reals("w", &[1], &[1.0])]);
        graph.inputs.push(input("x", 1, &[0, 3, 0, 32]));
        graph.inputs.push(input("w", 1, &[1]));
        let inputs = declared(&model(graph, testing::OPSET).encode_to_vec().into()).unwrap();
        let [x] = &inputs[..] else { panic!("{inputs:?}") };
        assert_eq!((&x.name[..], &x.sizes[..]), ("x", &[None, Some(3), None, Some(32)][..]));
    }

    #[test]
    fn a_shape_that_depends_on_an_input_names_it_until_it_is_bound() {
        let mut graph =
            graph(vec![node("Reshape", &["x", "sizes"], &["y"])], vec![reals("x", &[2], &[1.0, 2.0])]);
        graph.inputs.push(input("sizes", 7, &[2]));
        let bytes = Bytes::from(model(graph, testing::OPSET).encode_to_vec());
        let error = read(&bytes, &Options::default()).unwrap_err();
        assert!(matches!(error, Error::NeedsInput { input, .. } if input == "sizes"));
        let sizes = Known { kind: Kind::I64, shape: vec![2], data: crate::Data::I64(vec![2, 1]) };
        let known = [("sizes".to_owned(), sizes)].into();
        let graph = read(&bytes, &Options { known, ..Options::default() }).unwrap();
        assert_eq!(graph.shape(graph.outputs[0]), [2, 1]);
    }

    #[test]
    fn all_missing_operators_are_told_and_none_that_only_lacks_its_operand() {
        let nodes = vec![
            node("Loop", &["x"], &["a"]),
            node("Relu", &["a"], &["b"]),
            node("StringNormalizer", &["x"], &["c"]),
            node("Relu", &["c"], &["y"]),
        ];
        let error =
            testing::read(&model(graph(nodes, vec![reals("x", &[1], &[1.0])]), testing::OPSET)).unwrap_err();
        let Error::Unsupported(missing) = error else { panic!("{error}") };
        let names: Vec<_> = missing.iter().map(|node| (node.index, &node.operator[..])).collect();
        assert_eq!(names, [(0, "Loop"), (2, "StringNormalizer")]);
    }

    /// `a` is another name for `w`, which only `Identity` reads; `u` is read as it is, `v` by two nodes, `t` is copied.
    #[test]
    fn constants_that_only_were_copied_are_forgotten_while_reading_and_no_others() {
        let nodes = vec![
            node("Identity", &["w"], &["a"]),
            node("Add", &["x", "a"], &["sum"]),
            node("Add", &["sum", "u"], &["more"]),
            node("Neg", &["v"], &["minus_v"]),
            node("Add", &["more", "minus_v"], &["less"]),
            node("Add", &["less", "v"], &["same"]),
            node("Neg", &["t"], &["minus_t"]),
            node("Add", &["same", "minus_t"], &["y"]),
        ];
        let constants = ["w", "u", "v", "t"].map(|name| reals(name, &[1], &[1.0])).to_vec();
        let mut graph = graph(nodes, constants);
        graph.inputs.push(input("x", 1, &[1]));
        let model = model(graph, testing::OPSET);
        let options = Options::default();
        let mut reader = Reader::new(&model, &options);
        let graph = model.graph.as_ref().unwrap();
        reader.read_initializers(graph).unwrap();
        reader.read_inputs(graph).unwrap();
        reader.read_once = read_once(graph);
        reader.read_nodes(&graph.nodes).unwrap();
        let constants = &reader.builder.graph.constants;
        let id = |name: &str| reader.scopes[0][name].unwrap().id;
        let kept = ["w", "u", "v", "t", "minus_v", "minus_t"].map(|name| constants.contains_key(&id(name)));
        assert_eq!(kept, [true, true, true, false, true, true]);
    }

    #[test]
    fn two_outputs_of_one_value_keep_both_names() {
        let nodes = vec![node("Relu", &["x"], &["a"]), node("Identity", &["a"], &["b"])];
        let mut graph = graph(nodes, vec![]);
        graph.inputs.push(input("x", 1, &[2]));
        graph.outputs.push(input("a", 1, &[2]));
        let read = testing::read(&model(graph, testing::OPSET)).unwrap();
        let names: Vec<_> = read.outputs.iter().map(|&id| &read.value(id).name[..]).collect();
        assert_eq!(names, ["b", "a"]);
        assert_ne!(read.outputs[0], read.outputs[1]);
    }

    /// Half precision as bits in 32-bit numbers: 0x3e00 is 1.5.
    #[test]
    fn half_precision_constants_are_read_from_bits() {
        let y = testing::fold_reals(vec![node("Neg", &["x"], &["y"])], vec![typed("x", 10, &[1], &[0x3e00])]);
        assert_eq!(y, [-1.5]);
    }
}
