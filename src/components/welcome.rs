//! The page before the first photo.

use super::icon::{Glyph, Icon};
use super::pack_help::PackHelp;
use super::picker::open_picker;
use super::samples::Samples;
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
                <WelcomeArt />
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

/// A street in a shop window: one half as the eye sees it, the other as the network does.
#[component]
fn WelcomeArt() -> impl IntoView {
    view! {
        <svg class="art" viewBox="0 0 640 200" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
            <g class="art-plain">
                <path class="a1" d="M0 0h640v200H0z" />
                <path class="a2" d="M0 30h70v-14h60v32h46v-20h58v46h40v90H0zM640 20h-80v20h-52v-16h-64v44h-50v26h-46v60h292z" />
                <path class="a3" d="M176 128a30 30 0 0 1 54-22 26 26 0 0 1 34 34H176zM420 132a24 24 0 0 1 44-16 20 20 0 0 1 28 24h-72z" />
                <path class="a4" d="M0 200l250-64h110l280 64z" />
                <path class="a5" d="M340 150q2-14 12-14h36q10 0 14 14l10 3v17h-82v-14zM120 150q4-18 16-18h52q12 0 18 18l14 4v22H104v-18z" />
                <path class="a6" d="M520 124a7 7 0 1 1 .1 0zM511 128h18l4 34h-6l-2 26h-10l-2-26h-6z" />
            </g>
            <g class="art-mask">
                <path class="m1" d="M0 0h640v200H0z" />
                <path class="m2" d="M0 30h70v-14h60v32h46v-20h58v46h40v90H0zM640 20h-80v20h-52v-16h-64v44h-50v26h-46v60h292z" />
                <path class="m3" d="M176 128a30 30 0 0 1 54-22 26 26 0 0 1 34 34H176zM420 132a24 24 0 0 1 44-16 20 20 0 0 1 28 24h-72z" />
                <path class="m4" d="M0 200l250-64h110l280 64z" />
                <path class="m5" d="M340 150q2-14 12-14h36q10 0 14 14l10 3v17h-82v-14zM120 150q4-18 16-18h52q12 0 18 18l14 4v22H104v-18z" />
                <path class="m6" d="M520 124a7 7 0 1 1 .1 0zM511 128h18l4 34h-6l-2 26h-10l-2-26h-6z" />
            </g>
            <path class="art-line" d="M320 0v200" />
        </svg>
    }
}
