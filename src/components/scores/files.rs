//! Figures as files: JSON in the form of `vitrine eval --json`, and a table of the photos.

use crate::evaluation::{Areas, Item, Objects, Ranking, Scores};
use crate::numbers::fixed;
use crate::save::{blob, field, offer};
use crate::studio::{Photo, Studio, to_json};
use leptos::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use vitrine_pixels::metrics::coco::CocoSummary;
use vitrine_protocol::{Device, RankedClass};

/// The report on photos in folders.
#[derive(Serialize)]
struct RankingReport {
    pack: String,
    device: Device,
    n: usize,
    resolution: u32,
    crops: u32,
    top1: f64,
    top5: f64,
    doubtful: f64,
    millis_median: f64,
    recall: BTreeMap<String, f64>,
    /// Names of the rows and columns of `confusion`.
    classes: Vec<String>,
    confusion: Vec<Vec<u32>>,
    items: Vec<RankingItem>,
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
struct RankingItem {
    file: String,
    truth: String,
    truth_class: u32,
    ranked: Vec<RankedClass>,
    outside: f64,
    doubtful: bool,
}

/// A file that could not be used.
#[derive(Serialize)]
struct Skipped {
    file: String,
    reason: String,
}

/// The report on photos with label images.
#[derive(Serialize)]
struct AreasReport {
    pack: String,
    device: Device,
    n: usize,
    millis_median: f64,
    pixel_accuracy: Option<f64>,
    miou: Option<f64>,
    iou: BTreeMap<String, Option<f64>>,
    categories: Vec<String>,
    confusion: Vec<Vec<u64>>,
}

/// The report on photos with annotation files.
#[derive(Serialize)]
struct ObjectsReport {
    pack: String,
    device: Device,
    n: usize,
    millis_median: f64,
    #[serde(flatten)]
    summary: CocoSummary,
    ap_by_class: BTreeMap<String, f64>,
    skipped: Vec<Skipped>,
}

/// Hands out everything as JSON.
pub fn json(studio: Studio, scores: &Scores) {
    let text = match scores {
        Scores::Ranking(ranking) => to_json(&ranking_report(studio, ranking)),
        Scores::Areas(areas) => to_json(&areas_report(areas)),
        Scores::Objects(objects) => to_json(&objects_report(studio, objects)),
    };
    let blob = text.and_then(|text| blob(&text, "application/json"));
    offer(studio, blob, "vitrine-eval.json".to_owned());
}

/// Hands out a line a photo.
pub fn csv(studio: Studio, scores: &Scores) {
    let text = match scores {
        Scores::Ranking(ranking) => ranking_table(ranking),
        Scores::Areas(areas) => areas_table(studio, areas),
        Scores::Objects(objects) => objects_table(objects),
    };
    offer(studio, blob(&text, "text/csv"), "vitrine-eval.csv".to_owned());
}

fn ranking_report(studio: Studio, ranking: &Ranking) -> RankingReport {
    let name = |class: u32| {
        ranking.pack.classes.get(class as usize).map_or_else(String::new, |class| class.name.en.clone())
    };
    let item = |item: &Item| RankingItem {
        file: item.file.clone(),
        truth: name(item.truth),
        truth_class: item.truth,
        ranked: item.ranked.clone(),
        outside: item.outside,
        doubtful: item.doubtful,
    };
    let read = ranking.first.classes();
    RankingReport {
        pack: ranking.pack.id.clone(),
        device: ranking.first.device,
        n: ranking.items.len(),
        resolution: read.map_or(0, |classes| classes.resolution),
        crops: read.map_or(0, |classes| classes.crops),
        top1: ranking.top(1),
        top5: ranking.top(5),
        doubtful: ranking.doubtful(),
        millis_median: ranking.millis_median,
        recall: ranking.recalls().iter().map(|recall| (name(recall.class), recall.share())).collect(),
        classes: ranking.pack.classes.iter().map(|class| class.name.en.clone()).collect(),
        confusion: ranking.confusion(),
        items: ranking.items.iter().map(item).collect(),
        skipped: skipped(studio),
    }
}

fn skipped(studio: Studio) -> Vec<Skipped> {
    let one = |photo: &Photo| Some(Skipped { file: photo.path(), reason: photo.fault()?.cause });
    studio.photos.with_untracked(|photos| photos.iter().filter_map(one).collect())
}

fn areas_report(areas: &Areas) -> AreasReport {
    let name =
        |id: usize| areas.pack.group(id as u8).map_or_else(|| id.to_string(), |group| group.name.en.clone());
    let confusion = &areas.confusion;
    AreasReport {
        pack: areas.pack.id.clone(),
        device: areas.first.device,
        n: areas.photos.len(),
        millis_median: areas.millis_median,
        pixel_accuracy: confusion.pixel_accuracy(),
        miou: confusion.miou(),
        iou: areas.ious().into_iter().map(|(id, iou)| (name(id.into()), iou)).collect(),
        categories: (0..confusion.classes()).map(name).collect(),
        confusion: confusion.rows().map(<[u64]>::to_vec).collect(),
    }
}

fn objects_report(studio: Studio, objects: &Objects) -> ObjectsReport {
    ObjectsReport {
        pack: objects.pack.id.clone(),
        device: objects.first.device,
        n: objects.n,
        millis_median: objects.millis_median,
        summary: objects.summary,
        ap_by_class: objects.by_class.iter().map(|&(class, ap)| (class_name(objects, class), ap)).collect(),
        skipped: skipped(studio),
    }
}

fn class_name(objects: &Objects, class: u32) -> String {
    objects.pack.classes.get(class as usize).map_or_else(String::new, |class| class.name.en.clone())
}

fn objects_table(objects: &Objects) -> String {
    let mut text = String::from("class,ap\r\n");
    for &(class, ap) in &objects.by_class {
        text.push_str(&format!("{},{}\r\n", field(&class_name(objects, class)), fixed(ap, 6)));
    }
    text
}

fn ranking_table(ranking: &Ranking) -> String {
    let name = |class: u32| {
        ranking.pack.classes.get(class as usize).map(|class| field(&class.name.en)).unwrap_or_default()
    };
    let mut text = String::from("file,truth,predicted,confidence,right\r\n");
    for item in &ranking.items {
        let Some(best) = item.ranked.first() else { continue };
        let right = if item.is_right() { "1" } else { "0" };
        let line = [
            field(&item.file),
            name(item.truth),
            name(best.class),
            fixed(best.confidence, 6),
            right.to_owned(),
        ];
        text.push_str(&line.join(","));
        text.push_str("\r\n");
    }
    text
}

fn areas_table(studio: Studio, areas: &Areas) -> String {
    let mut text = String::from("file,pixel_accuracy\r\n");
    for &(number, accuracy) in &areas.photos {
        let name = studio.photo(number).map(|photo: Photo| field(&photo.name)).unwrap_or_default();
        text.push_str(&format!("{name},{}\r\n", fixed(accuracy, 6)));
    }
    text
}
