//! The exponential and what is made of it, without branches or calls, so that loops over them become vector code. The
//! standard library's are exact to the last bit, and several times slower.

use crate::lanes::Real;
use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, LOG2_E};

/// The sum of powers of `x`, the highest one's factor first, as one expression: a loop within a loop is not vectorised.
macro_rules! polynomial {
    ($x:expr; $highest:expr $(, $rest:expr)*) => { polynomial!(@ $x; R::of($highest) $(, $rest)*) };
    (@ $x:expr; $sum:expr) => { $sum };
    (@ $x:expr; $sum:expr, $next:expr $(, $rest:expr)*) => { polynomial!(@ $x; $sum * $x + R::of($next) $(, $rest)*) };
}

/// `exp(x)`, to a few units in the last place. Below the smallest normal number it is 0, and it does not exceed 2.4e38.
#[inline(always)]
pub fn exp<R: Real>(x: R) -> R {
    let (excess, scale) = parts(x);
    (excess + R::of(1.0)) * scale
}

/// `exp(x) - 1`, without losing the digits of a small `x`.
#[inline(always)]
pub fn exp_m1<R: Real>(x: R) -> R {
    let (excess, scale) = parts(x);
    excess * scale + (scale - R::of(1.0))
}

/// `exp(x)` as `(1 + excess) * scale`, the scale being a power of 2, or 0 where the exponential is not a normal number.
///
/// Cody and Waite's reduction, and the polynomial of Cephes (Moshier 1989).
#[inline(always)]
fn parts<R: Real>(x: R) -> (R, R) {
    // Adding it leaves a number's nearest whole number in the low bits.
    const ROUND: f32 = 12_582_912.0;
    // ln(2) as a number of few bits, whose products are exact, and the rest.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    let bounded = x.at_most(R::of(88.376_26)).at_least(R::of(-88.0));
    let rounded = bounded * R::of(LOG2_E) + R::of(ROUND);
    let power = rounded - R::of(ROUND);
    let rest = bounded - power * R::of(LN_2[0]) - power * R::of(LN_2[1]);
    let scale = rounded.power_of_low_bits();
    (
        polynomial!(rest; 1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5)
            * rest
            * rest
            + rest,
        scale,
    )
}

/// `1 / (1 + exp(-x))`
#[inline(always)]
pub fn sigmoid<R: Real>(x: R) -> R {
    R::of(1.0) / (R::of(1.0) + exp(R::of(0.0) - x))
}

/// `x * tanh(ln(1 + exp(x)))`, in which the logarithm cancels out.
#[inline(always)]
pub fn mish<R: Real>(x: R) -> R {
    // From here on it is `x` in single precision.
    let e = exp(x.at_most(R::of(20.0)));
    let n = e * (e + R::of(2.0));
    x * (n / (n + R::of(2.0)))
}

/// The hyperbolic tangent; near 0 the polynomial of Cephes (Moshier 1989).
#[inline(always)]
pub fn tanh<R: Real>(x: R) -> R {
    let (z, magnitude) = (x * x, x.magnitude());
    let near =
        polynomial!(z; -5.704_988_7e-3, 2.063_909e-2, -5.373_971_6e-2, 0.133_314_42, -0.333_332_8) * z * x
            + x;
    let far = (R::of(1.0) - R::of(2.0) / (exp(R::of(2.0) * magnitude) + R::of(1.0))).signed_as(x);
    magnitude.below(R::of(0.625), near, far)
}

/// `ln(1 + exp(x))`; the polynomial for `ln(1 + y) / y` was fitted to Python's `math.log1p`, to 5e-9.
#[inline(always)]
pub fn softplus<R: Real>(x: R) -> R {
    let y = exp(R::of(0.0) - x.magnitude());
    x.at_least(R::of(0.0))
        + y * polynomial!(
            y; -0.003_163_999_4, 0.019_487_686, -0.056_269_526, 0.105_329_506,
            -0.152_632_74, 0.196_610_18, -0.249_511_67, 0.333_296_66, -0.499_998_9, 1.0
        )
}

