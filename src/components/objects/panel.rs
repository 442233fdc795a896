//! The panel beside the stage: what was found, class by class and one by one.

use super::candidates::Found;
use super::list::{ClassSwitch, Object};
use super::tuning::{Nothing, Tuning};
use crate::components::details::Details;
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;

/// Counts, switches, objects, thresholds.
#[component]
pub fn Panel(studio: Studio) -> impl IntoView {
    let found = Memo::new(move |_| Found::on_stage(studio));
    let count = move || found.with(|found| found.as_ref().map_or(0, |found| found.objects.len()));
    let words = Signal::derive(move || match count() {
        1 => text!(studio.locale.get(), status.object),
        count => text!(studio.locale.get(), status.objects, count = count),
    });
    view! {
        <div class="panel-head">
            <h2 id="objects-title">{say!(studio, objects.title)}</h2>
            <Show when=move || { count() > 0 }>
                <span class="quiet" data-testid="objects-count">{words}</span>
                <AllOrNone studio found />
            </Show>
        </div>
        <Show when=move || found.with(Option::is_none)>
            <p class="quiet">{say!(studio, objects.empty)}</p>
        </Show>
        {move || found.get().map(|found| match found.objects.is_empty() {
            true => view! { <Nothing studio found /> }.into_any(),
            false => view! { <Listed studio found /> }.into_any(),
        })}
        <Tuning studio />
        <Details studio />
    }
}

#[component]
fn Listed(studio: Studio, found: Found) -> impl IntoView {
    let classes = found.counts().into_iter();
    let pack = found.result.pack.clone();
    let switches =
        classes.map(|(class, count)| view! { <ClassSwitch studio pack=pack.clone() class count /> });
    let switches = switches.collect_view();
    let objects = found.objects.iter().enumerate().map(|(place, &object)| {
        view! { <Object studio result=found.result.clone() place object /> }
    });
    view! {
        <ul class="object-classes" data-testid="object-classes">{switches}</ul>
        <ol class="object-list" data-testid="object-list">{objects.collect_view()}</ol>
    }
}

#[component]
fn AllOrNone(studio: Studio, found: Memo<Option<Found>>) -> impl IntoView {
    let hidden = studio.view.objects.hidden;
    let hide_all = move |_| {
        let classes = found.with_untracked(|found| found.as_ref().map(Found::counts));
        hidden.update(|hidden| hidden.extend(classes.unwrap_or_default().into_keys()));
    };
    view! {
        <div class="all-or-none">
            <button type="button" data-testid="objects-all" on:click=move |_| hidden.update(|hidden| hidden.clear())
                aria-label=say!(studio, objects.all_label)>
                {say!(studio, legend.all)}
            </button>
            <button type="button" data-testid="objects-none" on:click=hide_all
                aria-label=say!(studio, objects.none_label)>
                {say!(studio, legend.none)}
            </button>
        </div>
    }
}
