//! Functions of one and of two numbers, on vectors.
//!
//! They hold where shading languages promise nothing: exponentials do not overflow, and what cancels near 0 is a series
//! there.

use cubecl::prelude::*;
use vitrine_graph::{Binary, Unary};

/// Whether [`apply`] has the function. Those that tell what is no number, or whose accuracy drivers differ in, it lacks.
pub fn has(function: Unary) -> bool {
    use Unary::*;
    match function {
        Tan | Asin | Acos | Atan | Sinh | Cosh | Asinh | Acosh | Atanh => false,
        BitwiseNot | IsNan | IsInf { .. } | ToHalf => false,
        Clip(low, high) => !low.0.is_nan() && !high.0.is_nan(),
        Celu(alpha) => alpha.0.is_finite() && alpha.0 > 0.0,
        LeakyRelu(a) | Elu(a) | ThresholdedRelu(a) | Swish(a) => a.0.is_finite(),
        Selu { alpha: a, gamma: b } | Shrink { lambda: a, bias: b } | HardSigmoid { alpha: a, beta: b } => {
            a.0.is_finite() && b.0.is_finite()
        }
        _ => true,
    }
}

/// Whether [`combine`] has the function.
pub fn has_two(function: Binary) -> bool {
    use Binary::*;
    // A quotient that is not rounded correctly may fall below a whole number.
    !matches!(function, Pow | Mod | Remainder | BitwiseAnd | BitwiseOr | BitwiseXor | ShiftLeft | ShiftRight)
}

/// The same number in each place.
#[cube]
pub fn number<N: Size>(#[comptime] value: f32) -> Vector<f32, N> {
    Vector::new(f32::new(value))
}

/// [`Unary::apply`] where [`has`] says so.
#[cube]
pub fn apply<N: Size>(x: Vector<f32, N>, #[comptime] function: Unary) -> Vector<f32, N> {
    let zero = number::<N>(0.0);
    let one = number::<N>(1.0);
    match comptime!(function) {
        Unary::Abs => x.abs(),
        Unary::Neg => -x,
        Unary::Sign => {
            let below = select_many(x.less_than(&zero), -one, zero);
            select_many(x.greater_than(&zero), one, below)
        }
        Unary::Exp => x.exp(),
        // Some drivers take the logarithm of 0 as that of the smallest number.
        Unary::Log => select_many(x.equal(&zero), -(one / x.abs()), x.ln()),
        Unary::Sqrt => x.sqrt(),
        Unary::Reciprocal => one / x,
        Unary::Floor => x.floor(),
        Unary::Ceil => x.ceil(),
        Unary::Round => x.round(),
        Unary::Erf => error_function::<N>(x),
        Unary::Sin => sine::<N>(x, 0.0),
        Unary::Cos => sine::<N>(x, 1.0),
        Unary::Tanh => tangent::<N>(x),
        Unary::Not => select_many(x.equal(&zero), one, zero),
        _ => activate::<N>(x, function),
    }
}

