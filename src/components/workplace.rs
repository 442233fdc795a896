//! What a photo is looked at with: the stage, its tools, the photos below and the panel beside it. Nobody needs it before the
//! first photo, so it is a part of its own, which is fetched when the model is there.

use super::breeds::Breeds;
use super::legend::Legend;
use super::objects::Objects;
use super::stage::Stage;
use super::strip::Strip;
use super::toolbar::Toolbar;
use crate::annotate::EditPanel;
use crate::studio::Studio;
use crate::turns::Turns;
use crate::{chunk, live};
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitrine_packs::Task;
use wasm_split_helpers::wasm_split;

/// Stage and panel.
#[component]
pub fn Workplace(studio: Studio) -> impl IntoView {
    chunk::view(studio, workplace_code)
}

/// Fetches the workplace while the person still looks for a photo, so that the photo does not have to wait for it.
pub fn fetch_workplace_early(studio: Studio) {
    Effect::new(move |fetched: Option<bool>| {
        let wanted = studio.pack.with(|state| state.pack().is_some())
            || studio.photos.with(|photos| !photos.is_empty());
        let fetched = fetched.unwrap_or(false);
        if wanted && !fetched {
            // If it cannot be had, that is told when it is needed.
            spawn_local(async { drop(workplace_code().await) });
        }
        wanted || fetched
    });
}

#[wasm_split(workplace, fallible)]
fn workplace_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| {
        let task = Memo::new(move |_| studio.task());
        let turns = Turns::until(3);
        view! {
            <div class="workplace">
                <div class="seat"><Stage studio /></div>
                <Show when=move || turns.came(1)><Toolbar studio /></Show>
                <Strip studio />
            </div>
            <Show when=move || turns.came(2)>{move || match studio.live.get() {
                Some(_) => chunk::view(studio, live::code).into_any(),
                None => match task.get() {
                    Task::Classify => view! { <Breeds studio /> }.into_any(),
                    Task::Detect => view! { <Objects studio /> }.into_any(),
                    _ => view! { <Legend studio /> }.into_any(),
                },
            }}</Show>
            <Show when=move || turns.came(3)><EditPanel studio /></Show>
        }
        .into_any()
    })
}
