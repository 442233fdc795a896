//! A confusion matrix to be looked at.

/// Counts by true (row) and predicted (column) class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Names of rows and columns in both languages: English, French.
    pub names: Vec<[String; 2]>,
    /// Row by row.
    pub counts: Vec<f64>,
}

impl Matrix {
    /// How many classes there are.
    pub fn size(&self) -> usize {
        self.names.len()
    }

    /// How often `truth` was taken for `predicted`.
    pub fn count(&self, truth: usize, predicted: usize) -> f64 {
        self.counts[truth * self.size() + predicted]
    }

    /// All of a true class.
    pub fn total(&self, truth: usize) -> f64 {
        self.counts[truth * self.size()..(truth + 1) * self.size()].iter().sum()
    }

    /// [`Self::count`] as a share of the true class, 0..=1.
    pub fn share(&self, truth: usize, predicted: usize) -> f64 {
        let total = self.total(truth);
        if total > 0.0 { self.count(truth, predicted) / total } else { 0.0 }
    }

    /// Only the classes that occur, as truth or as a prediction.
    pub fn occurring(names: Vec<[String; 2]>, count: impl Fn(usize, usize) -> f64) -> Self {
        let size = names.len();
        let occurs = |class: usize| (0..size).any(|other| count(class, other) + count(other, class) > 0.0);
        let kept: Vec<usize> = (0..size).filter(|&class| occurs(class)).collect();
        let cell = |truth: usize| kept.iter().map(move |&predicted| (truth, predicted));
        let counts = kept.iter().flat_map(|&truth| cell(truth)).map(|(row, column)| count(row, column));
        Self { counts: counts.collect(), names: kept.iter().map(|&class| names[class].clone()).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_do_not_occur_are_left_out() {
        let names = ["a", "b", "c"].map(|name| [name.to_owned(), name.to_owned()]).to_vec();
        // Two of a; one of them was taken for c.
        let matrix =
            Matrix::occurring(names, |truth, predicted| f64::from(u8::from(truth == 0 && predicted != 1)));
        assert_eq!(matrix.names.iter().map(|name| name[0].as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(matrix.counts, [1.0, 1.0, 0.0, 0.0]);
        assert_eq!((matrix.total(0), matrix.share(0, 1), matrix.share(1, 1)), (2.0, 0.5, 0.0));
    }
}
