//! Photos in folders that are named after classes.

use super::{Matrix, Truths, median};
use crate::studio::{Photo, PhotoResult, ShownPack};
use std::sync::Arc;
use vitrine_protocol::RankedClass;

/// A photo with its truth.
#[derive(Clone, Debug)]
pub struct Item {
    /// The photo's number.
    pub number: u32,
    /// The photo's file, below its folder.
    pub file: String,
    /// The class that its folder is named after.
    pub truth: u32,
    /// What the network ranks, best first.
    pub ranked: Vec<RankedClass>,
    /// Probability of something else than the pack's classes, 0..=1.
    pub outside: f64,
    /// Whether the photo may show none of them.
    pub doubtful: bool,
}

impl Item {
    fn place(&self) -> Option<usize> {
        self.ranked.iter().position(|ranked| ranked.class == self.truth)
    }

    /// Whether the best class is the true one.
    pub fn is_right(&self) -> bool {
        self.place() == Some(0)
    }

    fn predicted(&self) -> Option<u32> {
        self.ranked.first().map(|best| best.class)
    }

    fn confidence(&self) -> f64 {
        self.ranked.first().map_or(0.0, |best| best.confidence)
    }
}

/// How a class fares.
#[derive(Clone, Debug, PartialEq)]
pub struct Recall {
    /// The class.
    pub class: u32,
    /// Its photos.
    pub n: u32,
    /// Those that were recognised.
    pub right: u32,
}

impl Recall {
    /// Share of its photos that were recognised, 0..=1.
    pub fn share(&self) -> f64 {
        f64::from(self.right) / f64::from(self.n.max(1))
    }
}

/// Answers whose truth is known.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// The pack that answered.
    pub pack: Arc<ShownPack>,
    /// Photos in the order in which they came.
    pub items: Vec<Item>,
    /// Middle of the times from frame to answer.
    pub millis_median: f64,
    /// The first answer: device and settings are alike in all.
    pub first: Arc<PhotoResult>,
}

impl Ranking {
    /// Measures answers of `pack`; none if no folder is named after a class.
    pub fn of(answered: &[(Photo, Arc<PhotoResult>)], pack: &Arc<ShownPack>) -> Option<Self> {
        let mut truths = Truths::new(pack);
        let mut millis = Vec::new();
        let mut items = Vec::new();
        for (photo, result) in answered {
            let truth = truths.class(photo.folder.as_deref());
            let (Some(truth), Some(classes)) = (truth, result.classes()) else { continue };
            items.push(Item {
                number: photo.number,
                file: photo.path(),
                truth,
                ranked: classes.ranked.clone(),
                outside: classes.outside,
                doubtful: classes.doubtful,
            });
            millis.push(result.timings.total_millis);
        }
        let first = answered.first()?.1.clone();
        Some(Self { pack: pack.clone(), items, millis_median: median(millis)?, first })
    }

    /// Share of the photos whose truth is among the `best` first, 0..=1.
    pub fn top(&self, best: usize) -> f64 {
        let right = self.items.iter().filter(|item| item.place().is_some_and(|place| place < best)).count();
        right as f64 / self.items.len() as f64
    }

    /// Share of the photos that may show no class of the pack, 0..=1.
    pub fn doubtful(&self) -> f64 {
        self.items.iter().filter(|item| item.doubtful).count() as f64 / self.items.len() as f64
    }

    /// Classes that occur, least recognised first.
    pub fn recalls(&self) -> Vec<Recall> {
        let mut recalls: Vec<Recall> = Vec::new();
        for item in &self.items {
            let known = recalls.iter().position(|recall| recall.class == item.truth);
            let index = known.unwrap_or_else(|| {
                recalls.push(Recall { class: item.truth, n: 0, right: 0 });
                recalls.len() - 1
            });
            recalls[index].n += 1;
            recalls[index].right += u32::from(item.is_right());
        }
        recalls.sort_by(|a, b| a.share().total_cmp(&b.share()).then(a.class.cmp(&b.class)));
        recalls
    }

    /// Photos by true and predicted class of the pack.
    pub fn confusion(&self) -> Vec<Vec<u32>> {
        let size = self.pack.classes.len();
        let mut counts = vec![vec![0; size]; size];
        for item in &self.items {
            let predicted = item.predicted().unwrap_or_default() as usize;
            if let Some(count) = counts.get_mut(item.truth as usize).and_then(|row| row.get_mut(predicted)) {
                *count += 1;
            }
        }
        counts
    }

    /// The same to be looked at.
    pub fn matrix(&self) -> Matrix {
        let counts = self.confusion();
        let names = self.pack.classes.iter().map(|class| [class.name.en.clone(), class.name.fr.clone()]);
        Matrix::occurring(names.collect(), |truth, predicted| f64::from(counts[truth][predicted]))
    }

    /// What was taken for something else, most surely first.
    pub fn mistakes(&self) -> Vec<&Item> {
        let mut wrong: Vec<&Item> = self.items.iter().filter(|item| !item.is_right()).collect();
        wrong.sort_by(|a, b| b.confidence().total_cmp(&a.confidence()));
        wrong
    }
}
