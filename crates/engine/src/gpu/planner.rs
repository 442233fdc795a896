//! Which steps the GPU computes, and with which task.

use super::conv::Convolution;
use super::gather::Picking;
use super::local::Response;
use super::map::Map;
use super::matmul::Product;
use super::pad::Padding;
use super::pool::Pooling;
use super::resize::Resampling;
use super::rows::Rows;
use super::{EXACT, Task, Tensor, numbers};
use crate::sizes::ConvShape;
use crate::{Device, Error};
use cubecl::client::Client;
use std::collections::BTreeSet;
use vitrine_graph::{Data, Graph, Kind, Node, Op, Unary, ValueId};

/// Chooses tasks for the nodes of a graph.
pub struct Planner {
    client: Client,
    /// Values that f32 represents exactly, whatever a run is given.
    exact: BTreeSet<ValueId>,
    /// Numbers that a binding may have.
    longest: usize,
}

/// A node's task, with the operands that are known at load in place.
pub struct Kernel {
    client: Client,
    task: Box<dyn Task>,
    /// What is given to a run.
    operands: Vec<ValueId>,
    /// For each operand of the node, its constant.
    constants: Vec<Option<Tensor>>,
}

impl Planner {
    /// # Errors
    /// [`Error::NoDevice`] on a device without a GPU.
    pub fn new(graph: &Graph, device: &Device) -> Result<Self, Error> {
        let client = device.client()?;
        let bytes = client.properties().memory.max_page_size;
        let longest = usize::try_from(bytes).unwrap_or(usize::MAX).min(u32::MAX as usize) / size_of::<f32>();
        Ok(Self { client, exact: exact(graph), longest })
    }

    /// A kernel for the node; none if the host computes it.
    pub fn kernel(&self, graph: &Graph, node: &Node, conv: Option<&ConvShape>) -> Option<Kernel> {
        let fits = |id: ValueId| (1..=self.longest).contains(&graph.shape(id).iter().product());
        let values = || node.inputs.iter().copied().chain([node.output]);
        let kinds = takes_whole(&node.op) || values().all(|id| graph.kind(id) == Kind::F32);
        if node.inputs.is_empty() || !kinds || !values().all(|id| self.exact.contains(&id) && fits(id)) {
            return None;
        }
        let task = self.task(graph, node, conv)?;
        let constant = |(index, id): (usize, &ValueId)| match graph.constants.get(id) {
            Some(data) => Some(Some(Tensor::new(&self.client, task.constant(index, numbers(data)?)))),
            None => Some(None),
        };
        let constants = node.inputs.iter().enumerate().map(constant).collect::<Option<Vec<_>>>()?;
        let given = node.inputs.iter().zip(&constants).filter(|(_, constant)| constant.is_none());
        let operands = given.map(|(&id, _)| id).collect();
        Some(Kernel { client: self.client.clone(), task, operands, constants })
    }

    fn task(&self, graph: &Graph, node: &Node, conv: Option<&ConvShape>) -> Option<Box<dyn Task>> {
        Some(match &node.op {
            Op::Conv(_) => Box::new(Convolution::new(graph, node, *conv?)?),
            Op::Reshape => Box::new(Same),
            Op::MatMul => Box::new(Product::new(graph, node)?),
            Op::Pool(pool) => Box::new(Pooling::new(graph, node, pool)?),
            Op::Pad { before, mode } => Box::new(Padding::new(graph, node, before, *mode)?),
            Op::Gather { axis } => Box::new(Picking::new(graph, node, *axis)?),
            Op::LocalResponse { .. } => Box::new(Response::new(graph, node)?),
            Op::Resize(resize) => Box::new(Resampling::new(&self.client, graph, node, resize)?),
            Op::Reduce { .. }
            | Op::ArgReduce { .. }
            | Op::Softmax { .. }
            | Op::Normalise { .. }
            | Op::CumSum { .. } => Box::new(Rows::new(graph, node)?),
            _ => Box::new(Map::new(graph, node)?),
        })
    }
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

    /// Queues the work.
    pub fn run(&self, operands: Vec<Tensor>) -> Tensor {
        let mut given = operands.into_iter();
        let operands: Vec<Tensor> =
            self.constants.iter().filter_map(|constant| constant.clone().or_else(|| given.next())).collect();
        self.task.run(&self.client, &operands)
    }
}

/// Real numbers and truth values; whole numbers only where they come from places in a value or from rounding, and are
/// moved about. Arithmetic with whole numbers may leave what f32 represents.
fn exact(graph: &Graph) -> BTreeSet<ValueId> {
    let small = |data: &Data| data.i64s().is_some_and(|all| all.iter().all(|x| x.unsigned_abs() <= EXACT));
    let mut exact = BTreeSet::new();
    for (index, value) in graph.values.iter().enumerate() {
        let id = ValueId(index);
        if value.kind != Kind::I64 || graph.constants.get(&id).is_some_and(small) {
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
