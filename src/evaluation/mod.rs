//! Accuracy over photos whose truth is known: by the folder that holds them, or by label images or boxes that came with them.
//! Counting only; `components::scores` shows it. The figures and their JSON are those of `vitrine eval`.

mod breeds;
pub mod instances;
mod matrix;
mod objects;
mod streets;
mod truth;

pub use breeds::{Item, Ranking, Recall};
pub use matrix::Matrix;
pub use objects::Objects;
pub use streets::Areas;
pub use truth::Truths;

use crate::studio::{Photo, PhotoResult, Settings, ShownPack};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_packs::Task;

/// What was measured.
#[derive(Clone, Debug)]
pub enum Scores {
    /// Classes of whole photos.
    Ranking(Ranking),
    /// Areas.
    Areas(Areas),
    /// Objects with boxes.
    Objects(Objects),
}

impl Scores {
    /// Measures the answers of a pack with these settings; none if the truth of no photo is known.
    pub fn of(photos: &[Photo], pack: &Arc<ShownPack>, settings: Settings) -> Option<Self> {
        let current = |photo: &Photo| {
            let result = photo.result.get_untracked()?;
            result.is_of(&pack.id, settings).then(|| (photo.clone(), result))
        };
        let answered: Vec<(Photo, Arc<PhotoResult>)> = photos.iter().filter_map(current).collect();
        match pack.task {
            Task::Segment => Areas::of(&answered, pack).map(Self::Areas),
            Task::Detect => Objects::of(&answered, pack, &*instances::latest()?).map(Self::Objects),
            _ => Ranking::of(&answered, pack).map(Self::Ranking),
        }
    }

    /// Whether the truth of one of the photos is known.
    pub fn are_possible(photos: &[Photo], pack: &ShownPack) -> bool {
        let mut truths = Truths::new(pack);
        match pack.task {
            Task::Segment => photos.iter().any(|photo| photo.labels.is_some()),
            Task::Detect => instances::latest().is_some(),
            _ => photos.iter().any(|photo| truths.class(photo.folder.as_deref()).is_some()),
        }
    }
}

/// The middle value, or the mean of the two in the middle; none of nothing.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(median(vec![4.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(vec![]), None);
    }
}
