//! Output kinds and shapes from operators and operands.

mod sizes;
mod windows;

pub use sizes::{broadcast, count};

use crate::{Error, Graph, Kind, Node, Op, Unary};
use sizes::{expands, is_permutation, pads, slices, with, within};

/// The kind and shape that a node's output has, given those that its inputs have in `graph`.
///
/// Where an operator's output has a size of its own ([`Op::Reshape`], [`Op::Expand`], [`Op::Slice`], [`Op::Pad`],
/// [`Op::TopK`], [`Op::RoiAlign`], [`Op::NonMaxSuppression`]), the shape of the output value is checked and returned.
///
/// # Errors
/// [`Error::Node`] when kinds or shapes do not fit the operator.
pub fn infer(graph: &Graph, node: &Node) -> Result<(Kind, Vec<usize>), Error> {
    let operands = Operands { graph, node };
    let output = graph.shape(node.output);
    let inferred = match &node.op {
        Op::Conv(conv) => operands.conv(conv),
        Op::DeformConv { windows, groups, offset_groups } => {
            operands.deform_conv(windows, *groups, *offset_groups)
        }
        Op::MatMul => operands.matmul(),
        Op::Pool(pool) => operands.windowed(&pool.windows).map(|shape| (Kind::F32, shape)),
        Op::MaxPoolIndices(pool) => operands.windowed(&pool.windows).map(|shape| (Kind::I64, shape)),
        Op::Binary(..) | Op::Chain(_) | Op::Where => operands.elementwise(),
        Op::Concat { axis } => operands.concat(*axis),
        op => operands.first().and_then(|x| operands.of_one(op, x, output)),
    };
    inferred.map_err(|cause| Error::node(&node.name, cause))
}

type Inferred = Result<(Kind, Vec<usize>), String>;

struct Operands<'a> {
    graph: &'a Graph,
    node: &'a Node,
}

