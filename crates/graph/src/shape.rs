//! Output kinds and shapes from operators and operands.

use crate::{Conv, Error, Graph, Kind, Node, Op, Range, Unary, Window};

/// More elements than this in one value (1 GiB as f32) cannot be meant.
const MAX_ELEMENTS: usize = 1 << 28;
/// More axes than this, as NumPy has it.
const MAX_RANK: usize = 64;

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
        Op::Binary(..) | Op::Where => operands.elementwise(),
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
            _ => Err("not an element-wise operator".to_owned()),
        }
    }

    /// Real numbers do not mix with whole ones.
    fn alike(&self, a: usize, b: usize) -> Result<(), String> {
        let real = |index| self.kind(index) == Kind::F32;
        if real(a) == real(b) { Ok(()) } else { Err("real and whole numbers do not mix".to_owned()) }
    }

    fn spatial(&self, windows: &[Window]) -> Result<Vec<usize>, String> {
        let x = self.first()?;
        if x.len() != windows.len() + 2 || !(1..=3).contains(&windows.len()) {
            return Err(format!("{} spatial axes do not fit {x:?}", windows.len()));
        }
        windows.iter().zip(&x[1..]).map(|(window, &input)| window.output(input)).collect()
    }

    fn windowed(&self, windows: &[Window]) -> Result<Vec<usize>, String> {
        let (x, sizes) = (self.first()?, self.spatial(windows)?);
        Ok([&x[..1], &sizes, &x[x.len() - 1..]].concat())
    }

    fn conv(&self, conv: &Conv) -> Inferred {
        let shape = self.convolved(&conv.windows, conv.groups)?;
        if self.node.inputs.len() > 3 && self.shape(3)? != shape {
            return Err(format!("{:?} is added to {shape:?}", self.shape(3)?));
        }
        Ok((Kind::F32, shape))
    }

    fn convolved(&self, windows: &[Window], groups: usize) -> Result<Vec<usize>, String> {
        let (x, weight) = (self.first()?, self.shape(1)?);
        let sizes = self.spatial(windows)?;
        let kernel: Vec<usize> = windows.iter().map(|window| window.kernel).collect();
        let [weight_kernel @ .., weight_ci, co] = weight else {
            return Err(format!("a weight of {weight:?}"));
        };
        let divides = groups > 0
            && *co > 0
            && co.is_multiple_of(groups)
            && weight_ci.checked_mul(groups) == x.last().copied();
        if !divides || weight_kernel != kernel {
            return Err(format!("{x:?} in {groups} groups does not fit a weight {weight:?}"));
        }
        if self.shape(2)? != [*co] {
            return Err(format!("a bias of {:?} for {co} channels", self.shape(2)?));
        }
        Ok([&x[..1], &sizes, &[*co]].concat())
    }

    fn deform_conv(&self, windows: &[Window], groups: usize, offset_groups: usize) -> Inferred {
        // The bias is the fourth operand here.
        let (x, weight) = (self.first()?, self.shape(1)?);
        let (&[batch, _, _, ci], &[kh, kw, weight_ci, co]) = (x, weight) else {
            return Err(format!("{x:?} does not fit a weight {weight:?}"));
        };
        let sizes = self.spatial(windows)?;
        let fits = groups > 0
            && offset_groups > 0
            && weight_ci.checked_mul(groups) == Some(ci)
            && co.is_multiple_of(groups)
            && ci.is_multiple_of(offset_groups)
            && [kh, kw] == [windows[0].kernel, windows[1].kernel]
            && self.shape(3)? == [co];
        if !fits {
            return Err("weight, bias, groups and windows do not fit".to_owned());
        }
        // Each tap of each group moves along both axes.
        let moved = kh * kw * offset_groups;
        let map = |channels: usize| [batch, sizes[0], sizes[1], channels];
        if self.shape(2)? != map(moved * 2) || (self.node.inputs.len() > 4 && self.shape(4)? != map(moved)) {
            return Err(format!("offsets of {:?} or their mask do not fit {moved} taps", self.shape(2)?));
        }
        Ok((Kind::F32, map(co).to_vec()))
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

/// How many elements a shape has; none if they are more than can be meant.
///
/// An axis without elements does not excuse the others: loops over them would still take for ever.
pub fn count(shape: &[usize]) -> Option<usize> {
    let bound = shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size.max(1)));
    bound
        .filter(|&bound| bound <= MAX_ELEMENTS && shape.len() <= MAX_RANK)
        .map(|bound| if shape.contains(&0) { 0 } else { bound })
}

