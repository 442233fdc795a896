//! What a person can do with a video: stop it, let it run over and over, save it with what was found.

use super::record::{self, Progress};
use super::session::{Live, Phase};
use super::{web, words};
use crate::components::{Glyph, Icon};
use crate::numbers::plain;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Rates of a saved video, in frames a second.
const RATES: [u32; 5] = [5, 10, 15, 25, 30];
/// The one that is suggested: smooth enough, and a third of the work of the usual rate.
const RATE: u32 = 10;

/// The controls of a video.
#[component]
pub fn Player(live: Live) -> impl IntoView {
    let playing = RwSignal::new(true);
    let rate = RwSignal::new(RATE);
    let say = move |text| words::say(live, text);
    let label = Signal::derive(move || {
        let words = words::of(live.studio.locale.get());
        if playing.get() { words.pause } else { words.play }
    });
    let press = move |_| {
        playing.update(|playing| *playing = !*playing);
        if let Some(video) = live.video.get_untracked().map(JsValue::from) {
            // A promise that nobody waits for: what fails is seen.
            let _ = web::call(&video, if playing.get_untracked() { "play" } else { "pause" }, &[]);
        }
    };
    let repeat = move |_| {
        live.looped.update(|looped| *looped = !*looped);
        if let Some(video) = live.video.get_untracked().map(JsValue::from) {
            web::set(&video, "loop", &live.looped.get_untracked().into());
        }
    };
    let idle = Signal::derive(move || live.phase.get() != Phase::Running);
    view! {
        <Show when=move || live.recording.get().is_none() fallback=move || view! { <Recording live /> }>
            <div class="live-buttons">
                <button class="button" type="button" data-testid="live-play" disabled=idle on:click=press>
                    <Icon glyph=Signal::derive(move || if playing.get() { Glyph::Pause } else { Glyph::Play }) />
                    <span>{label}</span>
                </button>
                <button class="button" type="button" data-testid="live-save" disabled=idle
                    on:click=move |_| record::start(live, f64::from(rate.get_untracked()))>
                    <Icon glyph=Glyph::Save /><span>{say(|words| words.save)}</span>
                </button>
            </div>
            <label class="live-choice">
                <span>{say(|words| words.save_rate)}</span>
                <select data-testid="live-rate" on:change:target=move |event| {
                    rate.set(event.target().value().parse().unwrap_or(RATE));
                }>
                    {RATES.map(|each| view! { <option selected=each == rate.get_untracked()>{each}</option> }).collect_view()}
                </select>
            </label>
            <label class="live-choice">
                <span>{say(|words| words.looped)}</span>
                <input type="checkbox" role="switch" data-testid="live-loop" prop:checked=live.looped on:change=repeat />
            </label>
        </Show>
    }
}

/// How far the recording is, and a way out.
#[component]
fn Recording(live: Live) -> impl IntoView {
    let progress = move || live.recording.get().unwrap_or(Progress { done: 0, all: 0 });
    let said = Signal::derive(move || {
        let Progress { done, all } = progress();
        format!("{} {done} / {all}", words::of(live.studio.locale.get()).saving)
    });
    let share = Signal::derive(move || {
        let Progress { done, all } = progress();
        format!("scaleX({})", plain(f64::from(done) / f64::from(all.max(1))))
    });
    view! {
        <div class="live-recording" data-testid="live-recording">
            <span role="status">{said}</span>
            <button class="button" type="button" data-testid="live-cancel" on:click=move |_| record::cancel(live)>
                {words::say(live, |words| words.cancel)}
            </button>
            <span class="bar"><span style:transform=share></span></span>
        </div>
    }
}
