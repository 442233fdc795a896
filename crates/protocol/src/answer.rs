//! Answers, as the page publishes them and `vitrine run --json` prints them.

use serde::{Deserialize, Serialize};

/// What was found in a frame, by area. The class map itself travels beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segmentation {
    /// Columns of the frame.
    pub width: u32,
    /// Rows of the frame.
    pub height: u32,
    /// Columns of the class map: the frame's, or fewer for a very large frame.
    pub map_width: u32,
    /// Rows of the class map.
    pub map_height: u32,
    /// The groups that occur, largest share first.
    pub categories: Vec<GroupShare>,
}

/// One group of classes that occurs in a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupShare {
    /// `Group::id` in the pack.
    pub id: u8,
    /// English name.
    pub name: String,
    /// Share of the frame's pixels, 0..1.
    pub share: f64,
}
