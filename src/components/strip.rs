//! All photos in a row.

use super::thumbnail::Thumbnail;
use crate::say;
use crate::studio::Studio;
use leptos::prelude::*;

/// Thumbnails, where there is more than one photo.
#[component]
pub fn Strip(studio: Studio) -> impl IntoView {
    view! {
        <Show when=move || { studio.photos.with(Vec::len) > 1 }>
            <nav class="strip" data-testid="strip" aria-label=say!(studio, strip.title)>
                <For each=move || studio.photos.get() key=|photo| photo.number let:photo>
                    <Thumbnail studio photo />
                </For>
            </nav>
        </Show>
    }
}
