//! Boxes against the truth.

use super::truth::TruthBox;
use std::collections::HashMap;
use vitrine_pixels::boxes::edit::EditedBox;
use vitrine_pixels::metrics::matching::{Matching, Prediction, Truth};

/// What the truth says of a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It stands for a true box; their intersection over union.
    Found(f64),
    /// It stands for nothing.
    Wrong,
    /// It lies on a crowd or a difficult object: neither right nor wrong.
    Free,
}

/// Boxes and true boxes of one photo, compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compared {
    /// For each box.
    pub verdicts: Vec<Verdict>,
    /// Places of the true boxes that no box stands for.
    pub missed: Vec<usize>,
}

impl Compared {
    /// Compares as COCO's evaluation does, at one threshold. A box that a person has drawn counts as sure. Classes are the
    /// same if their names are, in whatever case.
    pub fn new(boxes: &[EditedBox], truths: &[TruthBox], min_iou: f64) -> Self {
        let mut numbers = HashMap::new();
        let mut number = |class: &str| {
            let next = u16::try_from(numbers.len()).unwrap_or(u16::MAX);
            *numbers.entry(class.trim().to_lowercase()).or_insert(next)
        };
        let predictions: Vec<Prediction> = boxes
            .iter()
            .map(|it| Prediction {
                extent: it.labelled.extent,
                class: number(&it.labelled.class),
                confidence: it.labelled.confidence.unwrap_or(1.0),
            })
            .collect();
        let truths: Vec<Truth> = truths
            .iter()
            .map(|it| Truth {
                extent: it.extent,
                class: number(&it.class),
                area: it.extent.area(),
                crowd: it.free,
            })
            .collect();
        let matching = Matching::new(&truths, &predictions, min_iou);
        let mut verdicts = vec![Verdict::Wrong; boxes.len()];
        for pair in &matching.pairs {
            verdicts[pair.prediction] = Verdict::Found(pair.iou);
        }
        for &ignored in &matching.ignored {
            verdicts[ignored] = Verdict::Free;
        }
        Self { verdicts, missed: matching.missed }
    }

    /// True positives.
    pub fn found(&self) -> usize {
        self.verdicts.iter().filter(|verdict| matches!(verdict, Verdict::Found(_))).count()
    }

    /// False positives.
    pub fn wrong(&self) -> usize {
        self.verdicts.iter().filter(|&&verdict| verdict == Verdict::Wrong).count()
    }

    /// Share of the boxes that are right, 0..=1; none without boxes that count.
    pub fn precision(&self) -> Option<f64> {
        share(self.found(), self.wrong())
    }

    /// Share of the true boxes that were found, 0..=1; none if there are none.
    pub fn recall(&self) -> Option<f64> {
        share(self.found(), self.missed.len())
    }
}

fn share(part: usize, rest: usize) -> Option<f64> {
    (part + rest > 0).then(|| part as f64 / (part + rest) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_pixels::boxes::Extent;
    use vitrine_pixels::boxes::edit::{Editor, Labelled, Origin};

    fn extent(left: f64) -> Extent {
        Extent { left, top: 0.0, width: 10.0, height: 10.0 }
    }

    fn truth(left: f64, class: &str, free: bool) -> TruthBox {
        TruthBox { extent: extent(left), class: class.into(), free }
    }

    #[test]
    fn found_wrong_and_missed_are_those_counted_by_hand() {
        let labelled = |left: f64, class: &str, confidence| Labelled {
            extent: extent(left),
            class: class.into(),
            origin: Origin::Predicted,
            confidence,
        };
        // On the first truth with 9 of 11 columns; of another class; on a crowd; on the first truth again, but less sure.
        let boxes = vec![
            labelled(1.0, "Dog", Some(0.9)),
            labelled(40.0, "cat", Some(0.8)),
            labelled(80.0, "dog", None),
            labelled(0.0, "dog", Some(0.1)),
        ];
        let editor = Editor::new([100, 10], boxes);
        let truths = [truth(0.0, "dog", false), truth(40.0, "dog", false), truth(80.0, "dog", true)];
        let compared = Compared::new(editor.boxes(), &truths, 0.5);
        let verdicts = [Verdict::Found(9.0 / 11.0), Verdict::Wrong, Verdict::Free, Verdict::Wrong];
        assert_eq!((compared.verdicts.as_slice(), compared.missed.as_slice()), (&verdicts[..], &[1][..]));
        assert_eq!((compared.precision(), compared.recall()), (Some(1.0 / 3.0), Some(0.5)));
        assert_eq!(Compared::new(&[], &[], 0.5).precision(), None);
    }
}