#[cube]
fn activate<N: Size>(x: Vector<f32, N>, #[comptime] function: Unary) -> Vector<f32, N> {
    let zero = number::<N>(0.0);
    let one = number::<N>(1.0);
    match comptime!(function) {
        Unary::Relu => max(x, zero),
        Unary::Clip(low, high) => {
            let raised = if comptime!(low.0 > f32::MIN) { max(x, number::<N>(low.0)) } else { x };
            if comptime!(high.0 < f32::MAX) { min(raised, number::<N>(high.0)) } else { raised }
        }
        Unary::LeakyRelu(alpha) => select_many(x.less_than(&zero), x * number::<N>(alpha.0), x),
        Unary::Elu(alpha) => {
            select_many(x.less_than(&zero), number::<N>(alpha.0) * exp_minus_1::<N>(min(x, zero)), x)
        }
        Unary::Selu { alpha, gamma } => {
            let below = number::<N>(alpha.0) * exp_minus_1::<N>(min(x, zero));
            number::<N>(gamma.0) * select_many(x.greater_than(&zero), x, below)
        }
        Unary::Celu(alpha) => {
            let alpha = number::<N>(alpha.0);
            max(x, zero) + alpha * exp_minus_1::<N>(min(x / alpha, zero))
        }
        Unary::ThresholdedRelu(alpha) => select_many(x.greater_than(&number::<N>(alpha.0)), x, zero),
        Unary::Shrink { lambda, bias } => {
            let above = select_many(x.greater_than(&number::<N>(lambda.0)), x - number::<N>(bias.0), zero);
            select_many(x.less_than(&number::<N>(-lambda.0)), x + number::<N>(bias.0), above)
        }
        Unary::Sigmoid => sigmoid::<N>(x),
        Unary::HardSigmoid { alpha, beta } => {
            min(max(x * number::<N>(alpha.0) + number::<N>(beta.0), zero), one)
        }
        Unary::Swish(alpha) => x * sigmoid::<N>(x * number::<N>(alpha.0)),
        Unary::HardSwish => x * min(max(x + number::<N>(3.0), zero), number::<N>(6.0)) / number::<N>(6.0),
        Unary::Softplus => max(x, zero) + log_plus_1::<N>((-x.abs()).exp()),
        Unary::Softsign => x / (one + x.abs()),
        Unary::Mish => {
            // tanh(ln(1 + e)) = e (e + 2) / (e (e + 2) + 2); beyond 20 it is 1.
            let exponential = min(x, number::<N>(20.0)).exp();
            let product = exponential * (exponential + number::<N>(2.0));
            x * product / (product + number::<N>(2.0))
        }
        Unary::Gelu => {
            let half = number::<N>(0.5) * x;
            half + half * error_function::<N>(x * number::<N>(std::f32::consts::FRAC_1_SQRT_2))
        }
        // (1 + tanh(y)) / 2 = sigmoid(2 y)
        Unary::GeluTanh => {
            let inner = x * (one + number::<N>(0.044_715) * x * x);
            x * sigmoid::<N>(inner * number::<N>(comptime!(2.0 * (2.0 / std::f32::consts::PI).sqrt())))
        }
        _ => x,
    }
}

/// [`Binary::apply`] where [`has_two`] says so.
#[cube]
pub fn combine<N: Size>(
    a: Vector<f32, N>,
    b: Vector<f32, N>,
    #[comptime] function: Binary,
) -> Vector<f32, N> {
    let zero = number::<N>(0.0);
    let one = number::<N>(1.0);
    match comptime!(function) {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div => a / b,
        Binary::Min => min(a, b),
        Binary::Max => max(a, b),
        Binary::PRelu => select_many(a.less_than(&zero), a * b, a),
        Binary::Equal => select_many(a.equal(&b), one, zero),
        Binary::Less => select_many(a.less_than(&b), one, zero),
        Binary::LessOrEqual => select_many(a.less_equal(&b), one, zero),
        Binary::Greater => select_many(a.greater_than(&b), one, zero),
        Binary::GreaterOrEqual => select_many(a.greater_equal(&b), one, zero),
        Binary::And => truth::<N>(a) * truth::<N>(b),
        Binary::Or => max(truth::<N>(a), truth::<N>(b)),
        Binary::Xor => (truth::<N>(a) - truth::<N>(b)).abs(),
        _ => a,
    }
}

/// 1 for what is not 0.
#[cube]
pub fn truth<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    select_many(x.equal(&number::<N>(0.0)), number::<N>(0.0), number::<N>(1.0))
}

#[cube]
fn sigmoid<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let one = number::<N>(1.0);
    one / (one + min(-x, number::<N>(87.0)).exp())
}

/// `exp(x) - 1`, a Taylor series near 0.
#[cube]
fn exp_minus_1<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let one = number::<N>(1.0);
    let mut series = one + x * number::<N>(1.0 / 7.0);
    series = one + x * series * number::<N>(1.0 / 6.0);
    series = one + x * series * number::<N>(1.0 / 5.0);
    series = one + x * series * number::<N>(1.0 / 4.0);
    series = one + x * series * number::<N>(1.0 / 3.0);
    series = one + x * series * number::<N>(1.0 / 2.0);
    select_many(x.abs().less_than(&number::<N>(0.35)), x * series, x.exp() - one)
}

