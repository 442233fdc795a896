//! Which part of a picture a network reads.

/// How an input lies over a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Column and row of the picture in the input's top left corner. Negative where the picture begins inside the input.
    pub corner: [i32; 2],
    /// Whether the picture is mirrored, left to right, before.
    pub mirrored: bool,
    /// Every channel of what lies outside of the picture.
    pub fill: u8,
}
