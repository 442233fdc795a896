//! A shop seen from its ceiling: a shopper at a shelf, doing the five actions of the MERL Shopping data set and none of them. A
//! seed decides who it is and what they do, the shelf, the light, who passes by and the camera; a clip is drawn frame by frame,
//! and none but the asked ones.

mod action;
mod clip;
#[cfg(test)]
mod learnable;
mod passer;
mod pose;
mod room;
mod script;
mod segment;
mod shelf;
mod shopper;
mod window;

pub use action::Action;
pub use clip::{Frames, Labelled, Shop};
pub use window::{Window, Windows};
