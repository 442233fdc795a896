//! The best elements, and the best boxes.

use super::{View, split_at_axis};
use crate::{Data, Op};
use std::collections::BinaryHeap;

/// [`crate::Op::TopK`]. Of equal elements the one with the lower index comes first.
pub fn top_k(x: View, axis: usize, k: usize, largest: bool, indices: bool) -> Data {
    let lines = Lines { sizes: split_at_axis(x.shape, axis), k };
    let sign = |key: i64| if largest { !key } else { key };
    let kept = match x.data {
        Data::F32(x) => lines.kept(|at| sign(real_key(x[at]))),
        Data::I64(x) => lines.kept(|at| sign(x[at])),
    };
    match x.data {
        _ if indices => Data::I64(kept.iter().map(|&at| lines.index(at)).collect()),
        Data::F32(x) => Data::F32(kept.iter().map(|&at| x[at]).collect()),
        Data::I64(x) => Data::I64(kept.iter().map(|&at| x[at]).collect()),
    }
}

/// A whole number in the same order. Both zeros are equal; what is no number lies beyond the infinities.
fn real_key(x: f32) -> i64 {
    let bits = (x + 0.0).to_bits() as i32;
    (if bits < 0 { bits ^ i32::MAX } else { bits }).into()
}

/// The `k` lowest keys with their places in ascending order. Of equal keys the lower place comes first.
fn lowest(keys: impl Iterator<Item = (i64, usize)>, k: usize) -> Vec<(i64, usize)> {
    let mut heap = BinaryHeap::new();
    for key in keys {
        if heap.len() < k {
            heap.push(key);
        } else if let Some(mut highest) = heap.peek_mut().filter(|highest| key < **highest) {
            *highest = key;
        }
    }
    heap.into_sorted_vec()
}

/// The lines of a tensor along an axis.
struct Lines {
    /// Elements before, along and behind the axis.
    sizes: [usize; 3],
    /// Elements of a line that are kept.
    k: usize,
}

impl Lines {
    /// For each element of the output its place in the input.
    fn kept(&self, key: impl Fn(usize) -> i64) -> Vec<usize> {
        let [outer, size, run] = self.sizes;
        let mut out = vec![0; outer * self.k * run];
        for (index, behind) in (0..outer).flat_map(|index| (0..run).map(move |behind| (index, behind))) {
            let places = (0..size).map(|step| (index * size + step) * run + behind);
            for (rank, (_, place)) in lowest(places.map(|at| (key(at), at)), self.k).into_iter().enumerate() {
                out[(index * self.k + rank) * run + behind] = place;
            }
        }
        out
    }

    /// Where on its line an element lies.
    fn index(&self, place: usize) -> i64 {
        let [_, size, run] = self.sizes;
        (place / run % size) as i64
    }
}

/// [`crate::Op::NonMaxSuppression`]. Boxes with a score of just the threshold are dropped, as ONNX Runtime does.
pub fn non_max_suppression(op: &Op, boxes: View, scores: View, shape: &[usize]) -> Result<Data, String> {
    let &Op::NonMaxSuppression { max_per_class, iou_threshold, score_threshold, centred } = op else {
        return Err("no suppression of boxes".to_owned());
    };
    let (&[_, count, _], &[batches, classes, _]) = (boxes.shape, scores.shape) else {
        return Err("boxes and scores of each batch are expected".to_owned());
    };
    let (numbers, scores) = (boxes.f32s()?, scores.f32s()?);
    let mut out = vec![-1; shape.iter().product()];
    let mut rows = out.chunks_exact_mut(3);
    for batch in 0..batches {
        let numbers = numbers[batch * count * 4..].as_chunks().0.iter().take(count);
        let boxes: Vec<Corners> = numbers.map(|&numbers| Corners::new(numbers, centred)).collect();
        for class in 0..classes {
            let scores = &scores[(batch * classes + class) * count..][..count];
            for kept in kept_boxes(&boxes, scores, max_per_class, iou_threshold, score_threshold) {
                let Some(row) = rows.next() else { return Ok(Data::I64(out)) };
                row.copy_from_slice(&[batch as i64, class as i64, kept as i64]);
            }
        }
    }
    Ok(Data::I64(out))
}

/// The best boxes of a class that do not overlap better ones, the best one first.
fn kept_boxes(
    boxes: &[Corners],
    scores: &[f32],
    most: usize,
    iou_threshold: f32,
    score_threshold: f32,
) -> Vec<usize> {
    let candidates = scores.iter().enumerate().filter(|(_, score)| **score > score_threshold);
    let keys = candidates.map(|(index, &score)| (!real_key(score), index));
    let mut kept: Vec<usize> = vec![];
    for (_, candidate) in lowest(keys, usize::MAX) {
        if kept.len() == most {
            break;
        }
        if !kept.iter().any(|&better| boxes[better].overlap(&boxes[candidate]) > iou_threshold) {
            kept.push(candidate);
        }
    }
    kept
}

/// The lower and upper bounds of a box along two axes.
struct Corners {
    low: [f32; 2],
    high: [f32; 2],
}

impl Corners {
    /// From any two opposite corners, or from the centre and the size.
    fn new([a, b, c, d]: [f32; 4], centred: bool) -> Self {
        match centred {
            true => Self { low: [a - c / 2.0, b - d / 2.0], high: [a + c / 2.0, b + d / 2.0] },
            false => Self { low: [a.min(c), b.min(d)], high: [a.max(c), b.max(d)] },
        }
    }

    fn area(&self) -> f32 {
        (self.high[0] - self.low[0]) * (self.high[1] - self.low[1])
    }

