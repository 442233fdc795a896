//! The categories that were found.

use super::details::Details;
use super::legend_item::LegendItem;
use super::pack_help::PackHelp;
use crate::studio::{PackState, Studio};
use crate::{say, text};
use leptos::prelude::*;

/// The list of detected categories, largest first, with show and hide.
#[component]
pub fn Legend(studio: Studio) -> impl IntoView {
    let result = move || studio.on_stage.get().and_then(|photo| photo.result.get());
    let count = move || result().and_then(|it| it.areas().map(|areas| areas.0.categories.len())).unwrap_or(0);
    let found = Signal::derive(move || match count() {
        1 => text!(studio.locale.get(), legend.found_one),
        count => text!(studio.locale.get(), legend.found, count = count),
    });
    view! {
        <aside class="panel" data-testid="legend" aria-labelledby="legend-title">
            <div class="panel-head">
                <h2 id="legend-title">{say!(studio, legend.title)}</h2>
                <Show when=move || { count() > 0 }>
                    <span class="quiet">{found}</span>
                    <AllOrNone studio />
                </Show>
            </div>
            <Show when=move || studio.pack.with(|pack| *pack == PackState::None)>
                <PackHelp studio />
            </Show>
            <Show when=move || count() == 0 && studio.pack.with(|pack| *pack != PackState::None)>
                <p class="quiet">{say!(studio, legend.empty)}</p>
            </Show>
            {move || {
                let result = result()?;
                let (areas, map) = result.areas()?;
                let histogram = map.histogram();
                let items = areas.categories.iter().filter_map(|category| {
                    let group = result.pack.group(category.id)?.clone();
                    let classes = super::legend_item::parts(&result.pack, category.id, &histogram);
                    Some(view! { <LegendItem studio group classes share=category.share /> })
                });
                Some(view! { <ul class="legend">{items.collect_view()}</ul> })
            }}
            <Details studio />
        </aside>
    }
}

#[component]
fn AllOrNone(studio: Studio) -> impl IntoView {
    let hidden = studio.view.hidden;
    let hide_all = move |_| {
        let result = studio.on_stage.get_untracked().and_then(|photo| photo.result.get_untracked());
        let groups = result.map(|result| result.pack.groups.iter().map(|group| group.id).collect());
        hidden.set(groups.unwrap_or_default());
    };
    view! {
        <div class="all-or-none">
            <button type="button" data-testid="legend-all" on:click=move |_| hidden.update(|hidden| hidden.clear())
                aria-label=say!(studio, legend.all_label)>
                {say!(studio, legend.all)}
            </button>
            <button type="button" data-testid="legend-none" on:click=hide_all
                aria-label=say!(studio, legend.none_label)>
                {say!(studio, legend.none)}
            </button>
        </div>
    }
}
