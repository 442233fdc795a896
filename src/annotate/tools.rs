//! The buttons of the editor.

use super::keys;
use super::store::{self, Work};
use crate::say;
use crate::studio::Studio;
use leptos::prelude::*;
use vitrine_pixels::boxes::edit::Editor;

const DRAW: &str = "M5 9V5h4M15 5h4v4M19 15v4h-4M9 19H5v-4M12 9v6M9 12h6";
const UNDO: &str = "M9 14 4 9l5-5M4 9h9.5a5.5 5.5 0 0 1 0 11H8";
const REDO: &str = "M15 14l5-5-5-5M20 9h-9.5a5.5 5.5 0 0 0 0 11H16";
const COPY: &str = "M9 9h10v11H9zM5 15V4h10";
const DELETE: &str = "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5";

/// Drawing, undoing, redoing, copying, deleting.
#[component]
pub fn Tools(studio: Studio, work: Work) -> impl IntoView {
    let drawing = store::desk().drawing;
    let pressed = {
        let drawing = drawing.clone();
        Signal::derive(move || drawing.get().to_string())
    };
    let draw = say!(studio, annotate.draw);
    let never = |can: fn(&Editor) -> bool| {
        let editor = work.editor.clone();
        Signal::derive(move || !editor.with(can))
    };
    let [no_undo, no_redo] = [never(Editor::can_undo), never(Editor::can_redo)];
    let nothing = never(|editor| editor.selected().is_some());
    let work = StoredValue::new(work);
    let change = move |act: fn(&mut Editor)| keys::change(studio, &work.get_value(), act);
    let undo = |editor: &mut Editor| {
        editor.undo();
    };
    let redo = |editor: &mut Editor| {
        editor.redo();
    };
    view! {
        <div class="edit-tools" role="toolbar" aria-label=say!(studio, annotate.tools)>
            <button type="button" class="button edit-draw" data-testid="edit-draw" aria-pressed=pressed title=draw
                on:click=move |_| drawing.update(|drawing| *drawing = !*drawing)>
                <Shape path=DRAW /><span>{draw}</span>
            </button>
            <Tool label=say!(studio, annotate.undo) testid="edit-undo" path=UNDO disabled=no_undo
                press=move || change(undo) />
            <Tool label=say!(studio, annotate.redo) testid="edit-redo" path=REDO disabled=no_redo
                press=move || change(redo) />
            <Tool label=say!(studio, annotate.duplicate) testid="edit-duplicate" path=COPY disabled=nothing
                press=move || keys::duplicate(studio, &work.get_value()) />
            <Tool label=say!(studio, annotate.delete) testid="edit-delete" path=DELETE disabled=nothing
                press=move || change(Editor::delete) />
        </div>
    }
}

#[component]
fn Tool(
    label: Signal<String>,
    testid: &'static str,
    path: &'static str,
    disabled: Signal<bool>,
    press: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="button-icon" data-testid=testid title=label aria-label=label disabled=disabled
            on:click=move |_| press()>
            <Shape path />
        </button>
    }
}

/// An icon that only the editor has.
#[component]
fn Shape(path: &'static str) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=path /></svg> }
}
