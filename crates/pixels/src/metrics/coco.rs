//! COCO's detection metrics: average precision and recall of boxes with the very rules of
//! `pycocotools/cocoeval.py` (`iouType="bbox"`, default parameters).

use super::matching::{Prediction, Truth, by_confidence, choose, overlap, truth_order};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// `numpy.linspace(.5, .95, 10)`, with its last bits.
const MIN_IOUS: [f64; 10] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95];
/// Recalls 0, 0.01 .. 1 at which precision is read.
const RECALLS: usize = 101;
/// Predictions of a class that count in one image.
const MAX_PREDICTIONS: [usize; 3] = [1, 10, 100];
/// All, small, medium, large: least and greatest area in square pixels.
const AREAS: [[f64; 2]; 4] = [[0.0, 1e10], [0.0, 1024.0], [1024.0, 9216.0], [9216.0, 1e10]];

/// Places in [`AREAS`].
const ALL: usize = 0;

/// A prediction as judged in its image. Bit `t` is about threshold `t` of [`MIN_IOUS`].
#[derive(Clone, Copy)]
struct Judged {
    confidence: f64,
    /// How many of its class and image are more confident.
    rank: u8,
    matched: u16,
    ignored: u16,
}

/// One class in one range of areas, over all images.
#[derive(Clone, Default)]
struct Cell {
    judged: Vec<Judged>,
    /// Truths that have to be found.
    truths: usize,
}

/// Predictions against truth over any number of images.
#[derive(Clone, Default)]
pub struct CocoEvaluation {
    by_class: BTreeMap<u16, [Cell; AREAS.len()]>,
    images: usize,
}

/// The twelve figures that COCO's evaluation prints, each 0..1; none where nothing was there to be found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "annotations", derive(serde::Serialize))]
pub struct CocoSummary {
    /// Average precision, the mean over the thresholds .50:.05:.95 of intersection over union.
    pub ap: Option<f64>,
    /// At a threshold of 0.50.
    pub ap50: Option<f64>,
    /// At a threshold of 0.75.
    pub ap75: Option<f64>,
    /// Of objects below 32^2 square pixels.
    pub ap_small: Option<f64>,
    /// Of objects from 32^2 to 96^2 square pixels.
    pub ap_medium: Option<f64>,
    /// Of objects above 96^2 square pixels.
    pub ap_large: Option<f64>,
    /// Average recall with at most one prediction of a class in an image.
    pub ar1: Option<f64>,
    /// With at most 10.
    pub ar10: Option<f64>,
    /// With at most 100.
    pub ar100: Option<f64>,
    /// Of objects below 32^2 square pixels, with at most 100.
    pub ar_small: Option<f64>,
    /// Of objects from 32^2 to 96^2 square pixels, with at most 100.
    pub ar_medium: Option<f64>,
    /// Of objects above 96^2 square pixels, with at most 100.
    pub ar_large: Option<f64>,
}

impl CocoEvaluation {
    /// Adds one image. Of predictions that are equally confident in different images, those of the image that was added
    /// first rank higher: pycocotools goes by ascending image id.
    pub fn add(&mut self, truths: &[Truth], predictions: &[Prediction]) {
        self.images += 1;
        let classes: BTreeSet<u16> = truths
            .iter()
            .map(|truth| truth.class)
            .chain(predictions.iter().map(|found| found.class))
            .collect();
        for class in classes {
            let truths: Vec<Truth> = truths.iter().filter(|truth| truth.class == class).copied().collect();
            let mut found: Vec<Prediction> =
                predictions.iter().filter(|found| found.class == class).copied().collect();
            found = by_confidence(&found).into_iter().map(|at| found[at]).collect();
            found.truncate(MAX_PREDICTIONS[2]);
            let overlaps: Vec<Vec<f64>> = found
                .iter()
                .map(|found| truths.iter().map(|truth| overlap(&found.extent, truth)).collect())
                .collect();
            let cells = self.by_class.entry(class).or_default();
            for (cell, area) in cells.iter_mut().zip(AREAS) {
                cell.judge(&truths, &found, &overlaps, area);
            }
        }
    }

