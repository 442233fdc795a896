//! Parts of values.

use super::{Call, Single};
use crate::{Builder, Error, Op, Range, ValueId};

pub fn find(name: &str) -> Option<Single> {
    Some(match name {
        "SLICE" => slice,
        "STRIDED_SLICE" => strided_slice,
        _ => return None,
    })
}

/// A size of -1 reaches to the end.
fn slice(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let (shape, begin, sizes) = (builder.shape(x), call.sizes(builder, 1)?, call.ints(builder, 2)?);
    if begin.len() != shape.len() || sizes.len() != shape.len() {
        return Err(call.fail(format!("{begin:?} and {sizes:?} of {shape:?}")));
    }
    let size = |axis: usize| match sizes[axis] {
        -1 => Ok(shape[axis].saturating_sub(begin[axis])),
        size => call.size(size),
    };
    let output = (0..shape.len()).map(size).collect::<Result<Vec<_>, _>>()?;
    if output == shape {
        return Ok(x);
    }
    let ranges = begin.into_iter().map(|start| Range { start, step: 1 }).collect();
    builder.add_shaped(Op::Slice(ranges), &[x], output)
}

/// What of an axis is kept.
struct Kept {
    range: Range,
    count: usize,
}

impl Kept {
    fn all(count: usize) -> Self {
        Self { range: Range { start: 0, step: 1 }, count }
    }
}

/// NumPy's indexing: ranges, `...`, new axes, and single indices, whose axis goes.
fn strided_slice(builder: &mut Builder, call: &Call) -> Result<ValueId, Error> {
    let x = call.input(0)?;
    let shape = builder.shape(x);
    let spec = Spec::new(builder, call)?;
    let fail = |entry: usize| call.fail(format!("no entry {entry} of {shape:?}"));
    let (mut kept, mut left) = (vec![], vec![]);
    for entry in 0..spec.begin.len() {
        if spec.set(spec.rest_mask, entry) {
            let rest = shape.len().saturating_sub(kept.len() + spec.axes_behind(entry));
            left.extend(shape.iter().skip(kept.len()).take(rest));
            kept.extend(shape[kept.len()..].iter().take(rest).map(|&size| Kept::all(size)));
        } else if spec.set(spec.new_mask, entry) {
            left.push(1);
        } else {
            let size = *shape.get(kept.len()).ok_or_else(|| fail(entry))?;
            let part = spec.entry(entry, size).ok_or_else(|| fail(entry))?;
            left.extend((!spec.set(spec.single_mask, entry)).then_some(part.count));
            kept.push(part);
        }
    }
    left.extend(shape.iter().skip(kept.len()));
    kept.extend(shape[kept.len()..].iter().map(|&size| Kept::all(size)));
    let counts: Vec<usize> = kept.iter().map(|kept| kept.count).collect();
    let whole = counts == shape && kept.iter().all(|kept| kept.range.step == 1);
    let ranges = kept.into_iter().map(|kept| kept.range).collect();
    let part = if whole { x } else { builder.add_shaped(Op::Slice(ranges), &[x], counts)? };
    builder.reshape(part, &left)
}

/// Operands and options: masks have a bit for each entry.
struct Spec {
    begin: Vec<i64>,
    end: Vec<i64>,
    steps: Vec<i64>,
    begin_mask: i64,
    end_mask: i64,
    rest_mask: i64,
    new_mask: i64,
    single_mask: i64,
    end_is_size: bool,
}

impl Spec {
    fn new(builder: &Builder, call: &Call) -> Result<Self, Error> {
        let spec = Self {
            begin: call.ints(builder, 1)?,
            end: call.ints(builder, 2)?,
            steps: call.ints(builder, 3)?,
            begin_mask: call.option(0, 0)?,
            end_mask: call.option(1, 0)?,
            rest_mask: call.option(2, 0)?,
            new_mask: call.option(3, 0)?,
            single_mask: call.option(4, 0)?,
            end_is_size: call.flag(5)?,
        };
        let entries = spec.begin.len();
        let fits = entries < 32 && spec.end.len() == entries && spec.steps.len() == entries;
        if fits { Ok(spec) } else { Err(call.fail("begin, end and steps do not fit")) }
    }

    fn set(&self, mask: i64, entry: usize) -> bool {
        mask >> entry & 1 == 1
    }

    /// Axes that belong to the entries behind one.
    fn axes_behind(&self, entry: usize) -> usize {
        (entry + 1..self.begin.len()).filter(|&later| !self.set(self.new_mask, later)).count()
    }

    /// What an entry keeps of an axis; none when its step is 0 or its only index lies outside.
    fn entry(&self, entry: usize, size: usize) -> Option<Kept> {
        // Larger numbers mean the same, and these do not overflow.
        let limit = |number: i64| number.clamp(-(1 << 30), 1 << 30);
        let (size, step) = (limit(size as i64), limit(self.steps[entry]));
        let begin = limit(self.begin[entry]);
        if self.set(self.single_mask, entry) {
            let index = if begin < 0 { begin + size } else { begin };
            let start = usize::try_from(index).ok().filter(|_| index < size)?;
            return Some(Kept { range: Range { start, step: 1 }, count: 1 });
        }
        // Backwards, the place in front of the first element is an end, too.
        let (lowest, highest) = if step > 0 { (0, size) } else { (-1, size - 1) };
        let place = |number: i64| (if number < 0 { number + size } else { number }).clamp(lowest, highest);
        let start = match self.set(self.begin_mask, entry) {
            true => {
                if step > 0 {
                    lowest
                } else {
                    highest
                }
            }
            false => place(begin),
        };
        let end = match self.set(self.end_mask, entry) {
            true => {
                if step > 0 {
                    highest
                } else {
                    lowest
                }
            }
            false if self.end_is_size => (start + limit(self.end[entry])).clamp(lowest, highest),
            false => place(limit(self.end[entry])),
        };
        let steps =
            if step > 0 { end - start + step - 1 } else { start - end - step - 1 }.checked_div(step.abs())?;
        let count = usize::try_from(steps).unwrap_or(0);
        let range = Range { start: usize::try_from(start).unwrap_or(0), step: step as isize };
        Some(Kept { range, count })
    }
}
