//! Arrays, of which a native compiler makes vectors.

use super::Real;
use crate::Binary;
use std::array::from_fn;

pub type Four = [f32; 4];

pub fn load(numbers: Four) -> Four {
    numbers
}
pub fn store(x: Four) -> Four {
    x
}
pub fn splat(number: f32) -> Four {
    [number; 4]
}
pub fn add(a: Four, b: Four) -> Four {
    from_fn(|i| a[i] + b[i])
}
pub fn sub(a: Four, b: Four) -> Four {
    from_fn(|i| a[i] - b[i])
}
pub fn mul(a: Four, b: Four) -> Four {
    from_fn(|i| a[i] * b[i])
}
pub fn div(a: Four, b: Four) -> Four {
    from_fn(|i| a[i] / b[i])
}
pub fn min(a: Four, b: Four) -> Four {
    from_fn(|i| Binary::Min.apply(a[i], b[i]))
}
pub fn max(a: Four, b: Four) -> Four {
    from_fn(|i| Binary::Max.apply(a[i], b[i]))
}
pub fn at_least(x: Four, low: Four) -> Four {
    from_fn(|i| x[i].at_least(low[i]))
}
pub fn at_most(x: Four, high: Four) -> Four {
    from_fn(|i| x[i].at_most(high[i]))
}
pub fn root(x: Four) -> Four {
    x.map(f32::sqrt)
}
pub fn magnitude(x: Four) -> Four {
    x.map(f32::abs)
}
pub fn equal(a: Four, b: Four) -> u8 {
    (0..4).map(|i| u8::from(a[i] == b[i]) << i).sum()
}
pub fn below([x, limit, then, otherwise]: [Four; 4]) -> Four {
    from_fn(|i| x[i].below(limit[i], then[i], otherwise[i]))
}
pub fn signed_as(x: Four, other: Four) -> Four {
    from_fn(|i| x[i].copysign(other[i]))
}
pub fn power_of_low_bits(x: Four) -> Four {
    x.map(Real::power_of_low_bits)
}