    /// How many images were added.
    pub fn images(&self) -> usize {
        self.images
    }

    /// The figures over all classes of which there was an object.
    pub fn summary(&self) -> CocoSummary {
        let every = 0..MIN_IOUS.len();
        let ap = |area: usize, thresholds: Range<usize>| {
            self.mean(|cells| cells[area].precision(thresholds.clone()))
        };
        let ar = |area: usize, most| self.mean(|cells| cells[area].recall(most));
        let [one, ten, hundred] = MAX_PREDICTIONS;
        CocoSummary {
            ap: ap(ALL, every.clone()),
            ap50: ap(ALL, 0..1),
            ap75: ap(ALL, 5..6),
            ap_small: ap(1, every.clone()),
            ap_medium: ap(2, every.clone()),
            ap_large: ap(3, every),
            ar1: ar(ALL, one),
            ar10: ar(ALL, ten),
            ar100: ar(ALL, hundred),
            ar_small: ar(1, hundred),
            ar_medium: ar(2, hundred),
            ar_large: ar(3, hundred),
        }
    }

    /// Average precision (.50:.95) by class, in the order of the classes; those without an object are left out.
    pub fn ap_by_class(&self) -> Vec<(u16, f64)> {
        let ap =
            |(&class, cells): (&u16, &[Cell; 4])| Some((class, cells[ALL].precision(0..MIN_IOUS.len())?));
        self.by_class.iter().filter_map(ap).collect()
    }

    /// Each class weighs the same, as each has as many thresholds and recalls.
    fn mean(&self, of: impl Fn(&[Cell; AREAS.len()]) -> Option<f64>) -> Option<f64> {
        let figures: Vec<f64> = self.by_class.values().filter_map(of).collect();
        (!figures.is_empty()).then(|| figures.iter().sum::<f64>() / figures.len() as f64)
    }
}

impl Cell {
    /// `evaluateImg`: `found` is sorted by confidence, `overlaps` has a row for each of them.
    fn judge(
        &mut self,
        truths: &[Truth],
        found: &[Prediction],
        overlaps: &[Vec<f64>],
        [low, high]: [f64; 2],
    ) {
        let outside = |area: f64| area < low || area > high;
        let ignored = |truth: &Truth| truth.crowd || outside(truth.area);
        let order = truth_order(truths, ignored);
        let first = self.judged.len();
        self.judged.extend(found.iter().enumerate().map(|(rank, found)| Judged {
            confidence: if found.confidence.is_nan() { f64::NEG_INFINITY } else { found.confidence },
            rank: rank as u8,
            matched: 0,
            // Unmatched predictions of another size are not wrong.
            ignored: if outside(found.extent.area()) { u16::MAX } else { 0 },
        }));
        for (threshold, min_iou) in MIN_IOUS.into_iter().enumerate() {
            let mut taken = vec![false; truths.len()];
            for (judged, ious) in self.judged[first..].iter_mut().zip(overlaps) {
                if let Some(at) = choose(ious, truths, &order, ignored, &taken, min_iou) {
                    taken[at] = true;
                    judged.matched |= 1 << threshold;
                    let ignored = u16::from(ignored(&truths[at])) << threshold;
                    judged.ignored = judged.ignored & !(1 << threshold) | ignored;
                }
            }
        }
        self.truths += truths.iter().filter(|truth| !ignored(truth)).count();
    }

    /// Those of the `most` most confident in each image, the most confident first.
    fn ranked(&self, most: usize) -> Vec<Judged> {
        let mut ranked: Vec<Judged> =
            self.judged.iter().filter(|judged| usize::from(judged.rank) < most).copied().collect();
        ranked.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        ranked
    }

