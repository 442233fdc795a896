//! Two-stream networks that learn from drawn clips: recipes, clips and their flow on the disk, windows, the training of both
//! networks, what they are worth apart and together, the report, the pack. Not here: the networks themselves
//! ([`crate::networks::two_stream`]) and what is drawn (`vitrine-scenes`).

mod measure;
mod pack;
mod recipe;
mod report;
mod store;
mod training;
mod turn;
mod windows;

pub use measure::Measured;
pub use pack::ClipExport;
pub use recipe::{ClipData, ClipRecipe, Parts, TwoStream};
pub use training::{ClipEpoch, ClipOutcome, Told, train_clips};
