//! The page before the first photo.

use super::icon::{Glyph, Icon};
use super::pack_help::PackHelp;
use super::picker::{open_folder_picker, open_picker};
use super::samples::Samples;
use super::welcome_art::WelcomeArt;
use crate::live::{self, Source};
use crate::studio::{PackState, Studio};
use crate::{say, text};
use leptos::prelude::*;

/// What this is, how to begin, and what it promises.
#[component]
pub fn Welcome(studio: Studio) -> impl IntoView {
    let no_pack = move || studio.pack.with(|pack| *pack == PackState::None);
    let lead = Signal::derive(move || match studio.classifies() {
        _ if studio.acts() => text!(studio.locale.get(), welcome.lead_actions),
        true => text!(studio.locale.get(), welcome.lead_dogs),
        false => text!(studio.locale.get(), welcome.lead),
    });
    view! {
        <section class="welcome">
            <div class="welcome-pane">
                <div class="welcome-words">
                    <h1>{say!(studio, welcome.title)}</h1>
                    <p class="lead">{lead}</p>
                    <div class="welcome-actions">
                        <button class="button-main" type="button" data-testid="pick"
                            on:click=move |_| open_picker()>
                            <Icon glyph=Glyph::Add />
                            {say!(studio, welcome.pick)}
                        </button>
                        <button class="button" type="button" data-testid="pick-folder"
                            on:click=move |_| open_folder_picker()>
                            <Icon glyph=Glyph::Folder />
                            {say!(studio, welcome.folder)}
                        </button>
                        <button class="button" type="button" data-testid="welcome-camera"
                            on:click=move |_| live::open(studio, Source::Camera)>
                            <Icon glyph=Glyph::Camera />
                            {say!(studio, live.camera)}
                        </button>
                        <span class="quiet">{say!(studio, welcome.hint)}</span>
                    </div>
                    <p class="formats">{say!(studio, welcome.formats)}</p>
                </div>
                <WelcomeArt />
            </div>
            <Show when=no_pack>
                <PackHelp studio />
            </Show>
            <Samples studio />
            <ul class="promises">
                <Promise glyph=Glyph::Lock
                    title=say!(studio, welcome.private_title)
                    text=say!(studio, welcome.private_text) />
                <Promise glyph=Glyph::Chip
                    title=say!(studio, welcome.quick_title)
                    text=say!(studio, welcome.quick_text) />
                <Promise glyph=Glyph::Save
                    title=say!(studio, welcome.open_title)
                    text=say!(studio, welcome.open_text) />
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
