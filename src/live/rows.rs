//! What is seen now, as a list whose rows stay where they are while their figures change.

use crate::components::objects::{self, drawing};
use crate::numbers::{self, plain};
use crate::studio::{PhotoResult, Studio};
use crate::{language, words};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vitrine_overlay::Colour;
use vitrine_packs::{Group, Task};

type Answer = RwSignal<Option<Arc<PhotoResult>>>;

/// Areas or classes, as the pack has it.
#[component]
pub fn Rows(studio: Studio, answer: Answer) -> impl IntoView {
    let pack = Memo::new_with_compare(
        move |_| answer.with(|answer| answer.as_ref().map(|result| result.pack.clone())),
        |before, after| before != after,
    );
    move || {
        let pack = pack.get()?;
        if pack.task == Task::Detect {
            return Some(view! { <Objects studio answer /> }.into_any());
        }
        Some(if pack.task == Task::Classify {
            let ranks = (0..5).map(|rank| view! { <Rank studio answer rank /> }).collect_view();
            view! { <ol class="ranks" data-testid="live-ranks">{ranks}</ol> }.into_any()
        } else {
            let groups = pack.groups.iter().filter(|group| !group.void).cloned();
            let groups = groups.map(|group| view! { <Area studio answer group /> }).collect_view();
            view! { <ul class="legend" data-testid="live-areas">{groups}</ul> }.into_any()
        })
    }
}

/// One category: shown or hidden, and how much of the frame it is.
#[component]
fn Area(studio: Studio, answer: Answer, group: Group) -> impl IntoView {
    let (id, view) = (group.id, studio.view);
    let share = move || {
        answer.with(|answer| {
            let (areas, _) = answer.as_ref()?.areas()?;
            areas.categories.iter().find(|found| found.id == id).map(|found| found.share)
        })
    };
    let share = Memo::new(move |_| share().unwrap_or(0.0));
    let shown = move || !view.hidden.with(|hidden| hidden.contains(&id));
    let toggle = move |_| {
        view.hidden.update(|hidden| {
            if !hidden.remove(&id) {
                hidden.insert(id);
            }
        });
    };
    let Group { name, colour, .. } = group;
    let name = Signal::derive(move || name.in_language(language::tag(studio.locale.get())).to_owned());
    view! {
        <li class:absent=Signal::derive(move || share.get() == 0.0)>
            <button type="button" class="legend-item" role="switch" data-testid=format!("live-area-{id}")
                aria-checked=Signal::derive(move || shown().to_string()) aria-label=name
                class:off=Signal::derive(move || !shown())
                on:click=toggle
                on:pointerenter=move |_| view.highlighted.set(Some(id))
                on:pointerleave=move |_| view.highlighted.set(None)>
                <span class="swatch" style:background=colour.clone()></span>
                <span class="legend-name">{name}</span>
                <span class="legend-percent">
                    {Signal::derive(move || numbers::percent(studio.locale.get(), share.get()))}
                </span>
                <span class="bar"><span style:background=colour
                    style:transform=Signal::derive(move || format!("scaleX({})", plain(share.get())))></span></span>
            </button>
        </li>
    }
}

/// Classes of objects that were seen since the pack is used: how many there are now.
#[component]
fn Objects(studio: Studio, answer: Answer) -> impl IntoView {
    let counts = Memo::new(move |_| {
        let mut counts = BTreeMap::<u32, usize>::new();
        if let Some(result) = answer.get() {
            let found = objects::objects(&result, objects::tuned(studio, &result.pack));
            for object in found.unwrap_or_default() {
                *counts.entry(object.class.into()).or_default() += 1;
            }
        }
        counts
    });
    let seen = Memo::new(move |before: Option<&BTreeSet<u32>>| {
        let mut seen = before.cloned().unwrap_or_default();
        seen.extend(counts.get().into_keys());
        seen
    });
    view! {
        <ul class="legend" data-testid="live-objects">
            <For each=move || seen.get() key=|class| *class let:class>
                <Object studio answer class
                    count=Signal::derive(move || counts.with(|counts| counts.get(&class).copied().unwrap_or(0))) />
            </For>
        </ul>
    }
}

/// One class of objects: shown or hidden, and how many.
#[component]
fn Object(studio: Studio, answer: Answer, class: u32, count: Signal<usize>) -> impl IntoView {
    let hidden = studio.view.objects.hidden;
    let shown = move || !hidden.with(|hidden| hidden.contains(&class));
    let toggle = move |_| {
        hidden.update(|hidden| {
            if !hidden.remove(&class) {
                hidden.insert(class);
            }
        });
    };
    let pack = answer.with_untracked(|answer| answer.as_ref().map(|result| result.pack.clone()));
    let name = Signal::derive(move || {
        pack.as_ref().map_or_else(String::new, |pack| words::class(studio.locale.get(), pack, class))
    });
    view! {
        <li class:absent=Signal::derive(move || count.get() == 0)>
            <button type="button" class="legend-item" role="switch" data-testid=format!("live-object-{class}")
                aria-checked=Signal::derive(move || shown().to_string()) aria-label=name
                class:off=Signal::derive(move || !shown()) on:click=toggle>
                <span class="swatch" style:background=drawing::css(Colour::of_class(class))></span>
                <span class="legend-name">{name}</span>
                <span class="legend-percent">{count}</span>
            </button>
        </li>
    }
}

/// One of the best classes.
#[component]
fn Rank(studio: Studio, answer: Answer, rank: usize) -> impl IntoView {
    let read = Memo::new(move |_| {
        answer.with(|answer| {
            let result = answer.as_ref()?;
            let ranked = result.classes()?.ranked.get(rank)?;
            Some((words::class(studio.locale.get(), &result.pack, ranked.class), ranked.confidence))
        })
    });
    let confidence = move || read.with(|read| read.as_ref().map_or(0.0, |(_, confidence)| *confidence));
    view! {
        <li>
            <div class="rank" class:best=rank == 0 data-testid=format!("live-rank-{}", rank + 1)>
                <span class="rank-name">
                    {Signal::derive(move || read.with(|read| read.as_ref().map(|(name, _)| name.clone())))}
                </span>
                <span class="rank-percent">
                    {Signal::derive(move || numbers::percent(studio.locale.get(), confidence()))}
                </span>
                <span class="bar">
                    <span style:transform=Signal::derive(move || format!("scaleX({})", plain(confidence())))></span>
                </span>
            </div>
        </li>
    }
}
