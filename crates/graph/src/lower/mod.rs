//! Operators of file formats that are composed of core ones, where several formats have them.

mod transposed;

pub use transposed::{Transposed, transposed_conv};
