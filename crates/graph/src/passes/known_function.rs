//! Which activation a function of one number is.

use crate::{Scalar, Unary};

/// Where a function is tried first.
const PROBES: [f32; 7] = [0.0, 1.0, -1.0, 0.25, -0.25, 1e6, -1e6];

/// The activation that a function is.
pub(super) fn known(f: impl Fn(f32) -> f32) -> Option<Unary> {
    let tried = PROBES.map(&f);
    let mut candidates = candidates(tried).into_iter();
    let agrees = |function: Unary| {
        let probes = PROBES.iter().zip(tried).take(5);
        probes.clone().all(|(&x, y)| near(x, y, function)) && points().all(|x| near(x, f(x), function))
    };
    candidates.find(|(function, plausible)| *plausible && agrees(*function)).map(|(function, _)| function)
}

/// Activations, with the parameters that the probes show, and whether these are plausible.
fn candidates([zero, one, minus_one, right, left, far, minus_far]: [f32; 7]) -> [(Unary, bool); 14] {
    use Unary::*;
    let bound = |x: f32, y: f32| if x == y { f32::INFINITY.copysign(x) } else { y };
    let (low, high) = (bound(-1e6, minus_far), bound(1e6, far));
    let near = |bound: f32| bound.is_infinite() || bound.abs() <= 10.0;
    let bounded = low < high && near(low) && near(high) && (low.is_finite() || high.is_finite());
    let slope = 2.0 * (right - left);
    // Files round a sixth in many ways.
    let alpha = if (slope - 1.0 / 6.0).abs() < 1e-6 { 1.0 / 6.0 } else { slope };
    // A slope of 1 or no offset means that the scale or the shift before it belongs to the gate too.
    let whole_gate = (0.05..=2.0).contains(&slope) && (slope - 1.0).abs() > 1e-6 && zero != 0.0;
    [
        // A lower bound of 1e-6 keeps a division possible, which 0 does not.
        (Relu, minus_one == 0.0),
        (Clip(Scalar(low), Scalar(high)), bounded),
        (LeakyRelu(Scalar(-minus_one)), (1e-3..=0.999).contains(&-minus_one)),
        (Sigmoid, true),
        (Tanh, true),
        (HardSigmoid { alpha: Scalar(alpha), beta: Scalar(zero) }, whole_gate),
        (Swish(Scalar(1.0)), true),
        (Swish(Scalar((one / (1.0 - one)).ln())), (0.6..0.99).contains(&one)),
        (HardSwish, true),
        (Softplus, true),
        (Softsign, true),
        (Mish, true),
        (Gelu, true),
        (GeluTanh, true),
    ]
}

/// Points around 0, and far ones.
fn points() -> impl Iterator<Item = f32> {
    let far = [25.0, -25.0, 100.0, -100.0, 1000.0, -1000.0];
    (-66..=66).map(|step| step as f32 * 0.1871).chain(far)
}

/// Activations differ by 4e-4 or more from each other (GELU and its form with tanh at 2.7), their spellings by rounding.
/// Far below 0 not even by that: what is added to keep a result from 0 matters there.
fn near(x: f32, y: f32, function: Unary) -> bool {
    let (expected, far_below) = (function.apply(x), x <= -25.0);
    let tolerance = if far_below { 1e-3 * expected.abs() + 1e-30 } else { 1e-6 * x.abs().max(1.0) };
    (y - expected).abs() <= tolerance
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activation_is_known_by_its_values_and_its_square_is_not() {
        let alpha = Scalar(0.25);
        for function in [Unary::Relu, Unary::LeakyRelu(alpha), Unary::Mish, Unary::Gelu, Unary::GeluTanh] {
            assert_eq!(known(|x| function.apply(x)), Some(function));
            assert_eq!(known(|x| function.apply(x).powi(2)), None);
        }
    }

    #[test]
    fn lines_and_what_is_no_number_are_no_activations() {
        assert_eq!(known(|x| x), None);
        assert_eq!(known(|_| 3.0), None);
        assert_eq!(known(|_| f32::NAN), None);
        assert_eq!(known(|x| 1.0 / x), None);
    }
}
