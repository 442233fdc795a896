//! The answers in the form of `vitrine run --json`: for `window.__vitrine`, and for saving.

use super::photo::Photo;
use super::result::Result;
use super::state::Studio;
use js_sys::{Array, JSON, Object, Reflect};
use leptos::prelude::*;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use std::sync::Arc;
use vitrine_protocol::{Answer, Device, Timings};
use wasm_bindgen::JsValue;

/// Answers of one pack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Id of the pack.
    pub pack: String,
    /// Where the latest answer was computed.
    pub device: Device,
    /// One entry a photo.
    pub results: Vec<ReportedResult>,
}

/// The answer of one photo.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReportedResult {
    /// Name of the file.
    pub file: String,
    /// Time from frame to answer.
    pub millis: f64,
    /// What was found.
    pub answer: Answer,
    /// Where this one was computed.
    pub device: Device,
    /// The same time by stage.
    pub timings: Timings,
}

impl ReportedResult {
    fn of(photo: &Photo, result: &Result) -> Self {
        Self {
            file: photo.name.clone(),
            millis: result.timings.total_millis,
            answer: result.answer.clone(),
            device: result.device,
            timings: result.timings,
        }
    }
}

impl Report {
    /// The report of those photos that `pack` has answered; none if there is no answer yet.
    pub fn of(photos: &[Photo], pack: &str) -> Option<Self> {
        let mut report: Option<Self> = None;
        for photo in photos {
            let Some(result) = photo.result.get_untracked().filter(|it| it.pack.id == pack) else { continue };
            let report = report.get_or_insert_with(|| Self {
                pack: result.pack.id.clone(),
                device: result.device,
                results: Vec::new(),
            });
            report.device = result.device;
            report.results.push(ReportedResult::of(photo, &result));
        }
        report
    }
}

impl Report {
    /// The report of one file.
    pub fn of_one(pack: String, file: String, answer: Answer, device: Device, timings: Timings) -> Self {
        let millis = timings.total_millis;
        Self { pack, device, results: vec![ReportedResult { file, millis, answer, device, timings }] }
    }
}

/// A value as JSON for people and programs.
pub fn to_json(value: &impl Serialize) -> Option<String> {
    let value = value.serialize(&Serializer::json_compatible()).ok()?;
    let text = JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into());
    text.ok()?.as_string()
}

/// What `window.__vitrine` holds, and which photos stand in its list.
#[derive(Default)]
pub(super) struct Published {
    report: Option<(Object, Array)>,
    numbers: Vec<u32>,
}

impl Studio {
    /// Puts an answer into `window.__vitrine`, which tests and scripts read. The others are not touched: there may be a
    /// thousand of them.
    pub(super) fn publish(&self, photo: &Photo, result: &Arc<Result>) {
        let entry = ReportedResult::of(photo, result).serialize(&Serializer::json_compatible());
        let Ok(entry) = entry else { return };
        self.published.update_value(|published| {
            let (report, results) = published.report.get_or_insert_with(|| (Object::new(), Array::new()));
            match published.numbers.binary_search(&photo.number) {
                Ok(place) => results.set(place as u32, entry),
                Err(place) => {
                    published.numbers.insert(place, photo.number);
                    results.splice(place as u32, 0, &entry);
                }
            }
            let device = result.device.serialize(&Serializer::json_compatible()).unwrap_or_default();
            // Plain objects: setting a field cannot fail.
            let _ = Reflect::set(report, &"pack".into(), &result.pack.id.as_str().into());
            let _ = Reflect::set(report, &"device".into(), &device);
            let _ = Reflect::set(report, &"results".into(), results);
            let _ = Reflect::set(&window(), &"__vitrine".into(), report);
        });
    }
}
