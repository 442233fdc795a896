//! Which steps the GPU computes, and with which task.

use super::concat::{self, Concat, Place};
use super::conv::{Convolution, Mean};
use super::gather::Picking;
use super::local::Response;
use super::map::Map;
use super::matmul::Product;
use super::pad::Padding;
use super::pool::Pooling;
use super::resize::Resampling;
use super::rows::Rows;
use super::{EXACT, Spot, Stored, Task, Tensor, Writer, expanded, longest, numbers};
use crate::sizes::ConvShape;
use crate::{Device, Error, Precision};
use cubecl::client::Client;
use cubecl::dry_run::DryRun;
use std::collections::{BTreeMap, BTreeSet};
use vitrine_graph::host::Quantised;
use vitrine_graph::{Constant, Data, Graph, Kind, Node, Op, Unary, ValueId};

/// Fewer numbers come as they are: a launch takes longer.
const EXPANDED: usize = 1024;
/// A scale is two numbers of 32 bits.
const EXPANDED_BY_A_SCALE: usize = 8;

/// What computes the kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    /// Thousands of threads at once, which hide what reading takes.
    Card,
    /// A program on the processor. It reads the numbers of a vector one by one, so that vectors make its code longer and no
    /// faster.
    Software,
}

impl Adapter {
    /// Those that keep it busy.
    pub fn threads(self) -> usize {
        match self {
            Self::Card => 4096,
            Self::Software => 256,
        }
    }

    pub fn software(self) -> bool {
        self == Self::Software
    }
}

/// How a task is made.
#[derive(Clone, Copy)]
pub struct Setting {
    pub adapter: Adapter,
    /// What it reads and writes.
    pub stored: Stored,
    /// What convolutions sum.
    pub summed: Stored,
    /// Where in a wider map it writes.
    pub spot: Option<Spot>,
}

/// Chooses tasks for the nodes of a graph.
pub struct Planner {
    client: Client,
    /// Values that f32 represents exactly, whatever a run is given.
    exact: BTreeSet<ValueId>,
    /// Numbers that a binding may have.
    longest: usize,
    adapter: Adapter,
    precision: Precision,
    /// Values that may be written where they are joined.
    places: BTreeMap<ValueId, Place>,
    /// Those that are.
    written: BTreeSet<ValueId>,
}

/// A node's task, with the operands that are known at load in place.
pub struct Kernel {
    client: Client,
    work: Work,
    /// What it reads; none where it takes anything.
    stored: Option<Stored>,
    /// What is given to a run.
    operands: Vec<ValueId>,
    /// For each operand of the node, its constant.
    constants: Vec<Option<Tensor>>,
}

enum Work {
    /// Makes a value.
    Task(Box<dyn Task>),
    /// Makes channels of a wider value of so many numbers. The values that may hold it already are those.
    Writer(Box<dyn Writer>, usize, Vec<ValueId>),
}

impl Planner {
    /// # Errors
    /// [`Error::NoDevice`] on a device without a GPU.
    pub fn new(graph: &Graph, device: &Device) -> Result<Self, Error> {
        let client = device.client()?;
        let longest = longest(&client);
        let adapter = if device.software() { Adapter::Software } else { Adapter::Card };
        let (places, written) = (BTreeMap::new(), BTreeSet::new());
        let precision = device.precision();
        let mut planner = Self { client, exact: exact(graph), longest, adapter, precision, places, written };
        let nodes = graph.nodes.iter().filter(|node| planner.takes(graph, node));
        planner.places = concat::places(graph, nodes, |node| planner.setting(graph, node).stored);
        Ok(planner)
    }

    /// Whether the GPU can hold and represent what a node reads and makes.
    fn takes(&self, graph: &Graph, node: &Node) -> bool {
        let fits = |id: ValueId| (1..=self.longest).contains(&graph.shape(id).iter().product());
        let values = || node.inputs.iter().copied().chain([node.output]);
        let kinds = takes_whole(&node.op) || values().all(|id| graph.kind(id) == Kind::F32);
        !node.inputs.is_empty() && kinds && values().all(|id| self.exact.contains(&id) && fits(id))
    }

