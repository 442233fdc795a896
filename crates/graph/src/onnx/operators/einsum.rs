//! Einstein's summation, as NumPy's einsum: operands become two at a time a product of matrices.

use crate::onnx::call::Call;
use crate::{Builder, Error, Op, Range, Reduction, ValueId};

/// Labels of axes; those of an ellipsis are numbers above all letters, counted from the end.
type Labels = Vec<u32>;

const ELLIPSIS: u32 = 1 << 16;

/// A value with a label for each axis, none of them twice.
struct Term {
    value: ValueId,
    labels: Labels,
}

/// ONNX's Einsum.
pub fn einsum(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let equation: String = call.text("equation", "").chars().filter(|c| !c.is_whitespace()).collect();
    let (left, right) = match equation.split_once("->") {
        Some((left, right)) => (left, Some(right)),
        None => (&equation[..], None),
    };
    let inputs = call.all_inputs()?;
    let texts: Vec<&str> = left.split(',').collect();
    if texts.len() != inputs.len() {
        return Err(call.fail(format!("{equation} for {} operands", inputs.len())));
    }
    let mut terms = vec![];
    for (text, &value) in texts.iter().zip(&inputs) {
        let labels = labels(call, text, Some(builder.graph.shape(value).len()))?;
        terms.push(diagonal(builder, call, Term { value, labels })?);
    }
    let output = match right {
        Some(text) => explicit_output(call, text, &terms)?,
        None => implicit_output(call, &texts, &terms)?,
    };
    let mut terms = terms.into_iter();
    let mut product = terms.next().ok_or_else(|| call.fail("no operand"))?;
    while let Some(term) = terms.next() {
        let needed: Labels =
            output.iter().chain(terms.as_slice().iter().flat_map(|term| &term.labels)).copied().collect();
        product = multiply(builder, product, term, &needed)?;
    }
    let product = sum(builder, product, &output)?;
    let permutation = output.iter().map(|label| product.labels.iter().position(|other| other == label));
    let permutation: Option<Vec<usize>> = permutation.collect();
    let permutation =
        permutation.ok_or_else(|| call.fail(format!("{equation}: an unknown label in the output")))?;
    Ok(vec![builder.transpose(product.value, &permutation)?])
}

/// One label for each axis. Without a rank, an ellipsis has no axes: the caller puts them in.
fn labels(call: &Call, text: &str, rank: Option<usize>) -> Result<Labels, Error> {
    let (before, after) = text.split_once("...").unwrap_or((text, ""));
    let letters = |text: &str| text.chars().map(u32::from).collect::<Labels>();
    if !before.chars().chain(after.chars()).all(|c| c.is_ascii_alphabetic()) {
        return Err(call.fail(format!("\"{text}\" labels no axes")));
    }
    let Some(rank) = rank else { return Ok([letters(before), letters(after)].concat()) };
    let hidden = rank.checked_sub(before.len() + after.len());
    let hidden = hidden.filter(|&hidden| hidden == 0 || text.contains("..."));
    let hidden = hidden.ok_or_else(|| call.fail(format!("\"{text}\" labels other than {rank} axes")))?;
    let ellipsis = (0..hidden as u32).rev().map(|axis| ELLIPSIS + axis).collect();
    Ok([letters(before), ellipsis, letters(after)].concat())
}

fn ellipsis(terms: &[Term]) -> Labels {
    let mut labels: Labels =
        terms.iter().flat_map(|term| &term.labels).copied().filter(|&l| l >= ELLIPSIS).collect();
    labels.sort_unstable_by_key(|&label| std::cmp::Reverse(label));
    labels.dedup();
    labels
}

fn explicit_output(call: &Call, text: &str, terms: &[Term]) -> Result<Labels, Error> {
    let labels = match text.split_once("...") {
        Some((before, _)) => {
            let mut all = labels(call, text, None)?;
            let ellipsis = ellipsis(terms);
            all.splice(before.len()..before.len(), ellipsis);
            all
        }
        None => labels(call, text, None)?,
    };
    let unique = labels.iter().enumerate().all(|(index, label)| !labels[..index].contains(label));
    if unique { Ok(labels) } else { Err(call.fail(format!("{text} has a label twice"))) }
}

