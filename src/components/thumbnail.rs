//! One photo of the strip.

use crate::studio::{Phase, Photo, Studio};
use crate::{text, words};
use leptos::html::Button;
use leptos::prelude::*;

/// A small picture with the photo's state; pressing it selects the photo.
#[component]
pub fn Thumbnail(studio: Studio, photo: Photo) -> impl IntoView {
    let Photo { number, name, phase, thumbnail, .. } = photo;
    let state = {
        let phase = phase.clone();
        Signal::derive(move || phase.with(tag).to_owned())
    };
    let label = {
        let name = name.clone();
        Signal::derive(move || {
            let locale = studio.locale.get();
            let state = phase.with(|phase| words::phase(locale, phase));
            text!(locale, strip.show, name = name.clone(), state = state)
        })
    };
    let selected = move || studio.selected.get() == Some(number);
    let button = NodeRef::<Button>::new();
    Effect::new(move || {
        if let (true, Some(button)) = (selected(), button.get()) {
            button.scroll_into_view_with_bool(false);
        }
    });
    view! {
        <button type="button" class="thumbnail" node_ref=button data-testid=format!("thumb-{number}") data-state=state
            title=label aria-label=label aria-current=move || selected().then_some("true")
            on:click=move |_| studio.select(number)>
            <span class="thumbnail-picture">
                {move || thumbnail.get().map(|address| view! { <img src=address alt="" /> })}
            </span>
            <span class="thumbnail-name">{name}</span>
            <span class="thumbnail-state" aria-hidden="true"></span>
        </button>
    }
}

/// The name of a phase for styles and tests.
pub fn tag(phase: &Phase) -> &'static str {
    match phase {
        Phase::Waiting => "waiting",
        Phase::Reading => "reading",
        Phase::Running => "running",
        Phase::Done => "done",
        Phase::Failed(_) => "failed",
    }
}
