//! Photos in a row.

use super::icon::{Glyph, Icon};
use super::thumbnail::Thumbnail;
use crate::studio::{Photo, Studio};
use crate::{say, text};
use leptos::prelude::*;

/// More photos are looked at on the sheet.
const SHOWN: usize = 24;

/// Thumbnails, where there is more than one photo.
#[component]
pub fn Strip(studio: Studio) -> impl IntoView {
    let all =
        Signal::derive(move || text!(studio.locale.get(), sheet.title, count = studio.photos.with(Vec::len)));
    view! {
        <Show when=move || studio.has_many()>
            <nav class="strip" data-testid="strip" aria-label=say!(studio, strip.title)>
                <button type="button" class="thumbnail all" data-testid="all-photos" on:click=move |_| studio.show_sheet()>
                    <span class="thumbnail-picture"><Icon glyph=Glyph::Grid /></span>
                    <span class="thumbnail-name">{all}</span>
                </button>
                <For each=move || near(studio) key=|photo| photo.number let:photo>
                    <Thumbnail studio photo />
                </For>
            </nav>
        </Show>
    }
}

/// Photos that are shown: all of a few, of many those beside the selected one.
fn near(studio: Studio) -> Vec<Photo> {
    let selected = studio.selected.get();
    studio.photos.with(|photos| {
        let at = photos.iter().position(|photo| Some(photo.number) == selected).unwrap_or(0);
        let first = at.saturating_sub(SHOWN / 2).min(photos.len().saturating_sub(SHOWN));
        photos.iter().skip(first).take(SHOWN).cloned().collect()
    })
}
