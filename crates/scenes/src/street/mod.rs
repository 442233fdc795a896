//! Streets as a car's camera sees them, in the eight categories of Cityscapes, each pixel labelled by what was drawn there. A seed
//! decides the street, its houses, trees and people, the weather and the camera.

mod air;
mod building;
mod category;
mod ground;
mod person;
mod plan;
mod post;
mod scene;
mod stage;
mod tree;
mod vehicle;

pub use category::Category;
pub use scene::{LabelledStreet, Street, streets};
