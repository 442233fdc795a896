//! Trains networks of our own with Burn and exports them as packs: recipes, data, losses, networks, the loop, ONNX. Native
//! only. Not here: the command's arguments and what it prints (`vitrine-cli`), and running what was exported (`engine`).

pub mod clips;
pub mod compare;
pub mod convert;
mod data;
mod error;
pub mod export;
pub mod loss;
pub mod networks;
mod recipe;
mod report;
mod resize;
mod training;

pub use burn::tensor::{Device, DeviceKind};
pub use data::{Augmentation, Batch, Census, Pair, Pairs, Split};
pub use error::Error;
pub use recipe::{Class, Layout, Licence, Loss, Recipe, Schedule};
pub use training::{EpochRecord, Outcome, Place, train};
