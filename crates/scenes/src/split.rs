//! Seeds for training, for choosing and for the last word: never the same.

/// Which scenes a seed belongs to. Of ten seeds in a row eight train, one validates, one tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// To learn from.
    Train,
    /// To choose by.
    Validation,
    /// Held out.
    Test,
}

impl Split {
    /// The part that a seed belongs to.
    pub fn of(seed: u64) -> Self {
        match seed % 10 {
            8 => Self::Validation,
            9 => Self::Test,
            _ => Self::Train,
        }
    }

    /// Its seeds, upwards from 0, without end.
    pub fn seeds(self) -> impl Iterator<Item = u64> + Clone {
        (0..).filter(move |&seed| Self::of(seed) == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_seed_belongs_to_two_parts() {
        let first = |split: Split| split.seeds().take(9).collect::<Vec<_>>();
        assert_eq!(first(Split::Train), [0, 1, 2, 3, 4, 5, 6, 7, 10]);
        assert_eq!(first(Split::Validation)[..3], [8, 18, 28]);
        assert_eq!(first(Split::Test)[..3], [9, 19, 29]);
    }
}
