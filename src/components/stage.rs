//! The photo with its mask: zoom, pan, point.

use super::divider::Divider;
use super::mask_layer::MaskLayer;
use super::objects::BoxLayer;
use super::photo_layer::PhotoLayer;
use super::readout::Readout;
use crate::annotate::EditLayer;
use crate::studio::{Phase, Studio};
use crate::view::{Pointed, Pointers, Screen, Touch, View};
use crate::{text, words};
use leptos::html::Div;
use leptos::prelude::*;
use vitrine_packs::Task;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent, ResizeObserver, WheelEvent};

/// Wheel units that double the zoom.
const WHEEL_PER_DOUBLING: f64 = 400.0;
/// CSS pixels that an arrow key moves the photo.
const KEY_STEP: f64 = 60.0;
/// How much a key or a button zooms.
pub const ZOOM_STEP: f64 = 1.5;

/// The stage.
#[component]
pub fn Stage(studio: Studio) -> impl IntoView {
    let stage = NodeRef::<Div>::new();
    let view = studio.view;
    watch_size(stage, view);
    watch_photo(studio);
    let pointers = RwSignal::new(Pointers::default());
    let busy = Signal::derive(move || {
        let shown = studio.on_stage.get();
        shown.is_some_and(|photo| matches!(photo.phase.get(), Phase::Reading | Phase::Running))
    });
    let boxed = Memo::new(move |_| studio.task() == Task::Detect);
    view! {
        <div class="stage" node_ref=stage data-testid="stage" tabindex="0" role="group"
            aria-label=Signal::derive(move || label(studio)) class:busy=busy class:editing=move || studio.edits()
            class:zoomed=Signal::derive(move || view.camera.get().zoom > 1.0)
            on:wheel=move |event| wheel(view, &event)
            on:pointerdown=move |event| press(&event, pointers)
            on:pointermove=move |event| moves(view, &event, pointers)
            on:pointerup=move |event| release(view, &event, pointers)
            on:pointercancel=move |event| { pointers.update(|pointers| { pointers.release(event.pointer_id()); }) }
            on:pointerleave=move |event| { if event.pointer_type() == "mouse" { view.pointed.set(None) } }
            on:dblclick=move |event| double(view, f64::from(event.offset_x()), f64::from(event.offset_y()))
            on:keydown=move |event| key(view, &event)>
            <PhotoLayer studio />
            <MaskLayer studio />
            <Show when=move || boxed.get()><BoxLayer studio /></Show>
            <Divider studio />
            <Readout studio />
            <EditLayer studio />
            <div class="scan" aria-hidden="true"></div>
        </div>
    }
}

fn label(studio: Studio) -> String {
    let locale = studio.locale.get();
    let Some(photo) = studio.on_stage.get() else { return String::new() };
    match photo.result.get() {
        Some(result) => {
            let found = words::found(locale, &result);
            text!(locale, view.label, name = photo.name, found = found)
        }
        None => text!(locale, view.label_plain, name = photo.name),
    }
}

/// Keeps the stage's size in the view.
fn watch_size(stage: NodeRef<Div>, view: View) {
    Effect::new(move || {
        let Some(element) = stage.get() else { return };
        let measured = element.clone();
        let measure = Closure::<dyn FnMut()>::new(move || {
            let (width, height) = (f64::from(measured.client_width()), f64::from(measured.client_height()));
            view.screen.update(|screen| *screen = Screen { width, height, ..*screen });
        });
        if let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
            observer.observe(&element);
        }
        // The stage lives about as long as the page, and so does what watches it.
        measure.forget();
    });
}

/// Another photo is shown whole, and nobody points at it yet.
fn watch_photo(studio: Studio) {
    let view = studio.view;
    Effect::new(move |before: Option<Option<u32>>| {
        let photo = studio.on_stage.get();
        let number = photo.as_ref().map(|photo| photo.number);
        if before != Some(number) {
            view.fit();
            view.pointed.set(None);
            view.highlighted.set(None);
            view.rank.set(0);
        }
        if let Some(picture) = photo.and_then(|photo| photo.picture.get()) {
            let (image_width, image_height) = (f64::from(picture.width()), f64::from(picture.height()));
            view.screen.update(|screen| *screen = Screen { image_width, image_height, ..*screen });
        }
        number
    });
}

fn wheel(view: View, event: &WheelEvent) {
    event.prevent_default();
    // Lines and pages are about 30 and 300 pixels.
    let unit = [1.0, 30.0, 300.0][event.delta_mode().min(2) as usize];
    let (x, y) = position(event.current_target(), event.client_x(), event.client_y());
    view.zoom((-event.delta_y() * unit / WHEEL_PER_DOUBLING).exp2(), x, y);
}

fn position(stage: Option<web_sys::EventTarget>, client_x: i32, client_y: i32) -> (f64, f64) {
    let Some(stage) = stage.and_then(|stage| stage.dyn_into::<HtmlElement>().ok()) else { return (0.0, 0.0) };
    let bounds = stage.get_bounding_client_rect();
    (f64::from(client_x) - bounds.left(), f64::from(client_y) - bounds.top())
}

fn place(event: &PointerEvent) -> (f64, f64) {
    position(event.current_target(), event.client_x(), event.client_y())
}

fn press(event: &PointerEvent, pointers: RwSignal<Pointers>) {
    let (x, y) = place(event);
    pointers.update(|pointers| pointers.press(event.pointer_id(), x, y));
    if let Some(stage) = event.current_target().and_then(|stage| stage.dyn_into::<HtmlElement>().ok()) {
        // A pointer that has gone already cannot be captured, and need not be.
        let _ = stage.set_pointer_capture(event.pointer_id());
    }
}

fn moves(view: View, event: &PointerEvent, pointers: RwSignal<Pointers>) {
    let (x, y) = place(event);
    let touch = pointers.try_update(|pointers| pointers.moves(event.pointer_id(), x, y)).flatten();
    match touch {
        Some(Touch::Drag { dx, dy }) => view.pan(dx, dy),
        Some(Touch::Pinch { factor, x, y, dx, dy }) => {
            view.pan(dx, dy);
            view.zoom(factor, x, y);
        }
        None => {}
    }
    if event.pointer_type() == "mouse" {
        point(view, x, y);
    }
}

fn release(view: View, event: &PointerEvent, pointers: RwSignal<Pointers>) {
    let tapped = pointers.try_update(|pointers| pointers.release(event.pointer_id()));
    if tapped == Some(true) && event.pointer_type() != "mouse" {
        let (x, y) = place(event);
        point(view, x, y);
    }
}

fn point(view: View, x: f64, y: f64) {
    let screen = view.screen.get_untracked();
    let image = view.camera.get_untracked().image_from_screen(screen, x, y);
    view.pointed.set(image.map(|(column, row)| Pointed { column, row, x, y }));
}

fn double(view: View, x: f64, y: f64) {
    if view.camera.get_untracked().zoom > 1.0 {
        view.fit();
    } else {
        view.zoom(3.0, x, y);
    }
}

fn key(view: View, event: &KeyboardEvent) {
    let (dx, dy) = match event.key().as_str() {
        "ArrowLeft" => (KEY_STEP, 0.0),
        "ArrowRight" => (-KEY_STEP, 0.0),
        "ArrowUp" => (0.0, KEY_STEP),
        "ArrowDown" => (0.0, -KEY_STEP),
        _ => return,
    };
    event.prevent_default();
    view.pan(dx, dy);
}
