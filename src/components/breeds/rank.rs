//! One class with its confidence.

use crate::numbers::{self, plain};
use crate::studio::{ShownPack, Studio};
use crate::{text, words};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_protocol::RankedClass;

/// Name, percentage and bar; a mark on the bar says what it was before. Pointing at it shows where the network looked for
/// this class, pressing it keeps that.
#[component]
pub fn Rank(
    studio: Studio,
    pack: Arc<ShownPack>,
    index: usize,
    ranked: RankedClass,
    before: Option<f64>,
    pinned: StoredValue<usize>,
) -> impl IntoView {
    let rank = studio.view.rank;
    let RankedClass { class, confidence, .. } = ranked;
    let name = Signal::derive(move || words::class(studio.locale.get(), &pack, class));
    let percent = Signal::derive(move || numbers::percent(studio.locale.get(), confidence));
    let was = move |before| {
        Signal::derive(move || {
            text!(studio.locale.get(), breeds.was, percent = numbers::percent(studio.locale.get(), before))
        })
    };
    let label = Signal::derive(move || {
        text!(studio.locale.get(), breeds.show, name = name.get(), percent = percent.get())
    });
    let leave = move || rank.set(pinned.get_value());
    view! {
        <li>
            <button type="button" class="rank" class:best=index == 0 data-testid=format!("rank-{}", index + 1)
                data-class=class aria-label=label
                aria-pressed=Signal::derive(move || (rank.get() == index).to_string())
                on:click=move |_| { pinned.set_value(index); rank.set(index) }
                on:pointerenter=move |_| rank.set(index) on:pointerleave=move |_| leave()
                on:focus=move |_| rank.set(index) on:blur=move |_| leave()>
                <span class="rank-name">{name}</span>
                <span class="rank-percent">{percent}</span>
                <span class="bar">
                    <span style:transform=format!("scaleX({})", plain(confidence))></span>
                    {before.map(|before| view! {
                        <i style:left=format!("{}%", plain(before * 100.0))></i>
                    })}
                </span>
                {before.map(|before| view! { <small class="rank-was">{was(before)}</small> })}
            </button>
        </li>
    }
}
