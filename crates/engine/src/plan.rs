//! A graph made ready for one device: steps in order, weights where they are read.

#[cfg(feature = "webgpu")]
use crate::DeviceKind;
use crate::done::Done;
use crate::sizes::ConvShape;
use crate::value::{Held, HostTensor, Output};
use crate::{Device, Error, cpu};
use std::collections::BTreeMap;
use std::sync::Arc;
use vitrine_graph::{Data, Graph, Kind, Node, Op, Value, ValueId, passes};

/// A graph on a device. Built once for its shapes, run any number of times.
pub struct Plan {
    #[cfg_attr(not(feature = "webgpu"), allow(dead_code, reason = "the host needs no handle"))]
    #[cfg(feature = "webgpu")]
    device: Device,
    /// Without its nodes and constants: kinds, shapes, inputs, outputs.
    graph: Graph,
    constants: BTreeMap<ValueId, Held>,
    steps: Vec<Step>,
    /// Outputs whose unused rows are -1: how many boxes are kept is known only after a run.
    ragged: Vec<ValueId>,
}

/// One operation.
struct Step {
    node: Node,
    conv: Option<ConvShape>,
    place: Place,
    /// Values that no later step reads.
    finished: Vec<ValueId>,
}

/// Where a step is computed.
enum Place {
    Host,
    #[cfg(feature = "webgpu")]
    Gpu(crate::gpu::Kernel),
}

impl Plan {
    /// Optimises the graph and brings its weights to the device.
    ///
    /// # Errors
    /// [`Error::Graph`] when shapes or constants contradict each other.
    pub fn new(mut graph: Graph, device: &Device) -> Result<Self, Error> {
        passes::optimise(&mut graph);
        let places = places(&graph, device)?;
        let finished = finished(&graph);
        let kept_boxes = |node: &&Node| matches!(node.op, Op::NonMaxSuppression { .. });
        let ragged = graph.nodes.iter().filter(kept_boxes).map(|node| node.output).collect();
        let nodes = std::mem::take(&mut graph.nodes);
        let steps = nodes.into_iter().zip(places).zip(finished);
        let steps: Vec<Step> =
            steps.map(|((node, (conv, place)), finished)| Step { node, conv, place, finished }).collect();
        let mut plan = Self {
            #[cfg(feature = "webgpu")]
            device: device.clone(),
            constants: BTreeMap::new(),
            steps,
            ragged,
            graph,
        };
        plan.keep_constants();
        Ok(plan)
    }

    /// GPU kernels have taken what they read; what the host reads stays.
    fn keep_constants(&mut self) {
        for (id, data) in std::mem::take(&mut self.graph.constants) {
            let tensor = HostTensor { shape: self.graph.shape(id).to_vec(), data };
            let read = self.steps.iter().any(|step| step.reads_from_host(id));
            if read || self.graph.outputs.contains(&id) {
                self.constants.insert(id, Held::Host(Arc::new(tensor)));
            }
        }
    }

    /// What a run is given.
    pub fn inputs(&self) -> impl Iterator<Item = &Value> {
        self.graph.inputs.iter().map(|&id| self.graph.value(id))
    }

    /// What a run gives.
    pub fn outputs(&self) -> impl Iterator<Item = &Value> {
        self.graph.outputs.iter().map(|&id| self.graph.value(id))
    }

    /// Sizes of the inputs.
    pub fn input_shapes(&self) -> impl Iterator<Item = &[usize]> {
        self.graph.inputs.iter().map(|&id| self.graph.shape(id))
    }

    /// Sizes of the outputs.
    pub fn output_shapes(&self) -> impl Iterator<Item = &[usize]> {
        self.graph.outputs.iter().map(|&id| self.graph.shape(id))
    }

    /// How many steps a run has, and how many of them the GPU computes.
    pub fn steps(&self) -> (usize, usize) {
        (self.steps.len(), self.steps.len() - self.on_host().count())
    }

    /// The nodes that the host computes, which is all of them on the processor.
    pub fn on_host(&self) -> impl Iterator<Item = &Node> {
        self.steps.iter().filter(|step| matches!(step.place, Place::Host)).map(|step| &step.node)
    }

    /// Computes the outputs, in the graph's order. Readback is awaited.
    ///
    /// # Errors
    /// [`Error::Input`] for a wrong length or kind, [`Error::Graph`] when an index that was computed lies outside of its
    /// axis, [`Error::Device`] when the device fails.
    pub async fn run(&self, inputs: Vec<Data>) -> Result<Vec<Output>, Error> {
        self.run_watched(inputs, &mut |_| ()).await
    }

