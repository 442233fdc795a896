//! What a whole photo shows: the best classes, where the network looked for them, and how it looks. Fetched when a pack that
//! classifies is first used.

mod changed;
mod doubt;
mod look;
mod rank;

use super::details::Details;
use crate::chunk;
use crate::studio::{PhotoResult, Studio};
use crate::{say, text};
use changed::Changed;
use doubt::Doubt;
use leptos::prelude::*;
use look::Look;
use rank::Rank;
use std::sync::Arc;
use wasm_split_helpers::wasm_split;

/// The panel beside the stage.
#[component]
pub fn Breeds(studio: Studio) -> impl IntoView {
    view! {
        <aside class="panel" data-testid="breeds" aria-labelledby="breeds-title">
            {chunk::view(studio, panel_code)}
        </aside>
    }
}

#[wasm_split(workplace, fallible)]
fn panel_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <Panel studio /> }.into_any())
}

/// The answer on the stage and the one before it, where other settings gave that.
#[derive(Clone)]
struct Shown {
    result: Arc<PhotoResult>,
    before: Option<Arc<PhotoResult>>,
}

impl Shown {
    fn of(studio: Studio) -> Option<Self> {
        let photo = studio.on_stage.get()?;
        let result = photo.result.get().filter(|result| result.classes().is_some())?;
        let before = photo.previous.get().filter(|before| before.classes().is_some());
        Some(Self { result, before })
    }

    /// What the answer before gave a class: packs share the English names of their classes.
    fn confidence_before(&self, name: &str) -> Option<f64> {
        let ranked = &self.before.as_ref()?.classes()?.ranked;
        ranked.iter().find(|ranked| ranked.name == name).map(|ranked| ranked.confidence)
    }
}

#[component]
fn Panel(studio: Studio) -> impl IntoView {
    let shown = Signal::derive(move || Shown::of(studio));
    let nothing = move || shown.with(Option::is_none);
    view! {
        <div class="panel-head">
            <h2 id="breeds-title">{say!(studio, breeds.title)}</h2>
            <span class="quiet" data-testid="read-as">
                {move || shown.get().map(|it| look::words(studio.locale.get(), &it.result))}
            </span>
        </div>
        <Show when=nothing><p class="quiet">{say!(studio, breeds.empty)}</p></Show>
        {move || shown.get().map(|shown| view! {
            <Doubt studio shown=shown.clone() />
            <Ranks studio shown />
        })}
        <HeatKey studio shown />
        <Look studio />
        {move || shown.get().map(|shown| view! { <Changed studio shown /> })}
        <Details studio />
    }
}

#[component]
fn Ranks(studio: Studio, shown: Shown) -> impl IntoView {
    let ranked = shown.result.classes().map(|classes| classes.ranked.clone()).unwrap_or_default();
    let pinned = StoredValue::new(0);
    let rows = ranked.into_iter().enumerate().map(|(index, ranked)| {
        let before = shown.confidence_before(&ranked.name);
        let pack = shown.result.pack.clone();
        view! { <Rank studio pack index ranked before pinned /> }
    });
    view! { <ol class="ranks">{rows.collect_view()}</ol> }
}

/// What the colours of the heat mean, and for which class.
#[component]
fn HeatKey(studio: Studio, shown: Signal<Option<Shown>>) -> impl IntoView {
    let view = studio.view;
    let name = move || {
        let result = shown.get()?.result;
        result.activation(0)?;
        let class = result.classes()?.ranked.get(view.rank.get())?.class;
        Some(crate::words::class(studio.locale.get(), &result.pack, class))
    };
    let hidden = Signal::derive(move || !view.heat.get() || name().is_none());
    view! {
        <div class="heat-key" data-testid="heat-key" hidden=hidden>
            <p>{move || name().map(|name| text!(studio.locale.get(), breeds.heat, name = name))}</p>
            <span class="heat-scale" aria-hidden="true"></span>
            <small>{say!(studio, breeds.cold)}</small>
            <small>{say!(studio, breeds.hot)}</small>
        </div>
    }
}
