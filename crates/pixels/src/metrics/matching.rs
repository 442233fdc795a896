//! Which predicted box stands for which true one, in one image: the greedy assignment of COCO's evaluation
//! (`pycocotools/cocoeval.py`, `evaluateImg`).

use crate::boxes::{Detection, Extent};

/// An object that is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Where it is, in image space.
    pub extent: Extent,
    /// Its class.
    pub class: u16,
    /// By which it counts as small, medium or large, in square pixels: that of its outline in COCO's files, else
    /// [`Extent::area`].
    pub area: f64,
    /// Whether it is a group that is not told apart, or an object that may be missed: any number of predictions may lie on
    /// it, none is needed, and none counts.
    pub crowd: bool,
}

/// An object that is said to be there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Where it is, in image space.
    pub extent: Extent,
    /// Its class.
    pub class: u16,
    /// By which predictions are ranked; one that is no number comes last.
    pub confidence: f64,
}

impl From<&Detection> for Prediction {
    fn from(found: &Detection) -> Self {
        let (extent, confidence) = (found.rect.into(), f64::from(found.confidence));
        Self { extent, class: found.class, confidence }
    }
}

/// A prediction and the true box that it stands for, by their places in the lists given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Which prediction.
    pub prediction: usize,
    /// Which truth.
    pub truth: usize,
    /// Their intersection over union, 0..1.
    pub iou: f64,
}

/// Predictions against truth in one image, at one threshold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matching {
    /// True positives, the most confident first.
    pub pairs: Vec<Pair>,
    /// Predictions that stand for nothing, the most confident first.
    pub false_positives: Vec<usize>,
    /// Predictions on a crowd: neither right nor wrong.
    pub ignored: Vec<usize>,
    /// Truths that no prediction stands for (false negatives), crowds left out.
    pub missed: Vec<usize>,
}

impl Matching {
    /// Assigns predictions to truths of the same class whose intersection over union is at least `min_iou`: the most
    /// confident chooses first, and takes the truth that it overlaps most.
    pub fn new(truths: &[Truth], predictions: &[Prediction], min_iou: f64) -> Self {
        let mut matching = Self::default();
        let order = truth_order(truths, |truth| truth.crowd);
        let mut taken = vec![false; truths.len()];
        for prediction in by_confidence(predictions) {
            let found = &predictions[prediction];
            let mut ious: Vec<f64> = truths.iter().map(|truth| overlap(&found.extent, truth)).collect();
            for (iou, truth) in ious.iter_mut().zip(truths) {
                // Below any threshold.
                *iou = if truth.class == found.class { *iou } else { -1.0 };
            }
            let choice = choose(&ious, truths, &order, |truth| truth.crowd, &taken, min_iou);
            match choice {
                None => matching.false_positives.push(prediction),
                Some(truth) if truths[truth].crowd => matching.ignored.push(prediction),
                Some(truth) => {
                    taken[truth] = true;
                    matching.pairs.push(Pair { prediction, truth, iou: ious[truth].min(1.0) });
                }
            }
        }
        matching.missed = (0..truths.len()).filter(|&at| !taken[at] && !truths[at].crowd).collect();
        matching
    }
}

/// Places of the predictions, the most confident first, equals in the order given.
pub(super) fn by_confidence(predictions: &[Prediction]) -> Vec<usize> {
    let rank = |at: usize| {
        let confidence = predictions[at].confidence;
        if confidence.is_nan() { f64::NEG_INFINITY } else { confidence }
    };
    let mut order: Vec<usize> = (0..predictions.len()).collect();
    order.sort_by(|&a, &b| rank(b).total_cmp(&rank(a)));
    order
}

/// Places of the truths, those that count first.
pub(super) fn truth_order(truths: &[Truth], ignored: impl Fn(&Truth) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..truths.len()).collect();
    order.sort_by_key(|&at| ignored(&truths[at]));
    order
}

