//! What can be taken home.

use super::icon::{Glyph, Icon};
use super::menu::Menu;
use crate::save::{Kind, save};
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;
use vitrine_packs::Task;

/// A menu with the things that can be saved.
#[component]
pub fn SaveMenu(studio: Studio) -> impl IntoView {
    let title = say!(studio, save.title);
    let button = move || view! { <Icon glyph=Glyph::Save /><span>{title}</span> };
    view! {
        <Menu class="menu-save" testid="save-menu" label=title button=ViewFn::from(button)>
            <div class="save-list">
                {[Kind::Overlay, Kind::Labels, Kind::Json, Kind::Csv, Kind::AllJson]
                    .map(|kind| view! { <SaveButton studio kind /> })
                    .collect_view()}
            </div>
        </Menu>
    }
}

#[component]
fn SaveButton(studio: Studio, kind: Kind) -> impl IntoView {
    let words = move || {
        let locale = studio.locale.get();
        match kind {
            Kind::Overlay => {
                let title = match studio.task() {
                    Task::Classify => text!(locale, save.heat),
                    Task::Detect => text!(locale, save.boxes),
                    _ => text!(locale, save.overlay),
                };
                (title, text!(locale, save.overlay_note))
            }
            Kind::Labels => (text!(locale, save.labels), text!(locale, save.labels_note)),
            Kind::Json => (text!(locale, save.json), text!(locale, save.json_note)),
            Kind::Csv => (text!(locale, save.csv), text!(locale, save.csv_note)),
            Kind::AllJson => (text!(locale, save.all), text!(locale, save.json_note)),
        }
    };
    let testid = match kind {
        Kind::Overlay => "save-overlay",
        Kind::Labels => "save-labels",
        Kind::Json => "save-json",
        Kind::Csv => "save-csv",
        Kind::AllJson => "save-all",
    };
    let nothing = Signal::derive(move || {
        !studio.on_stage.get().is_some_and(|photo| photo.result.with(Option::is_some))
    });
    // A photo without areas has no label image.
    let absent = Signal::derive(move || kind == Kind::Labels && studio.task() != Task::Segment);
    view! {
        <button type="button" class="save-item" data-testid=testid disabled=nothing hidden=absent
            on:click=move |_| save(studio, kind)>
            <span>{Signal::derive(move || words().0)}</span>
            <small>{Signal::derive(move || words().1)}</small>
        </button>
    }
}
