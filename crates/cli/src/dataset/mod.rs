//! Labelled folders, recognised by their layout.

mod class_folders;
mod pairs;

pub use class_folders::{Labelled, Skipped, class_folders};
pub use pairs::{Pair, pairs};
