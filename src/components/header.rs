//! The top line: what this is, which model, where it computes, how it looks.

use super::badge::Badge;
use super::help::open_help;
use super::icon::{Glyph, Icon};
use super::language_switch::LanguageSwitch;
use super::pack_card::PackCard;
use super::theme_switch::ThemeSwitch;
use crate::live::{self, Source};
use crate::say;
use crate::studio::{PackState, Studio};
use leptos::prelude::*;

/// The top line.
#[component]
pub fn Header(studio: Studio) -> impl IntoView {
    let camera = say!(studio, live.camera);
    let help = say!(studio, header.help);
    view! {
        <header class="header">
            <div class="brand">
                <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
                    <rect class="mark-frame" x="2.5" y="2.5" width="27" height="27" rx="5" />
                    <path class="mark-pane" d="M16 7h6.5A2.5 2.5 0 0 1 25 9.5v13a2.5 2.5 0 0 1-2.5 2.5H16z" />
                    <path class="mark-line" d="M16 2.5v27" />
                </svg>
                <span class="wordmark">"Vitrine"</span>
            </div>
            <PackCard studio />
            <div class="header-space"></div>
            <button class="button camera" type="button" data-testid="camera" title=camera aria-label=camera
                on:click=move |_| live::open(studio, Source::Camera)>
                <Icon glyph=Glyph::Camera /><span>{camera}</span>
            </button>
            <Show when=move || studio.pack.with(|pack| *pack != PackState::None)>
                <Badge studio />
            </Show>
            <div class="header-switches">
                <LanguageSwitch studio />
                <ThemeSwitch studio />
                <button class="button-icon" type="button" data-testid="help" title=help aria-label=help
                    on:click=move |_| open_help(studio)>
                    <Icon glyph=Glyph::Help />
                </button>
            </div>
        </header>
    }
}