/// `ln(1 + x)` for 0..=1, a Taylor series near 0.
#[cube]
fn log_plus_1<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let series = number::<N>(0.25) - x * number::<N>(0.2);
    let series = number::<N>(1.0 / 3.0) - x * series;
    let series = number::<N>(0.5) - x * series;
    let series = x * (number::<N>(1.0) - x * series);
    select_many(x.less_than(&number::<N>(0.05)), series, (number::<N>(1.0) + x).ln())
}

/// The hyperbolic tangent, a Taylor series near 0; beyond 15 it is 1.
#[cube]
fn tangent<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let square = x * x;
    let series = number::<N>(-17.0 / 315.0) + square * number::<N>(62.0 / 2835.0);
    let series = number::<N>(2.0 / 15.0) + square * series;
    let series = number::<N>(-1.0 / 3.0) + square * series;
    let near = x + x * square * series;
    let clamped = min(max(x, number::<N>(-15.0)), number::<N>(15.0));
    let far = number::<N>(1.0) - number::<N>(2.0) / ((clamped * number::<N>(2.0)).exp() + number::<N>(1.0));
    select_many(x.abs().less_than(&number::<N>(0.25)), near, far)
}

/// Its Taylor series below 0.5; above, Abramowitz and Stegun 1964, 7.1.26, whose error is below 1.5e-7.
#[cube]
fn error_function<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    let square = x * x;
    let series = number::<N>(1.0 / 216.0) - square * number::<N>(1.0 / 1320.0);
    let series = number::<N>(-1.0 / 42.0) + square * series;
    let series = number::<N>(0.1) + square * series;
    let series = number::<N>(-1.0 / 3.0) + square * series;
    let near = number::<N>(std::f32::consts::FRAC_2_SQRT_PI) * (x + x * square * series);
    let far = min(x.abs(), number::<N>(9.0));
    let t = number::<N>(1.0) / (number::<N>(1.0) + number::<N>(0.327_591_1) * far);
    let sum = number::<N>(-1.453_152) + t * number::<N>(1.061_405_4);
    let sum = number::<N>(1.421_413_7) + t * sum;
    let sum = number::<N>(-0.284_496_74) + t * sum;
    let sum = t * (number::<N>(0.254_829_6) + t * sum);
    let above = number::<N>(1.0) - sum * (-far * far).exp();
    let signed = select_many(x.less_than(&number::<N>(0.0)), -above, above);
    select_many(x.abs().less_than(&number::<N>(0.5)), near, signed)
}

/// The sine, `quarters` of a turn ahead. Reduction and polynomials are those of Moshier's Cephes, `sinf.c`.
#[cube]
fn sine<N: Size>(x: Vector<f32, N>, #[comptime] quarters: f32) -> Vector<f32, N> {
    let turns = (x * number::<N>(std::f32::consts::FRAC_2_PI)).round();
    let near = x - turns * number::<N>(1.570_312_5);
    let near = near - turns * number::<N>(4.837_513e-4);
    let near = near - turns * number::<N>(7.549_79e-8);
    let square = near * near;
    let sine = number::<N>(8.332_161e-3) - square * number::<N>(1.951_529_6e-4);
    let sine = near + near * square * (number::<N>(-1.666_665_5e-1) + square * sine);
    let cosine = number::<N>(-1.388_731_6e-3) + square * number::<N>(2.443_315_7e-5);
    let cosine = number::<N>(4.166_664_6e-2) + square * cosine;
    let cosine = number::<N>(1.0) - square * number::<N>(0.5) + square * square * cosine;
    let quarter = turns + number::<N>(quarters);
    let halves = (quarter * number::<N>(0.5)).floor();
    let odd = (quarter - halves * number::<N>(2.0)).greater_than(&number::<N>(0.5));
    let flipped =
        (halves - (halves * number::<N>(0.5)).floor() * number::<N>(2.0)).greater_than(&number::<N>(0.5));
    let value = select_many(odd, cosine, sine);
    select_many(flipped, -value, value)
}
