//! How well the photos were recognised whose truth is known.

mod figures;
mod files;
mod matrix;
mod mistakes;
mod paint;
mod recalls;

use crate::evaluation::Scores as Measured;
use crate::say;
use crate::studio::Studio;
use figures::Figures;
use leptos::prelude::*;
use matrix::MatrixView;
use mistakes::Mistakes;
use recalls::Recalls;

/// Figures, the confusion matrix, classes and mistakes.
#[component]
pub fn Scores(studio: Studio) -> impl IntoView {
    let measured = Signal::derive(move || {
        studio.tick.track();
        let (pack, settings) = (studio.pack_ready()?, studio.settings.get());
        studio.photos.with(|photos| Measured::of(photos, &pack, settings))
    });
    let scores = move || measured.get().map(|scores| view! { <Report studio scores /> });
    view! {
        <div class="sheet-frame">
            <Show when=move || measured.with(Option::is_none)>
                <p class="quiet">{say!(studio, scores.empty)}</p>
            </Show>
            {scores}
        </div>
    }
}

#[component]
fn Report(studio: Studio, scores: Measured) -> impl IntoView {
    let matrix = match &scores {
        Measured::Ranking(ranking) => Some(ranking.matrix()),
        Measured::Areas(areas) => Some(areas.matrix()),
        Measured::Objects(_) => None,
    };
    view! {
        <div class="scores" data-testid="scores">
            <Figures studio scores=scores.clone() matrix=matrix.clone() />
            {matrix.clone().map(|matrix| view! { <MatrixView studio matrix /> })}
            <Recalls studio scores=scores.clone() />
            {matrix.is_some().then(|| view! { <Mistakes studio scores /> })}
        </div>
    }
}