    /// Intersection over union; 0 for boxes without area.
    fn overlap(&self, other: &Self) -> f32 {
        let side = |axis: usize| {
            (self.high[axis].min(other.high[axis]) - self.low[axis].max(other.low[axis])).max(0.0)
        };
        let both = side(0) * side(1);
        let all = self.area() + other.area() - both;
        if both > 0.0 && all > 0.0 { both / all } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(data: &[f32]) -> Data {
        Data::F32(data.to_vec())
    }

    fn whole(data: &[i64]) -> Data {
        Data::I64(data.to_vec())
    }

    fn view<'a>(shape: &'a [usize], data: &'a Data) -> View<'a> {
        View { shape, data }
    }

    /// The example of ONNX's operator TopK, its first two rows.
    #[test]
    fn the_best_elements_come_in_order() {
        let x = real(&[0.0, 1.0, 2.0, 3.0, 4.0, 7.0, 5.0, 6.0]);
        let of = |largest, indices| top_k(view(&[2, 4], &x), 1, 3, largest, indices);
        assert_eq!(of(true, false), real(&[3.0, 2.0, 1.0, 7.0, 6.0, 5.0]));
        assert_eq!(of(true, true), whole(&[3, 2, 1, 1, 3, 2]));
        assert_eq!(of(false, true), whole(&[0, 1, 2, 0, 2, 3]));
        assert_eq!(top_k(view(&[2, 4], &x), 0, 1, true, false), real(&[4.0, 7.0, 5.0, 6.0]));
        assert_eq!(top_k(view(&[2, 4], &x), 1, 0, true, false), real(&[]));
    }

    #[test]
    fn of_equal_elements_the_first_comes_first() {
        let x = real(&[0.0, -0.0, 1.0, 0.0]);
        assert_eq!(top_k(view(&[4], &x), 0, 4, true, true), whole(&[2, 0, 1, 3]));
        assert_eq!(top_k(view(&[4], &x), 0, 2, false, true), whole(&[0, 1]));
    }

    #[test]
    fn what_is_no_number_has_a_place_in_the_order() {
        let x = real(&[1.0, f32::NAN, f32::INFINITY, -f32::NAN, 0.0]);
        assert_eq!(top_k(view(&[5], &x), 0, 5, true, true), whole(&[1, 2, 0, 4, 3]));
    }

    /// The six boxes of ONNX's operator NonMaxSuppression: two near each of three places.
    const BOXES: [f32; 24] = [
        0.0, 0.0, 1.0, 1.0, 0.0, 0.1, 1.0, 1.1, 0.0, -0.1, 1.0, 0.9, 0.0, 10.0, 1.0, 11.0, 0.0, 10.1, 1.0,
        11.1, 0.0, 100.0, 1.0, 101.0,
    ];
    const SCORES: [f32; 6] = [0.9, 0.75, 0.6, 0.95, 0.5, 0.3];

    fn suppressed(boxes: &[f32], score_threshold: f32, centred: bool, max_per_class: usize) -> Data {
        let (boxes, scores) = (real(boxes), real(&SCORES));
        let op = Op::NonMaxSuppression { max_per_class, iou_threshold: 0.5, score_threshold, centred };
        non_max_suppression(&op, view(&[1, 6, 4], &boxes), view(&[1, 1, 6], &scores), &[3, 3]).unwrap()
    }

    #[test]
    fn boxes_that_overlap_better_ones_are_dropped() {
        assert_eq!(suppressed(&BOXES, 0.0, false, 3), whole(&[0, 0, 3, 0, 0, 0, 0, 0, 5]));
        assert_eq!(suppressed(&BOXES, 0.4, false, 3), whole(&[0, 0, 3, 0, 0, 0, -1, -1, -1]));
        assert_eq!(suppressed(&BOXES, 0.0, false, 1), whole(&[0, 0, 3, -1, -1, -1, -1, -1, -1]));
    }

    #[test]
    fn corners_may_be_swapped_and_boxes_may_be_given_by_their_centres() {
        let boxes = BOXES.as_chunks().0.iter();
        let swapped: Vec<f32> = boxes.clone().flat_map(|&[a, b, c, d]| [c, d, a, b]).collect();
        let centres: Vec<f32> =
            boxes.flat_map(|&[a, b, c, d]| [(a + c) / 2.0, (b + d) / 2.0, c - a, d - b]).collect();
        assert_eq!(suppressed(&swapped, 0.0, false, 3), whole(&[0, 0, 3, 0, 0, 0, 0, 0, 5]));
        assert_eq!(suppressed(&centres, 0.0, true, 3), whole(&[0, 0, 3, 0, 0, 0, 0, 0, 5]));
    }

    #[test]
    fn rows_go_on_with_the_next_class_and_batch() {
        let (boxes, scores) = (real(&[0.0, 0.0, 1.0, 1.0, 5.0, 5.0, 6.0, 6.0]), real(&[0.1, 0.9]));
        let op = Op::NonMaxSuppression {
            max_per_class: 9,
            iou_threshold: 0.5,
            score_threshold: 0.5,
            centred: false,
        };
        let of_classes =
            non_max_suppression(&op, view(&[1, 1, 4], &boxes), view(&[1, 2, 1], &scores), &[1, 3]);
        assert_eq!(of_classes, Ok(whole(&[0, 1, 0])));
        let of_batches =
            non_max_suppression(&op, view(&[2, 1, 4], &boxes), view(&[2, 1, 1], &scores), &[1, 3]);
        assert_eq!(of_batches, Ok(whole(&[1, 0, 0])));
    }
}
