//! A video's answer in the form of `vitrine run --json`.

use super::state::Clip;
use crate::studio::Report;
use leptos::prelude::*;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use vitrine_protocol::{Actions, Answer};

/// What was found so far, at the chosen threshold; none before the first frame. `all` also has the scores of all classes for
/// each window: millions of numbers for a long video.
pub fn report(clip: &Clip, all: bool) -> Option<Report> {
    untrack(|| {
        let (device, timings) = clip.timings.get()?;
        let pack = clip.pack.get()?;
        let mut windows = clip.windows.get();
        if windows.is_empty() {
            return None;
        }
        if !all {
            windows.iter_mut().for_each(|window| window.scores.clear());
        }
        let [width, height] = clip.size.get();
        let frames_per_second = clip.rate.get();
        let (ranked, segments) = (clip.whole.get(), clip.segments());
        let answer = Answer::Act(Actions { width, height, frames_per_second, ranked, segments, windows });
        Some(Report::of_one(pack.id.clone(), clip.file.name(), answer, device, timings))
    })
}

/// Puts the answer into `window.__vitrine`, which tests and scripts read; saved JSON has all scores besides.
pub fn publish(clip: &Clip) {
    let report = report(clip, false).and_then(|report| report.serialize(&Serializer::json_compatible()).ok());
    if let Some(report) = report {
        // Setting a field of the window cannot fail.
        let _ = js_sys::Reflect::set(&window(), &"__vitrine".into(), &report);
    }
}
