//! From the timeline to the moving picture.

use super::state::Watching;
use crate::language::Locale;
use crate::live;
use crate::studio::Studio;
use leptos::prelude::*;

/// Leads to the video as a moving picture, each frame looked at by itself: with the pack that was there before, else with
/// another one that is not for videos alone.
#[component]
pub fn FrameByFrame(studio: Studio, watching: Watching) -> impl IntoView {
    let label = Signal::derive(move || words(studio.locale.get()));
    let open = move |_| {
        let Some(clip) = untrack(|| watching.shown()) else { return };
        if untrack(|| studio.acts()) {
            let asked = studio.asked_pack.get_untracked();
            let others = studio.packs.get_untracked().into_iter().find(|id| *id != asked);
            if let Some(pack) = watching.before.get_untracked().or(others) {
                studio.switch_pack(pack);
            }
        }
        live::open(studio, live::Source::Video(clip.file.clone()));
    };
    view! { <button class="button" type="button" data-testid="clip-live" on:click=open>{label}</button> }
}

fn words(locale: Locale) -> &'static str {
    match locale {
        Locale::en => "Look at its frames one by one",
        Locale::fr => "Regarder ses images une \u{e0} une",
    }
}
