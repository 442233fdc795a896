//! From logits to ranked classes.

/// How much more likely than the best class everything else must be for an answer to be doubtful.
///
/// Measured on what is read with one crop at 224 (docs/dogs.md): shown for 134 of 134 pictures without a dog and for 2.5 %
/// (dogs-mobilenet-edgetpu) and 4.2 % (dogs-mobilenetv2) of 480 dogs. A plain limit of `outside`, at 0.5, misses a black
/// cat whose probability is spread over the black breeds.
const DOUBT: f64 = 1.5;

/// How probable the pack's classes are.
#[derive(Clone, Debug, PartialEq)]
pub struct Probabilities {
    /// Of each class, among the pack's classes; they add up to 1, unless each is there or not by itself.
    pub classes: Vec<f64>,
    /// Of everything that the network knows and the pack has no class for, 0..=1.
    pub outside: f64,
}

impl Probabilities {
    /// Whether the frame may show none of the pack's classes.
    pub fn is_doubtful(&self) -> bool {
        let best = self.classes.iter().copied().fold(0.0, f64::max) * (1.0 - self.outside);
        self.outside >= DOUBT * best
    }
}

/// The softmax of each crop's logits, averaged (Krizhevsky et al. 2012, section 4.1: the ten patches' softmax outputs are
/// averaged). `columns` are those of the pack's classes, of which the confidences are renormalised: with one crop, they
/// are the softmax over these columns alone.
pub fn probabilities(crops: &[Vec<f32>], columns: &[usize]) -> Probabilities {
    let mut classes = vec![0.0; columns.len()];
    for logits in crops {
        let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let exponential = |logit: f32| f64::from(logit - highest).exp();
        let all: f64 = logits.iter().map(|&logit| exponential(logit)).sum();
        for (sum, &column) in classes.iter_mut().zip(columns) {
            *sum += exponential(logits[column]) / all;
        }
    }
    let inside: f64 = classes.iter().sum();
    // A sum of 0 takes logits that lie 700 below the highest one.
    let divisor = inside.max(f64::MIN_POSITIVE);
    classes.iter_mut().for_each(|class| *class /= divisor);
    Probabilities { classes, outside: (1.0 - inside / crops.len().max(1) as f64).clamp(0.0, 1.0) }
}

/// Classes of which each is there or not by itself: the mean over the crops of what `probability` makes of each score.
pub fn independent(crops: &[Vec<f32>], columns: &[usize], probability: impl Fn(f64) -> f64) -> Probabilities {
    let mean = |&column: &usize| {
        let of =
            |scores: &Vec<f32>| Some(probability(f64::from(scores[column]))).filter(|share| *share > 0.0);
        let sum: f64 = crops.iter().filter_map(of).map(|share| share.min(1.0)).sum();
        sum / crops.len().max(1) as f64
    };
    Probabilities { classes: columns.iter().map(mean).collect(), outside: 0.0 }
}

/// `1 / (1 + e^-x)`
pub fn sigmoid(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

/// Indices of the `count` largest numbers, largest first; the first of equal ones comes first.
pub fn largest(numbers: &[f64], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| numbers[b].total_cmp(&numbers[a]));
    order.truncate(count);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(computed: &[f64], expected: &[f64]) {
        assert_eq!(computed.len(), expected.len());
        for (a, b) in computed.iter().zip(expected) {
            assert!((a - b).abs() < 1e-6, "{computed:?}, expected {expected:?}");
        }
    }

    /// Logarithms of 1, 2, 3 and 4: the softmax is 0.1, 0.2, 0.3, 0.4.
    fn logits() -> Vec<f32> {
        [1.0_f32, 2.0, 3.0, 4.0].map(f32::ln).to_vec()
    }

    #[test]
    fn confidences_are_renormalised_over_the_classes_and_the_rest_is_outside() {
        let found = probabilities(&[logits()], &[3, 0]);
        assert_close(&found.classes, &[0.8, 0.2]);
        assert_close(&[found.outside], &[0.5]);
    }

    #[test]
    fn a_constant_added_to_all_logits_changes_nothing() {
        let shifted = logits().iter().map(|logit| logit + 1000.0).collect();
        let found = probabilities(&[shifted], &[1, 2]);
        let expected = probabilities(&[logits()], &[1, 2]);
        assert!((found.outside - expected.outside).abs() < 1e-4);
    }

    #[test]
    fn crops_are_averaged_after_the_softmax() {
        // 0.1, 0.2, 0.3, 0.4 and 0.25 each: 0.175, 0.225, 0.275, 0.325.
        let found = probabilities(&[logits(), vec![0.0; 4]], &[0, 3]);
        assert_close(&found.classes, &[0.35, 0.65]);
        assert_close(&[found.outside], &[0.5]);
    }

    #[test]
    fn logits_far_apart_leave_numbers() {
        let found = probabilities(&[vec![2000.0, -2000.0, -1999.0]], &[1, 2]);
        assert!(found.classes.iter().all(|class| class.is_finite()));
        assert_eq!(found.outside, 1.0);
    }

    #[test]
    fn an_answer_is_doubtful_when_the_rest_outweighs_the_best_class_by_half() {
        let doubtful = |outside, best| {
            Probabilities { classes: vec![best / (1.0 - outside), 0.1], outside }.is_doubtful()
        };
        // Probabilities among all columns: three to two is the border.
        assert!(doubtful(0.61, 0.39) && doubtful(0.3, 0.19) && doubtful(0.99, 0.01));
        assert!(!doubtful(0.59, 0.41) && !doubtful(0.3, 0.21) && !doubtful(0.0, 0.2));
    }

    /// The logistic function at 0 and at plus and minus the logarithm of 3: 1/2, 3/4, 1/4.
    #[test]
    fn independent_classes_take_nothing_from_each_other() {
        let three = 3.0_f32.ln();
        let found = independent(&[vec![three, 0.0, -three, three]], &[0, 1, 2, 3], sigmoid);
        assert_close(&found.classes, &[0.75, 0.5, 0.25, 0.75]);
        assert_eq!(found.outside, 0.0);
        let crops = independent(&[vec![three], vec![-three]], &[0], sigmoid);
        assert_close(&crops.classes, &[0.5]);
        let given = independent(&[vec![0.25, f32::NAN, 7.0]], &[0, 2], |score| score);
        assert_close(&given.classes, &[0.25, 1.0]);
    }

    #[test]
    fn the_first_of_equal_numbers_comes_first() {
        assert_eq!(largest(&[0.1, 0.4, 0.1, 0.4], 3), [1, 3, 0]);
        assert_eq!(largest(&[0.5], 5), [0]);
    }
}
