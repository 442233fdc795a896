//! The boxes against the truth, in figures; the legend of their colours.

use super::boxes::compared;
use super::store::{self, Work};
use super::verdict::Compared;
use crate::components::objects::Tuning;
use crate::language::Locale;
use crate::numbers::{self, fixed, plain, within};
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;
use vitrine_pixels::boxes::edit::Editor;

/// Shown where an annotation file came with the photo.
#[component]
pub fn Score(studio: Studio, work: Work) -> impl IntoView {
    let compared = compared(&work);
    let any = Memo::new(move |_| compared.with(Option::is_some));
    let figures = move || compared.get().map(|it| figures(studio.locale.get(), &it));
    // Thresholds choose among what was predicted, as long as nobody has changed it.
    let editor = work.editor.clone();
    let follows = Memo::new(move |_| editor.with(Editor::is_untouched));
    let work = StoredValue::new(work);
    let adopt = move |_| {
        let work = work.get_value();
        let boxes = work.known.with_untracked(|known| known.as_boxes());
        work.editor.update(|editor: &mut Editor| editor.replace(boxes));
    };
    view! {
        <Show when=move || any.get()>
            <section class="edit-score" data-testid="edit-score" aria-label=say!(studio, annotate.score)>
                <h3>{say!(studio, annotate.score)}</h3>
                {figures}
                <MinIou studio />
                <Show when=move || follows.get()><Tuning studio /></Show>
                <button type="button" class="link" data-testid="edit-adopt" on:click=adopt>
                    {say!(studio, annotate.adopt)}
                </button>
            </section>
        </Show>
    }
}

fn figures(locale: Locale, compared: &Compared) -> impl IntoView + use<> {
    let counts = [
        ("found", text!(locale, annotate.found), compared.found()),
        ("wrong", text!(locale, annotate.wrong), compared.wrong()),
        ("missed", text!(locale, annotate.missed), compared.missed.len()),
    ];
    let shares = [
        ("precision", text!(locale, annotate.precision), compared.precision()),
        ("recall", text!(locale, annotate.recall), compared.recall()),
    ];
    let share = move |value: Option<f64>| {
        value.map_or_else(|| "\u{2013}".to_owned(), |value| numbers::percent(locale, value))
    };
    view! {
        <ul class="edit-legend">
            {counts.map(|(kind, words, count)| view! {
                <li class=kind><i aria-hidden="true"></i><span>{words}</span>
                    <strong data-testid=format!("count-{kind}")>{count}</strong></li>
            }).collect_view()}
        </ul>
        <dl>
            {shares.map(|(kind, words, value)| view! {
                <div><dt>{words}</dt><dd data-testid=kind>{share(value)}</dd></div>
            }).collect_view()}
        </dl>
    }
}

/// From which intersection over union on a box is found.
#[component]
fn MinIou(studio: Studio) -> impl IntoView {
    let min_iou = store::desk().min_iou;
    let [words, style, value] = {
        let derived = |text: fn(f64) -> String| {
            let min_iou = min_iou.clone();
            Signal::derive(move || text(min_iou.get()))
        };
        let filled = |iou: f64| format!("--filled:{}%", plain((iou - 0.05) / 0.9 * 100.0));
        [derived(|iou| fixed(iou, 2)), derived(filled), derived(plain)]
    };
    view! {
        <label class="slider look-row">
            <span>{say!(studio, annotate.min_iou)}</span>
            <output>{words}</output>
            <input type="range" min="0.05" max="0.95" step="0.05" data-testid="min-iou" prop:value=value style=style
                on:input:target=move |event| {
                    let value = event.target().value_as_number();
                    if value.is_finite() {
                        min_iou.set(within(value, 0.05, 0.95));
                    }
                } />
        </label>
    }
}
