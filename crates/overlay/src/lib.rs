//! Answers drawn over pictures: a class map becomes a coloured mask, a class activation map becomes heat, and either over a
//! frame becomes a picture to save.
//! Pure functions on bytes: the page puts the mask on a canvas, the command writes the picture to a file.

mod colour;
mod compose;
mod heat;
mod paint;

pub use colour::{Colour, ColourError};
pub use compose::compose;
pub use heat::{Heat, heat};
pub use paint::{Mode, Style, paint};
