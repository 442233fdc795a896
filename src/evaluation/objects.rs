//! Photos whose objects are known from COCO's `instances.json`, measured as COCO does. The figures are those of `vitrine eval`.

use super::instances::{Instances, stem};
use super::median;
use crate::studio::{Photo, PhotoResult, ShownPack};
use std::sync::Arc;
use vitrine_pixels::boxes::{Decay, Suppression};
use vitrine_pixels::metrics::coco::{CocoEvaluation, CocoSummary};
use vitrine_pixels::metrics::matching::{Prediction, Truth};

/// Detections of an image that COCO counts.
const DETECTIONS_MAX: usize = 100;

/// Answers whose truth is known.
#[derive(Clone, Debug)]
pub struct Objects {
    /// The pack that answered.
    pub pack: Arc<ShownPack>,
    /// The first answer: device and settings are alike in all.
    pub first: Arc<PhotoResult>,
    /// Photos that count.
    pub n: usize,
    /// Middle of the times from frame to answer.
    pub millis_median: f64,
    /// Average precision and recall.
    pub summary: CocoSummary,
    /// Average precision of the classes of which there was an object, best first.
    pub by_class: Vec<(u32, f64)>,
}

impl Objects {
    /// Measures answers of `pack` by a set that names the photos' files; none if it names none of them.
    pub fn of(
        answered: &[(Photo, Arc<PhotoResult>)],
        pack: &Arc<ShownPack>,
        truth: &Instances,
    ) -> Option<Self> {
        let classes = class_table(&truth.classes, pack);
        let named = |(photo, result): &(Photo, Arc<PhotoResult>)| {
            let name = stem(&photo.name);
            let place = truth.images.iter().position(|image| stem(&image.file) == name)?;
            Some((place, result.clone()))
        };
        let mut known: Vec<(usize, Arc<PhotoResult>)> = answered.iter().filter_map(named).collect();
        // As pycocotools: of equally confident detections those of the lower id rank higher; images are sorted by it.
        known.sort_by_key(|(place, _)| *place);
        let (mut evaluation, mut millis) = (CocoEvaluation::default(), Vec::new());
        for (place, result) in &known {
            let Some((_, candidates)) = result.objects() else { continue };
            let truths = truth.images[*place]
                .objects
                .iter()
                .filter_map(|(category, it)| Some(Truth { class: (*classes.get(*category)?)?, ..*it }));
            let predictions: Vec<Prediction> =
                suppression(pack).apply(candidates).iter().map(Prediction::from).collect();
            evaluation.add(&truths.collect::<Vec<_>>(), &predictions);
            millis.push(result.timings.total_millis);
        }
        let by_class = evaluation.ap_by_class().into_iter();
        let mut by_class: Vec<(u32, f64)> = by_class.map(|(class, ap)| (class.into(), ap)).collect();
        by_class.sort_by(|a, b| b.1.total_cmp(&a.1));
        Some(Self {
            pack: pack.clone(),
            first: known.first()?.1.clone(),
            n: evaluation.images(),
            millis_median: median(millis)?,
            summary: evaluation.summary(),
            by_class,
        })
    }
}

/// The pack's, down to the least confident candidate: precision is measured at every recall.
fn suppression(pack: &ShownPack) -> Suppression {
    let max_iou = crate::components::thresholds(pack).max_iou;
    Suppression {
        min_confidence: 0.0,
        max_iou,
        across_classes: false,
        decay: Decay::Drop,
        max_count: DETECTIONS_MAX,
    }
}

/// The pack's class for each class of the set, by its English name.
fn class_table(names: &[String], pack: &ShownPack) -> Vec<Option<u16>> {
    let find = |name: &String| {
        let place = pack.classes.iter().position(|class| class.name.en.eq_ignore_ascii_case(name.trim()));
        place.and_then(|place| u16::try_from(place).ok())
    };
    names.iter().map(find).collect()
}
