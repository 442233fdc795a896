//! Light or dark: the system's choice until the person makes one.

use super::icon::{Glyph, Icon};
use crate::memory;
use crate::studio::Studio;
use crate::text;
use leptos::prelude::*;

/// A button that changes to the other theme.
#[component]
pub fn ThemeSwitch(studio: Studio) -> impl IntoView {
    let dark = studio.dark;
    Effect::new(move |before: Option<()>| {
        let theme = if dark.get() { "dark" } else { "light" };
        if let Some(root) = document().document_element() {
            // Setting an attribute of the root cannot fail.
            let _ = root.set_attribute("data-theme", theme);
        }
        // Only what a person chose is remembered; else the page goes on following the system.
        if before.is_some() {
            memory::remember(memory::THEME, theme);
        }
    });
    let label = Signal::derive(move || match (studio.locale.get(), dark.get()) {
        (locale, true) => text!(locale, header.theme_light),
        (locale, false) => text!(locale, header.theme_dark),
    });
    let glyph = Signal::derive(move || if dark.get() { Glyph::Sun } else { Glyph::Moon });
    view! {
        <button class="button-icon" type="button" data-testid="theme-switch" aria-label=label title=label
            on:click=move |_| dark.update(|dark| *dark = !*dark)>
            <Icon glyph />
        </button>
    }
}
