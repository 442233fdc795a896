//! Functions of one number and of two.

mod binary;
mod unary;

pub use binary::Binary;
pub use unary::Unary;

/// A parameter of a function: a real number that is compared bit by bit.
#[derive(Clone, Copy, Debug)]
pub struct Scalar(pub f32);

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Scalar {}

impl std::hash::Hash for Scalar {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// 1 or 0.
fn truth(is: bool) -> f32 {
    f32::from(u8::from(is))
}
