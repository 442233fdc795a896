//! What went wrong with a video, and what to do about it.

use super::run;
use super::state::{Clip, Phase, Watching};
use super::words;
use crate::say;
use crate::studio::Studio;
use leptos::prelude::*;

/// A card above the panel's figures, if the video has no timeline.
#[component]
pub fn TroubleCard(studio: Studio, watching: Watching, clip: Clip) -> impl IntoView {
    let phase = clip.phase.clone();
    move || {
        let Phase::Failed(trouble) = phase.get() else { return None };
        let said = Signal::derive(move || words::trouble(&trouble, studio.locale.get()));
        let (again, name) = (clip.clone(), clip.file.name());
        Some(view! {
            <section class="clip-error" role="alert" data-testid="error">
                <h2 data-testid="error-title">{move || said.get().0}</h2>
                <p class="error-file">{name}</p>
                <p class="error-remedy" data-testid="error-remedy">
                    <strong>{say!(studio, error.remedy)}</strong> " " {move || said.get().1}
                </p>
                <details>
                    <summary>{say!(studio, error.details)}</summary>
                    <p class="error-detail" data-testid="error-cause">{move || said.get().2}</p>
                </details>
                <button class="button" type="button" data-testid="clip-again" on:click=move |_| {
                    again.reset();
                    run::begin(studio, watching);
                }>{say!(studio, clip.again)}</button>
            </section>
        })
    }
}
