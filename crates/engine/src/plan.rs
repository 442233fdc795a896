//! A graph made ready for one device: steps in order, weights where they are read.

mod run;

#[cfg(feature = "webgpu")]
use crate::DeviceKind;
use crate::sizes::ConvShape;
use crate::value::{Held, HostTensor};
use crate::{Device, Error, Precision, cpu};
use std::collections::BTreeMap;
use std::sync::Arc;
use vitrine_graph::{Graph, Node, Op, Value, ValueId, passes};

/// A graph on a device. Built once for its shapes, run any number of times.
pub struct Plan {
    #[cfg_attr(not(feature = "webgpu"), allow(dead_code, reason = "the host needs no handle"))]
    #[cfg(feature = "webgpu")]
    device: Device,
    precision: Precision,
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
    /// What the host knows of a convolution that it computes.
    conv: Option<cpu::Convolution>,
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
        passes::fuse_chains(&mut graph);
        let places = places(&mut graph, device)?;
        let finished = finished(&graph);
        let kept_boxes = |node: &&Node| matches!(node.op, Op::NonMaxSuppression { .. });
        let ragged = graph.nodes.iter().filter(kept_boxes).map(|node| node.output).collect();
        let nodes = std::mem::take(&mut graph.nodes);
        let step = |((node, (conv, place)), finished)| Step { node, conv, place, finished };
        let steps = nodes.into_iter().zip(places).zip(finished).map(step).collect();
        let mut plan = Self {
            #[cfg(feature = "webgpu")]
            device: device.clone(),
            precision: device.precision(),
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
        for (id, known) in std::mem::take(&mut self.graph.constants) {
            let read = self.steps.iter().any(|step| step.reads_from_host(id));
            if read || self.graph.outputs.contains(&id) {
                let tensor = HostTensor { shape: self.graph.shape(id).to_vec(), data: known.into_data() };
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

    /// How it computes with real numbers.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// How many steps a run has, and how many of them the GPU computes.
    pub fn steps(&self) -> (usize, usize) {
        (self.steps.len(), self.steps.len() - self.on_host().count())
    }

    /// The nodes that the host computes, which is all of them on the processor.
    pub fn on_host(&self) -> impl Iterator<Item = &Node> {
        self.steps.iter().filter(|step| matches!(step.place, Place::Host)).map(|step| &step.node)
    }
}

impl Step {
    /// What the host reads: a convolution's weight may lie with it.
    fn operands(&self) -> impl Iterator<Item = ValueId> {
        let kept = self.conv.as_ref().is_some_and(cpu::Convolution::has_weight);
        self.node.inputs.iter().enumerate().filter(move |&(index, _)| index != 1 || !kept).map(|(_, &id)| id)
    }

    fn reads_from_host(&self, id: ValueId) -> bool {
        match &self.place {
            Place::Host => self.operands().any(|read| read == id),
            #[cfg(feature = "webgpu")]
            Place::Gpu(kernel) => kernel.operands().contains(&id),
        }
    }
}

/// For each node, where it is computed, with what the host knows of convolutions. Weights that lie with their convolution, and
/// that nobody else reads, leave the graph: the next one's take their place in memory.
#[cfg_attr(
    not(feature = "webgpu"),
    allow(unused_variables, clippy::unnecessary_wraps, reason = "there is one place only")
)]
fn places(graph: &mut Graph, device: &Device) -> Result<Vec<(Option<cpu::Convolution>, Place)>, Error> {
    #[cfg(feature = "webgpu")]
    let mut planner = match device.kind() {
        DeviceKind::Webgpu => Some(crate::gpu::Planner::new(graph, device)?),
        DeviceKind::Cpu => None,
    };
    #[cfg_attr(not(feature = "webgpu"), allow(unused_mut, reason = "only a GPU's planner remembers"))]
    let mut place = |graph: &Graph, node: &Node| {
        let conv = match &node.op {
            Op::Conv(conv) => Some(ConvShape::new(graph, node, conv)),
            _ => None,
        };
        #[cfg(feature = "webgpu")]
        if let Some(kernel) = planner.as_mut().and_then(|planner| planner.kernel(graph, node, conv.as_ref()))
        {
            return (None, Place::Gpu(kernel));
        }
        let weight = node.inputs.get(1).and_then(|&id| graph.f32s(id));
        let conv = conv.map(|shape| cpu::Convolution::new(shape, weight));
        (conv.or_else(|| cpu::Convolution::of_mean(graph, node)), Place::Host)
    };
    let mut readers: BTreeMap<ValueId, usize> = BTreeMap::new();
    let read = graph.nodes.iter().flat_map(|node| &node.inputs).chain(&graph.outputs);
    read.for_each(|&id| *readers.entry(id).or_default() += 1);
    let mut places = Vec::with_capacity(graph.nodes.len());
    for index in 0..graph.nodes.len() {
        let node = &graph.nodes[index];
        let (conv, place) = place(graph, node);
        let packed = conv.as_ref().is_some_and(cpu::Convolution::has_weight);
        if let Some(weight) = node.inputs.get(1).filter(|&id| packed && readers.get(id) == Some(&1)) {
            graph.constants.remove(weight);
        }
        places.push((conv, place));
    }
    Ok(places)
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
