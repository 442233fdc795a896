//! Drawn scenes with exact labels, to learn from and to show where no photo may be: clips of a shopper at a shelf
//! ([`shop`]) and streets ([`street`]). A seed is a scene: it gives the same bytes on every platform, for which nothing here
//! calls a function whose last bit a platform chooses (sines come from `libm`). No files, no networks.

mod canvas;
mod colour;
mod picture;
mod random;
mod shapes;
pub mod shop;
mod split;
pub mod street;
mod vector;

pub use picture::{Picture, Size, SizeError};
pub use split::Split;
