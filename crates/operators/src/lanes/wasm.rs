//! A browser's vectors.

use core::arch::wasm32::*;

pub type Four = v128;

#[inline(always)]
pub fn load(numbers: [f32; 4]) -> Four {
    // SAFETY: both are 16 bytes, and every pattern of bits is a value of either.
    unsafe { core::mem::transmute::<[f32; 4], Four>(numbers) }
}
#[inline(always)]
pub fn store(x: Four) -> [f32; 4] {
    // SAFETY: as in `load`.
    unsafe { core::mem::transmute::<Four, [f32; 4]>(x) }
}
#[inline(always)]
pub fn splat(number: f32) -> Four {
    f32x4_splat(number)
}
#[inline(always)]
pub fn add(a: Four, b: Four) -> Four {
    f32x4_add(a, b)
}
#[inline(always)]
pub fn sub(a: Four, b: Four) -> Four {
    f32x4_sub(a, b)
}
#[inline(always)]
pub fn mul(a: Four, b: Four) -> Four {
    f32x4_mul(a, b)
}
#[inline(always)]
pub fn div(a: Four, b: Four) -> Four {
    f32x4_div(a, b)
}
#[inline(always)]
pub fn min(a: Four, b: Four) -> Four {
    f32x4_min(a, b)
}
#[inline(always)]
pub fn max(a: Four, b: Four) -> Four {
    f32x4_max(a, b)
}
#[inline(always)]
pub fn at_least(x: Four, low: Four) -> Four {
    f32x4_pmax(x, low)
}
#[inline(always)]
pub fn at_most(x: Four, high: Four) -> Four {
    f32x4_pmin(x, high)
}
#[inline(always)]
pub fn root(x: Four) -> Four {
    f32x4_sqrt(x)
}
#[inline(always)]
pub fn magnitude(x: Four) -> Four {
    f32x4_abs(x)
}
#[inline(always)]
pub fn equal(a: Four, b: Four) -> u8 {
    i32x4_bitmask(f32x4_eq(a, b))
}
#[inline(always)]
pub fn below([x, limit, then, otherwise]: [Four; 4]) -> Four {
    v128_bitselect(then, otherwise, f32x4_lt(x, limit))
}
#[inline(always)]
pub fn signed_as(x: Four, other: Four) -> Four {
    v128_bitselect(other, x, f32x4_splat(-0.0))
}
#[inline(always)]
pub fn power_of_low_bits(x: Four) -> Four {
    i32x4_shl(i32x4_add(x, i32x4_splat(127)), 23)
}