/// Intersection over union; with a crowd the share of the prediction that lies in it (`bbIou` of `common/maskApi.c`). As
/// there it may be above 1 by a rounding. 0 where it is no number.
pub(super) fn overlap(predicted: &Extent, truth: &Truth) -> f64 {
    let both = predicted.common_area(&truth.extent);
    let of = if truth.crowd { predicted.area() } else { predicted.area() + truth.extent.area() - both };
    if both > 0.0 && of > 0.0 { both / of } else { 0.0 }
}

/// The truth that a prediction stands for: of those that are free and overlap it by at least `min_iou` the one that does
/// most, the last of equals; an ignored one only if no other is near enough. `order` has the ignored ones last.
pub(super) fn choose(
    ious: &[f64],
    truths: &[Truth],
    order: &[usize],
    ignored: impl Fn(&Truth) -> bool,
    taken: &[bool],
    min_iou: f64,
) -> Option<usize> {
    let mut best = min_iou.min(1.0 - 1e-10);
    let mut choice: Option<usize> = None;
    for &at in order {
        if taken[at] && !truths[at].crowd {
            continue;
        }
        if ignored(&truths[at]) && choice.is_some_and(|chosen| !ignored(&truths[chosen])) {
            break;
        }
        if ious[at] >= best {
            best = ious[at];
            choice = Some(at);
        }
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(left: f64, class: u16, crowd: bool) -> Truth {
        let extent = Extent { left, top: 0.0, width: 10.0, height: 10.0 };
        Truth { extent, class, area: 100.0, crowd }
    }

    fn prediction(left: f64, class: u16, confidence: f64) -> Prediction {
        Prediction { extent: truth(left, class, false).extent, class, confidence }
    }

    #[test]
    fn the_most_confident_chooses_first_and_takes_what_it_overlaps_most() {
        let truths = [truth(0.0, 1, false), truth(4.0, 1, false), truth(50.0, 1, false)];
        let predictions = [prediction(1.0, 1, 0.5), prediction(2.0, 1, 0.9), prediction(90.0, 1, 0.7)];
        let matching = Matching::new(&truths, &predictions, 0.5);
        // 8 of 12 columns in common with either truth: the last of equals. Then 9 of 11.
        let pairs = [
            Pair { prediction: 1, truth: 1, iou: 8.0 / 12.0 },
            Pair { prediction: 0, truth: 0, iou: 9.0 / 11.0 },
        ];
        assert_eq!(matching.pairs, pairs);
        assert_eq!((matching.false_positives, matching.missed), (vec![2], vec![2]));
    }

    #[test]
    fn a_box_of_another_class_is_wrong_wherever_it_lies() {
        let matching = Matching::new(&[truth(0.0, 1, false)], &[prediction(0.0, 2, 0.9)], 0.0);
        assert_eq!((matching.false_positives, matching.missed), (vec![0], vec![0]));
    }

    #[test]
    fn any_number_of_predictions_may_lie_on_a_crowd() {
        let truths = [truth(0.0, 1, true), truth(30.0, 1, false)];
        let small = |left: f64, confidence: f64| Prediction {
            extent: Extent { left, top: 2.0, width: 2.0, height: 2.0 },
            class: 1,
            confidence,
        };
        let predictions = [small(1.0, 0.3), small(5.0, 0.6), prediction(30.0, 1, 0.2)];
        let matching = Matching::new(&truths, &predictions, 0.5);
        assert_eq!(matching.ignored, [1, 0]);
        assert_eq!(matching.pairs, [Pair { prediction: 2, truth: 1, iou: 1.0 }]);
        assert!(matching.missed.is_empty() && matching.false_positives.is_empty());
    }

    #[test]
    fn a_box_whose_sides_are_no_numbers_stands_for_nothing() {
        let mut bad = prediction(0.0, 1, f64::NAN);
        bad.extent.width = f64::NAN;
        let good = prediction(0.0, 1, 0.1);
        let matching = Matching::new(&[truth(0.0, 1, false)], &[bad, good], 0.5);
        assert_eq!((matching.pairs[0].prediction, matching.false_positives), (1, vec![0]));
    }
}