    /// Mean over `thresholds` (places in [`MIN_IOUS`]) and 101 recalls; none if there is nothing to be found.
    fn precision(&self, thresholds: Range<usize>) -> Option<f64> {
        let ranked = self.ranked(MAX_PREDICTIONS[2]);
        let count = thresholds.len();
        let sum: f64 = thresholds.map(|threshold| precision_at(&ranked, threshold, self.truths)).sum();
        (self.truths > 0).then(|| sum / count as f64)
    }

    /// Mean over all thresholds of the share of truths that are found; none if there is nothing to be found.
    fn recall(&self, most: usize) -> Option<f64> {
        let ranked = self.ranked(most);
        let found =
            |threshold: usize| ranked.iter().filter(|judged| judged.hit(threshold) == Some(true)).count();
        let sum: f64 =
            (0..MIN_IOUS.len()).map(|threshold| found(threshold) as f64 / self.truths as f64).sum();
        (self.truths > 0).then(|| sum / MIN_IOUS.len() as f64)
    }
}

impl Judged {
    /// Right or wrong; none if it does not count.
    fn hit(self, threshold: usize) -> Option<bool> {
        (self.ignored >> threshold & 1 == 0).then_some(self.matched >> threshold & 1 == 1)
    }
}

/// The area below the curve of precision over recall, by 101 points, each the best precision at that recall or beyond.
fn precision_at(ranked: &[Judged], threshold: usize, truths: usize) -> f64 {
    let (mut right, mut wrong) = (0.0, 0.0);
    let mut curve: Vec<(f64, f64)> = Vec::with_capacity(ranked.len());
    for judged in ranked {
        match judged.hit(threshold) {
            Some(true) => right += 1.0,
            Some(false) => wrong += 1.0,
            None => {}
        }
        curve.push((right / truths as f64, right / (wrong + right + f64::EPSILON)));
    }
    for at in (1..curve.len()).rev() {
        curve[at - 1].1 = curve[at - 1].1.max(curve[at].1);
    }
    let at_recall = |point: usize| {
        let recall = point as f64 * 0.01;
        curve
            .get(curve.partition_point(|&(reached, _)| reached < recall))
            .map_or(0.0, |&(_, precision)| precision)
    };
    (0..RECALLS).map(at_recall).sum::<f64>() / RECALLS as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boxes::Extent;

    fn truth(left: f64) -> Truth {
        let extent = Extent { left, top: 0.0, width: 100.0, height: 100.0 };
        Truth { extent, class: 7, area: extent.area(), crowd: false }
    }

    #[test]
    fn a_perfect_answer_has_an_average_precision_of_one() {
        let mut evaluation = CocoEvaluation::default();
        let found = Prediction { extent: truth(0.0).extent, class: 7, confidence: 0.3 };
        evaluation.add(&[truth(0.0)], &[found]);
        let summary = evaluation.summary();
        for figure in [summary.ap, summary.ap_large, summary.ar1] {
            assert!((figure.unwrap() - 1.0).abs() < 1e-12, "{figure:?}");
        }
        assert_eq!((summary.ap_small, summary.ar_medium), (None, None));
    }

    #[test]
    fn half_the_recall_is_51_of_101_points() {
        let mut evaluation = CocoEvaluation::default();
        let found = Prediction { extent: truth(0.0).extent, class: 7, confidence: 0.3 };
        evaluation.add(&[truth(0.0), truth(500.0)], &[found]);
        assert!((evaluation.summary().ap.unwrap() - 51.0 / 101.0).abs() < 1e-12);
        assert_eq!(evaluation.ap_by_class().len(), 1);
    }

    #[test]
    fn nothing_to_be_found_gives_no_figures() {
        let mut evaluation = CocoEvaluation::default();
        assert_eq!(evaluation.summary(), CocoSummary::default());
        evaluation.add(&[], &[Prediction { extent: truth(0.0).extent, class: 7, confidence: 0.3 }]);
        assert_eq!(evaluation.summary(), CocoSummary::default());
    }
}
