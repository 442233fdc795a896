//! Non-maximum suppression: of boxes that overlap too much, the most confident stays.

use super::Detection;

/// What happens to a box that overlaps a more confident one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// It is dropped where the overlap is above the threshold.
    Drop,
    /// Its confidence is multiplied by `1 - iou` where the overlap is above the threshold: Bodla et al. 2017
    /// (Soft-NMS, arXiv:1704.04503), section 3.
    Linear,
    /// Its confidence is multiplied by `exp(-iou^2 / sigma)` whatever the overlap (the same paper, equation 3). A sigma
    /// that is not positive counts as the smallest positive number.
    Gaussian {
        /// The paper's is 0.5.
        sigma: f32,
    },
}

/// Which detections of a network's many are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suppression {
    /// Detections below it are left out, before and after their confidence has decayed.
    pub min_confidence: f32,
    /// Two boxes may overlap by this much, 0..1.
    pub max_iou: f32,
    /// Whether boxes of different classes compete too (class-agnostic).
    pub across_classes: bool,
    /// What happens to a box that overlaps too much.
    pub decay: Decay,
    /// So many are kept at most.
    pub max_count: usize,
}

impl Suppression {
    /// Those that stay, the most confident first; equals in the order given. Boxes without an area and confidences that
    /// are no numbers are left out.
    pub fn apply(&self, detections: &[Detection]) -> Vec<Detection> {
        let confident = |found: &&Detection| found.confidence >= self.min_confidence;
        let candidates: Vec<Detection> = detections.iter().filter(confident).copied().collect();
        let mut kept = match self.decay {
            Decay::Drop => {
                let kept = nms(&candidates, self.max_iou, self.across_classes);
                kept.into_iter().map(|index| candidates[index]).collect()
            }
            Decay::Linear | Decay::Gaussian { .. } => self.soften(candidates),
        };
        kept.truncate(self.max_count);
        kept
    }

    /// The algorithm of figure 2 in the paper.
    fn soften(&self, mut candidates: Vec<Detection>) -> Vec<Detection> {
        candidates.retain(Detection::is_proper);
        let mut kept = Vec::new();
        while kept.len() < self.max_count {
            let Some(best) = most_confident(&candidates) else { break };
            let best = candidates.remove(best);
            for rival in
                candidates.iter_mut().filter(|rival| self.across_classes || rival.class == best.class)
            {
                rival.confidence *= self.factor(best.rect.iou(&rival.rect));
            }
            candidates.retain(|candidate| candidate.confidence >= self.min_confidence);
            kept.push(best);
        }
        kept
    }

    fn factor(&self, iou: f64) -> f32 {
        match self.decay {
            Decay::Gaussian { sigma } => (-iou * iou / f64::from(sigma.max(f32::MIN_POSITIVE))).exp() as f32,
            _ if iou > f64::from(self.max_iou) => (1.0 - iou) as f32,
            _ => 1.0,
        }
    }
}

/// The first of the most confident.
fn most_confident(candidates: &[Detection]) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (index, candidate) in candidates.iter().enumerate() {
        if best.is_none_or(|best| candidate.confidence > candidates[best].confidence) {
            best = Some(index);
        }
    }
    best
}

