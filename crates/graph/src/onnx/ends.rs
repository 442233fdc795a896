//! Where a graph begins and ends: inputs, initializers, outputs.

use super::{Named, Reader, proto, tensor};
use crate::{Declared, Error, Kind, Known, Op, Unary};

/// An input with the sizes that the file gives it; one without a shape has none.
pub(super) fn declared(input: &proto::ValueInfo) -> Declared {
    let shape = input.kind.as_ref().and_then(|kind| kind.tensor.as_ref()?.shape.as_ref());
    let size = |size: i64| usize::try_from(size).ok().filter(|&size| size > 0);
    let sizes = shape.iter().flat_map(|shape| &shape.dims).map(|dim| size(dim.value)).collect();
    Declared { name: input.name.clone(), sizes, quantisation: None }
}

impl Reader<'_> {
    /// Inputs that are initializers too (files older than IR version 4) are constants.
    pub(super) fn read_inputs(&mut self, graph: &proto::Graph) -> Result<(), Error> {
        for input in &graph.inputs {
            if self.scopes.iter().any(|names| names.contains_key(&input.name)) {
                continue;
            }
            let tensor = input.kind.as_ref().and_then(|kind| kind.tensor.as_ref());
            let data_type = tensor.map_or(0, |tensor| tensor.element);
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
            self.insert(&input.name, Named { id, data_type });
        }
        Ok(())
    }

    /// A free size is the one that the options give, else 1.
    fn input_type(&self, input: &proto::ValueInfo) -> Result<(Kind, Vec<usize>), Error> {
        let fail = |cause: &str| Error::node(&input.name, cause);
        let tensor = input.kind.as_ref().and_then(|kind| kind.tensor.as_ref());
        let tensor = tensor.ok_or_else(|| fail("an input that is no tensor"))?;
        let kind = tensor::kind_of(tensor.element)
            .ok_or_else(|| fail("an input of a type that is not computed with"))?;
        let shape = match (self.options.shapes.get(&input.name), &tensor.shape) {
            (Some(shape), _) => shape.clone(),
            (None, Some(shape)) => {
                shape.dims.iter().map(|size| usize::try_from(size.value).unwrap_or(0).max(1)).collect()
            }
            (None, None) => return Err(fail("an input without a shape: give one")),
        };
        Ok((kind, shape))
    }

    pub(super) fn read_initializers(&mut self, graph: &proto::Graph) -> Result<(), Error> {
        for initializer in &graph.initializers {
            let Known { kind, shape, data } = tensor::known(initializer)?;
            let id = self.builder.constant(kind, &shape, data);
            self.builder.graph.values[id.0].name.clone_from(&initializer.name);
            self.insert(&initializer.name, Named { id, data_type: initializer.data_type });
        }
        Ok(())
    }

    /// Outputs keep the author's names: one that is another name for a value becomes a value of its own.
    pub(super) fn read_outputs(&mut self, graph: &proto::Graph) -> Result<(), Error> {
        for output in &graph.outputs {
            let name = &output.name;
            let named = self.scopes.iter().rev().find_map(|names| *names.get(name)?);
            let mut id = named.ok_or_else(|| Error::NoValue { name: name.clone() })?.id;
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
