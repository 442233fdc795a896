//! What the numbers of an output mean, where neither file nor shapes tell.

use super::form::Form;
use super::words::Words;
use leptos::prelude::*;
use vitrine_packs::Corners;
use vitrine_packs::own::Scores;

/// A word of the page's.
type Word = fn(&Words) -> &'static str;

/// Whether a softmax or sigmoids are still to be done.
#[component]
pub fn ScoreKind(form: Form) -> impl IntoView {
    let kinds: [(&str, Scores, Word); 4] = [
        ("logits", Scores::Logits, |words| words.logits),
        ("probabilities", Scores::Probabilities, |words| words.probabilities),
        ("independent", Scores::Independent, |words| words.independent),
        ("independent-probabilities", Scores::IndependentProbabilities, |words| words.independent_already),
    ];
    let option = move |(tag, kind, word): (&'static str, Scores, Word)| {
        let chosen = Signal::derive(move || form.scores.get() == kind);
        choice(form, "own-scores", tag, word, chosen, move || form.scores.set(kind))
    };
    view! {
        <fieldset class="own-part">
            <legend>{move || form.words().scores}</legend>
            {kinds.into_iter().map(option).collect_view()}
        </fieldset>
    }
}

/// How boxes are written.
#[component]
pub fn BoxKind(form: Form) -> impl IntoView {
    let corners: [(&str, Corners, Word); 3] = [
        ("middle", Corners::Middle, |words| words.box_middle),
        ("corner", Corners::TopLeft, |words| words.box_corner),
        ("corners", Corners::Both, |words| words.box_corners),
    ];
    let units: [(&str, bool, Word); 2] =
        [("pixels", false, |words| words.pixels), ("shares", true, |words| words.shares)];
    let corner = move |(tag, kind, word): (&'static str, Corners, Word)| {
        let chosen = Signal::derive(move || form.boxes.get().0 == kind);
        choice(form, "own-box", tag, word, chosen, move || form.boxes.update(|boxes| boxes.0 = kind))
    };
    let unit = move |(tag, shares, word): (&'static str, bool, Word)| {
        let chosen = Signal::derive(move || form.boxes.get().1 == shares);
        choice(form, "own-unit", tag, word, chosen, move || form.boxes.update(|boxes| boxes.1 = shares))
    };
    view! {
        <fieldset class="own-part">
            <legend>{move || form.words().boxes}</legend>
            {corners.into_iter().map(corner).collect_view()}
        </fieldset>
        <fieldset class="own-part">
            <legend>{move || form.words().units}</legend>
            {units.into_iter().map(unit).collect_view()}
        </fieldset>
    }
}

fn choice(
    form: Form,
    name: &'static str,
    tag: &'static str,
    word: Word,
    chosen: Signal<bool>,
    choose: impl Fn() + 'static,
) -> AnyView {
    view! {
        <label class="own-choice">
            <input type="radio" name=name data-testid=format!("own-{tag}")
                prop:checked=move || chosen.get() on:change=move |_| choose() />
            <span>{move || word(form.words())}</span>
        </label>
    }
    .into_any()
}
