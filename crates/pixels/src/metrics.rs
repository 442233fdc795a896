//! How well predictions agree with ground truth: class maps here, boxes in [`matching`] and [`coco`].

pub mod coco;
pub mod matching;

use crate::ClassMap;

/// Why two maps cannot be compared.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MetricsError {
    /// The maps differ in size.
    #[error("the ground truth has {truth_width} x {truth_height} pixels, the prediction {width} x {height}")]
    Size {
        /// Columns of the ground truth.
        truth_width: u32,
        /// Rows of the ground truth.
        truth_height: u32,
        /// Columns of the prediction.
        width: u32,
        /// Rows of the prediction.
        height: u32,
    },
    /// A pixel has an index that is neither counted nor ignored.
    #[error("the {map} has the index {id}, but there are only {classes} classes")]
    Index {
        /// "ground truth" or "prediction".
        map: &'static str,
        /// The index found.
        id: u8,
        /// How many classes are counted.
        classes: usize,
    },
    /// Two matrices of different classes cannot be added.
    #[error("the confusion matrices count different classes")]
    Classes,
}

/// Pixels by true and predicted class, summed over any number of images.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    /// Row-major: `counts[truth * classes + predicted]`.
    counts: Vec<u64>,
    ignored: Vec<u8>,
}

impl Confusion {
    /// Counts the classes `0..classes` (at most 256). Pixels whose ground truth is in `ignored` (void) are left out
    /// whatever was predicted there; `ignored` may hold indices beyond `classes`, such as 255.
    pub fn new(classes: usize, ignored: &[u8]) -> Self {
        let classes = classes.min(256);
        Self { classes, counts: vec![0; classes * classes], ignored: ignored.to_vec() }
    }

    /// A matrix that was counted elsewhere, row by row: `counts[truth * classes + predicted]`.
    ///
    /// # Errors
    /// There are not `classes * classes` counts.
    pub fn counted(classes: usize, ignored: &[u8], counts: Vec<u64>) -> Result<Self, MetricsError> {
        let empty = Self::new(classes, ignored);
        if counts.len() != empty.counts.len() {
            return Err(MetricsError::Classes);
        }
        Ok(Self { counts, ..empty })
    }

    /// Adds one image. An ignored class that is predicted where the truth is another one is an error like any other.
    ///
    /// # Errors
    /// The sizes differ, or an index is out of range; then nothing is added.
    pub fn add(&mut self, truth: &ClassMap, predicted: &ClassMap) -> Result<(), MetricsError> {
        let (width, height) = (predicted.width(), predicted.height());
        if (truth.width(), truth.height()) != (width, height) {
            let (truth_width, truth_height) = (truth.width(), truth.height());
            return Err(MetricsError::Size { truth_width, truth_height, width, height });
        }
        let mut pairs = vec![0_u64; 256 * 256];
        for (&truth, &predicted) in truth.ids().iter().zip(predicted.ids()) {
            pairs[usize::from(truth) << 8 | usize::from(predicted)] += 1;
        }
        self.check_range("ground truth", truth)?;
        self.check_range("prediction", predicted)?;
        for truth in 0..self.classes {
            if self.is_ignored(truth) {
                continue;
            }
            for predicted in 0..self.classes {
                self.counts[truth * self.classes + predicted] += pairs[truth << 8 | predicted];
            }
        }
        Ok(())
    }

    fn check_range(&self, map: &'static str, ids: &ClassMap) -> Result<(), MetricsError> {
        let beyond = ids.histogram().iter().enumerate().skip(self.classes).find_map(|(id, &count)| {
            (count > 0 && !(map == "ground truth" && self.is_ignored(id))).then_some(id as u8)
        });
        match beyond {
            Some(id) => Err(MetricsError::Index { map, id, classes: self.classes }),
            None => Ok(()),
        }
    }

    fn is_ignored(&self, class: usize) -> bool {
        self.ignored.iter().any(|&id| usize::from(id) == class)
    }

