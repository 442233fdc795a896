//! What a person can do with a moving picture.

use super::camera;
use super::player::Player;
use super::session::{Live, Phase};
use super::{snapshot, words};
use crate::components::{Glyph, Icon};
use leptos::prelude::*;

/// Buttons, the choice of the camera, and the mirror.
#[component]
pub fn Controls(live: Live) -> impl IntoView {
    let say = move |text| words::say(live, text);
    let idle = Signal::derive(move || live.phase.get() != Phase::Running);
    view! {
        <div class="live-buttons">
            <button class="button" type="button" data-testid="live-snapshot" disabled=idle
                on:click=move |_| snapshot::take(live)>
                <Icon glyph=Glyph::Camera /><span>{say(|words| words.snapshot)}</span>
            </button>
            <button class="button" type="button" data-testid="live-stop" on:click=move |_| live.close()>
                <Icon glyph=Glyph::Close /><span>{say(|words| words.stop)}</span>
            </button>
        </div>
        {match live.file() {
            Some(_) => view! { <Player live /> }.into_any(),
            None => view! { <CameraChoice live /> }.into_any(),
        }}
    }
}

/// Which camera, where there are several, and whether it is a mirror.
#[component]
fn CameraChoice(live: Live) -> impl IntoView {
    let say = move |text| words::say(live, text);
    let choose = move |id: String| {
        camera::choose(&id);
        live.begin();
    };
    let named = move |index: usize, label: &str| match label {
        "" => format!("{} {}", words::of(live.studio.locale.get()).camera, index + 1),
        label => label.to_owned(),
    };
    view! {
        <Show when=move || { live.cameras.with(Vec::len) > 1 }>
            <label class="live-choice">
                <span>{say(|words| words.camera)}</span>
                <select data-testid="live-cameras" on:change:target=move |event| choose(event.target().value())>
                    {move || live.cameras.get().into_iter().enumerate().map(|(index, camera)| {
                        let chosen = live.camera.get() == camera.id;
                        view! { <option value=camera.id selected=chosen>{named(index, &camera.label)}</option> }
                    }).collect_view()}
                </select>
            </label>
        </Show>
        <label class="live-choice">
            <span>{say(|words| words.mirror)}</span>
            <input type="checkbox" role="switch" data-testid="live-mirror" prop:checked=live.mirrored
                on:change=move |_| live.mirrored.update(|mirrored| *mirrored = !*mirrored) />
        </label>
    }
}
