//! TFLite files: FlatBuffers of TensorFlow's schema.fbs, version 3. One subgraph; sizes that the file leaves free are 1.
//!
//! Quantised graphs are read as the real-valued networks that they approximate: weights and biases are expanded with
//! their scales, activations stay real, and requantisation does nothing. An 8-bit input or output that has a scale is
//! an input or output of real numbers, `(q - zero_point) * scale`; one that has none holds whole numbers.

mod call;
mod flatbuffer;
mod flexbuffer;
mod names;
mod operators;
mod schema;
mod tensor;

use crate::{Builder, Declared, Error, Graph, Kind, Known, Op, Options, Unary, UnsupportedNode, ValueId};
use call::Call;
use flatbuffer::File;
use schema::Operator;
use tensor::Tensor;

/// What the file says of its inputs.
pub fn declared(bytes: &[u8]) -> Result<Vec<Declared>, Error> {
    let file = File::new(bytes);
    let model = file.root()?;
    let subgraph = *model.tables(2)?.first().ok_or(Error::Corrupt { what: "subgraphs", at: 0 })?;
    let tensors = schema::tensors(&file, model, subgraph)?;
    let tensor = |number: i32| {
        let at = number.unsigned_abs() as usize;
        let tensor = usize::try_from(number).ok().and_then(|index| tensors.get(index));
        tensor.map(Tensor::declared).ok_or(Error::Corrupt { what: "tensor number", at })
    };
    subgraph.i32s(1)?.into_iter().map(tensor).collect()
}

/// Reads a TFLite file.
pub fn read(bytes: &[u8], options: &Options) -> Result<Graph, Error> {
    let file = File::new(bytes);
    let model = file.root()?;
    let subgraph = *model.tables(2)?.first().ok_or(Error::Corrupt { what: "subgraphs", at: 0 })?;
    let tensors = schema::tensors(&file, model, subgraph)?;
    let mut reader = Reader {
        builder: Builder::default(),
        tensors: &tensors,
        values: vec![None; tensors.len()],
        missing: vec![],
        sizes_are_the_files: options.shapes.is_empty(),
    };
    subgraph.i32s(1)?.into_iter().try_for_each(|number| reader.read_input(number, options))?;
    for (index, operator) in schema::operators(model, subgraph)?.enumerate() {
        if index >= vitrine_operators::MAX_NODES {
            return Err(Error::Corrupt { what: "too many operators", at: index });
        }
        match reader.read_operator(index, &operator?) {
            Err(Error::Unsupported(nodes)) => reader.missing.extend(nodes),
            // What follows a missing operator lacks its operand: only the operator is worth a message.
            Err(_) if !reader.missing.is_empty() => {}
            other => other?,
        }
    }
    if !reader.missing.is_empty() {
        return Err(Error::Unsupported(reader.missing));
    }
    subgraph.i32s(2)?.into_iter().try_for_each(|number| reader.read_output(number))?;
    let mut graph = reader.builder.graph;
    crate::passes::remove_dead(&mut graph);
    Ok(graph)
}

struct Reader<'a> {
    builder: Builder,
    tensors: &'a [Tensor<'a>],
    /// What each tensor has become.
    values: Vec<Option<ValueId>>,
    missing: Vec<UnsupportedNode>,
    sizes_are_the_files: bool,
}

impl<'a> Reader<'a> {
    fn tensor(&self, number: i32) -> Result<(usize, &'a Tensor<'a>), Error> {
        let at = number.unsigned_abs() as usize;
        let tensor = usize::try_from(number).ok().and_then(|index| self.tensors.get(index));
        tensor.map(|tensor| (at, tensor)).ok_or(Error::Corrupt { what: "tensor number", at })
    }

    fn read_input(&mut self, number: i32, options: &Options) -> Result<(), Error> {
        let (index, tensor) = self.tensor(number)?;
        let fail = |cause: &str| Error::node(&tensor.name, cause);
        let id = match options.known.get(&tensor.name) {
            Some(Known { kind, shape, data }) => self.builder.constant(*kind, shape, data.clone()),
            None => {
                let kind = tensor.element_kind();
                let kind = kind.ok_or_else(|| fail("an input of a type that is not computed with"))?;
                let shape = options.shapes.get(&tensor.name).unwrap_or(&tensor.shape);
                self.builder.check_size(shape).map_err(|_| fail("an input that is too large"))?;
                let id = self.builder.graph.add_typed("", kind, shape.clone());
                self.builder.graph.inputs.push(id);
                id
            }
        };
        self.name(index, id)
    }