/// The error function; near 0 a polynomial for `erf(x) / x` that was fitted to Python's `math.erf`, to 2e-9.
#[inline(always)]
pub fn erf<R: Real>(x: R) -> R {
    let magnitude = x.magnitude();
    let near = x * polynomial!(
        x * x; 7.847_259e-5, -8.008_19e-4, 5.188_099e-3, -0.026_853_692, 0.112_835_824,
        -0.376_126_26, FRAC_2_SQRT_PI
    );
    let far = (R::of(1.0) - complement(magnitude)).signed_as(x);
    magnitude.below(R::of(1.0), near, far)
}

/// `x * (1 + erf(x / sqrt(2))) / 2`
#[inline(always)]
pub fn gelu<R: Real>(x: R) -> R {
    let half = R::of(0.5) * complement(x.magnitude() * R::of(FRAC_1_SQRT_2));
    x.below(R::of(0.0), x * half, x - x * half)
}

/// `1 - erf(x)` for `x >= 0`, to a few units in the last place of the result.
///
/// It is `t * exp(-x^2 + P(t))` with `t = 1 / (1 + x / 2)`, as in Numerical Recipes, section 6.2; `P` was fitted to
/// Python's `math.erfc`, to 5e-8.
#[inline(always)]
fn complement<R: Real>(x: R) -> R {
    let t = R::of(1.0) / (R::of(1.0) + R::of(0.5) * x);
    t * exp(polynomial!(
        t; 0.144_930_21, -0.680_827_2, 1.156_733_8, -0.696_251_9, -0.080_280_43,
        0.001_267_585_8, 0.034_602_8, 0.386_640_4, 0.998_632_8, -1.265_448
    ) - x * x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error relative to the expected number, over -80..80 in steps of 1/64.
    fn error(function: fn(f32) -> f32, expected: fn(f64) -> f64) -> f64 {
        let errors = (-80 * 64..80 * 64).map(|step| {
            let x = step as f32 / 64.0;
            let expected = expected(x.into());
            let error = (f64::from(function(x)) - expected).abs();
            if error < 1e-37 { 0.0 } else { error / expected.abs() }
        });
        errors.fold(0.0, f64::max)
    }

    #[test]
    fn functions_are_those_of_double_precision() {
        assert!(error(exp, f64::exp) < 2e-7);
        assert!(error(sigmoid, |x| 1.0 / (1.0 + (-x).exp())) < 3e-7);
        assert!(error(exp_m1, f64::exp_m1) < 3e-7);
        assert!(error(tanh, f64::tanh) < 3e-7);
        assert!(error(softplus, |x| x.exp().ln_1p()) < 3e-7);
        assert!(error(erf, libm::erf) < 3e-7);
        assert!(error(mish, |x| x * x.exp().ln_1p().tanh()) < 5e-7);
    }

    /// Where the result is far below the operand, the square's rounding shows.
    #[test]
    fn gelu_is_that_of_double_precision() {
        let errors = (-400..400).map(|step| {
            let x = step as f32 / 50.0;
            let expected = 0.5 * f64::from(x) * libm::erfc(-f64::from(x) * std::f64::consts::FRAC_1_SQRT_2);
            (f64::from(gelu(x)) - expected).abs() / expected.abs().max(1e-30)
        });
        assert!(errors.fold(0.0, f64::max) < 5e-6);
    }

    #[test]
    fn the_ends_are_the_limits() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!([exp(f32::NEG_INFINITY), exp(-100.0_f32)], [0.0, 0.0]);
        assert!(exp(f32::INFINITY) > 2e38 && exp(f32::NAN).is_nan());
        assert!(
            sigmoid(f32::NEG_INFINITY) < 1e-38 && sigmoid(f32::INFINITY) == 1.0 && sigmoid(f32::NAN).is_nan()
        );
        assert_eq!([gelu(0.0), gelu(50.0), mish(0.0), mish(50.0)], [0.0, 50.0, 0.0, 50.0]);
        assert_eq!([tanh(f32::NEG_INFINITY), erf(f32::NEG_INFINITY), exp_m1(f32::NEG_INFINITY)], [-1.0; 3]);
        assert_eq!([softplus(f32::NEG_INFINITY), softplus(f32::INFINITY)], [0.0, f32::INFINITY]);
        assert!(
            [exp_m1::<f32>, tanh, softplus, erf, gelu, mish]
                .iter()
                .all(|function| function(f32::NAN).is_nan())
        );
    }
}
