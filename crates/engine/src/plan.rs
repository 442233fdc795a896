//! A graph made ready for one device: steps in order, weights on the device.

use crate::step::{Step, Tensor, from_host, to_host};
use crate::{Device, DeviceKind, Error};
use std::collections::BTreeMap;
use vitrine_graph::{Constant, Graph, Op, ValueId, passes};

/// A graph on a device. Built once for a shape, run any number of times.
pub struct Plan {
    device: Device,
    inputs: Vec<(ValueId, Vec<usize>)>,
    outputs: Vec<(ValueId, Vec<usize>)>,
    constants: BTreeMap<ValueId, Tensor>,
    steps: Vec<Step>,
    /// For each step, the values that no later one reads.
    finished: Vec<Vec<ValueId>>,
}

/// An output's numbers, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its size along each axis.
    pub shape: Vec<usize>,
    /// As many numbers as the shape says.
    pub data: Vec<f32>,
}

impl Plan {
    /// Optimises the graph and brings its weights to the device.
    ///
    /// # Errors
    /// [`Error::Graph`] when shapes or constants contradict each other.
    pub fn new(mut graph: Graph, device: &Device) -> Result<Self, Error> {
        passes::optimise(&mut graph);
        let steps: Vec<Step> =
            graph.nodes.iter().map(|node| Step::new(&graph, node)).collect::<Result<_, _>>()?;
        let with_shape = |&id: &ValueId| (id, graph.shape(id).to_vec());
        let inputs = graph.inputs.iter().map(with_shape).collect();
        let outputs = graph.outputs.iter().map(with_shape).collect();
        let finished = finished(&graph);
        if device.kind() == DeviceKind::Webgpu {
            fill_vectors(&mut graph);
        }
        let mut constants = BTreeMap::new();
        for (id, constant) in std::mem::take(&mut graph.constants) {
            if let Constant::F32(data) = constant {
                constants.insert(id, from_host(data, graph.shape(id), device));
            }
        }
        Ok(Self { device: device.clone(), inputs, outputs, constants, steps, finished })
    }

    /// Sizes of the inputs.
    pub fn input_shapes(&self) -> impl Iterator<Item = &[usize]> {
        self.inputs.iter().map(|(_, shape)| &shape[..])
    }

    /// Sizes of the outputs.
    pub fn output_shapes(&self) -> impl Iterator<Item = &[usize]> {
        self.outputs.iter().map(|(_, shape)| &shape[..])
    }

    /// Computes the outputs, in the graph's order. Readback is awaited.
    ///
    /// # Errors
    /// [`Error::Input`] for a wrong length, [`Error::Device`] when the device fails.
    pub async fn run(&self, inputs: Vec<Vec<f32>>) -> Result<Vec<Output>, Error> {
        let mut values = self.start(inputs)?;
        for (step, finished) in self.steps.iter().zip(&self.finished) {
            let operands = step.inputs.iter().map(|id| self.value(&values, *id)).collect::<Result<_, _>>()?;
            values.insert(step.output, step.kernel.run(operands));
            for id in finished {
                values.remove(id);
            }
        }
        let mut outputs = vec![];
        for (id, shape) in &self.outputs {
            let data = to_host(self.value(&values, *id)?, shape).await?;
            outputs.push(Output { shape: shape.clone(), data });
        }
        Ok(outputs)
    }

    fn start(&self, inputs: Vec<Vec<f32>>) -> Result<BTreeMap<ValueId, Tensor>, Error> {
        let mut values = BTreeMap::new();
        for (index, (_, shape)) in self.inputs.iter().enumerate() {
            let expected: usize = shape.iter().product();
            let given = inputs.get(index).map_or(0, Vec::len);
            if given != expected {
                return Err(Error::Input { index, given, expected });
            }
        }
        for ((id, shape), data) in self.inputs.iter().zip(inputs) {
            values.insert(*id, from_host(data, shape, &self.device));
        }
        Ok(values)
    }

    fn value(&self, values: &BTreeMap<ValueId, Tensor>, id: ValueId) -> Result<Tensor, Error> {
        let tensor = values.get(&id).or_else(|| self.constants.get(&id));
        tensor
            .cloned()
            .ok_or_else(|| vitrine_graph::Error::node("run", "a value is read before it is made").into())
    }
}

/// Fills the channels of dense weights and their biases up with zeros to whole vectors, as the GPU kernels read them.
fn fill_vectors(graph: &mut Graph) {
    let dense = |op: &Op| matches!(op, Op::Conv2d(conv) if conv.groups == 1);
    let operands: Vec<_> =
        graph.nodes.iter().filter(|node| dense(&node.op)).map(|node| node.inputs.clone()).collect();
    for inputs in operands {
        fill_constant(graph, inputs[1], 2);
        fill_constant(graph, inputs[2], 1);
    }
}

/// Fills the last `axes` axes of a constant. One that several nodes share is filled once.
fn fill_constant(graph: &mut Graph, id: ValueId, axes: usize) {
    let old = graph.shape(id).to_vec();
    let mut new = old.clone();
    for size in new.iter_mut().rev().take(axes) {
        *size = size.next_multiple_of(4);
    }
    let Some(Constant::F32(data)) = graph.constants.get_mut(&id) else { return };
    if old != new {
        *data = filled(data, &old, &new);
        graph.values[id.0].shape = new;
    }
}

/// Copies numbers into a larger shape of the same rank, zeros elsewhere.
fn filled(data: &[f32], old: &[usize], new: &[usize]) -> Vec<f32> {
    let mut out = vec![0.0; new.iter().product()];
    for (index, &number) in data.iter().enumerate() {
        let (mut rest, mut at, mut stride) = (index, 0, 1);
        for (&old, &new) in old.iter().zip(new).rev() {
            at += rest % old * stride;
            rest /= old;
            stride *= new;
        }
        out[at] = number;
    }
    out
}

fn finished(graph: &Graph) -> Vec<Vec<ValueId>> {
    let mut last_reader = BTreeMap::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        last_reader.extend(node.inputs.iter().map(|&id| (id, index)));
    }
    let mut finished = vec![vec![]; graph.nodes.len()];
    for (id, index) in last_reader {
        if !graph.outputs.contains(&id) {
            finished[index].push(id);
        }
    }
    finished
}