    /// As [`Plan::run`]; `watch` is called after each step. What a GPU computes has then only been queued.
    ///
    /// # Errors
    /// Those of [`Plan::run`].
    pub async fn run_watched(
        &self,
        inputs: Vec<Data>,
        watch: &mut dyn FnMut(Done<'_>),
    ) -> Result<Vec<Output>, Error> {
        let mut values = self.start(inputs)?;
        for step in &self.steps {
            let made = self.step(step, &mut values).await?;
            values.insert(step.node.output, made);
            watch(Done::new(&step.node, &self.graph));
        }
        let mut outputs = vec![];
        for &id in &self.graph.outputs {
            let value = self.value(&values, id)?;
            let tensor = self.to_host(value, id).await?;
            let data = match self.graph.outputs.iter().filter(|&&other| other == id).count() {
                1 => {
                    values.remove(&id);
                    Arc::try_unwrap(tensor).map_or_else(|shared| shared.data.clone(), |tensor| tensor.data)
                }
                _ => tensor.data.clone(),
            };
            outputs.push(self.output(id, data));
        }
        Ok(outputs)
    }

    fn output(&self, id: ValueId, mut data: Data) -> Output {
        let value = self.graph.value(id);
        let mut shape = value.shape.clone();
        if let (true, Data::I64(rows), &[_, width]) = (self.ragged.contains(&id), &mut data, &shape[..]) {
            let used = rows.chunks(width.max(1)).position(|row| row.first() == Some(&-1));
            if let Some(used) = used {
                rows.truncate(used * width);
                shape[0] = used;
            }
        }
        Output { name: value.name.clone(), kind: value.kind, shape, data }
    }

    async fn step(&self, step: &Step, values: &mut BTreeMap<ValueId, Held>) -> Result<Held, Error> {
        let node = &step.node;
        match &step.place {
            Place::Host => {
                let mut operands = vec![];
                for &id in &node.inputs {
                    let value = self.value(values, id)?;
                    operands.push(self.to_host(value, id).await?);
                }
                step.finished.iter().for_each(|id| drop(values.remove(id)));
                let output = self.graph.value(node.output);
                let data = cpu::compute(&node.op, step.conv.as_ref(), operands, output.kind, &output.shape)
                    .map_err(|cause| vitrine_graph::Error::node(&node.name, cause))?;
                Ok(Held::Host(Arc::new(HostTensor { shape: output.shape.clone(), data })))
            }
            #[cfg(feature = "webgpu")]
            Place::Gpu(kernel) => {
                let mut operands = vec![];
                for &id in kernel.operands() {
                    operands.push(self.to_gpu(self.value(values, id)?)?);
                }
                step.finished.iter().for_each(|id| drop(values.remove(id)));
                Ok(Held::Gpu(kernel.run(operands)))
            }
        }
    }

    fn start(&self, inputs: Vec<Data>) -> Result<BTreeMap<ValueId, Held>, Error> {
        let mut values = BTreeMap::new();
        if inputs.len() > self.graph.inputs.len() {
            return Err(Error::Inputs { given: inputs.len(), expected: self.graph.inputs.len() });
        }
        let mut inputs = inputs.into_iter();
        for (index, &id) in self.graph.inputs.iter().enumerate() {
            let expected = self.graph.shape(id).iter().product();
            let data = inputs.next().unwrap_or(Data::F32(vec![]));
            if data.len() != expected {
                return Err(Error::Input { index, given: data.len(), expected });
            }
            if data.f32s().is_some() != (self.graph.kind(id) == Kind::F32) {
                return Err(Error::InputKind { index });
            }
            let shape = self.graph.shape(id).to_vec();
            values.insert(id, Held::Host(Arc::new(HostTensor { shape, data })));
        }
        Ok(values)
    }

    fn value(&self, values: &BTreeMap<ValueId, Held>, id: ValueId) -> Result<Held, Error> {
        let value = values.get(&id).or_else(|| self.constants.get(&id));
        value
            .cloned()
            .ok_or_else(|| vitrine_graph::Error::node("run", "a value is read before it is made").into())
    }

    #[cfg_attr(
        not(feature = "webgpu"),
        allow(clippy::unused_async, unused_variables, reason = "a GPU is awaited")
    )]
    async fn to_host(&self, value: Held, id: ValueId) -> Result<Arc<HostTensor>, Error> {
        match value {
            Held::Host(tensor) => Ok(tensor),
            #[cfg(feature = "webgpu")]
            Held::Gpu(tensor) => {
                let value = self.graph.value(id);
                let data = crate::gpu::to_host(tensor, value.kind).await?;
                Ok(Arc::new(HostTensor { shape: value.shape.clone(), data }))
            }
        }
    }

    #[cfg(feature = "webgpu")]
    fn to_gpu(&self, value: Held) -> Result<crate::gpu::Tensor, Error> {
        match value {
            Held::Gpu(tensor) => Ok(tensor),
            Held::Host(tensor) => crate::gpu::from_host(&tensor.data, &self.device),
        }
    }
}

impl Step {
    fn reads_from_host(&self, id: ValueId) -> bool {
        match &self.place {
            Place::Host => self.node.inputs.contains(&id),
            #[cfg(feature = "webgpu")]
            Place::Gpu(kernel) => kernel.operands().contains(&id),
        }
    }
}

/// For each node, where it is computed, with the sizes of convolutions.
#[cfg_attr(
    not(feature = "webgpu"),
    allow(unused_variables, clippy::unnecessary_wraps, reason = "there is one place only")
)]
fn places(graph: &Graph, device: &Device) -> Result<Vec<(Option<ConvShape>, Place)>, Error> {
    #[cfg(feature = "webgpu")]
    let planner = match device.kind() {
        DeviceKind::Webgpu => Some(crate::gpu::Planner::new(graph, device)?),
        DeviceKind::Cpu => None,
    };
    let place = |node: &Node| {
        let conv = match &node.op {
            Op::Conv(conv) => Some(ConvShape::new(graph, node, conv)),
            _ => None,
        };
        #[cfg(feature = "webgpu")]
        if let Some(kernel) = planner.as_ref().and_then(|planner| planner.kernel(graph, node, conv.as_ref()))
        {
            return (conv, Place::Gpu(kernel));
        }
        (conv, Place::Host)
    };
    Ok(graph.nodes.iter().map(place).collect())
}

/// For each node, the values that it is the last one to read.
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
