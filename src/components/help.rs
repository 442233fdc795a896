//! The keyboard shortcuts, in a dialogue that is fetched when it is first asked for.

use super::icon::{Glyph, Icon};
use crate::chunk;
use crate::studio::Studio;
use crate::{say, text};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_split_helpers::wasm_split;
use web_sys::HtmlDialogElement;

const DIALOG_ID: &str = "help";

/// The dialogue, from when it is first asked for.
#[component]
pub fn Help(studio: Studio) -> impl IntoView {
    move || studio.help.get().map(|dialog| dialog(studio))
}

#[wasm_split(panels, fallible)]
fn dialog_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <Dialog studio /> }.into_any())
}

/// Shows itself as soon as it is there.
#[component]
fn Dialog(studio: Studio) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(|dialog| show(&dialog));
    let close = say!(studio, help.close);
    let rows = move || {
        let locale = studio.locale.get();
        [
            ("O", text!(locale, help.open)),
            ("Ctrl V", text!(locale, help.paste)),
            ("M", text!(locale, help.mode)),
            ("H", text!(locale, help.heat)),
            ("B", text!(locale, help.peek)),
            ("+ \u{2212} 0", text!(locale, help.zoom)),
            ("\u{2190} \u{2191} \u{2192} \u{2193}", text!(locale, help.pan)),
            ("[ ]", text!(locale, help.next)),
            ("G", text!(locale, help.sheet)),
            ("S", text!(locale, help.save)),
            ("?", text!(locale, help.this)),
        ]
    };
    view! {
        <dialog class="help" node_ref=dialog id=DIALOG_ID data-testid="help-dialog" aria-labelledby="help-title">
            <form method="dialog">
                <h2 id="help-title">{say!(studio, help.title)}</h2>
                <button class="button-icon" aria-label=close title=close><Icon glyph=Glyph::Close /></button>
            </form>
            <dl>
                {move || rows().map(|(keys, words)| view! {
                    <div>
                        <dt>{keys.split(' ').map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                        <dd>{words}</dd>
                    </div>
                }).collect_view()}
            </dl>
        </dialog>
    }
}

/// Shows the dialogue.
pub fn open_help(studio: Studio) {
    let dialog = document().get_element_by_id(DIALOG_ID);
    match dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        Some(dialog) => show(&dialog),
        None => chunk::with(studio, dialog_code, move |dialog| studio.help.set(Some(dialog))),
    }
}

fn show(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // It fails only for a dialogue that is open already.
        let _ = dialog.show_modal();
    }
}
