//! One category: shown or hidden, how much of the photo, and what it is made of.

use crate::numbers::plain;
use crate::studio::{ShownPack, Studio};
use crate::{language, numbers, text};
use leptos::prelude::*;
use vitrine_packs::{Group, Text};

/// Classes that are named below a category at most.
const CLASSES_NAMED: usize = 4;

/// A switch with swatch, name, bar and percentage. Pointing at it makes the category stand out in the photo.
#[component]
pub fn LegendItem(studio: Studio, group: Group, classes: Vec<(Text, f64)>, share: f64) -> impl IntoView {
    let (id, view) = (group.id, studio.view);
    let shown = move || !view.hidden.with(|hidden| hidden.contains(&id));
    let toggle = move |_| {
        view.hidden.update(|hidden| {
            if !hidden.remove(&id) {
                hidden.insert(id);
            }
        });
    };
    let name = group.name.clone();
    let name = Signal::derive(move || name.in_language(language::tag(studio.locale.get())).to_owned());
    let percent = Signal::derive(move || numbers::percent(studio.locale.get(), share));
    let label = Signal::derive(move || {
        text!(studio.locale.get(), legend.show, name = name.get(), share = percent.get())
    });
    let leave = move || {
        view.highlighted.update(|highlighted| {
            if *highlighted == Some(id) {
                *highlighted = None;
            }
        })
    };
    view! {
        <li>
            <button type="button" class="legend-item" role="switch" data-testid=format!("legend-item-{id}")
                aria-checked=Signal::derive(move || shown().to_string()) aria-label=label
                class:off=Signal::derive(move || !shown())
                on:click=toggle
                on:pointerenter=move |_| view.highlighted.set(Some(id)) on:pointerleave=move |_| leave()
                on:focus=move |_| view.highlighted.set(Some(id)) on:blur=move |_| leave()>
                <span class="swatch" style:background=group.colour.clone()></span>
                <span class="legend-name">{name}</span>
                <span class="legend-percent">{percent}</span>
                <span class="bar"><span style:background=group.colour
                    style:transform=format!("scaleX({})", plain(share))></span></span>
                <span class="legend-classes">{Signal::derive(move || listed(studio, &classes))}</span>
            </button>
        </li>
    }
}

/// `road 35.1%, sidewalk 4.2%`
fn listed(studio: Studio, classes: &[(Text, f64)]) -> String {
    let locale = studio.locale.get();
    let one = |(name, share): &(Text, f64)| {
        format!("{} {}", name.in_language(language::tag(locale)), numbers::percent(locale, *share))
    };
    classes.iter().map(one).collect::<Vec<_>>().join(" \u{b7} ")
}

/// The classes of a group that occur, largest share of all pixels first. One of the group's own name would only repeat it.
pub fn parts(pack: &ShownPack, group: u8, histogram: &[u64; 256]) -> Vec<(Text, f64)> {
    let all = histogram.iter().sum::<u64>().max(1) as f64;
    let classes =
        pack.classes.iter().zip(histogram).filter(|(class, count)| class.group == group && **count > 0);
    let mut parts: Vec<_> = classes.map(|(class, &count)| (class.name.clone(), count as f64 / all)).collect();
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    parts.truncate(CLASSES_NAMED);
    if let ([(name, _)], Some(group)) = (&parts[..], pack.group(group))
        && group.name == *name
    {
        parts.clear();
    }
    parts
}