/// The ellipsis, then the letters that occur once, in alphabetical order.
fn implicit_output(call: &Call, texts: &[&str], terms: &[Term]) -> Result<Labels, Error> {
    let mut letters = labels(call, &texts.concat().replace("...", ""), None)?;
    letters.sort_unstable();
    let once = letters.chunk_by(|a, b| a == b).filter(|same| same.len() == 1).flatten().copied();
    Ok(ellipsis(terms).into_iter().chain(once).collect())
}

/// Axes of the same label become their diagonal.
fn diagonal(builder: &mut Builder, call: &Call, mut term: Term) -> Result<Term, Error> {
    loop {
        let labels = &term.labels;
        let again = (0..labels.len()).find_map(|second| {
            let first = labels[..second].iter().position(|label| *label == labels[second])?;
            Some((first, second))
        });
        let Some((first, second)) = again else { return Ok(term) };
        let shape = builder.shape(term.value);
        let size = shape[first];
        if size != shape[second] {
            return Err(call.fail(format!("a diagonal of {size} x {}", shape[second])));
        }
        let rest: Vec<usize> = (0..shape.len()).filter(|axis| *axis != first && *axis != second).collect();
        let value = builder.transpose(term.value, &[&rest[..], &[first, second]].concat())?;
        let mut flat: Vec<usize> = rest.iter().map(|&axis| shape[axis]).collect();
        flat.push(size * size);
        let value = builder.reshape(value, &flat)?;
        let mut ranges = vec![Range { start: 0, step: 1 }; flat.len()];
        ranges[rest.len()].step = size as isize + 1;
        flat[rest.len()] = size;
        let value = builder.add_shaped(Op::Slice(ranges), &[value], flat)?;
        let labels = rest.iter().chain([&first]).map(|&axis| term.labels[axis]).collect();
        term = Term { value, labels };
    }
}

/// Sums over the axes that are not needed.
fn sum(builder: &mut Builder, term: Term, needed: &[u32]) -> Result<Term, Error> {
    let (kept, summed): (Vec<usize>, Vec<usize>) =
        (0..term.labels.len()).partition(|&axis| needed.contains(&term.labels[axis]));
    if summed.is_empty() {
        return Ok(term);
    }
    let shape = builder.shape(term.value);
    let value = builder.add(Op::Reduce { kind: Reduction::Sum, axes: summed }, &[term.value])?;
    let value = builder.reshape(value, &kept.iter().map(|&axis| shape[axis]).collect::<Vec<_>>())?;
    Ok(Term { value, labels: kept.iter().map(|&axis| term.labels[axis]).collect() })
}

/// The product of two terms, summed over the axes that both have and nobody needs.
fn multiply(builder: &mut Builder, a: Term, b: Term, needed: &[u32]) -> Result<Term, Error> {
    let with = |labels: &[u32]| [needed, labels].concat();
    let mut a = sum(builder, a, &with(&b.labels))?;
    let mut b = sum(builder, b, &with(&a.labels))?;
    let (shared, rows): (Labels, Labels) = a.labels.iter().partition(|label| b.labels.contains(label));
    let columns: Labels = b.labels.iter().copied().filter(|label| !shared.contains(label)).collect();
    let (batch, summed): (Labels, Labels) = shared.iter().partition(|label| needed.contains(label));
    // Along the axes that are summed, one term may have size 1 for any size of the other.
    for &label in &summed {
        let [a_axis, b_axis] =
            [&a, &b].map(|term| term.labels.iter().position(|other| *other == label).unwrap_or(0));
        let [a_size, b_size] = [builder.shape(a.value)[a_axis], builder.shape(b.value)[b_axis]];
        a.value = repeated(builder, a.value, a_axis, b_size)?;
        b.value = repeated(builder, b.value, b_axis, a_size)?;
    }
    let (left, [_, row_sizes, _]) = grouped(builder, &a, [&batch, &rows, &summed])?;
    let (right, [_, _, column_sizes]) = grouped(builder, &b, [&batch, &summed, &columns])?;
    let value = builder.add(Op::MatMul, &[left, right])?;
    let shape = [&builder.shape(value)[..batch.len()], &row_sizes, &column_sizes].concat();
    Ok(Term { value: builder.reshape(value, &shape)?, labels: [batch, rows, columns].concat() })
}

