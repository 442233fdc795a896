//! Functions of one number.

use super::{Scalar, truth};
use crate::exponential::{erf, exp, exp_m1, gelu, mish, sigmoid, softplus, tanh};
use crate::lanes::{Lanes, Real, each};

/// A function of one number, named and defined as in ONNX where it has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are ONNX's, which defines them")]
pub enum Unary {
    #[default]
    Identity,
    Abs,
    Neg,
    Sign,
    Exp,
    Log,
    Sqrt,
    Reciprocal,
    Floor,
    Ceil,
    /// To the nearest whole number, halves to the even one.
    Round,
    Erf,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    /// 1 for 0, else 0.
    Not,
    BitwiseNot,
    IsNan,
    /// Whether it is one of the infinities that count.
    IsInf {
        negative: bool,
        positive: bool,
    },
    Relu,
    /// `min(max(x, low), high)`
    Clip(Scalar, Scalar),
    LeakyRelu(Scalar),
    Elu(Scalar),
    /// `gamma * x` above 0, else `gamma * alpha * (exp(x) - 1)`
    Selu {
        alpha: Scalar,
        gamma: Scalar,
    },
    Celu(Scalar),
    ThresholdedRelu(Scalar),
    Shrink {
        lambda: Scalar,
        bias: Scalar,
    },
    Sigmoid,
    /// `min(max(alpha * x + beta, 0), 1)`
    HardSigmoid {
        alpha: Scalar,
        beta: Scalar,
    },
    /// `x * sigmoid(alpha * x)`; with `alpha` 1 it is SiLU.
    Swish(Scalar),
    /// `x * min(max(x + 3, 0), 6) / 6`: Howard et al. 2019, arXiv:1905.02244, section 5.2.
    HardSwish,
    Softplus,
    Softsign,
    /// `x * tanh(softplus(x))`
    Mish,
    Gelu,
    /// GELU with tanh in place of erf: Hendrycks and Gimpel 2016, arXiv:1606.08415, section 2.
    GeluTanh,
    /// To the nearest number that half precision has.
    ToHalf,
}

impl Unary {
    /// `min(max(x, 0), 6)`
    pub const RELU6: Self = Self::Clip(Scalar(0.0), Scalar(6.0));
    /// `x * sigmoid(x)`
    pub const SILU: Self = Self::Swish(Scalar(1.0));

    /// The function of a real number. Truth values come out as 0 and 1.
    ///
    /// Always inlined: where the function is known, a loop over it becomes vector code.
    #[inline(always)]
    pub fn apply(self, x: f32) -> f32 {
        match self {
            Self::Identity => x,
            Self::Abs => x.abs(),
            Self::Neg => -x,
            Self::Sign => {
                if x == 0.0 || x.is_nan() {
                    x
                } else {
                    x.signum()
                }
            }
            Self::Exp => x.exp(),
            Self::Log => x.ln(),
            Self::Sqrt => x.sqrt(),
            Self::Reciprocal => 1.0 / x,
            Self::Floor => x.floor(),
            Self::Ceil => x.ceil(),
            Self::Round => x.round_ties_even(),
            Self::Erf => erf(x),
            Self::Sin => x.sin(),
            Self::Cos => x.cos(),
            Self::Tan => x.tan(),
            Self::Asin => x.asin(),
            Self::Acos => x.acos(),
            Self::Atan => x.atan(),
            Self::Sinh => x.sinh(),
            Self::Cosh => x.cosh(),
            Self::Tanh => tanh(x),
            Self::Asinh => x.asinh(),
            Self::Acosh => x.acosh(),
            Self::Atanh => x.atanh(),
            Self::Not => truth(x == 0.0),
            Self::BitwiseNot => !(x as i64) as f32,
            Self::IsNan => truth(x.is_nan()),
            Self::IsInf { negative, positive } => {
                truth(x.is_infinite() && if x < 0.0 { negative } else { positive })
            }
            Self::ToHalf => half::f16::from_f32(x).to_f32(),
            _ => self.activate(x),
        }
    }

    /// What is no number stays so, as in ONNX.
    #[inline(always)]
    fn activate<R: Real>(self, x: R) -> R {
        let (zero, of) = (R::of(0.0), |scalar: Scalar| R::of(scalar.0));
        match self {
            Self::Relu => x.at_least(zero),
            Self::Clip(low, high) => x.at_least(of(low)).at_most(of(high)),
            Self::LeakyRelu(alpha) => x.below(zero, of(alpha) * x, x),
            Self::Elu(alpha) => x.below(zero, of(alpha) * exp_m1(x), x),
            Self::Selu { alpha, gamma } => of(gamma) * x.below(zero, of(alpha) * exp_m1(x), x),
            Self::Celu(alpha) => x.below(zero, of(alpha) * exp_m1(x / of(alpha)), x),
            Self::ThresholdedRelu(alpha) => of(alpha).below(x, x, zero),
            Self::Shrink { lambda, bias } => {
                let above = of(lambda).below(x, x - of(bias), zero);
                x.below(R::of(-lambda.0), x + of(bias), above)
            }
            Self::Sigmoid => sigmoid(x),
            Self::HardSigmoid { alpha, beta } => {
                (of(alpha) * x + of(beta)).at_least(zero).at_most(R::of(1.0))
            }
            Self::Swish(alpha) => x / (R::of(1.0) + exp(R::of(-alpha.0) * x)),
            Self::HardSwish => x * (x + R::of(3.0)).at_least(zero).at_most(R::of(6.0)) / R::of(6.0),
            Self::Softplus => softplus(x),
            Self::Softsign => x / (R::of(1.0) + x.magnitude()),
            Self::Mish => mish(x),
            Self::Gelu => gelu(x),
            // (1 + tanh(y)) / 2 is sigmoid(2 y).
            Self::GeluTanh => {
                let inner = x + R::of(0.044_715) * x * x * x;
                x * sigmoid(R::of((8.0 / std::f32::consts::PI).sqrt()) * inner)
            }
            _ => x,
        }
    }

