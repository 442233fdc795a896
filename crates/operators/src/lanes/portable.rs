//! Arrays, of which a native compiler makes vectors.

use super::Real;
use crate::Binary;
use std::array::from_fn;

pub type Four = [f32; 4];

#[inline(always)]
pub fn load(numbers: Four) -> Four {
    numbers
}
#[inline(always)]
pub fn store(x: Four) -> Four {
    x
}
#[inline(always)]
pub fn splat(number: f32) -> Four {
    [number; 4]
}
#[inline(always)]
pub fn add(a: Four, b: Four) -> Four {
    from_fn(|i| a[i] + b[i])
}
#[inline(always)]
pub fn sub(a: Four, b: Four) -> Four {
    from_fn(|i| a[i] - b[i])
}
#[inline(always)]
pub fn mul(a: Four, b: Four) -> Four {
    from_fn(|i| a[i] * b[i])
}
#[inline(always)]
pub fn div(a: Four, b: Four) -> Four {
    from_fn(|i| a[i] / b[i])
}
#[inline(always)]
pub fn min(a: Four, b: Four) -> Four {
    from_fn(|i| Binary::Min.apply(a[i], b[i]))
}
#[inline(always)]
pub fn max(a: Four, b: Four) -> Four {
    from_fn(|i| Binary::Max.apply(a[i], b[i]))
}
#[inline(always)]
pub fn at_least(x: Four, low: Four) -> Four {
    from_fn(|i| x[i].at_least(low[i]))
}
#[inline(always)]
pub fn at_most(x: Four, high: Four) -> Four {
    from_fn(|i| x[i].at_most(high[i]))
}
#[inline(always)]
pub fn root(x: Four) -> Four {
    x.map(f32::sqrt)
}
#[inline(always)]
pub fn magnitude(x: Four) -> Four {
    x.map(f32::abs)
}
#[inline(always)]
pub fn equal(a: Four, b: Four) -> u8 {
    (0..4).map(|i| u8::from(a[i] == b[i]) << i).sum()
}
#[inline(always)]
pub fn below([x, limit, then, otherwise]: [Four; 4]) -> Four {
    from_fn(|i| x[i].below(limit[i], then[i], otherwise[i]))
}
#[inline(always)]
pub fn signed_as(x: Four, other: Four) -> Four {
    from_fn(|i| x[i].copysign(other[i]))
}
#[inline(always)]
pub fn power_of_low_bits(x: Four) -> Four {
    x.map(Real::power_of_low_bits)
}
