//! In which order, which of them, and what can be taken home.

use super::{kinds, name_of};
use crate::components::icon::{Glyph, Icon};
use crate::save::{Kind, save};
use crate::studio::Studio;
use crate::view::Order;
use crate::{say, text};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Order, filter, files.
#[component]
pub fn Tools(studio: Studio) -> impl IntoView {
    view! {
        <OrderChoice studio />
        <Filter studio />
        <SaveButton studio kind=Kind::Csv testid="sheet-csv" name="CSV" />
        <SaveButton studio kind=Kind::AllJson testid="sheet-json" name="JSON" />
    }
}

#[component]
fn OrderChoice(studio: Studio) -> impl IntoView {
    let order = studio.view.sheet.order;
    let options = move || {
        let locale = studio.locale.get();
        Order::ALL.map(|it| {
            let words = match it {
                Order::Name => text!(locale, sheet.by_name),
                Order::Class => text!(locale, sheet.by_class),
                Order::Surest => text!(locale, sheet.by_surest),
                Order::Unsurest => text!(locale, sheet.by_unsurest),
            };
            view! { <option value=place(it).to_string() selected=order.get_untracked() == it>{words}</option> }
        })
    };
    view! {
        <select class="select" data-testid="order" aria-label=say!(studio, sheet.order)
            on:change:target=move |event| {
                let chosen = Order::ALL.into_iter().find(|&it| place(it).to_string() == event.target().value());
                order.set(chosen.unwrap_or_default());
            }>
            {move || options().collect_view()}
        </select>
    }
}

fn place(order: Order) -> usize {
    Order::ALL.iter().position(|&it| it == order).unwrap_or(0)
}

/// One class or category alone, of those that were found.
#[component]
fn Filter(studio: Studio) -> impl IntoView {
    let only = studio.view.sheet.only;
    let found = Memo::new(move |_| {
        studio.tick.track();
        let locale = studio.locale.get();
        let mut found = BTreeMap::<String, (u32, usize)>::new();
        studio.photos.with(|photos| {
            for result in photos.iter().filter_map(|photo| photo.result.get_untracked()) {
                for id in kinds(&result) {
                    found.entry(name_of(locale, &result, id)).or_insert((id, 0)).1 += 1;
                }
            }
        });
        found
    });
    let options = move || {
        let chosen = only.get_untracked();
        let option = |(name, (id, count)): (String, (u32, usize))| {
            view! { <option value=id.to_string() selected=chosen == Some(id)>{format!("{name} ({count})")}</option> }
        };
        found.get().into_iter().map(option).collect_view()
    };
    view! {
        <select class="select" data-testid="filter" aria-label=say!(studio, sheet.filter)
            on:change:target=move |event| only.set(event.target().value().parse().ok())>
            <option value="">{say!(studio, sheet.everything)}</option>
            {options}
        </select>
    }
}

#[component]
fn SaveButton(studio: Studio, kind: Kind, testid: &'static str, name: &'static str) -> impl IntoView {
    view! {
        <button class="button" type="button" data-testid=testid on:click=move |_| save(studio, kind)>
            <Icon glyph=Glyph::Save /><span>{name}</span>
        </button>
    }
}