    /// The function as the least and the largest of what it gives, everything between them being left as it is, and a function
    /// that is applied after that.
    pub fn bounds(self) -> ([f32; 2], Self) {
        match self {
            Self::Relu => ([0.0, f32::INFINITY], Self::Identity),
            Self::Clip(low, high) => ([low.0, high.0], Self::Identity),
            other => ([f32::NEG_INFINITY, f32::INFINITY], other),
        }
    }

    /// The function of each number, in their place: vector code for those that networks have.
    pub fn apply_all(self, numbers: &mut [f32]) {
        match self {
            Self::Identity => {}
            Self::Abs => each(numbers, Real::magnitude),
            Self::Neg => each(numbers, |x| Lanes::of(-1.0) * x),
            Self::Sqrt => each(numbers, Real::root),
            Self::Reciprocal => each(numbers, |x| Lanes::of(1.0) / x),
            Self::Erf => each(numbers, erf),
            Self::Tanh => each(numbers, tanh),
            Self::Relu => each(numbers, |x| Self::Relu.activate(x)),
            Self::Clip(low, high) => each(numbers, |x| Self::Clip(low, high).activate(x)),
            Self::LeakyRelu(alpha) => each(numbers, |x| Self::LeakyRelu(alpha).activate(x)),
            Self::Elu(alpha) => each(numbers, |x| Self::Elu(alpha).activate(x)),
            Self::Sigmoid => each(numbers, sigmoid),
            Self::HardSigmoid { alpha, beta } => {
                each(numbers, |x| Self::HardSigmoid { alpha, beta }.activate(x))
            }
            Self::Swish(alpha) => each(numbers, |x| Self::Swish(alpha).activate(x)),
            Self::HardSwish => each(numbers, |x| Self::HardSwish.activate(x)),
            Self::Softplus => each(numbers, softplus),
            Self::Mish => each(numbers, mish),
            Self::Gelu => each(numbers, gelu),
            Self::GeluTanh => each(numbers, |x| Self::GeluTanh.activate(x)),
            other => numbers.iter_mut().for_each(|x| *x = other.apply(*x)),
        }
    }

    /// The function of a whole number or a truth value; none where it has no whole result.
    pub fn apply_whole(self, x: i64) -> Option<i64> {
        Some(match self {
            Self::Identity | Self::Floor | Self::Ceil | Self::Round => x,
            Self::Abs => x.wrapping_abs(),
            Self::Neg => x.wrapping_neg(),
            Self::Sign => x.signum(),
            Self::Not => i64::from(x == 0),
            Self::BitwiseNot => !x,
            Self::Relu => x.max(0),
            Self::Clip(low, high) => x.max(low.0 as i64).min(high.0 as i64),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Howard et al. 2019, figure 6: 0 at -3, 3 at 3, the identity above.
    #[test]
    fn hard_swish_is_the_papers() {
        let values = [-4.0, -3.0, 0.0, 3.0, 5.0].map(|x| Unary::HardSwish.apply(x));
        assert_eq!(values, [0.0, 0.0, 0.0, 3.0, 5.0]);
    }

    /// What the vector loops compute is what the function of one number is.
    #[test]
    fn loops_are_compiled_for_their_functions() {
        let alpha = Scalar(0.25);
        for function in [
            Unary::Identity,
            Unary::Relu,
            Unary::RELU6,
            Unary::LeakyRelu(alpha),
            Unary::HardSwish,
            Unary::SILU,
            Unary::HardSigmoid { alpha, beta: Scalar(0.5) },
            Unary::Gelu,
            Unary::Tanh,
            Unary::Reciprocal,
        ] {
            let mut numbers: Vec<f32> = (-9..9).map(|x| x as f32 + 0.5).collect();
            let expected: Vec<f32> = numbers.iter().map(|&x| function.apply(x)).collect();
            function.apply_all(&mut numbers);
            assert_eq!(numbers, expected, "{function:?}");
        }
    }

    #[test]
    fn what_is_no_number_stays_so() {
        let alpha = Scalar(0.5);
        for function in [
            Unary::Relu,
            Unary::RELU6,
            Unary::LeakyRelu(alpha),
            Unary::Elu(alpha),
            Unary::Celu(alpha),
            Unary::HardSwish,
            Unary::HardSigmoid { alpha, beta: alpha },
            Unary::Sigmoid,
            Unary::SILU,
            Unary::Gelu,
            Unary::Mish,
        ] {
            assert!(function.apply(f32::NAN).is_nan(), "{function:?}");
        }
    }

    /// As NumPy's clip and maximum, and ONNX Runtime.
    #[test]
    fn clipping_keeps_what_is_not_a_number_and_prefers_the_upper_bound() {
        assert!(Unary::Relu.apply(f32::NAN).is_nan());
        assert!(Unary::RELU6.apply(f32::NAN).is_nan());
        assert_eq!(Unary::Clip(Scalar(2.0), Scalar(1.0)).apply(5.0), 1.0);
        assert_eq!(Unary::Clip(Scalar(2.0), Scalar(1.0)).apply(0.0), 1.0);
    }
}
