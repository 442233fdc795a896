//! Thresholds. They act on the last answer: nothing is computed again.

use super::candidates::{Found, thresholds, tuned};
use crate::numbers::{self, plain};
use crate::studio::Studio;
use crate::view::{Rivals, Tuned};
use crate::{say, text};
use leptos::prelude::*;

/// What the confidence can be set to: lower there is little but noise, and very much of it.
const CONFIDENCES: (f32, f32) = (0.05, 0.95);
/// What the overlap can be set to.
const OVERLAPS: (f32, f32) = (0.05, 0.95);

/// The thresholds that act now: the person's, or those of the pack that answered or will.
fn now(studio: Studio) -> Option<Tuned> {
    let pack =
        Found::on_stage(studio).map(|found| found.result.pack.clone()).or_else(|| studio.pack_ready())?;
    Some(tuned(studio, &pack))
}

/// Sliders for confidence and overlap, a choice of which boxes compete.
#[component]
pub fn Tuning(studio: Studio) -> impl IntoView {
    let own = studio.view.objects.tuned;
    let now = Memo::new(move |_| now(studio));
    let change = move |change: &dyn Fn(&mut Tuned)| {
        if let Some(mut tuned) = now.get_untracked() {
            change(&mut tuned);
            own.set(Some(tuned));
        }
    };
    let confidence = Signal::derive(move || now.get().map_or(0.5, |it| it.min_confidence));
    let overlap = Signal::derive(move || now.get().map_or(0.5, |it| it.max_iou));
    view! {
        <section class="look" aria-labelledby="tuning-title">
            <div class="panel-head">
                <h2 id="tuning-title">{say!(studio, objects.thresholds)}</h2>
                <button type="button" class="link" data-testid="tuning-reset"
                    hidden=move || own.with(Option::is_none) on:click=move |_| own.set(None)>
                    {say!(studio, look.reset)}
                </button>
            </div>
            <Share studio testid="min-confidence" name=say!(studio, objects.confidence) value=confidence
                range=CONFIDENCES set=move |value| change(&|it| it.min_confidence = value) />
            <Share studio testid="max-iou" name=say!(studio, objects.overlap) value=overlap
                range=OVERLAPS set=move |value| change(&|it| it.max_iou = value) />
            <div class="look-row">
                <span id="rivals-label">{say!(studio, objects.rivals)}</span>
                <div class="segmented rivals" role="group" aria-labelledby="rivals-label">
                    {Rivals::ALL.map(|rivals| {
                        let pressed = Signal::derive(move || now.get().is_some_and(|it| it.rivals == rivals));
                        let press = move || change(&|it| it.rivals = rivals);
                        view! { <RivalsButton studio rivals pressed press /> }
                    }).collect_view()}
                </div>
            </div>
        </section>
    }
}

/// A slider for a share.
#[component]
fn Share(
    studio: Studio,
    testid: &'static str,
    name: Signal<String>,
    value: Signal<f32>,
    range: (f32, f32),
    set: impl Fn(f32) + 'static,
) -> impl IntoView {
    let (low, high) = range;
    let said = Signal::derive(move || numbers::percent(studio.locale.get(), value.get().into()));
    let filled = move || f64::from((value.get() - low) / (high - low)) * 100.0;
    view! {
        <label class="slider look-row">
            <span>{name}</span>
            <output>{said}</output>
            <input type="range" min=plain(low.into()) max=plain(high.into()) step="0.01" data-testid=testid
                prop:value=Signal::derive(move || plain(value.get().into()))
                style=Signal::derive(move || format!("--filled:{}%", plain(filled())))
                aria-valuetext=said
                on:input:target=move |event| {
                    let value = event.target().value_as_number();
                    if value.is_finite() {
                        set(value as f32);
                    }
                } />
        </label>
    }
}

#[component]
fn RivalsButton(
    studio: Studio,
    rivals: Rivals,
    pressed: Signal<bool>,
    press: impl Fn() + 'static,
) -> impl IntoView {
    let (testid, words, note) = match rivals {
        Rivals::OfClass => {
            ("rivals-class", say!(studio, objects.of_class), say!(studio, objects.of_class_note))
        }
        Rivals::All => ("rivals-all", say!(studio, objects.all), say!(studio, objects.all_note)),
        Rivals::Softly => ("rivals-soft", say!(studio, objects.softly), say!(studio, objects.softly_note)),
    };
    view! {
        <button type="button" data-testid=testid aria-pressed=Signal::derive(move || pressed.get().to_string())
            title=note on:click=move |_| press()>
            {words}
        </button>
    }
}

/// Nothing was found: what would show the most likely.
#[component]
pub fn Nothing(studio: Studio, found: Found) -> impl IntoView {
    let best = found.result.objects().and_then(|(_, candidates)| candidates.first().map(|it| it.confidence));
    let lower = best.filter(|&best| best >= CONFIDENCES.0).map(|best| (best * 100.0).floor() / 100.0);
    let pack = found.result.pack.clone();
    let best = Signal::derive(move || {
        let locale = studio.locale.get();
        let percent = numbers::percent(locale, best.unwrap_or(0.0).into());
        text!(locale, objects.best, percent = percent)
    });
    view! {
        <div class="doubt" role="note" data-testid="nothing-found">
            <div>
                <strong>{say!(studio, objects.nothing)}</strong>
                <p>{say!(studio, objects.nothing_text)} " " {best}</p>
                {lower.map(|lower| {
                    let words = Signal::derive(move || {
                        let locale = studio.locale.get();
                        text!(locale, objects.lower, percent = numbers::percent(locale, lower.into()))
                    });
                    let press = move |_| {
                        let mut tuned = studio.view.objects.tuned.get_untracked().unwrap_or_else(|| thresholds(&pack));
                        tuned.min_confidence = lower;
                        studio.view.objects.tuned.set(Some(tuned));
                    };
                    view! { <button type="button" class="link" data-testid="lower" on:click=press>{words}</button> }
                })}
            </div>
        </div>
    }
}
