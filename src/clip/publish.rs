//! A video's answer in the form of `vitrine run --json`. Long videos have thousands of windows, so that whatever is made of
//! each of them is made in turns.

use super::run::pause;
use super::state::Clip;
use crate::studio::Report;
use js_sys::{Array, Reflect};
use leptos::prelude::*;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use vitrine_protocol::{ActionWindow, Actions, Answer};
use wasm_bindgen::JsValue;

/// After so long the browser gets its turn.
const TURN_MILLIS: f64 = 10.0;

/// What was found so far, at the chosen threshold, with no windows; none before the first of them.
pub fn report(clip: &Clip) -> Option<Report> {
    untrack(|| {
        let (device, timings) = clip.timings.get()?;
        let pack = clip.pack.get()?;
        if clip.windows.with(Vec::is_empty) {
            return None;
        }
        let [width, height] = clip.size.get();
        let (frames_per_second, windows) = (clip.rate.get(), Vec::new());
        let (ranked, segments) = (clip.whole.get(), clip.segments());
        let answer = Answer::Act(Actions { width, height, frames_per_second, ranked, segments, windows });
        Some(Report::of_one(pack.id.clone(), clip.file.name(), answer, device, timings))
    })
}

/// What `make` makes of each window that there is now; none if the windows are gone before it is through, or it makes nothing
/// of one.
pub async fn in_turns<T: Into<JsValue>>(
    clip: &Clip,
    make: impl Fn(&ActionWindow) -> Option<T>,
) -> Option<Array> {
    let made = Array::new();
    let mut begun = js_sys::Date::now();
    for index in 0..clip.windows.with_untracked(Vec::len) {
        made.push(&clip.windows.with_untracked(|windows| make(windows.get(index)?))?.into());
        if js_sys::Date::now() - begun > TURN_MILLIS {
            pause(0).await;
            begun = js_sys::Date::now();
        }
    }
    Some(made)
}

/// As JSON's values.
pub fn value(it: &impl Serialize) -> Option<JsValue> {
    it.serialize(&Serializer::json_compatible()).ok()
}

/// Puts the answer into `window.__vitrine`, which tests and scripts read; saved JSON has all scores besides.
pub async fn publish(clip: &Clip) {
    let without_scores = |window: &ActionWindow| {
        let ActionWindow { start_secs, end_secs, ranked, .. } = window;
        let (start_secs, end_secs, ranked) = (*start_secs, *end_secs, ranked.clone());
        value(&ActionWindow { start_secs, end_secs, ranked, scores: Vec::new() })
    };
    let windows = in_turns(clip, without_scores).await;
    let report = report(clip).as_ref().and_then(value);
    if let (Some(report), Some(windows)) = (report, windows) {
        let inside = |it: JsValue, name: &str| Reflect::get(&it, &name.into()).unwrap_or_default();
        let first = Reflect::get_u32(&inside(report.clone(), "results"), 0).unwrap_or_default();
        // Setting a field of a plain object, or of the window, cannot fail.
        let _ = Reflect::set(&inside(first, "answer"), &"windows".into(), &windows);
        let _ = Reflect::set(&window(), &"__vitrine".into(), &report);
    }
}
