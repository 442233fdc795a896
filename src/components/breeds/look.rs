//! How the network looks at photos: at which resolution, and at how many crops.

use crate::language::Locale;
use crate::numbers::plain;
use crate::studio::{PhotoResult, Settings, Studio};
use crate::{say, text};
use leptos::prelude::*;

/// Resolutions that can be chosen: from, to, in steps of.
const RESOLUTIONS: (u32, u32, u32) = (160, 448, 32);
/// Crops that can be averaged.
const CROPS: [u32; 3] = [1, 5, 10];

/// The switches. Photos are looked at again when one is turned.
#[component]
pub fn Look(studio: Studio) -> impl IntoView {
    let standard = move || studio.settings.get() == Settings::default();
    view! {
        <section class="look" aria-labelledby="look-title">
            <div class="panel-head">
                <h2 id="look-title">{say!(studio, look.title)}</h2>
                <button type="button" class="link" data-testid="look-reset" hidden=standard
                    on:click=move |_| studio.change_settings(Settings::default())>
                    {say!(studio, look.reset)}
                </button>
            </div>
            <Resolution studio />
            <div class="look-row">
                <span id="crops-label">{say!(studio, look.crops)}</span>
                <div class="segmented" role="group" aria-labelledby="crops-label">
                    {CROPS.map(|crops| view! { <Crops studio crops /> }).collect_view()}
                </div>
            </div>
            <p class="quiet look-note">{say!(studio, look.note)}</p>
        </section>
    }
}

#[component]
fn Resolution(studio: Studio) -> impl IntoView {
    let (from, to, step) = RESOLUTIONS;
    let standard = move || studio.pack.with(|state| state.pack().map_or(224, |pack| pack.side));
    let chosen = Signal::derive(move || studio.settings.get().side.unwrap_or_else(standard));
    // What the thumb shows while it is held; the photo waits until it is let go.
    let held = RwSignal::new(None::<u32>);
    let now = move || held.get().unwrap_or_else(|| chosen.get());
    let filled = move || f64::from(now().saturating_sub(from)) / f64::from(to - from) * 100.0;
    let words = Signal::derive(move || text!(studio.locale.get(), look.pixels, side = now()));
    let turn = move |value: f64| {
        held.set(None);
        let side = value as u32;
        let side = (side != untrack(standard)).then_some(side);
        studio.change_settings(Settings { side, ..studio.settings.get_untracked() });
    };
    view! {
        <label class="slider look-row">
            <span>{say!(studio, look.resolution)}</span>
            <output>{words}</output>
            <input type="range" min=from max=to step=step data-testid="resolution" aria-valuetext=words
                prop:value=Signal::derive(move || now().to_string())
                style=Signal::derive(move || format!("--filled:{}%", plain(filled())))
                on:input:target=move |event| held.set(Some(event.target().value_as_number() as u32))
                on:change:target=move |event| turn(event.target().value_as_number()) />
        </label>
    }
}

#[component]
fn Crops(studio: Studio, crops: u32) -> impl IntoView {
    let pressed = Signal::derive(move || (studio.settings.get().crops == crops).to_string());
    let label = Signal::derive(move || match crops {
        1 => text!(studio.locale.get(), look.crop_one),
        crops => text!(studio.locale.get(), look.crop_many, count = crops),
    });
    view! {
        <button type="button" data-testid=format!("crops-{crops}") aria-pressed=pressed aria-label=label title=label
            on:click=move |_| studio.change_settings(Settings { crops, ..studio.settings.get_untracked() })>
            {crops}
        </button>
    }
}

/// `224 px, 10 crops`
pub fn words(locale: Locale, result: &PhotoResult) -> String {
    let Some(classes) = result.classes() else { return String::new() };
    let crops = match classes.crops {
        1 => text!(locale, look.crop_one),
        crops => text!(locale, look.crop_many, count = crops),
    };
    format!("{}, {crops}", text!(locale, look.pixels, side = classes.resolution))
}