impl<'a> Operands<'a> {
    fn shape(&self, index: usize) -> Result<&'a [usize], String> {
        let id = self.node.inputs.get(index).ok_or_else(|| format!("operand {index} is missing"))?;
        Ok(self.graph.shape(*id))
    }

    fn kind(&self, index: usize) -> Kind {
        self.node.inputs.get(index).map_or(Kind::F32, |id| self.graph.kind(*id))
    }

    fn first(&self) -> Result<&'a [usize], String> {
        self.shape(0)
    }

    /// Operators whose shape follows from the first operand, from the second one's shape, or from the output's.
    fn of_one(&self, op: &Op, x: &[usize], output: &[usize]) -> Inferred {
        let same = || (self.kind(0), x.to_vec());
        let declared = |fits: bool| {
            if fits {
                Ok((self.kind(0), output.to_vec()))
            } else {
                Err(format!("{x:?} does not become {output:?}"))
            }
        };
        match op {
            Op::Unary(function) => Ok((unary_kind(*function, self.kind(0)), x.to_vec())),
            Op::Cast(kind) => Ok((*kind, x.to_vec())),
            Op::Reshape => declared(count(x).is_some() && count(x) == count(output)),
            Op::Expand => declared(expands(x, output)),
            Op::Slice(ranges) => declared(ranges.len() == x.len() && slices(x, ranges, output)),
            Op::Pad { before, .. } => declared(before.len() == x.len() && pads(x, before, output)),
            Op::Transpose(permutation) => {
                is_permutation(permutation, x.len())?;
                Ok((self.kind(0), permutation.iter().map(|&axis| x[axis]).collect()))
            }
            Op::Gather { axis } => {
                within(*axis, x)?;
                let shape = [&x[..*axis], self.shape(1)?, &x[axis + 1..]].concat();
                Ok((self.kind(0), shape))
            }
            Op::GatherElements { axis } => {
                let indices = self.shape(1)?;
                within(*axis, x)?;
                let fits = indices.len() == x.len() && (0..x.len()).all(|i| i == *axis || indices[i] <= x[i]);
                if fits {
                    Ok((self.kind(0), indices.to_vec()))
                } else {
                    Err(format!("{x:?} picked by {indices:?}"))
                }
            }
            Op::GatherNd { batch_axes } => self.gather_nd(x, *batch_axes),
            Op::ScatterElements { axis, .. } => {
                within(*axis, x)?;
                let (indices, updates) = (self.shape(1)?, self.shape(2)?);
                let fits = indices == updates
                    && indices.len() == x.len()
                    && (0..x.len()).all(|i| i == *axis || indices[i] <= x[i]);
                if fits {
                    Ok(same())
                } else {
                    Err(format!("{updates:?} scattered by {indices:?} into {x:?}"))
                }
            }
            Op::ScatterNd(_) => {
                let (indices, updates) = (self.shape(1)?, self.shape(2)?);
                let (&depth, rows) = indices.split_last().ok_or("indices without an axis")?;
                let fits = depth <= x.len() && updates == [rows, &x[depth..]].concat();
                if fits {
                    Ok(same())
                } else {
                    Err(format!("{updates:?} scattered by {indices:?} into {x:?}"))
                }
            }
            Op::Reduce { axes, .. } => {
                axes.iter().try_for_each(|&axis| within(axis, x))?;
                Ok((self.kind(0), (0..x.len()).map(|i| if axes.contains(&i) { 1 } else { x[i] }).collect()))
            }
            Op::ArgReduce { axis, .. } => {
                within(*axis, x)?;
                Ok((Kind::I64, with(x, *axis, 1)))
            }
            Op::TopK { axis, indices, .. } => {
                within(*axis, x)?;
                let fits = output.len() == x.len() && with(x, *axis, output[*axis]) == output;
                let kind = if *indices { Kind::I64 } else { self.kind(0) };
                if fits && output[*axis] <= x[*axis] { Ok((kind, output.to_vec())) } else { declared(false) }
            }
            Op::Softmax { axis, .. } | Op::CumSum { axis, .. } => within(*axis, x).map(|()| same()),
            Op::Normalise { axes, .. } => axes.iter().try_for_each(|&axis| within(axis, x)).map(|()| same()),
            Op::LocalResponse { .. } => within(0, x).map(|()| same()),
            Op::Resize(resize) => {
                let mut shape = x.to_vec();
                for axis in &resize.axes {
                    within(axis.axis, x)?;
                    shape[axis.axis] = axis.size;
                }
                Ok((self.kind(0), shape))
            }
            Op::GridSample { .. } => {
                let grid = self.shape(1)?;
                let fits = x.len() >= 3
                    && grid.len() == x.len()
                    && grid[0] == x[0]
                    && grid[x.len() - 1] == x.len() - 2;
                if !fits {
                    return Err(format!("{x:?} sampled by {grid:?}"));
                }
                Ok((self.kind(0), with(grid, x.len() - 1, x[x.len() - 1])))
            }
            Op::RoiAlign { .. } => {
                let (rois, batch) = (self.shape(1)?, self.shape(2)?);
                let fits = matches!((x, rois, batch, output), (&[_, _, _, c], &[r, 4], &[b], &[n, _, _, oc])
                    if r == b && r == n && c == oc);
                declared(fits)
            }
            Op::NonMaxSuppression { .. } => {
                let scores = self.shape(1)?;
                let fits =
                    matches!((x, scores, output), (&[n, b, 4], &[m, _, s], &[_, 3]) if n == m && b == s);
                if fits { Ok((Kind::I64, output.to_vec())) } else { declared(false) }
            }
            Op::Determinant => match x {
                [rest @ .., a, b] if a == b => Ok((self.kind(0), rest.to_vec())),
                _ => Err(format!("{x:?} are no square matrices")),
            },
            Op::ReverseSequence { time_axis, batch_axis } => {
                within(*time_axis, x)?;
                within(*batch_axis, x)?;
                let fits = self.shape(1)? == [x[*batch_axis]] && time_axis != batch_axis;
                if fits { Ok(same()) } else { Err("a length for each batch is expected".to_owned()) }
            }
            Op::Conv(_)
            | Op::DeformConv { .. }
            | Op::MatMul
            | Op::Pool(_)
            | Op::MaxPoolIndices(_)
            | Op::Binary(..)
            | Op::Chain(_)
            | Op::Where
            | Op::Concat { .. } => Err("not an operator of one operand".to_owned()),
        }
    }

    fn elementwise(&self) -> Inferred {
        match &self.node.op {
            Op::Where => {
                let shape = broadcast(&broadcast(self.shape(0)?, self.shape(1)?)?, self.shape(2)?)?;
                self.alike(1, 2)?;
                Ok((self.kind(1), shape))
            }
            Op::Binary(function, _) => {
                self.alike(0, 1)?;
                let kind = if function.is_truth() { Kind::Bool } else { self.kind(0) };
                Ok((kind, broadcast(self.shape(0)?, self.shape(1)?)?))
            }
            Op::Chain(links) => {
                let x = self.first()?;
                let fits = |index: usize| Ok::<_, String>(broadcast(x, self.shape(index)?)? == x);
                let real = (0..=links.len()).all(|index| self.kind(index) == Kind::F32);
                let all = (1..=links.len()).map(fits).collect::<Result<Vec<bool>, _>>()?;
                let whole = real && all.into_iter().all(|fits| fits);
                if whole {
                    Ok((Kind::F32, x.to_vec()))
                } else {
                    Err("operands do not fit the first one".to_owned())
                }
            }
            _ => Err("not an element-wise operator".to_owned()),
        }
    }

    /// Real numbers do not mix with whole ones.
    fn alike(&self, a: usize, b: usize) -> Result<(), String> {
        let real = |index| self.kind(index) == Kind::F32;
        if real(a) == real(b) { Ok(()) } else { Err("real and whole numbers do not mix".to_owned()) }
    }

    fn matmul(&self) -> Inferred {
        let (a, b) = (self.shape(0)?, self.shape(1)?);
        match (a, b) {
            ([a_batch @ .., m, k], [b_batch @ .., l, n]) if k == l => {
                Ok((self.kind(0), [&broadcast(a_batch, b_batch)?[..], &[*m, *n]].concat()))
            }
            _ => Err(format!("{a:?} times {b:?}")),
        }
    }

    fn gather_nd(&self, x: &[usize], batch_axes: usize) -> Inferred {
        let indices = self.shape(1)?;
        let fail = || format!("{x:?} picked by {indices:?}");
        let (&depth, rows) = indices.split_last().ok_or_else(fail)?;
        let batches = x.get(..batch_axes).is_some_and(|batch| rows.get(..batch_axes) == Some(batch));
        match x.get(batch_axes + depth..) {
            Some(rest) if batches && depth > 0 => Ok((self.kind(0), [rows, rest].concat())),
            _ => Err(fail()),
        }
    }

    fn concat(&self, axis: usize) -> Inferred {
        let first = self.first()?;
        within(axis, first)?;
        let mut joined = first.to_vec();
        for index in 1..self.node.inputs.len() {
            let shape = self.shape(index)?;
            self.alike(0, index)?;
            if shape.len() != first.len() || (0..first.len()).any(|i| i != axis && shape[i] != first[i]) {
                return Err(format!("{shape:?} cannot be joined to {first:?} along axis {axis}"));
            }
            joined[axis] = joined[axis].checked_add(shape[axis]).ok_or("too large")?;
        }
        Ok((self.kind(0), joined))
    }
}

fn unary_kind(function: Unary, kind: Kind) -> Kind {
    match function {
        Unary::Not | Unary::IsNan | Unary::IsInf { .. } => Kind::Bool,
        _ => kind,
    }
}