    /// A kernel for the node; none if the host computes it. Nodes come in order.
    pub fn kernel(&mut self, graph: &Graph, node: &Node, conv: Option<&ConvShape>) -> Option<Kernel> {
        if !self.takes(graph, node) {
            return None;
        }
        let setting = self.setting(graph, node);
        let place = self.places.get(&node.output).filter(|place| place.stored == setting.stored);
        let writer = place.and_then(|place| {
            let setting = Setting { spot: Some(place.spot), ..setting };
            let writer = self.writer(graph, node, conv, setting)?;
            let before = place.joined.iter().copied().filter(|id| self.written.contains(id)).collect();
            Some(Work::Writer(writer, place.length, before))
        });
        let work = match writer {
            Some(writer) => writer,
            None => Work::Task(self.task(graph, node, conv, setting)?),
        };
        let constant = |(index, id): (usize, &ValueId)| match graph.constants.get(id) {
            Some(known) => self.constant(&work, index, known, setting.stored).map(Some),
            None => Some(None),
        };
        let constants = node.inputs.iter().enumerate().map(constant).collect::<Option<Vec<_>>>()?;
        let given = node.inputs.iter().zip(&constants).filter(|(_, constant)| constant.is_none());
        let operands = given.map(|(&id, _)| id).collect();
        if let Work::Writer(..) = work {
            self.written.insert(node.output);
        }
        let stored = (!matches!(node.op, Op::Reshape)).then_some(setting.stored);
        let kernel = Kernel { client: self.client.clone(), work, stored, operands, constants };
        // Natively others may queue work meanwhile, which a dry run would drop.
        if cfg!(target_family = "wasm") {
            kernel.compile(graph);
        }
        Some(kernel)
    }

    /// A constant operand, on its way to the GPU; none if that cannot hold it.
    fn constant(&self, work: &Work, operand: usize, known: &Constant, stored: Stored) -> Option<Tensor> {
        let filling = work.filling(operand);
        let few_scales = |bytes: &&Quantised| bytes.scales().len() <= bytes.len() / EXPANDED_BY_A_SCALE;
        if let Some(bytes) = known.stored().filter(|bytes| bytes.len() >= EXPANDED).filter(few_scales) {
            return Some(Tensor::expanded(&self.client, bytes, filling, stored));
        }
        let numbers = work.constant(operand, numbers(known)?);
        let numbers = filling.map(|filling| filling.apply(&numbers)).unwrap_or(numbers);
        Some(Tensor::rounded(&self.client, numbers, stored))
    }

    /// Whole numbers need all digits of f32, and what is computed of whole rows or by products of matrices stays exact.
    fn setting(&self, graph: &Graph, node: &Node) -> Setting {
        let values = || node.inputs.iter().chain([&node.output]);
        let half = self.precision != Precision::Full
            && takes_half(&node.op)
            && values().all(|&id| graph.kind(id) != Kind::I64);
        let stored = if half { Stored::Half } else { Stored::Full };
        let summed = if self.precision == Precision::Half { stored } else { Stored::Full };
        Setting { adapter: self.adapter, stored, summed, spot: None }
    }

    /// Of nodes that can write into a wider map.
    fn writer(
        &self,
        graph: &Graph,
        node: &Node,
        conv: Option<&ConvShape>,
        setting: Setting,
    ) -> Option<Box<dyn Writer>> {
        let client = &self.client;
        Some(match &node.op {
            Op::Conv(_) => Box::new(Convolution::new(client, graph, node, *conv?, setting)?),
            Op::Pool(_) => Box::new(Mean::new(client, graph, node, setting)?),
            Op::Unary(_) | Op::Binary(..) | Op::Chain(_) => {
                Box::new(Map::new(client, graph, node, setting.spot)?)
            }
            _ => return None,
        })
    }

    fn task(
        &self,
        graph: &Graph,
        node: &Node,
        conv: Option<&ConvShape>,
        setting: Setting,
    ) -> Option<Box<dyn Task>> {
        Some(match &node.op {
            Op::Conv(_) => Box::new(Convolution::new(&self.client, graph, node, *conv?, setting)?),
            Op::Reshape => Box::new(Same),
            Op::MatMul => Box::new(Product::new(graph, node)?),
            Op::Pool(pool) => match Mean::new(&self.client, graph, node, setting) {
                Some(mean) => Box::new(mean),
                None => Box::new(Pooling::new(graph, node, pool)?),
            },
            Op::Pad { before, mode } => Box::new(Padding::new(graph, node, before, *mode)?),
            Op::Gather { axis } => Box::new(Picking::new(graph, node, *axis)?),
            Op::LocalResponse { .. } => Box::new(Response::new(graph, node)?),
            Op::Resize(resize) => Box::new(Resampling::new(&self.client, graph, node, resize)?),
            Op::Reduce { .. }
            | Op::ArgReduce { .. }
            | Op::Softmax { .. }
            | Op::Normalise { .. }
            | Op::CumSum { .. } => Box::new(Rows::new(graph, node)?),
            Op::Concat { axis } => Box::new(Concat::new(&self.client, graph, node, *axis, &self.written)?),
            _ => Box::new(Map::new(&self.client, graph, node, None)?),
        })
    }
}

