//! The whole page: its parts in their places, and what a person can do anywhere on it.

use crate::components::{
    DropVeil, ErrorCard, Gallery, Header, Help, Picker, Sheet, StatusLine, Welcome, Workplace,
    fetch_workplace_early, listed, open_help, open_picker,
};
use crate::media::{self, Dropped};
use crate::save::{Kind, save};
use crate::studio::Studio;
use crate::turns::Turns;
use crate::{chunk, clip, language, text};
use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element, KeyboardEvent};

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let studio = Studio::start();
    let dragging = RwSignal::new(false);
    follow_language(studio);
    fetch_workplace_early(studio);
    take_drops(studio, dragging);
    take_pastes(studio);
    take_keys(studio);
    let turns = Turns::until(1);
    let watching = move || !studio.clips.with(Vec::is_empty);
    let shown = move || !studio.sheet.get() && studio.on_stage.with(Option::is_some);
    let living = move || studio.live.with(Option::is_some);
    let looking = move || (living() || shown() && !studio.acts()) && !watching();
    view! {
        <div class="app" class:looking=move || looking() || watching() class:living=living
            class:asking=move || studio.panel.with(Option::is_some) data-testid="drop-zone">
            <Header studio />
            <main class="main" class:editing=move || studio.edits()>
                <Show when=watching>{chunk::view(studio, clip::code)}</Show>
                <Show when=move || studio.sheet.get() && !watching()><Sheet studio /></Show>
                <Show when=move || !looking() && !studio.sheet.get() && !watching()><Welcome studio /></Show>
                <Show when=looking><Workplace studio /></Show>
            </main>
            <StatusLine studio />
            <Show when=move || turns.came(1)>
                <Picker studio />
                <Help studio />
                <Gallery studio />
                <ErrorCard studio />
                {move || studio.panel.get().map(|panel| panel())}
                <DropVeil studio shown=dragging />
            </Show>
        </div>
    }
}

/// The document's own language and title.
fn follow_language(studio: Studio) {
    Effect::new(move || {
        let locale = studio.locale.get();
        document().set_title(&text!(locale, title));
        if let Some(root) = document().document_element() {
            // Setting an attribute of the root cannot fail.
            let _ = root.set_attribute("lang", language::tag(locale));
        }
    });
}

/// Files may be dropped anywhere.
fn take_drops(studio: Studio, dragging: RwSignal<bool>) {
    // Every element that the pointer crosses sends a pair of these.
    let depth = StoredValue::new(0_i32);
    let _ = window_event_listener(ev::dragenter, move |event| {
        if has_files(&event) {
            event.prevent_default();
            depth.update_value(|depth| *depth += 1);
            dragging.set(true);
        }
    });
    let _ = window_event_listener(ev::dragover, move |event| {
        if has_files(&event) {
            event.prevent_default();
        }
    });
    let _ = window_event_listener(ev::dragleave, move |_| {
        depth.update_value(|depth| *depth = (*depth - 1).max(0));
        if depth.get_value() == 0 {
            dragging.set(false);
        }
    });
    let _ = window_event_listener(ev::drop, move |event| {
        // Something on the page has taken it.
        let taken = event.default_prevented();
        event.prevent_default();
        depth.set_value(0);
        dragging.set(false);
        if let Some(transfer) = event.data_transfer().filter(|_| !taken) {
            media::take(studio, Dropped::of(&transfer));
        }
    });
}

fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// A picture may come from the clipboard.
fn take_pastes(studio: Studio) {
    let _ = window_event_listener(ev::paste, move |event| {
        let files = event.clipboard_data().and_then(|data| data.files());
        media::take(studio, listed(files).into());
    });
}

/// Shortcuts, wherever the focus is but in a field that takes text.
fn take_keys(studio: Studio) {
    let view = studio.view;
    let _ = window_event_listener(ev::keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        match event.key().as_str() {
            "o" | "O" => open_picker(),
            "g" | "G" if studio.has_many() => studio.show_sheet(),
            "h" | "H" => view.heat.update(|heat| *heat = !*heat),
            "m" | "M" => view.outline.update(|outline| *outline = !*outline),
            "b" | "B" => view.peeking.set(true),
            "+" | "=" => view.zoom_middle(1.5),
            "-" => view.zoom_middle(1.0 / 1.5),
            "0" => view.fit(),
            "[" => studio.step(-1),
            "]" => studio.step(1),
            "s" | "S" => save(studio, Kind::Overlay),
            "?" => open_help(studio),
            _ => return,
        }
        event.prevent_default();
    });
    let _ = window_event_listener(ev::keyup, move |event| {
        if matches!(event.key().as_str(), "b" | "B") {
            view.peeking.set(false);
        }
    });
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.tag_name().as_str(), "TEXTAREA" | "SELECT"))
}