    /// Adds what another matrix has counted.
    ///
    /// # Errors
    /// It counts other classes, or ignores others.
    pub fn merge(&mut self, other: &Self) -> Result<(), MetricsError> {
        if self.classes != other.classes || self.ignored != other.ignored {
            return Err(MetricsError::Classes);
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, count)| *sum += count);
        Ok(())
    }

    /// How many classes are counted.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Pixels by true class; within each row by predicted class.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks(self.classes.max(1))
    }

    /// Pixels that were counted: all but those whose truth is ignored.
    pub fn pixels(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Share of the counted pixels whose class was predicted, 0..1; none if no pixel was counted.
    pub fn pixel_accuracy(&self) -> Option<f64> {
        let correct: u64 = (0..self.classes).map(|class| self.count(class, class)).sum();
        ratio(correct, self.pixels())
    }

    /// Intersection over union of a class, 0..1; none if it occurs in neither truth nor prediction.
    pub fn iou(&self, class: usize) -> Option<f64> {
        if class >= self.classes {
            return None;
        }
        let both = self.count(class, class);
        let truth: u64 = (0..self.classes).map(|predicted| self.count(class, predicted)).sum();
        let predicted: u64 = (0..self.classes).map(|truth| self.count(truth, class)).sum();
        ratio(both, truth + predicted - both)
    }

    /// Mean of [`Self::iou`] over the classes that are not ignored and that occur; none if there are none.
    pub fn miou(&self) -> Option<f64> {
        let counted = (0..self.classes).filter(|&class| !self.is_ignored(class));
        let ious: Vec<f64> = counted.filter_map(|class| self.iou(class)).collect();
        (!ious.is_empty()).then(|| ious.iter().sum::<f64>() / ious.len() as f64)
    }

    fn count(&self, truth: usize, predicted: usize) -> u64 {
        self.counts[truth * self.classes + predicted]
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(ids: &[u8]) -> ClassMap {
        ClassMap::new(ids.len() as u32, 1, ids.to_vec()).unwrap()
    }

    /// Class 0 is void. Counted by hand: six pixels, four right; class 1: 2 of 3 united, class 2: 2 of 4 (one missed
    /// to 1, one won from 3), class 3: 0 of 2, class 4 does not occur.
    fn by_hand() -> Confusion {
        let mut confusion = Confusion::new(5, &[0]);
        confusion.add(&map(&[0, 0, 1, 1, 2, 2, 2, 3]), &map(&[0, 2, 1, 1, 2, 2, 1, 2])).unwrap();
        confusion
    }

    #[test]
    fn rows_are_the_truth_and_void_truth_is_left_out() {
        let confusion = by_hand();
        let rows: Vec<&[u64]> = confusion.rows().collect();
        assert_eq!(
            rows,
            [[0, 0, 0, 0, 0], [0, 2, 0, 0, 0], [0, 1, 2, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]]
        );
        assert_eq!(confusion.pixels(), 6);
    }

    #[test]
    fn figures_are_those_counted_by_hand() {
        let confusion = by_hand();
        assert_eq!(confusion.pixel_accuracy(), Some(4.0 / 6.0));
        assert_eq!(confusion.iou(1), Some(2.0 / 3.0));
        assert_eq!(confusion.iou(2), Some(2.0 / 4.0));
        assert_eq!(confusion.iou(3), Some(0.0));
        assert_eq!(confusion.iou(4), None);
        assert_eq!(confusion.iou(5), None);
        let miou = confusion.miou().unwrap();
        assert!((miou - (2.0 / 3.0 + 2.0 / 4.0) / 3.0).abs() < 1e-12, "{miou}");
    }

    #[test]
    fn predicted_void_counts_against_the_true_class() {
        let mut confusion = Confusion::new(2, &[0]);
        confusion.add(&map(&[1, 1, 0]), &map(&[1, 0, 0])).unwrap();
        assert_eq!(confusion.iou(1), Some(0.5));
        assert_eq!(confusion.miou(), Some(0.5));
    }

    #[test]
    fn merged_matrices_count_as_one() {
        let mut twice = by_hand();
        twice.merge(&by_hand()).unwrap();
        assert_eq!(twice.pixels(), 12);
        assert_eq!(twice.miou(), by_hand().miou());
        assert_eq!(twice.merge(&Confusion::new(4, &[0])), Err(MetricsError::Classes));
    }

    #[test]
    fn a_matrix_can_travel_as_its_counts() {
        let counts: Vec<u64> = by_hand().rows().flatten().copied().collect();
        assert_eq!(Confusion::counted(5, &[0], counts), Ok(by_hand()));
        assert_eq!(Confusion::counted(5, &[0], vec![1; 24]), Err(MetricsError::Classes));
    }

    #[test]
    fn an_index_out_of_range_is_refused_unless_it_is_ignored() {
        let mut confusion = Confusion::new(2, &[255]);
        assert!(confusion.add(&map(&[0, 255]), &map(&[0, 1])).is_ok());
        let error = confusion.add(&map(&[0, 1]), &map(&[0, 255])).unwrap_err();
        assert_eq!(error, MetricsError::Index { map: "prediction", id: 255, classes: 2 });
        assert!(confusion.add(&map(&[0, 7]), &map(&[0, 1])).is_err());
        assert!(confusion.add(&map(&[0]), &map(&[0, 1])).is_err());
        assert_eq!(confusion.pixels(), 1);
    }

    #[test]
    fn nothing_counted_gives_no_figures() {
        let nothing = Confusion::new(3, &[]);
        assert_eq!((nothing.pixel_accuracy(), nothing.miou()), (None, None));
    }
}
