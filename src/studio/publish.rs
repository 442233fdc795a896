//! The answers in the form of `vitrine run --json`: for `window.__vitrine`, and for saving.

use super::photo::Photo;
use super::state::Studio;
use js_sys::{JSON, Reflect};
use leptos::prelude::*;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use vitrine_protocol::{Device, Segmentation, Timings};
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
    pub answer: Segmentation,
    /// Where this one was computed.
    pub device: Device,
    /// The same time by stage.
    pub timings: Timings,
}

impl Report {
    /// The report of those photos that have an answer; none if there is no answer yet.
    pub fn of(photos: &[Photo]) -> Option<Self> {
        let mut report: Option<Self> = None;
        for photo in photos {
            let Some(result) = photo.result.get_untracked() else { continue };
            let report = report.get_or_insert_with(|| Self {
                pack: result.pack.clone(),
                device: result.device,
                results: Vec::new(),
            });
            report.device = result.device;
            report.results.push(ReportedResult {
                file: photo.name.clone(),
                millis: result.timings.total_millis,
                answer: result.answer.clone(),
                device: result.device,
                timings: result.timings,
            });
        }
        report
    }

    /// The report as a JavaScript object.
    fn to_object(&self) -> Option<JsValue> {
        self.serialize(&Serializer::json_compatible()).ok()
    }

    /// The report as JSON for people and programs.
    pub fn to_json(&self) -> Option<String> {
        let text = JSON::stringify_with_replacer_and_space(&self.to_object()?, &JsValue::NULL, &2.into());
        text.ok()?.as_string()
    }
}

impl Studio {
    /// Updates `window.__vitrine`, which tests and scripts read.
    pub(super) fn publish(&self) {
        let report = self.photos.with_untracked(|photos| Report::of(photos));
        if let Some(value) = report.and_then(|report| report.to_object()) {
            // The window is an ordinary object: setting a field cannot fail.
            let _ = Reflect::set(&window(), &"__vitrine".into(), &value);
        }
    }
}
