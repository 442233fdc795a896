//! Accuracy over photos whose truth is known: by the folder that holds them, or by label images that came with them.
//! Counting only; `components::scores` shows it. The figures and their JSON are those of `vitrine eval`.

mod breeds;
mod matrix;
mod streets;
mod truth;

pub use breeds::{Item, Ranking, Recall};
pub use matrix::Matrix;
pub use streets::Areas;
pub use truth::Truths;

use crate::studio::{Photo, PhotoResult, Settings, ShownPack};
use leptos::prelude::*;
use std::sync::Arc;

/// What was measured.
#[derive(Clone, Debug)]
pub enum Scores {
    /// Classes of whole photos.
    Ranking(Ranking),
    /// Areas.
    Areas(Areas),
}

impl Scores {
    /// Measures the answers of a pack with these settings; none if the truth of no photo is known.
    pub fn of(photos: &[Photo], pack: &Arc<ShownPack>, settings: Settings) -> Option<Self> {
        let current = |photo: &Photo| {
            let result = photo.result.get_untracked()?;
            result.is_of(&pack.id, settings).then(|| (photo.clone(), result))
        };
        let answered: Vec<(Photo, Arc<PhotoResult>)> = photos.iter().filter_map(current).collect();
        match pack.groups.is_empty() {
            true => Ranking::of(&answered, pack).map(Self::Ranking),
            false => Areas::of(&answered, pack).map(Self::Areas),
        }
    }

    /// Whether the truth of one of the photos is known.
    pub fn are_possible(photos: &[Photo], pack: &ShownPack) -> bool {
        let mut truths = Truths::new(pack);
        photos.iter().any(|photo| match pack.groups.is_empty() {
            true => truths.class(photo.folder.as_deref()).is_some(),
            false => photo.labels.is_some(),
        })
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
