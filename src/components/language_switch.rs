//! French or English.

use crate::language::{self, Locale};
use crate::memory;
use crate::say;
use crate::studio::Studio;
use leptos::prelude::*;

/// A button that changes to the other language, and shows both.
#[component]
pub fn LanguageSwitch(studio: Studio) -> impl IntoView {
    let switch = move |_| {
        let other = match studio.locale.get_untracked() {
            Locale::en => Locale::fr,
            Locale::fr => Locale::en,
        };
        studio.locale.set(other);
        memory::remember(memory::LANGUAGE, language::tag(other));
    };
    let is = move |locale| Signal::derive(move || studio.locale.get() == locale);
    // The label speaks the other language: it is for those who do not read this one.
    let label = Signal::derive(move || match studio.locale.get() {
        Locale::en => "Passer au français",
        Locale::fr => "Switch to English",
    });
    view! {
        <button class="switch-language" type="button" data-testid="lang-switch" on:click=switch
            aria-label=label title=say!(studio, header.language)>
            <span class:current=is(Locale::en)>"EN"</span>
            <span class:current=is(Locale::fr)>"FR"</span>
        </button>
    }
}