/// An axis of size 1 becomes one of that size.
fn repeated(builder: &mut Builder, x: ValueId, axis: usize, size: usize) -> Result<ValueId, Error> {
    let mut shape = builder.shape(x);
    if shape[axis] == 1 {
        shape[axis] = size;
    }
    builder.expand(x, &shape)
}

/// The term as `[batch.., m, n]`, each of the last two groups of axes as one, and the sizes of all groups.
fn grouped(
    builder: &mut Builder,
    term: &Term,
    groups: [&Labels; 3],
) -> Result<(ValueId, [Vec<usize>; 3]), Error> {
    let place = |label: &u32| term.labels.iter().position(|other| other == label).unwrap_or(0);
    let permutation: Vec<usize> = groups.iter().flat_map(|labels| labels.iter().map(place)).collect();
    let shape = builder.shape(term.value);
    let value = builder.transpose(term.value, &permutation)?;
    let sizes = groups.map(|labels| labels.iter().map(|label| shape[place(label)]).collect::<Vec<_>>());
    let [batch, rows, columns] = &sizes;
    let joined = [&batch[..], &[rows.iter().product(), columns.iter().product()]].concat();
    Ok((builder.reshape(value, &joined)?, sizes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::proto;

    fn summed(equation: &str, operands: &[(&[usize], &[f32])]) -> Result<(Vec<usize>, Vec<f32>), Error> {
        let mut builder = Builder::default();
        let inputs = operands.iter().map(|(shape, data)| Some(builder.f32s(shape, data.to_vec()))).collect();
        let attribute = proto::Attribute {
            name: "equation".to_owned(),
            s: equation.to_owned().into(),
            ..Default::default()
        };
        let node = proto::Node { attributes: vec![attribute], ..Default::default() };
        let types = vec![1; operands.len()];
        let call = Call { node: &node, index: 0, opset: 12, inputs, types };
        let output = einsum(&mut builder, &call)?[0];
        Ok((builder.shape(output), builder.known_f32s(output)?))
    }

    /// numpy.einsum's documentation and hand counts.
    #[test]
    fn sums_are_numpys() {
        let square: (&[usize], &[f32]) = (&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(summed("ii", &[square]), Ok((vec![], vec![5.0])));
        assert_eq!(summed("ii->i", &[square]), Ok((vec![2], vec![1.0, 4.0])));
        assert_eq!(summed("ji", &[square]), Ok((vec![2, 2], vec![1.0, 3.0, 2.0, 4.0])));
        assert_eq!(summed("...j->...", &[square]), Ok((vec![2], vec![3.0, 7.0])));
        assert_eq!(summed("ij,jk", &[square, square]), Ok((vec![2, 2], vec![7.0, 10.0, 15.0, 22.0])));
        assert_eq!(summed("ij,jk,kl->il", &[square; 3]), Ok((vec![2, 2], vec![37.0, 54.0, 81.0, 118.0])));
        assert_eq!(
            summed("i...,i...->...", &[square, (&[2, 1], &[1.0, 10.0])]),
            Ok((vec![2], vec![31.0, 42.0]))
        );
    }

    #[test]
    fn equations_that_do_not_fit_are_refused() {
        let square: (&[usize], &[f32]) = (&[2, 2], &[1.0, 2.0, 3.0, 4.0]);
        for equation in ["", "i", "ijk", "ij,jk", "ij->k", "ij->ii", "i1", "ij->...->"] {
            assert!(summed(equation, &[square]).is_err(), "{equation}");
        }
    }
}
