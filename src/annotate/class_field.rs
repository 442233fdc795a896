//! The class of the selected box.

use super::keys;
use super::store::{self, Work};
use super::surface::SURFACE_ID;
use crate::say;
use crate::studio::Studio;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

const FIELD_ID: &str = "edit-class";

/// A field with the classes that are known; others may be written.
#[component]
pub fn ClassField(studio: Studio, work: Work) -> impl IntoView {
    let class = {
        let editor = work.editor.clone();
        Memo::new(move |_| {
            editor.with(|editor| editor.selected().map(|it| (it.id, it.labelled.class.to_string())))
        })
    };
    let work = StoredValue::new(work);
    let set = move |input: HtmlInputElement| {
        rename(studio, &work.get_value(), &input.value());
        // A name that was refused goes.
        input.set_value(&class.get_untracked().unwrap_or_default().1);
    };
    let key = move |event: KeyboardEvent| {
        // What is written here is no shortcut.
        event.stop_propagation();
        let target = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = target else { return };
        match event.key().as_str() {
            "Enter" => set(input),
            "Escape" => input.set_value(&class.get_untracked().unwrap_or_default().1),
            _ => return,
        }
        event.prevent_default();
        focus_on(SURFACE_ID);
    };
    let classes = store::desk().classes;
    let options = move || {
        classes
            .get()
            .iter()
            .map(|name| view! { <option value=name.to_string()></option> })
            .collect::<Vec<_>>()
    };
    view! {
        <label class="edit-class" hidden=Signal::derive(move || class.with(Option::is_none))>
            <span>{say!(studio, annotate.class)}</span>
            <input id=FIELD_ID type="text" list="edit-classes" autocomplete="off" spellcheck="false" maxlength="200"
                data-testid="edit-class" prop:value=Signal::derive(move || class.get().unwrap_or_default().1)
                on:keydown=key
                on:change:target=move |event| set(event.target()) />
            <datalist id="edit-classes">{options}</datalist>
        </label>
    }
}

/// Gives the selected box a class; the next box that is drawn will have it too.
fn rename(studio: Studio, work: &Work, name: &str) {
    keys::change(studio, work, |editor| editor.rename(name));
    let named = work.editor.with_untracked(|editor| editor.selected().map(|it| it.labelled.class.clone()));
    if let Some(class) = named {
        let desk = store::desk();
        desk.learn([&class]);
        desk.class.set(Some(class));
    }
}

/// Gives the field the keyboard; whether it is there.
pub fn focus() -> bool {
    let input = document().get_element_by_id(FIELD_ID);
    if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlInputElement>().ok()) {
        input.select();
    }
    focus_on(FIELD_ID)
}

fn focus_on(id: &str) -> bool {
    let element = document().get_element_by_id(id);
    element.and_then(|element| element.dyn_into::<HtmlElement>().ok()).is_some_and(|it| it.focus().is_ok())
}
