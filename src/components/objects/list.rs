//! One class of objects, and one object.

use super::drawing::css;
use super::named;
use crate::numbers::{self, plain};
use crate::studio::{PhotoResult, ShownPack, Studio};
use crate::{text, words};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_overlay::Colour;
use vitrine_pixels::boxes::Detection;

/// Classes of a cascade that are listed below an object.
const NAMED_SHOWN: usize = 3;

/// Shows or hides the objects of a class; says how many there are.
#[component]
pub fn ClassSwitch(studio: Studio, pack: Arc<ShownPack>, class: u32, count: usize) -> impl IntoView {
    let hidden = studio.view.objects.hidden;
    let shown = Signal::derive(move || !hidden.with(|hidden| hidden.contains(&class)));
    let toggle = move |_| {
        hidden.update(|hidden| {
            if !hidden.remove(&class) {
                hidden.insert(class);
            }
        });
    };
    let name = Signal::derive(move || words::class(studio.locale.get(), &pack, class));
    let label =
        Signal::derive(move || text!(studio.locale.get(), objects.show, name = name.get(), count = count));
    view! {
        <li>
            <button type="button" class="object-class" role="switch" data-testid=format!("object-class-{class}")
                aria-checked=Signal::derive(move || shown.get().to_string()) aria-label=label
                class:off=Signal::derive(move || !shown.get()) on:click=toggle>
                <span class="swatch" style:background=css(Colour::of_class(class))></span>
                <span>{name}</span>
                <span class="object-count">{count}</span>
            </button>
        </li>
    }
}

/// One object; pointing at it makes its box stand out, and pointing at its box makes it stand out here.
#[component]
pub fn Object(studio: Studio, result: Arc<PhotoResult>, place: usize, object: Detection) -> impl IntoView {
    let view = studio.view.objects;
    let (class, confidence) = (u32::from(object.class), f64::from(object.confidence));
    let pack = result.pack.clone();
    let name = Signal::derive(move || words::class(studio.locale.get(), &pack, class));
    let percent = Signal::derive(move || numbers::percent(studio.locale.get(), confidence));
    let named = (!named::of(&result, &object).is_empty()).then(|| {
        let words = Signal::derive(move || {
            let ranked = named::of(&result, &object).iter().take(NAMED_SHOWN);
            let ranked = ranked.map(|it| named::words(studio.locale.get(), &result, it));
            ranked.collect::<Vec<_>>().join(" \u{b7} ")
        });
        view! { <small class="object-named">{words}</small> }
    });
    let standing = Signal::derive(move || view.highlighted.get() == Some(place));
    let leave = move || {
        if view.highlighted.get_untracked() == Some(place) {
            view.highlighted.set(None);
        }
    };
    let colour = css(Colour::of_class(class));
    let rect = object.rect;
    let sides = [rect.left, rect.top, rect.right, rect.bottom].map(|side| plain(side.into())).join(" ");
    view! {
        <li hidden=Signal::derive(move || view.hidden.with(|hidden| hidden.contains(&class)))>
            <button type="button" class="object" class:standing=standing data-testid=format!("object-{place}")
                data-class=class data-box=sides
                on:pointerenter=move |_| view.highlighted.set(Some(place)) on:pointerleave=move |_| leave()
                on:focus=move |_| view.highlighted.set(Some(place)) on:blur=move |_| leave()>
                <span class="swatch" style:background=colour.clone()></span>
                <span class="object-name">{name}</span>
                <span class="object-percent">{percent}</span>
                <span class="bar"><span style:background=colour
                    style:transform=format!("scaleX({})", plain(confidence))></span></span>
                {named}
            </button>
        </li>
    }
}
