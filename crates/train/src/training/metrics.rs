//! What was measured, as a pack tells it.

use super::evaluate::Measured;
use crate::Recipe;
use vitrine_packs::Metric;

/// Accuracy on the test part of `pictures`.
pub fn of(measured: &Measured, recipe: &Recipe, pictures: usize) -> Vec<Metric> {
    let Measured { confusion, top5 } = measured;
    let data = &recipe.data;
    let part = data.test.as_ref().map_or_else(|| "held-out part".to_owned(), |test| format!("{test} part"));
    let [width, height] = recipe.test_size();
    let void = if top5.is_some() { "" } else { ", void ignored" };
    let metric = |name: String, value: Option<f64>| Metric {
        name,
        value: (value.unwrap_or(0.0) * 1e4).round() / 1e4,
        data: format!("{}, {part}, at {width} x {height}{void}", data.name),
        n: Some(pictures as u32),
        source: "vitrine train".to_owned(),
    };
    if top5.is_some() {
        return vec![
            metric("top-1 accuracy".to_owned(), confusion.pixel_accuracy()),
            metric("top-5 accuracy".to_owned(), *top5),
        ];
    }
    vec![
        metric("pixel accuracy".to_owned(), confusion.pixel_accuracy()),
        metric(format!("mIoU over {} categories", confusion.classes()), confusion.miou()),
    ]
}