fn with(shape: &[usize], axis: usize, size: usize) -> Vec<usize> {
    let mut shape = shape.to_vec();
    shape[axis] = size;
    shape
}

fn within(axis: usize, shape: &[usize]) -> Result<(), String> {
    if axis < shape.len() { Ok(()) } else { Err(format!("no axis {axis} in {shape:?}")) }
}

fn is_permutation(permutation: &[usize], rank: usize) -> Result<(), String> {
    let complete = permutation.len() == rank && (0..rank).all(|axis| permutation.contains(&axis));
    if complete { Ok(()) } else { Err(format!("{permutation:?} is no permutation of {rank} axes")) }
}

fn expands(x: &[usize], output: &[usize]) -> bool {
    broadcast(x, output).is_ok_and(|shape| shape == output)
}

/// Whether start and the last element lie inside.
fn slices(x: &[usize], ranges: &[Range], output: &[usize]) -> bool {
    let inside = |((range, &size), &count): ((&Range, &usize), &usize)| {
        let Some(steps) = count.checked_sub(1) else { return true };
        let last = isize::try_from(steps).ok().and_then(|steps| steps.checked_mul(range.step));
        let last = last.and_then(|offset| range.start.checked_add_signed(offset));
        range.start < size && last.is_some_and(|last| last < size)
    };
    output.len() == x.len() && ranges.iter().zip(x).zip(output).all(inside)
}

fn pads(x: &[usize], before: &[usize], output: &[usize]) -> bool {
    let grows = |((&size, &before), &padded): ((&usize, &usize), &usize)| {
        before.checked_add(size).is_some_and(|least| least <= padded)
    };
    output.len() == x.len() && x.iter().zip(before).zip(output).all(grows)
}

/// The shape that both broadcast to, from the last axis.
///
/// # Errors
/// That they do not.
pub fn broadcast(a: &[usize], b: &[usize]) -> Result<Vec<usize>, String> {
    let rank = a.len().max(b.len());
    let at = |shape: &[usize], axis: usize| match (axis + shape.len()).checked_sub(rank) {
        Some(index) => shape[index],
        None => 1,
    };
    let axis_size = |axis| match (at(a, axis), at(b, axis)) {
        (x, y) if x == y => Ok(x),
        (1, y) => Ok(y),
        (x, 1) => Ok(x),
        _ => Err(format!("{a:?} and {b:?} do not broadcast")),
    };
    (0..rank).map(axis_size).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_broadcast_from_the_last_axis() {
        assert_eq!(broadcast(&[1, 5, 7, 3], &[3]).unwrap(), [1, 5, 7, 3]);
        assert_eq!(broadcast(&[2, 1, 3], &[4, 1]).unwrap(), [2, 4, 3]);
        assert!(broadcast(&[2, 3], &[2]).is_err());
    }

    #[test]
    fn sizes_beyond_reason_have_no_count_even_beside_an_axis_without_elements() {
        assert_eq!(count(&[2, 3]), Some(6));
        assert_eq!(count(&[2, 0]), Some(0));
        assert_eq!(count(&[]), Some(1));
        assert_eq!(count(&[1 << 14, 1 << 15]), None);
        assert_eq!(count(&[0, 1 << 40]), None);
        assert_eq!(count(&[usize::MAX, 2, 0]), None);
        assert_eq!(count(&[1; 100_000]), None);
    }

    #[test]
    fn a_slice_stays_inside() {
        let range = |start, step| [Range { start, step }];
        assert!(slices(&[5], &range(4, -2), &[3]));
        assert!(!slices(&[5], &range(4, -2), &[4]));
        assert!(slices(&[5], &range(0, 2), &[3]));
        assert!(!slices(&[5], &range(5, 1), &[1]));
        assert!(slices(&[5], &range(9, 1), &[0]));
    }
}
