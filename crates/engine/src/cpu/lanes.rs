//! Four numbers at once. Written out where the compiler may not find it out: it decides anew with every change around.

/// Four numbers.
#[derive(Clone, Copy)]
pub struct Lanes(Inner);

#[cfg(target_arch = "wasm32")]
type Inner = core::arch::wasm32::v128;
#[cfg(not(target_arch = "wasm32"))]
type Inner = [f32; 4];

#[cfg(target_arch = "wasm32")]
impl Lanes {
    /// These numbers.
    #[inline(always)]
    pub fn load(numbers: [f32; 4]) -> Self {
        // SAFETY: both are 16 bytes, and every pattern of bits is a value of either.
        Self(unsafe { core::mem::transmute::<[f32; 4], Inner>(numbers) })
    }

    /// The numbers.
    #[inline(always)]
    pub fn store(self) -> [f32; 4] {
        // SAFETY: as in `load`.
        unsafe { core::mem::transmute::<Inner, [f32; 4]>(self.0) }
    }

    /// `self + a * b`
    #[inline(always)]
    pub fn add_product(self, a: Self, b: Self) -> Self {
        use core::arch::wasm32::{f32x4_add, f32x4_mul};
        Self(f32x4_add(self.0, f32x4_mul(a.0, b.0)))
    }

    /// One number four times.
    #[inline(always)]
    pub fn splat(number: f32) -> Self {
        Self(core::arch::wasm32::f32x4_splat(number))
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Lanes {
    /// These numbers.
    #[inline(always)]
    pub fn load(numbers: [f32; 4]) -> Self {
        Self(numbers)
    }

    /// The numbers.
    #[inline(always)]
    pub fn store(self) -> [f32; 4] {
        self.0
    }

    /// `self + a * b`
    #[inline(always)]
    pub fn add_product(self, a: Self, b: Self) -> Self {
        Self(std::array::from_fn(|lane| self.0[lane] + a.0[lane] * b.0[lane]))
    }

    /// One number four times.
    #[inline(always)]
    pub fn splat(number: f32) -> Self {
        Self([number; 4])
    }
}
