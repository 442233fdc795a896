//! Answers, as the page publishes them and `vitrine run --json` prints them.

use crate::Actions;
use serde::{Deserialize, Serialize};
use vitrine_packs::Pack;

/// What a pack says about a frame or a video; its form depends on the task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "task")]
pub enum Answer {
    /// Areas of categories. The class map travels beside it: a byte a pixel.
    Segment(Segmentation),
    /// Classes of the whole frame. Class activation maps travel beside it, if the pack has them.
    Classify(Classification),
    /// Objects. All candidates travel beside it, for other thresholds.
    Detect(Detections),
    /// What is done, along the time of a video.
    Act(Actions),
}

impl Answer {
    /// Columns and rows of the frame, or of a video's frames.
    pub fn frame_size(&self) -> [u32; 2] {
        match self {
            Self::Segment(it) => [it.width, it.height],
            Self::Classify(it) => [it.width, it.height],
            Self::Detect(it) => [it.width, it.height],
            Self::Act(it) => [it.width, it.height],
        }
    }
}

/// Which objects a frame shows. Beside it travel the candidates before suppression: six little-endian 32-bit floats each,
/// the rectangle's left, top, right and bottom in the frame's pixels, the confidence and the class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detections {
    /// Columns of the frame.
    pub width: u32,
    /// Rows of the frame.
    pub height: u32,
    /// What is left of the candidates by the pack's thresholds, highest confidence first.
    pub objects: Vec<FoundObject>,
}

/// One object that a frame shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FoundObject {
    /// Index into the pack's classes.
    pub class: u32,
    /// English name.
    pub name: String,
    /// Probability, 0..1.
    pub confidence: f32,
    /// Distance of the left side from the frame's left, in pixels.
    pub left: f32,
    /// Distance of the upper side from the frame's top, in pixels.
    pub top: f32,
    /// In pixels.
    pub width: f32,
    /// In pixels.
    pub height: f32,
    /// What the second network of a cascade takes it for, best class first, at most five; empty without one. The classes
    /// are those of the second pack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<RankedClass>,
}

/// What a frame shows, best class first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// Columns of the frame.
    pub width: u32,
    /// Rows of the frame.
    pub height: u32,
    /// Rows and columns that the network read.
    pub resolution: u32,
    /// Crops whose scores were averaged.
    pub crops: u32,
    /// The five best classes, highest confidence first.
    pub ranked: Vec<RankedClass>,
    /// Probability that the network gives to what is no class of the pack, 0..1.
    pub outside: f64,
    /// Whether the frame may show none of the pack's classes: `outside` is at least one and a half times the probability
    /// of the best class. Never at a higher resolution than the pack's, where the rule does not hold.
    pub doubtful: bool,
    /// Where the network looked; none where the pack has no class activation maps.
    pub activation: Option<Activation>,
}

/// One class and how sure the network is of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankedClass {
    /// Index into the pack's classes.
    pub class: u32,
    /// English name.
    pub name: String,
    /// Probability among the pack's classes, 0..1.
    pub confidence: f64,
}

/// A grid of class activation maps. Beside it travel `rows * columns` bytes for each ranked class: 0 where nothing
/// speaks for the class, 255 where most does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activation {
    /// Columns of a map.
    pub columns: u32,
    /// Rows of a map.
    pub rows: u32,
    /// The part of the frame that the grid covers, in pixels: left, top, right, bottom.
    pub region: [f32; 4],
}

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

impl Segmentation {
    /// Sums up a class map. `frame` and `map` are columns and rows; `histogram` counts the map's pixels by class index,
    /// as `vitrine_pixels::ClassMap::histogram` does.
    pub fn new(pack: &Pack, frame: [u32; 2], map: [u32; 2], histogram: &[u64; 256]) -> Self {
        let mut counts = [0_u64; 256];
        for (group, count) in pack.group_table().into_iter().zip(histogram) {
            counts[usize::from(group)] += count;
        }
        let whole = histogram.iter().sum::<u64>() as f64;
        let found = pack.groups.iter().filter(|group| counts[usize::from(group.id)] > 0);
        let mut categories: Vec<GroupShare> = found
            .map(|group| {
                let share = counts[usize::from(group.id)] as f64 / whole;
                GroupShare { id: group.id, name: group.name.en.clone(), share }
            })
            .collect();
        let leads = |share: &GroupShare| pack.group(share.id).is_some_and(|group| group.leading);
        categories.sort_by(|a, b| leads(b).cmp(&leads(a)).then(b.share.total_cmp(&a.share)));
        Self { width: frame[0], height: frame[1], map_width: map[0], map_height: map[1], categories }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_a_group_share_its_area_and_the_largest_comes_first() {
        let json = include_str!("../../../assets/packs/street-deeplab-slim/pack.json");
        let pack = Pack::from_json(json).unwrap();
        // Road and sidewalk are flat (1), sky is sky (5): 3 + 1 and 6 of 10 pixels.
        let mut histogram = [0; 256];
        (histogram[0], histogram[1], histogram[10]) = (3, 1, 6);
        let answer = Segmentation::new(&pack, [10, 4], [5, 2], &histogram);
        let categories: Vec<_> = answer.categories.iter().map(|c| (c.id, c.name.as_str(), c.share)).collect();
        assert_eq!(categories, [(5, "sky", 0.6), (1, "flat", 0.4)]);
        assert_eq!([answer.width, answer.height, answer.map_width, answer.map_height], [10, 4, 5, 2]);
    }

    #[test]
    fn walls_floor_and_ceiling_come_before_what_is_larger() {
        let json = include_str!("../../../assets/packs/indoor-mosaic/pack.json");
        let pack = Pack::from_json(json).unwrap();
        // By label: 1 wall, 4 floor, 6 ceiling, 8 bed, 9 window.
        let mut histogram = [0; 256];
        (histogram[1], histogram[4], histogram[6], histogram[8], histogram[9]) = (2, 3, 1, 5, 4);
        let answer = Segmentation::new(&pack, [15, 1], [15, 1], &histogram);
        let names: Vec<_> = answer.categories.iter().map(|category| category.name.as_str()).collect();
        assert_eq!(names, ["floor", "wall", "ceiling", "bed", "window"]);
    }
}
