//! The page before the first photo.

use super::icon::{Glyph, Icon};
use super::pack_help::PackHelp;
use super::picker::open_picker;
use super::samples::Samples;
use super::welcome_art::WelcomeArt;
use crate::studio::{PackState, Studio};
use crate::text;
use leptos::prelude::*;

/// What this is, how to begin, and what it promises.
#[component]
pub fn Welcome(studio: Studio) -> impl IntoView {
    let no_pack = move || studio.pack.with(|pack| *pack == PackState::None);
    view! {
        <section class="welcome">
            <div class="welcome-pane">
                <div class="welcome-words">
                <h1>{move || text!(studio.locale.get(), welcome.title)}</h1>
                <p class="lead">{move || text!(studio.locale.get(), welcome.lead)}</p>
                <div class="welcome-actions">
                    <button class="button-main" type="button" data-testid="pick"
                        on:click=move |_| open_picker()>
                        <Icon glyph=Glyph::Add />
                        {move || text!(studio.locale.get(), welcome.pick)}
                    </button>
                    <span class="quiet">{move || text!(studio.locale.get(), welcome.hint)}</span>
                </div>
                <p class="formats">{move || text!(studio.locale.get(), welcome.formats)}</p>
                </div>
                <WelcomeArt />
            </div>
            <Show when=no_pack>
                <PackHelp studio />
            </Show>
            <Samples studio />
            <ul class="promises">
                <Promise glyph=Glyph::Lock
                    title=Signal::derive(move || text!(studio.locale.get(), welcome.private_title))
                    text=Signal::derive(move || text!(studio.locale.get(), welcome.private_text)) />
                <Promise glyph=Glyph::Chip
                    title=Signal::derive(move || text!(studio.locale.get(), welcome.quick_title))
                    text=Signal::derive(move || text!(studio.locale.get(), welcome.quick_text)) />
                <Promise glyph=Glyph::Save
                    title=Signal::derive(move || text!(studio.locale.get(), welcome.open_title))
                    text=Signal::derive(move || text!(studio.locale.get(), welcome.open_text)) />
            </ul>
        </section>
    }
}

#[component]
fn Promise(glyph: Glyph, title: Signal<String>, text: Signal<String>) -> impl IntoView {
    view! {
        <li>
            <Icon glyph />
            <div><strong>{title}</strong><p>{text}</p></div>
        </li>
    }
}
