//! Photos that came with label images.

use super::{Matrix, median};
use crate::studio::{Photo, PhotoResult, ShownPack};
use std::sync::Arc;
use vitrine_pixels::metrics::Confusion;

/// Answers whose truth is known pixel by pixel.
#[derive(Clone, Debug)]
pub struct Areas {
    /// The pack that answered.
    pub pack: Arc<ShownPack>,
    /// Pixels by true and predicted group.
    pub confusion: Confusion,
    /// Photos by number, with the share of their pixels that were recognised, worst first.
    pub photos: Vec<(u32, f64)>,
    /// Middle of the times from frame to answer.
    pub millis_median: f64,
    /// The first answer: device and settings are alike in all.
    pub first: Arc<PhotoResult>,
}

impl Areas {
    /// Measures answers of `pack`; none if no photo could be compared.
    pub fn of(answered: &[(Photo, Arc<PhotoResult>)], pack: &Arc<ShownPack>) -> Option<Self> {
        let (classes, void) = (pack.group_count() as usize, pack.void_groups());
        let mut confusion = Confusion::new(classes, &void);
        let (mut photos, mut millis, mut first) = (Vec::new(), Vec::new(), None);
        for (photo, result) in answered {
            let Some(Ok(counts)) = &result.compared else { continue };
            let Ok(one) = Confusion::counted(classes, &void, counts.clone()) else { continue };
            photos.push((photo.number, one.pixel_accuracy().unwrap_or(1.0)));
            millis.push(result.timings.total_millis);
            first.get_or_insert_with(|| result.clone());
            // Both count the pack's groups.
            let _ = confusion.merge(&one);
        }
        photos.sort_by(|a, b| a.1.total_cmp(&b.1));
        Some(Self { pack: pack.clone(), confusion, photos, millis_median: median(millis)?, first: first? })
    }

    /// Groups that count with their intersection over union, best first; none where a group does not occur.
    pub fn ious(&self) -> Vec<(u8, Option<f64>)> {
        let seen = self.pack.groups.iter().filter(|group| !group.void);
        let mut ious: Vec<_> = seen.map(|group| (group.id, self.confusion.iou(group.id.into()))).collect();
        ious.sort_by(|a, b| b.1.unwrap_or(-1.0).total_cmp(&a.1.unwrap_or(-1.0)));
        ious
    }

    /// The matrix to be looked at.
    pub fn matrix(&self) -> Matrix {
        let rows: Vec<&[u64]> = self.confusion.rows().collect();
        let name = |id: usize| match self.pack.group(id as u8) {
            Some(group) => [group.name.en.clone(), group.name.fr.clone()],
            None => [id.to_string(), id.to_string()],
        };
        let names = (0..self.confusion.classes()).map(name).collect();
        Matrix::occurring(names, |truth, predicted| rows[truth][predicted] as f64)
    }
}
