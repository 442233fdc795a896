//! Before and after: a line to drag across the photo.

use super::mask_layer::visible;
use crate::numbers::{self, plain, within};
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

/// How far an arrow key moves the line.
const KEY_STEP: f64 = 0.02;

/// The line with its handle: a slider for the mouse, fingers and keys.
#[component]
pub fn Divider(studio: Studio) -> impl IntoView {
    let view = studio.view;
    let dragging = RwSignal::new(false);
    let has_result = move || studio.on_stage.get().is_some_and(|photo| photo.result.with(Option::is_some));
    let place = Signal::derive(move || {
        let (left, right) = visible(view);
        let (_, top, _, height) = view.camera.get().rectangle(view.screen.get());
        let top = top.max(0.0);
        let bottom = (view.screen.get().height - top).min(height);
        let at = plain(left + view.divider.get() * (right - left));
        format!("left:{at}px;top:{}px;height:{}px", plain(top), plain(bottom))
    });
    let spoken = Signal::derive(move || {
        let locale = studio.locale.get();
        let percent = numbers::percent(locale, view.divider.get());
        text!(locale, view.compare_value, percent = percent)
    });
    let drag = move |event: PointerEvent| {
        event.stop_propagation();
        if dragging.get_untracked()
            && let Some(stage) = stage_of(&event)
        {
            let (left, right) = untrack(move || visible(view));
            let x = f64::from(event.client_x()) - stage.get_bounding_client_rect().left();
            view.divider.set(within((x - left) / (right - left).max(1.0), 0.0, 1.0));
        }
    };
    let grab = move |event: PointerEvent| {
        event.stop_propagation();
        dragging.set(true);
        view.pointed.set(None);
        if let Some(handle) = event.current_target().and_then(|t| t.dyn_into::<HtmlElement>().ok()) {
            // A pointer that has gone already cannot be captured, and need not be.
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
    };
    view! {
        <Show when=has_result>
            <div class="divider" class:dragging=dragging style=place role="slider" tabindex="0"
                data-testid="compare" aria-orientation="horizontal" aria-valuemin="0" aria-valuemax="100"
                aria-label=say!(studio, view.compare)
                aria-valuenow=Signal::derive(move || plain((view.divider.get() * 100.0).round()))
                aria-valuetext=spoken
                on:pointerdown=grab on:pointermove=drag
                on:pointerup=move |event| { event.stop_propagation(); dragging.set(false) }
                on:pointercancel=move |_| dragging.set(false)
                on:dblclick=move |event| event.stop_propagation()
                on:keydown=move |event| step(view.divider, &event)>
                <span class="divider-line"></span>
                <span class="divider-handle">
                    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 7 4 12l5 5M15 7l5 5-5 5" /></svg>
                </span>
            </div>
        </Show>
    }
}

fn stage_of(event: &PointerEvent) -> Option<HtmlElement> {
    let handle = event.current_target()?.dyn_into::<HtmlElement>().ok()?;
    handle.closest(".stage").ok()??.dyn_into().ok()
}

fn step(divider: RwSignal<f64>, event: &KeyboardEvent) {
    let moved = |by: f64| within(divider.get_untracked() + by, 0.0, 1.0);
    let to = match event.key().as_str() {
        "ArrowLeft" | "ArrowDown" => moved(-KEY_STEP),
        "ArrowRight" | "ArrowUp" => moved(KEY_STEP),
        "PageUp" => moved(5.0 * KEY_STEP),
        "PageDown" => moved(-5.0 * KEY_STEP),
        "Home" => 0.0,
        "End" => 1.0,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    divider.set(to);
}
