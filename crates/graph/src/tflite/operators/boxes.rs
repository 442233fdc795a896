//! The best boxes of a detector.

use super::super::flexbuffer;
use super::{Call, Several};
use crate::{Binary, Builder, Error, Kind, Op, Reduction, Unary, ValueId};

pub fn find(name: &str) -> Option<Several> {
    Some(match name {
        "NON_MAX_SUPPRESSION_V4" => |builder, call| suppress(builder, call, false),
        "NON_MAX_SUPPRESSION_V5" => |builder, call| suppress(builder, call, true),
        "custom operator TFLite_Detection_PostProcess" => detections,
        _ => return None,
    })
}

/// Thresholds of a suppression, and how many boxes it keeps.
struct Suppression {
    most: usize,
    max_per_class: usize,
    iou_threshold: f32,
    score_threshold: f32,
}

impl Suppression {
    /// `boxes [1, n, 4]`, `scores [1, c, n]` -> for each kept one its class and its box, and whether there is one.
    fn add(&self, builder: &mut Builder, boxes: ValueId, scores: ValueId) -> Result<[ValueId; 3], Error> {
        let op = Op::NonMaxSuppression {
            max_per_class: self.max_per_class,
            iou_threshold: self.iou_threshold,
            score_threshold: self.score_threshold,
            centred: false,
        };
        let rows = builder.add_shaped(op, &[boxes, scores], vec![self.most, 3])?;
        let zero = builder.i64s(&[], vec![0]);
        let [class, place] = [1, 2].map(|column| {
            let column = builder.slice_axis(rows, 1, column, 1)?;
            builder.reshape(column, &[self.most])
        });
        let (class, place) = (class?, place?);
        let there = builder.binary(Binary::GreaterOrEqual, place, zero)?;
        // Unused rows are -1.
        let class = builder.binary(Binary::Max, class, zero)?;
        Ok([class, builder.binary(Binary::Max, place, zero)?, there])
    }
}

fn zero_unless(builder: &mut Builder, there: ValueId, x: ValueId) -> Result<ValueId, Error> {
    let kind = builder.graph.kind(x);
    let zero = super::constants::zeros(builder, kind, &[])?;
    builder.add(Op::Where, &[there, x, zero])
}

/// Boxes `[n, 4]`, scores `[n]`, how many to keep, and the thresholds of overlap and score -> places, with version 5
/// their scores, and how many there are. What is unused is 0.
fn suppress(builder: &mut Builder, call: &Call, with_scores: bool) -> Result<Vec<ValueId>, Error> {
    let one = |index: usize| match builder.known_f32s(call.input(index)?)?[..] {
        [number] => Ok(number),
        _ => Err(call.fail("one threshold is expected")),
    };
    if with_scores && one(5)? != 0.0 {
        return Err(call.missing("scores that decay with overlap"));
    }
    let most = call.size(call.int(builder, 2)?)?;
    let suppression =
        Suppression { most, max_per_class: most, iou_threshold: one(3)?, score_threshold: one(4)? };
    let (boxes, scores) = (call.real(builder, 0)?, call.real(builder, 1)?);
    let count: usize = builder.graph.shape(scores).iter().product();
    let boxes = builder.reshape(boxes, &[1, count, 4])?;
    let all = builder.reshape(scores, &[1, 1, count])?;
    let [_, place, there] = suppression.add(builder, boxes, all)?;
    let number = builder.add(Op::Cast(Kind::I64), &[there])?;
    let number = builder.add(Op::Reduce { kind: Reduction::Sum, axes: vec![0] }, &[number])?;
    let number = builder.reshape(number, &[])?;
    if !with_scores {
        return Ok(vec![place, number]);
    }
    let scores = builder.add(Op::Gather { axis: 0 }, &[scores, place])?;
    Ok(vec![place, zero_unless(builder, there, scores)?, number])
}

/// Options of TFLite's operator.
struct Detector {
    classes: usize,
    regular: bool,
    /// Divisors of y, x, height and width.
    scales: [f32; 4],
    suppression: Suppression,
}

impl Detector {
    fn new(call: &Call) -> Result<Self, Error> {
        let options = flexbuffer::numbers(call.custom_options);
        let options = options.ok_or_else(|| call.fail("its options are missing"))?;
        let option = |name: &str| {
            let number = options.get(name).copied().filter(|number| number.is_finite());
            number.ok_or_else(|| call.fail(format!("its option {name} is missing")))
        };
        let count = |name: &str| Ok::<_, Error>(option(name)?.clamp(0.0, 1e6) as usize);
        let regular = options.get("use_regular_nms").is_some_and(|&number| number != 0.0);
        if !regular && count("max_classes_per_detection")? != 1 {
            return Err(call.missing("several classes of a box"));
        }
        let most = count("max_detections")?;
        let max_per_class = if regular { count("detections_per_class").unwrap_or(100) } else { most };
        let scale = |name| option(name).map(|scale| scale as f32);
        Ok(Self {
            classes: count("num_classes")?,
            regular,
            scales: [scale("y_scale")?, scale("x_scale")?, scale("h_scale")?, scale("w_scale")?],
            suppression: Suppression {
                most,
                max_per_class,
                iou_threshold: scale("nms_iou_threshold")?,
                // A box with just this score stays here.
                score_threshold: scale("nms_score_threshold")?.next_down(),
            },
        })
    }

