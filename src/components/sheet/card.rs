//! One photo of the sheet.

use super::{headline, name_of};
use crate::components::thumbnail::tag;
use crate::numbers::{self, plain};
use crate::studio::{Photo, PhotoResult, Studio};
use crate::{language, words};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_protocol::Answer;

/// Colours that are shown of a photo's areas.
const AREAS_SHOWN: usize = 8;

/// Picture, answer and name; pressing it shows the photo on the stage.
#[component]
pub fn Card(studio: Studio, photo: Photo) -> impl IntoView {
    let Photo { number, name, phase, thumbnail, result, .. } = photo;
    let title = name.clone();
    let state = {
        let phase = phase.clone();
        Signal::derive(move || phase.with(tag).to_owned())
    };
    let said = move || match result.get() {
        Some(result) => answer(studio, &result).into_any(),
        None => {
            let words = words::phase(studio.locale.get(), &phase.get());
            view! { <span class="card-answer quiet">{words}</span> }.into_any()
        }
    };
    view! {
        <button type="button" class="card" data-testid=format!("card-{number}") data-state=state title=title
            on:click=move |_| studio.select(number)>
            <span class="card-picture">
                {move || thumbnail.get().map(|address| view! { <img src=address alt="" decoding="async" /> })}
            </span>
            {said}
            <small class="card-name">{name}</small>
        </button>
    }
}

fn answer(studio: Studio, result: &Arc<PhotoResult>) -> impl IntoView + use<> {
    let locale = studio.locale.get();
    let (name, confidence) = match headline(result) {
        Some((id, confidence)) => (name_of(locale, result, id), numbers::percent(locale, confidence)),
        None => Default::default(),
    };
    let doubtful = result.is_doubtful();
    view! {
        <span class="card-answer" class:doubtful=doubtful>
            <strong>{name}</strong>
            <span>{confidence}</span>
        </span>
        {areas(result, language::tag(locale))}
    }
}

/// The shares of the categories as a bar of their colours.
fn areas(result: &PhotoResult, language: &str) -> Option<impl IntoView + use<>> {
    let (Answer::Segment(areas), pack) = (&result.answer, &result.pack) else { return None };
    let parts = areas.categories.iter().take(AREAS_SHOWN).filter_map(|category| {
        let group = pack.group(category.id)?;
        let style = format!("flex-grow:{};background:{}", plain(category.share), group.colour);
        let name = group.name.in_language(language).to_owned();
        Some(view! { <i style=style title=name></i> })
    });
    Some(view! { <span class="card-areas" aria-hidden="true">{parts.collect::<Vec<_>>()}</span> })
}
