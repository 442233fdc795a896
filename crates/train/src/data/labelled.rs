//! Labelled pictures, whatever their layout.

use super::Augmentation;
use crate::Error;
use rand::rngs::StdRng;
use std::fmt::Debug;
use vitrine_pixels::Frame;

/// A picture as a network reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// `[3, h, w]`, normalised.
    pub pixels: Vec<f32>,
    /// `[h, w]`, or one for the whole picture: class index; none where it is ignored.
    pub classes: Vec<Option<u8>>,
}

/// A part of the data, of which one picture after the other is read.
pub trait Labelled: Debug + Send + Sync {
    /// How many pictures.
    fn len(&self) -> usize;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Columns and rows that the network reads, in training or when it is measured.
    fn size(&self, training: bool) -> [usize; 2];

    /// Columns and rows of the truth of a picture of `size`: as many, or one for the whole picture.
    fn truth_size(&self, size: [usize; 2]) -> [usize; 2];

    /// Reads a picture for training, varied by `augmentation` with `random`, or as it is measured.
    ///
    /// # Errors
    /// [`Error::Data`] if a file cannot be read, or does not fit the recipe.
    fn read(&self, index: usize, vary: Option<(&Augmentation, &mut StdRng)>) -> Result<Picture, Error>;

    /// A picture as it is measured, for people.
    ///
    /// # Errors
    /// [`Error::Data`] if the file cannot be read.
    fn frame(&self, index: usize) -> Result<Frame, Error>;
}
