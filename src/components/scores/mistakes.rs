//! The photos that were mistaken worst.

use crate::evaluation::{Item, Scores};
use crate::numbers;
use crate::studio::Studio;
use crate::{say, text, words};
use leptos::prelude::*;

/// How many are shown.
const SHOWN: usize = 24;

/// Photos taken for something else, most surely first; photos of streets with the fewest pixels right. Pressing one
/// shows it on the stage.
#[component]
pub fn Mistakes(studio: Studio, scores: Scores) -> impl IntoView {
    let cards = move || match &scores {
        Scores::Ranking(ranking) => {
            let item = |item: &Item| card(studio, item.number, words_of(studio, item, &ranking.pack));
            ranking.mistakes().into_iter().take(SHOWN).map(item).collect_view()
        }
        Scores::Areas(areas) => {
            let percent = |share| numbers::percent(studio.locale.get(), share);
            let item = |&(number, share): &(u32, f64)| card(studio, number, [percent(share), String::new()]);
            areas.photos.iter().take(SHOWN).map(item).collect_view()
        }
        // Which box is a mistake is seen where the photo is edited.
        Scores::Objects(_) => Vec::new(),
    };
    view! {
        <section class="mistakes">
            <h2>{say!(studio, scores.mistakes)}</h2>
            <ul data-testid="mistakes">{cards}</ul>
        </section>
    }
}

/// What it was taken for, and what it is.
fn words_of(studio: Studio, item: &Item, pack: &crate::studio::ShownPack) -> [String; 2] {
    let locale = studio.locale.get();
    let Some(best) = item.ranked.first() else { return Default::default() };
    let taken =
        format!("{} {}", words::class(locale, pack, best.class), numbers::percent(locale, best.confidence));
    [taken, text!(locale, scores.is, truth = words::class(locale, pack, item.truth))]
}

fn card(studio: Studio, number: u32, [first, second]: [String; 2]) -> impl IntoView {
    let photo = studio.photo(number);
    let thumbnail = photo.as_ref().and_then(|photo| photo.thumbnail.get());
    let name = photo.map(|photo| photo.name).unwrap_or_default();
    let title = name.clone();
    view! {
        <li>
            <button type="button" class="card mistake" title=title on:click=move |_| studio.select(number)>
                <span class="card-picture">
                    {thumbnail.map(|address| view! { <img src=address alt="" decoding="async" /> })}
                </span>
                <strong>{first}</strong>
                <span>{second}</span>
                <small class="card-name">{name}</small>
            </button>
        </li>
    }
}