/// Greedy non-maximum suppression: indices of those that stay, the most confident first, equals in the order given. A box
/// is dropped if it overlaps a kept one of its class (or of any class, `across_classes`) by more than `max_iou`. Boxes
/// without an area and confidences that are no numbers are left out. Takes time in proportion to those given times those
/// kept.
pub fn nms(detections: &[Detection], max_iou: f32, across_classes: bool) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..detections.len()).filter(|&index| detections[index].is_proper()).collect();
    order.sort_by(|&a, &b| detections[b].confidence.total_cmp(&detections[a].confidence));
    let mut kept: Vec<usize> = Vec::new();
    for index in order {
        let candidate = &detections[index];
        let suppresses = |better: &Detection| {
            (across_classes || better.class == candidate.class)
                && better.rect.iou(&candidate.rect) > f64::from(max_iou)
        };
        if !kept.iter().any(|&better| suppresses(&detections[better])) {
            kept.push(index);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boxes::Rect;
    use proptest::prelude::*;

    fn found(left: f32, top: f32, class: u16, confidence: f32) -> Detection {
        let rect = Rect { left, top, right: left + 10.0, bottom: top + 10.0 };
        Detection { rect, class, confidence }
    }

    const SOFT: Suppression = Suppression {
        min_confidence: 0.01,
        max_iou: 0.5,
        across_classes: false,
        decay: Decay::Linear,
        max_count: 100,
    };

    #[test]
    fn boxes_of_other_classes_compete_only_if_asked() {
        let all = [found(0.0, 0.0, 1, 0.6), found(1.0, 0.0, 1, 0.9), found(0.0, 1.0, 2, 0.5)];
        assert_eq!(nms(&all, 0.5, false), [1, 2]);
        assert_eq!(nms(&all, 0.5, true), [1]);
        // 9 of 11 columns are common: 90 / 110.
        assert_eq!(nms(&all, 0.82, false), [1, 0, 2]);
    }

    /// Eight boxes of three classes, in three heaps.
    fn heaps() -> Vec<Detection> {
        let boxes: [([f32; 4], u16, f32); 8] = [
            ([0.0, 0.0, 10.0, 10.0], 1, 0.6),
            ([1.0, 0.0, 11.0, 10.0], 1, 0.9),
            ([0.0, 1.0, 10.0, 11.0], 2, 0.5),
            ([20.0, 20.0, 40.0, 50.0], 3, 0.8),
            ([22.0, 18.0, 43.0, 47.0], 3, 0.75),
            ([25.0, 30.0, 45.0, 60.0], 3, 0.7),
            ([60.0, 5.0, 90.0, 25.0], 1, 0.3),
            ([58.0, 6.0, 88.0, 27.0], 2, 0.35),
        ];
        let detection = |([left, top, right, bottom], class, confidence): ([f32; 4], u16, f32)| Detection {
            rect: Rect { left, top, right, bottom },
            class,
            confidence,
        };
        boxes.map(detection).to_vec()
    }

    #[test]
    fn those_that_stay_are_those_of_torchvision() {
        // torchvision 0.29.2, ops.batched_nms and ops.nms.
        assert_eq!(nms(&heaps(), 0.5, false), [1, 3, 5, 2, 7, 6]);
        assert_eq!(nms(&heaps(), 0.3, false), [1, 3, 2, 7, 6]);
        assert_eq!(nms(&heaps(), 0.5, true), [1, 3, 5, 7]);
        assert_eq!(nms(&heaps(), 0.3, true), [1, 3, 7]);
    }

    #[test]
    fn lowered_confidences_are_those_of_opencv() {
        // OpenCV 5.0.0, dnn.softNMSBoxes, score threshold 0.05, overlap threshold 0.5, sigma 0.5, methods 1 and 2.
        let expected = [
            (Decay::Linear, [0.9, 0.8, 0.7, 0.35, 0.24585065, 0.15966386, 0.07134671]),
            (Decay::Gaussian { sigma: 0.5 }, [0.9, 0.8, 0.5605162, 0.35, 0.24145995, 0.19794288, 0.09387396]),
        ];
        let all = heaps();
        for (decay, confidences) in expected {
            let kept = Suppression { min_confidence: 0.05, across_classes: true, decay, ..SOFT }.apply(&all);
            assert_eq!(kept.len(), 7, "{decay:?}");
            for ((kept, confidence), index) in kept.iter().zip(confidences).zip([1, 3, 5, 7, 4, 2, 6]) {
                assert_eq!(kept.rect, all[index].rect, "{decay:?}");
                assert!((kept.confidence - confidence).abs() < 1e-6, "{decay:?}: {kept:?}, {confidence}");
            }
        }
    }

    #[test]
    fn what_is_no_detection_is_left_out_and_drops_nothing() {
        let nan = Detection { confidence: f32::NAN, ..found(0.0, 0.0, 1, 0.0) };
        let flat = Detection { rect: Rect::default(), ..found(0.0, 0.0, 1, 0.9) };
        let all = [nan, flat, found(0.0, 0.0, 1, 0.3)];
        assert_eq!(nms(&all, 0.0, true), [2]);
        for decay in [Decay::Drop, Decay::Linear, Decay::Gaussian { sigma: 0.5 }] {
            assert_eq!(Suppression { decay, ..SOFT }.apply(&all), [all[2]], "{decay:?}");
        }
    }

    #[test]
    fn soft_suppression_lowers_what_overlaps_as_the_paper_says() {
        // A common area of 5 x 10: iou 50 / 150; of 8 x 10: 80 / 120.
        let all = [found(0.0, 0.0, 1, 0.8), found(5.0, 0.0, 1, 0.6), found(-2.0, 0.0, 1, 0.6)];
        let linear: Vec<f32> = SOFT.apply(&all).iter().map(|kept| kept.confidence).collect();
        assert_eq!(linear[..2], [0.8, 0.6]);
        assert!((linear[2] - 0.6 / 3.0).abs() < 1e-6, "{linear:?}");
        let gaussian = Suppression { decay: Decay::Gaussian { sigma: 0.5 }, ..SOFT }.apply(&all[..2]);
        let expected = 0.6 * (-(1.0_f32 / 9.0) / 0.5).exp();
        assert!((gaussian[1].confidence - expected).abs() < 1e-6, "{gaussian:?}");
    }

    #[test]
    fn the_confidence_threshold_acts_before_and_after_the_decay() {
        let all = [found(0.0, 0.0, 1, 0.8), found(1.0, 0.0, 1, 0.6), found(50.0, 0.0, 1, 0.1)];
        let kept = Suppression { min_confidence: 0.2, ..SOFT }.apply(&all);
        assert_eq!(kept, [all[0]]);
        assert_eq!(Suppression { max_count: 1, ..SOFT }.apply(&all), [all[0]]);
    }

    fn some() -> impl Strategy<Value = Vec<Detection>> {
        let one = (0.0_f32..60.0, 0.0_f32..60.0, 1.0_f32..40.0, 1.0_f32..40.0, 0_u16..3, 0.0_f32..1.0);
        let one = one.prop_map(|(left, top, width, height, class, confidence)| {
            let rect = Rect { left, top, right: left + width, bottom: top + height };
            Detection { rect, class, confidence }
        });
        prop::collection::vec(one, 0..40)
    }

    proptest! {
        #[test]
        fn suppression_keeps_the_best_and_is_done_after_once(
            all in some(), max_iou in 0.0_f32..1.0, across_classes: bool,
        ) {
            let hard = Suppression { min_confidence: 0.0, max_iou, across_classes, decay: Decay::Drop, ..SOFT };
            let kept = hard.apply(&all);
            let best = all.iter().map(|found| found.confidence).fold(f32::NEG_INFINITY, f32::max);
            prop_assert_eq!(kept.first().map(|found| found.confidence), (!all.is_empty()).then_some(best));
            prop_assert_eq!(&hard.apply(&kept), &kept);
            for (index, one) in kept.iter().enumerate() {
                for other in kept[..index].iter().filter(|other| across_classes || other.class == one.class) {
                    prop_assert!(one.rect.iou(&other.rect) <= f64::from(max_iou));
                }
            }
        }

        #[test]
        fn soft_suppression_only_lowers_and_sorts(all in some(), sigma in 0.1_f32..1.0, across_classes: bool) {
            for decay in [Decay::Linear, Decay::Gaussian { sigma }] {
                let kept = Suppression { min_confidence: 0.0, decay, across_classes, ..SOFT }.apply(&all);
                prop_assert_eq!(kept.len(), all.len());
                prop_assert!(kept.is_sorted_by(|a, b| a.confidence >= b.confidence));
                for one in &kept {
                    let higher = |other: &&Detection| other.rect == one.rect && other.confidence >= one.confidence;
                    prop_assert!(all.iter().any(|other| higher(&other)));
                }
            }
        }
    }
}