    /// Centre and size, relative to anchors: `[1, n, 4]` and `[n, 4]` -> opposite corners `[1, n, 4]`.
    fn corners(&self, builder: &mut Builder, codes: ValueId, anchors: ValueId) -> Result<ValueId, Error> {
        let count = builder.graph.shape(codes)[1];
        let anchors = builder.reshape(anchors, &[1, count, 4])?;
        let scales = builder.f32s(&[1, 1, 4], self.scales.to_vec());
        let codes = builder.slice_axis(codes, 2, 0, 4)?;
        let codes = builder.binary(Binary::Div, codes, scales)?;
        let [shift, size] = [0, 2].map(|start| builder.slice_axis(codes, 2, start, 2));
        let [centre, extent] = [0, 2].map(|start| builder.slice_axis(anchors, 2, start, 2));
        let extent = extent?;
        let shift = builder.binary(Binary::Mul, shift?, extent)?;
        let centre = builder.binary(Binary::Add, shift, centre?)?;
        let size = builder.unary(Unary::Exp, size?)?;
        let size = builder.binary(Binary::Mul, size, extent)?;
        let half = builder.scalar(0.5);
        let half = builder.binary(Binary::Mul, size, half)?;
        let low = builder.binary(Binary::Sub, centre, half)?;
        let high = builder.binary(Binary::Add, centre, half)?;
        builder.add(Op::Concat { axis: 2 }, &[low, high])
    }

    /// The best class of each box is suppressed as if all were one class: class, place, score, and whether there is one.
    fn fast(&self, builder: &mut Builder, boxes: ValueId, scores: ValueId) -> Result<[ValueId; 4], Error> {
        let count = builder.graph.shape(scores)[1];
        let best = builder.add(Op::Reduce { kind: Reduction::Max, axes: vec![2] }, &[scores])?;
        let best = builder.reshape(best, &[1, 1, count])?;
        let class = builder.add(Op::ArgReduce { axis: 2, largest: true, last: false }, &[scores])?;
        let class = builder.reshape(class, &[count])?;
        let [_, place, there] = self.suppression.add(builder, boxes, best)?;
        let best = builder.reshape(best, &[count])?;
        let [class, score] = [class, best].map(|x| builder.add(Op::Gather { axis: 0 }, &[x, place]));
        Ok([class?, place, score?, there])
    }

    /// The best boxes of all classes together.
    fn regular(&self, builder: &mut Builder, boxes: ValueId, scores: ValueId) -> Result<[ValueId; 4], Error> {
        let count = builder.graph.shape(scores)[1];
        let most = self.suppression.most;
        let rows = self.classes.saturating_mul(self.suppression.max_per_class.min(count)).max(most);
        builder.check_size(&[rows, 3])?;
        let scores = builder.transpose(scores, &[0, 2, 1])?;
        let each = Suppression { most: rows, ..self.suppression };
        let [class, place, there] = each.add(builder, boxes, scores)?;
        let scores = builder.reshape(scores, &[self.classes, count])?;
        let [row, column] = [class, place].map(|x| builder.reshape(x, &[rows, 1]));
        let pairs = builder.add(Op::Concat { axis: 1 }, &[row?, column?])?;
        let score = builder.add(Op::GatherNd { batch_axes: 0 }, &[scores, pairs])?;
        let worst = builder.scalar(f32::NEG_INFINITY);
        let score = builder.add(Op::Where, &[there, score, worst])?;
        let top = |indices| Op::TopK { axis: 0, largest: true, indices };
        let order = builder.add_shaped(top(true), &[score], vec![most])?;
        let [class, place, score, there] =
            [class, place, score, there].map(|x| builder.add(Op::Gather { axis: 0 }, &[x, order]));
        Ok([class?, place?, score?, there?])
    }
}

/// TensorFlow's detection_postprocess.cc: codes `[1, n, 4 or more]`, scores `[1, n, c]`, possibly with the background as
/// first class, anchors `[n, 4]` -> boxes, classes, scores, and how many there are, as real numbers.
fn detections(builder: &mut Builder, call: &Call) -> Result<Vec<ValueId>, Error> {
    let detector = Detector::new(call)?;
    let [codes, scores, anchors] = [call.real(builder, 0)?, call.real(builder, 1)?, call.real(builder, 2)?];
    let background =
        match (builder.graph.shape(codes), builder.graph.shape(scores), builder.graph.shape(anchors)) {
            (&[1, n, codes], &[1, m, c], &[k, 4]) if n == m && n == k && n > 0 && codes >= 4 => {
                c.checked_sub(detector.classes)
            }
            _ => None,
        };
    let background = background.filter(|_| detector.classes > 0);
    let background = background.ok_or_else(|| call.fail("boxes, scores and anchors do not fit"))?;
    let boxes = detector.corners(builder, codes, anchors)?;
    let scores = builder.slice_axis(scores, 2, background, detector.classes)?;
    let kept = if detector.regular { Detector::regular } else { Detector::fast };
    let [class, place, score, there] = kept(&detector, builder, boxes, scores)?;
    let (most, count) = (detector.suppression.most, builder.graph.shape(boxes)[1]);
    let boxes = builder.reshape(boxes, &[count, 4])?;
    let boxes = builder.add(Op::Gather { axis: 0 }, &[boxes, place])?;
    let there_rows = builder.reshape(there, &[most, 1])?;
    let boxes = zero_unless(builder, there_rows, boxes)?;
    let class = builder.add(Op::Cast(Kind::F32), &[class])?;
    let class = zero_unless(builder, there, class)?;
    let score = zero_unless(builder, there, score)?;
    let number = builder.add(Op::Cast(Kind::F32), &[there])?;
    let number = builder.add(Op::Reduce { kind: Reduction::Sum, axes: vec![0] }, &[number])?;
    let [class, score] = [class, score].map(|x| builder.reshape(x, &[1, most]));
    Ok(vec![builder.reshape(boxes, &[1, most, 4])?, class?, score?, number])
}
