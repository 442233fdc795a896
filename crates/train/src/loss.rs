//! What training makes smaller.

use crate::Loss;
use crate::resize::{Alignment, bilinear};
use burn::tensor::activation::{log_softmax, softmax};
use burn::tensor::{Tensor, TensorData};

/// Keeps Dice of a class that does not occur at 1 instead of 0 / 0 (Milletari et al. 2016, arXiv:1606.04797, eq. 2, has
/// none; the customary smoothing).
const SMOOTHING: f32 = 1.0;

/// The truth of a batch.
#[derive(Clone, Debug)]
pub struct Truth {
    /// `[n, classes, h, w]`: 1 at a pixel's class, 0 elsewhere and at pixels that are ignored.
    pub one_hot: Tensor<4>,
    /// `[n, 1, h, w]`: what a pixel counts; 0 where it is ignored.
    pub weight: Tensor<4>,
}

impl Truth {
    /// From class indices `[n, h, w]`; `None` is ignored. `weights` has a number for each class.
    pub fn new(
        classes: &[Option<u8>],
        [n, h, w]: [usize; 3],
        weights: &[f32],
        device: &burn::tensor::Device,
    ) -> Self {
        let (count, places) = (weights.len(), h * w);
        let mut one_hot = vec![0.0; n * count * places];
        let mut weight = vec![0.0; n * places];
        for (index, class) in classes.iter().enumerate() {
            if let Some(class) = class.map(usize::from).filter(|&class| class < count) {
                one_hot[(index / places * count + class) * places + index % places] = 1.0;
                weight[index] = weights[class];
            }
        }
        let one_hot = Tensor::from_data(TensorData::new(one_hot, [n, count, h, w]), device);
        let weight = Tensor::from_data(TensorData::new(weight, [n, 1, h, w]), device);
        Self { one_hot, weight }
    }
}

/// Scores `[n, classes, h', w']` of any size -> one number.
pub fn loss(kind: Loss, scores: Tensor<4>, truth: &Truth) -> Tensor<1> {
    let [_, _, h, w] = truth.one_hot.dims();
    let scores = enlarge(scores, [h, w]);
    let parts = [(kind.cross_entropy, cross_entropy as fn(_, &_) -> _), (kind.dice, dice)];
    let wanted = parts.into_iter().filter(|&(share, _)| share > 0.0);
    let sum = wanted.map(|(share, part)| part(scores.clone(), truth).mul_scalar(share)).reduce(|a, b| a + b);
    sum.unwrap_or_else(|| Tensor::zeros([1], &scores.device()))
}

/// Bilinear, by the middles of pixels, as the page reads maps of scores out (`Sampling::HalfPixel`).
pub fn enlarge(scores: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    bilinear(scores, size, Alignment::Middles)
}

/// The mean of `-ln p` of the true class, weighted by what pixels count. `[n, c, h, w]` both.
pub fn cross_entropy(scores: Tensor<4>, truth: &Truth) -> Tensor<1> {
    let likelihood = (log_softmax(scores, 1) * truth.one_hot.clone()).sum_dim(1); // [n, 1, h, w]
    let whole = truth.weight.clone().sum().clamp_min(1e-6);
    (likelihood * truth.weight.clone()).sum().neg() / whole
}

/// One minus the mean over classes of `(2 |p and truth| + 1) / (|p| + |truth| + 1)`, sums over the batch's pixels that count.
pub fn dice(scores: Tensor<4>, truth: &Truth) -> Tensor<1> {
    let counted = truth.weight.clone().greater_scalar(0.0).float(); // [n, 1, h, w]
    let share = softmax(scores, 1) * counted;
    let sum = |map: Tensor<4>| map.sum_dim(0).sum_dim(2).sum_dim(3);
    let both = sum(share.clone() * truth.one_hot.clone()); // [1, c, 1, 1]
    let either = sum(share) + sum(truth.one_hot.clone());
    let ratio = (both.mul_scalar(2.0).add_scalar(SMOOTHING)) / either.add_scalar(SMOOTHING);
    ratio.mean().neg().add_scalar(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn number(tensor: Tensor<1>) -> f32 {
        tensor.into_scalar::<f32>()
    }

    /// Two classes, four pixels, the last of them ignored; scores whose softmax is 3/4, 1/2, 1/4 for class 0.
    fn by_hand(weights: &[f32]) -> (Tensor<4>, Truth) {
        let device = Device::flex();
        let three = 3.0_f32.ln();
        let scores = vec![three, 0.0, 0.0, 9.0, 0.0, 0.0, three, -9.0];
        let scores = Tensor::from_data(TensorData::new(scores, [1, 2, 2, 2]), &device);
        (scores, Truth::new(&[Some(0), Some(1), Some(0), None], [1, 2, 2], weights, &device))
    }

    /// `torch.nn.functional.cross_entropy` gives the same: by hand, `-(ln 3/4 + ln 1/2 + ln 1/4) / 3`.
    #[test]
    fn cross_entropy_is_the_mean_over_pixels_that_are_not_ignored() {
        let (scores, truth) = by_hand(&[1.0, 1.0]);
        let expected = -(0.75_f32.ln() + 0.5_f32.ln() + 0.25_f32.ln()) / 3.0;
        assert!((number(cross_entropy(scores, &truth)) - expected).abs() < 1e-6);
    }

    /// PyTorch's weighted mean: the sum of weighted terms by the sum of weights.
    #[test]
    fn class_weights_weigh_the_mean() {
        let (scores, truth) = by_hand(&[1.0, 4.0]);
        let expected = -(0.75_f32.ln() + 4.0 * 0.5_f32.ln() + 0.25_f32.ln()) / 6.0;
        assert!((number(cross_entropy(scores, &truth)) - expected).abs() < 1e-6);
    }

    /// Class 0: both 3/4 + 1/4, predicted 3/2, true 2. Class 1: both 1/2, predicted 3/2, true 1.
    #[test]
    fn dice_counts_shares_by_class() {
        let (scores, truth) = by_hand(&[1.0, 1.0]);
        let expected = 1.0 - ((2.0 * 1.0 + 1.0) / (3.5 + 1.0) + (2.0 * 0.5 + 1.0) / (2.5 + 1.0)) / 2.0;
        assert!((number(dice(scores, &truth)) - expected).abs() < 1e-6);
    }

    #[test]
    fn shares_of_both_losses_are_added() {
        let (scores, truth) = by_hand(&[1.0, 1.0]);
        let kind = Loss { cross_entropy: 0.5, dice: 2.0, balance: 0.0 };
        let expected =
            0.5 * number(cross_entropy(scores.clone(), &truth)) + 2.0 * number(dice(scores.clone(), &truth));
        assert!((number(loss(kind, scores, &truth)) - expected).abs() < 1e-6);
    }
}
