//! Places on the timeline: from the pointer and from keys.

use super::state::Clip;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

/// Seconds that an arrow key moves; with Shift ten times as many.
const KEY_SECS: f64 = 0.2;

/// Moves the player to where the person points; `dragging` as long as the button is held.
pub fn point(clip: &Clip, event: &PointerEvent) {
    let Some(line) = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let place = line.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
    clip.seek(share * untrack(|| clip.span()));
}

/// Moves the player by a key; whether it was one.
pub fn key(clip: &Clip, event: &KeyboardEvent) -> bool {
    let at = clip.at.get_untracked();
    let step = if event.shift_key() { 10.0 * KEY_SECS } else { KEY_SECS };
    match event.key().as_str() {
        "ArrowLeft" | "ArrowDown" => clip.seek(at - step),
        "ArrowRight" | "ArrowUp" => clip.seek(at + step),
        "PageUp" => clip.seek(at + 50.0 * KEY_SECS),
        "PageDown" => clip.seek(at - 50.0 * KEY_SECS),
        "Home" => clip.seek(0.0),
        "End" => clip.seek(untrack(|| clip.span())),
        _ => return false,
    }
    true
}