/// Whether a node's task reads and writes numbers of 16 bits too.
fn takes_half(op: &Op) -> bool {
    let computes = matches!(op, Op::Conv(_) | Op::Pool(_) | Op::Resize(_));
    let maps = matches!(op, Op::Unary(_) | Op::Binary(..) | Op::Chain(_) | Op::Where | Op::Cast(_));
    let moves = matches!(op, Op::Transpose(_) | Op::Slice(_) | Op::Expand | Op::Concat { .. });
    computes || maps || moves
}

/// The operand itself.
struct Same;

impl Task for Same {
    fn run(&self, _client: &Client, operands: &[Tensor]) -> Tensor {
        operands[0].clone()
    }
}

impl Kernel {
    /// The operands that [`Kernel::run`] is given.
    pub fn operands(&self) -> &[ValueId] {
        &self.operands
    }

    /// Values that may hold the space already into which this one is written.
    pub fn shares(&self) -> &[ValueId] {
        match &self.work {
            Work::Task(_) => &[],
            Work::Writer(_, _, before) => before,
        }
    }

    /// Has its programs compiled. In a browser another process does, while the next steps are planned.
    fn compile(&self, graph: &Graph) {
        let _dry = DryRun::new();
        let stored = self.stored.unwrap_or(Stored::Full);
        let space = |&id: &ValueId| Tensor::space(&self.client, graph.shape(id).iter().product(), stored);
        self.run(self.operands.iter().map(space).collect(), None);
    }

    /// Queues the work. `shared`: the first of [`Kernel::shares`] that there is.
    pub fn run(&self, operands: Vec<Tensor>, shared: Option<Tensor>) -> Tensor {
        let stored = |tensor: Tensor| match self.stored {
            Some(stored) => tensor.stored_as(stored),
            None => tensor,
        };
        let mut given = operands.into_iter().map(stored);
        let operands: Vec<Tensor> =
            self.constants.iter().filter_map(|constant| constant.clone().or_else(|| given.next())).collect();
        match &self.work {
            Work::Task(task) => task.run(&self.client, &operands),
            Work::Writer(writer, length, _) => {
                let stored = self.stored.unwrap_or(Stored::Full);
                let out = shared.unwrap_or_else(|| Tensor::space(&self.client, *length, stored));
                writer.write(&self.client, &operands, &out);
                out
            }
        }
    }
}

impl Work {
    fn constant(&self, operand: usize, numbers: Vec<f32>) -> Vec<f32> {
        match self {
            Self::Task(task) => task.constant(operand, numbers),
            Self::Writer(writer, ..) => writer.constant(operand, numbers),
        }
    }

    fn filling(&self, operand: usize) -> Option<expanded::Filling> {
        match self {
            Self::Task(task) => task.filling(operand),
            Self::Writer(writer, ..) => writer.filling(operand),
        }
    }
}

/// Real numbers and truth values; whole numbers only where they come from places in a value or from rounding, and are
/// moved about. Arithmetic with whole numbers may leave what f32 represents.
fn exact(graph: &Graph) -> BTreeSet<ValueId> {
    let small = |data: &Data| data.i64s().is_some_and(|all| all.iter().all(|x| x.unsigned_abs() <= EXACT));
    let mut exact = BTreeSet::new();
    for (index, value) in graph.values.iter().enumerate() {
        let id = ValueId(index);
        if value.kind != Kind::I64 || graph.constants.get(&id).is_some_and(|known| small(known)) {
            exact.insert(id);
        }
    }
    for node in &graph.nodes {
        let known = match node.op {
            Op::ArgReduce { axis, .. } => graph.shape(node.inputs[0])[axis] as u64 <= EXACT,
            _ => takes_whole(&node.op) && node.inputs.iter().all(|id| exact.contains(id)),
        };
        if known {
            exact.insert(node.output);
        }
    }
    exact
}

/// Whether whole numbers and truth values are computed as real ones are: what moves them or compares them.
fn takes_whole(op: &Op) -> bool {
    match op {
        Op::Cast(_) | Op::Where | Op::Gather { .. } | Op::ArgReduce { .. } | Op::Unary(Unary::Not) => true,
        Op::Transpose(_) | Op::Reshape | Op::Expand | Op::Slice(_) | Op::Concat { .. } => true,
        Op::Binary(function, after) => function.is_truth() && matches!(after, Unary::Identity | Unary::Not),
        _ => false,
    }
}
