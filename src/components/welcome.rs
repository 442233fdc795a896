//! The page before the first photo.

use super::icon::{Glyph, Icon};
use super::pack_help::PackHelp;
use super::picker::{open_folder_picker, open_picker};
use super::samples::Samples;
use super::welcome_art::WelcomeArt;
use crate::live::{self, Source};
use crate::studio::{PackState, Studio};
use crate::{language, say, text};
use leptos::prelude::*;
use vitrine_packs::Task;

/// What this is, how to begin, and what it promises.
#[component]
pub fn Welcome(studio: Studio) -> impl IntoView {
    let no_pack = move || studio.pack.with(|pack| *pack == PackState::None);
    let lead = Signal::derive(move || lead(studio));
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

/// What the pack is for: in our words where it is one of ours for streets or dogs, else in its own.
fn lead(studio: Studio) -> String {
    let locale = studio.locale.get();
    match studio.pack_ready() {
        Some(pack) if pack.id.starts_with("dogs-") => text!(locale, welcome.lead_dogs),
        Some(pack) if pack.task == Task::Act => text!(locale, welcome.lead_actions),
        Some(pack) if !pack.id.starts_with("street-") => {
            let summary = pack.summary.in_language(language::tag(locale));
            text!(locale, welcome.lead_any) + " " + summary
        }
        _ => text!(locale, welcome.lead),
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