    /// Gives a value the tensor's number and name.
    fn name(&mut self, index: usize, id: ValueId) -> Result<(), Error> {
        let tensor = &self.tensors[index];
        if self.values[index].replace(id).is_some() {
            return Err(Error::node(&tensor.name, "it is made twice"));
        }
        self.builder.graph.values[id.0].name.clone_from(&tensor.name);
        Ok(())
    }

    fn read_operator(&mut self, index: usize, operator: &Operator<'a>) -> Result<(), Error> {
        let outputs =
            operator.outputs.iter().map(|&number| self.tensor(number)).collect::<Result<Vec<_>, _>>()?;
        let mut call = Call {
            operator: operator_name(operator),
            index,
            inputs: vec![],
            operands: vec![],
            outputs: outputs.iter().map(|&(_, tensor)| tensor).collect(),
            options: operator.options,
            custom_options: operator.custom_options,
        };
        let known = operators::find(&call.operator).ok_or_else(|| call.missing(""))?;
        self.builder.node = call.name();
        for &number in &operator.inputs {
            let (id, tensor) = self.operand(number, &call)?.unzip();
            call.inputs.push(id);
            call.operands.push(tensor);
        }
        let first_new = self.builder.graph.values.len();
        let made = known.read(&mut self.builder, &call)?;
        outputs.iter().zip(made).try_for_each(|(&(index, _), id)| self.finish(index, id, first_new, &call))
    }

    /// An operand; none if it is left out. Constants become known when they are first read.
    fn operand(&mut self, number: i32, call: &Call) -> Result<Option<(ValueId, &'a Tensor<'a>)>, Error> {
        if number == -1 {
            return Ok(None);
        }
        let (index, tensor) = self.tensor(number)?;
        let id = match (self.values[index], tensor.element_kind()) {
            (Some(id), _) => id,
            (None, Some(kind)) if tensor.is_constant() => {
                self.builder.check_size(&tensor.shape)?;
                let id = self.builder.constant(kind, &tensor.shape, tensor.constant()?);
                self.name(index, id)?;
                id
            }
            _ => return Err(call.fail(format!("its operand \"{}\" is not known yet", tensor.name))),
        };
        Ok(Some((id, tensor)))
    }

    /// Makes a computed value a tensor's, whose shape and kind have to be those that the file says.
    fn finish(&mut self, index: usize, id: ValueId, first_new: usize, call: &Call) -> Result<(), Error> {
        let tensor = &self.tensors[index];
        let graph = &self.builder.graph;
        let (kind, shape) = (graph.kind(id), graph.shape(id));
        // Some converters leave the shapes of inner tensors out.
        let told = self.sizes_are_the_files && !tensor.free && !tensor.shape.is_empty();
        if told && shape != tensor.shape {
            return Err(call.fail(format!("computes {shape:?} where the file says {:?}", tensor.shape)));
        }
        if kind == Kind::F32 && tensor.element_kind() != Some(Kind::F32) {
            return Err(call.fail("computes real numbers where the file says that they are whole"));
        }
        if id.0 >= first_new {
            return self.name(index, id);
        }
        if graph.constants.contains_key(&id) {
            self.values[index] = Some(id);
            return Ok(());
        }
        // What only has another name gets it: people cut graphs at names.
        let copy = self.builder.add(Op::Unary(Unary::Identity), &[id])?;
        self.name(index, copy)
    }

    fn read_output(&mut self, number: i32) -> Result<(), Error> {
        let (index, tensor) = self.tensor(number)?;
        let mut id = self.values[index].ok_or_else(|| Error::NoValue { name: tensor.name.clone() })?;
        let graph = &mut self.builder.graph;
        if graph.value(id).name != tensor.name
            && let Some(data) = graph.constants.get(&id).cloned()
        {
            let (kind, shape) = (graph.kind(id), graph.shape(id).to_vec());
            id = graph.add_typed(tensor.name.clone(), kind, shape);
            graph.constants.insert(id, data);
        }
        graph.outputs.push(id);
        Ok(())
    }
}

fn operator_name(operator: &Operator) -> String {
    match names::OPERATORS.get(operator.code) {
        Some(&"CUSTOM") => format!("custom operator {}", operator.custom),
        Some(&name) => name.to_owned(),
        None => format!("operator {}", operator.code),
    }
}
