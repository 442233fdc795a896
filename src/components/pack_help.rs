//! How to get a model, where the page has none.

use super::icon::{Glyph, Icon};
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;

const COMMAND: &str = "cargo run --release -p vitrine-cli -- pull";

/// The command that brings packs.
#[component]
pub fn PackHelp(studio: Studio) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        // Without permission the command can still be selected by hand.
        let _ = window().navigator().clipboard().write_text(COMMAND);
        copied.set(true);
    };
    let label = Signal::derive(move || match copied.get() {
        true => text!(studio.locale.get(), packs.copied),
        false => text!(studio.locale.get(), packs.copy),
    });
    view! {
        <section class="pack-help" data-testid="pack-help" role="note">
            <h2>{say!(studio, packs.title)}</h2>
            <p>{say!(studio, packs.text)}</p>
            <div class="command">
                <code>{COMMAND}</code>
                <button class="button-icon" type="button" on:click=copy aria-label=label title=label>
                    <Icon glyph=Glyph::Copy />
                </button>
            </div>
            <p class="quiet">{say!(studio, packs.then)}</p>
            <button class="button" type="button" on:click=move |_| {
                // A page can always reload itself.
                let _ = window().location().reload();
            }>{say!(studio, packs.reload)}</button>
        </section>
    }
}
