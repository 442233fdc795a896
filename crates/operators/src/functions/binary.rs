//! Functions of two numbers.

use super::truth;

/// A function of two numbers, named and defined as in ONNX where it has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are ONNX's, which defines them")]
pub enum Binary {
    Add,
    Sub,
    Mul,
    /// Whole numbers are divided towards zero.
    Div,
    Pow,
    Min,
    Max,
    /// Has the sign of the divisor, as Python's `%`.
    Mod,
    /// Has the sign of the dividend, as C's `fmod`.
    Remainder,
    /// `slope * x` below 0, else `x`
    PRelu,
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Xor,
    BitwiseAnd,
    BitwiseOr,
    BitwiseXor,
    ShiftLeft,
    ShiftRight,
}

impl Binary {
    /// Whether the result is a truth value.
    pub fn is_truth(self) -> bool {
        use Binary::*;
        matches!(self, Equal | Less | LessOrEqual | Greater | GreaterOrEqual | And | Or | Xor)
    }

    /// The function of two real numbers. Truth values come out as 0 and 1.
    ///
    /// Always inlined: where the function is known, a loop over it becomes vector code.
    #[inline(always)]
    pub fn apply(self, a: f32, b: f32) -> f32 {
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
            // The general power takes fifty times as long.
            Self::Pow => match b {
                2.0 => a * a,
                3.0 => a * a * a,
                _ => a.powf(b),
            },
            // Unlike f32::min and max, ONNX's keep what is not a number.
            Self::Min => {
                if a.is_nan() || a < b {
                    a
                } else {
                    b
                }
            }
            Self::Max => {
                if a.is_nan() || a > b {
                    a
                } else {
                    b
                }
            }
            Self::Mod => {
                let remainder = a % b;
                if remainder != 0.0 && (remainder < 0.0) != (b < 0.0) { remainder + b } else { remainder }
            }
            Self::Remainder => a % b,
            Self::PRelu => {
                if a < 0.0 {
                    a * b
                } else {
                    a
                }
            }
            Self::Equal => truth(a == b),
            Self::Less => truth(a < b),
            Self::LessOrEqual => truth(a <= b),
            Self::Greater => truth(a > b),
            Self::GreaterOrEqual => truth(a >= b),
            Self::And => truth(a != 0.0 && b != 0.0),
            Self::Or => truth(a != 0.0 || b != 0.0),
            Self::Xor => truth((a != 0.0) != (b != 0.0)),
            Self::BitwiseAnd | Self::BitwiseOr | Self::BitwiseXor | Self::ShiftLeft | Self::ShiftRight => {
                self.apply_whole(a as i64, b as i64) as f32
            }
        }
    }

    /// The function of two whole numbers or truth values. Sums wrap, a division by zero gives 0.
    pub fn apply_whole(self, a: i64, b: i64) -> i64 {
        let shift = |by: i64| u32::try_from(by).unwrap_or(u32::MAX);
        match self {
            Self::Add => a.wrapping_add(b),
            Self::Sub => a.wrapping_sub(b),
            Self::Mul => a.wrapping_mul(b),
            Self::Div => a.checked_div(b).unwrap_or(0),
            Self::Pow => {
                u32::try_from(b).map_or_else(|_| (a as f64).powf(b as f64) as i64, |b| a.wrapping_pow(b))
            }
            Self::Min => a.min(b),
            Self::Max => a.max(b),
            Self::Mod => {
                let remainder = a.checked_rem(b).unwrap_or(0);
                if remainder != 0 && (remainder < 0) != (b < 0) { remainder + b } else { remainder }
            }
            Self::Remainder => a.checked_rem(b).unwrap_or(0),
            Self::PRelu => {
                if a < 0 {
                    a.wrapping_mul(b)
                } else {
                    a
                }
            }
            Self::Equal => i64::from(a == b),
            Self::Less => i64::from(a < b),
            Self::LessOrEqual => i64::from(a <= b),
            Self::Greater => i64::from(a > b),
            Self::GreaterOrEqual => i64::from(a >= b),
            Self::And => i64::from(a != 0 && b != 0),
            Self::Or => i64::from(a != 0 || b != 0),
            Self::Xor => i64::from((a != 0) != (b != 0)),
            Self::BitwiseAnd => a & b,
            Self::BitwiseOr => a | b,
            Self::BitwiseXor => a ^ b,
            Self::ShiftLeft => a.checked_shl(shift(b)).unwrap_or(0),
            Self::ShiftRight => (a as u64).checked_shr(shift(b)).unwrap_or(0) as i64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ONNX's operator Mod: the sign of the divisor with fmod 0, of the dividend with fmod 1.
    #[test]
    fn the_two_remainders_differ_in_sign() {
        assert_eq!(Binary::Mod.apply_whole(-4, 3), 2);
        assert_eq!(Binary::Remainder.apply_whole(-4, 3), -1);
        assert_eq!(Binary::Mod.apply(5.0, -3.0), -1.0);
        assert_eq!(Binary::Mod.apply(-1.0, f32::INFINITY), f32::INFINITY);
        assert_eq!(Binary::Remainder.apply(5.0, -3.0), 2.0);
    }

    #[test]
    fn what_is_no_number_is_neither_less_nor_more() {
        assert!(Binary::Max.apply(1.0, f32::NAN).is_nan() && Binary::Max.apply(f32::NAN, 1.0).is_nan());
        assert!(Binary::Min.apply(1.0, f32::NAN).is_nan() && Binary::Min.apply(f32::NAN, 1.0).is_nan());
    }

    /// Python's `%`: -5 % 3, 5 % -inf, 6 % -3.
    #[test]
    fn a_real_remainder_is_pythons() {
        assert_eq!(Binary::Mod.apply(-5.0, 3.0), 1.0);
        assert_eq!(Binary::Mod.apply(5.0, f32::NEG_INFINITY), f32::NEG_INFINITY);
        assert_eq!(Binary::Mod.apply(6.0, -3.0), 0.0);
    }

    #[test]
    fn whole_numbers_never_panic() {
        assert_eq!(Binary::Div.apply_whole(i64::MIN, -1), 0);
        assert_eq!(Binary::Div.apply_whole(7, 0), 0);
        assert_eq!(Binary::Mod.apply_whole(7, 0), 0);
        assert_eq!(Binary::ShiftLeft.apply_whole(1, 64), 0);
        assert_eq!(Binary::Add.apply_whole(i64::MAX, 1), i64::MIN);
    }
}
