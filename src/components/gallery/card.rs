//! One model: what it is, where it comes from, how well and how fast it does, and where it fails.

use super::entry::{Entry, Trained};
use super::{Shelf, close, compare};
use crate::{language, memory, numbers, own, say, text, words};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_packs::{Metric, Text};
use vitrine_protocol::Device;

/// The card.
#[component]
pub fn Card(shelf: Shelf, entry: Arc<Entry>) -> impl IntoView {
    let studio = shelf.studio;
    let said = move |text: &Text| text.in_language(language::tag(studio.locale.get())).to_owned();
    let pack = &entry.pack;
    let (title, summary, terms) = (said(&pack.title), said(&pack.summary), said(&pack.terms));
    let failings: Vec<_> = entry.failings.iter().map(|text| view! { <li>{said(text)}</li> }).collect();
    let figures: Vec<_> = pack.metrics.iter().map(|metric| figure(shelf, metric)).collect();
    let size = format!("{} ({})", numbers::bytes(studio.locale.get(), pack.bytes), pack.file);
    view! {
        <li class="gallery-card" data-testid=format!("card-{}", pack.id)>
            <h3>{title}</h3>
            <p class="quiet gallery-id">{pack.id.clone()}</p>
            <p>{summary}</p>
            <Actions shelf entry=entry.clone() />
            <dl>
                <dt>{say!(studio, gallery.speed)}</dt>
                <dd><Speed shelf entry=entry.clone() /></dd>
                {(!figures.is_empty()).then(|| view! {
                    <dt>{say!(studio, pack.figures)}</dt>
                    <dd>{figures}</dd>
                })}
                {(!failings.is_empty()).then(|| view! {
                    <dt>{say!(studio, gallery.failings)}</dt>
                    <dd><ul class="gallery-failings">{failings}</ul></dd>
                })}
                <Origin shelf entry=entry.clone() />
                <dt>{say!(studio, pack.licence)}</dt>
                <dd>{pack.licence.clone()} ". " {terms}</dd>
                <dt>{say!(studio, gallery.size)}</dt>
                <dd>{size}</dd>
            </dl>
        </li>
    }
}

/// One accuracy figure, with what it was measured on, and who says so.
fn figure(shelf: Shelf, metric: &Metric) -> impl IntoView + use<> {
    let value = numbers::percent(shelf.studio.locale.get(), metric.value);
    let count = metric.n.map(|n| format!(", n = {n}")).unwrap_or_default();
    let data = format!("{}{count} ({})", metric.data, metric.source);
    view! { <p class="figure"><strong>{value}</strong> " " {metric.name.clone()} <small>{data}</small></p> }
}

/// Links to its makers and to its file.
#[component]
fn Origin(shelf: Shelf, entry: Arc<Entry>) -> impl IntoView {
    let studio = shelf.studio;
    let link =
        |name: String, address: String| view! { <a href=address target="_blank" rel="noreferrer">{name}</a> };
    let file = entry.address.clone().map(|address| {
        let name = address.rsplit('/').next().unwrap_or_default().to_owned();
        let before = entry.converted.then(|| text!(studio.locale.get(), gallery.converted) + " ");
        view! { <br /> {before} {link(name, address)} }
    });
    let upstream = entry.upstream.clone().map(|(name, address)| link(name, address));
    let trained = entry.trained.clone().map(|Trained { recipe, seed, epochs, date }| {
        text!(
            studio.locale.get(),
            gallery.trained,
            recipe = recipe,
            seed = seed,
            epochs = epochs,
            date = date
        )
    });
    (file.is_some() || upstream.is_some() || trained.is_some()).then(|| {
        view! { <dt>{say!(studio, gallery.origin)}</dt> <dd>{upstream} {file} {trained}</dd> }
    })
}

/// Buttons: use it, tick it for a comparison.
#[component]
fn Actions(shelf: Shelf, entry: Arc<Entry>) -> impl IntoView {
    let Shelf { studio, ticked, .. } = shelf;
    let (id, key) = (entry.pack.id.clone(), entry.key.clone());
    let (used, kept, is_ticked) = (key.clone(), key.clone(), key);
    let used = Memo::new(move |_| studio.asked_pack.with(|asked| *asked == used));
    let label = Signal::derive(move || match used.get() {
        true => text!(studio.locale.get(), gallery.used),
        false => text!(studio.locale.get(), gallery.choose),
    });
    let choose = move |_| {
        if entry.own {
            memory::remember(memory::OWN, &entry.key);
            own::reopen(studio);
        } else {
            studio.switch_pack(entry.key.clone());
        }
        close();
    };
    let tick = move |_| {
        ticked.update(|ticked| match ticked.iter().position(|other| *other == kept) {
            Some(place) => drop(ticked.remove(place)),
            None => ticked.push(kept.clone()),
        });
    };
    let testid = format!("use-{id}");
    view! {
        <div class="gallery-actions">
            <button class="button" type="button" data-testid=testid disabled=used on:click=choose>{label}</button>
            <label class="gallery-tick">
                <input type="checkbox" data-testid=format!("tick-{id}") on:change=tick
                    prop:checked=move || ticked.with(|ticked| ticked.contains(&is_ticked)) />
                {say!(studio, gallery.tick)}
            </label>
        </div>
    }
}

/// Its times on this machine, as far as they were measured, and the way to measure it.
#[component]
fn Speed(shelf: Shelf, entry: Arc<Entry>) -> impl IntoView {
    let studio = shelf.studio;
    let known = entry.clone();
    let speed = Memo::new(move |_| {
        shelf.measured.track();
        studio.workers().speed_of(&known.pack.json)
    });
    let times = Signal::derive(move || {
        let locale = studio.locale.get();
        let time = |device: Device| {
            let millis = speed.get().on(device)?;
            Some(format!("{} ({})", numbers::duration(locale, millis.into()), words::device(device)))
        };
        let times: Vec<String> = [Device::Cpu, Device::Webgpu].into_iter().filter_map(time).collect();
        if times.is_empty() { text!(locale, device.unmeasured) } else { times.join(", ") }
    });
    let label = Signal::derive(move || match speed.get() == Default::default() {
        true => text!(studio.locale.get(), device.measure),
        false => text!(studio.locale.get(), device.again),
    });
    let id = entry.pack.id.clone();
    let testid = format!("measure-{id}");
    view! {
        <span data-testid=format!("speed-{id}")>{times}</span> " "
        <button class="link" type="button" data-testid=testid disabled=move || shelf.busy.get()
            on:click=move |_| compare::measure(shelf, entry.clone())>{label}</button>
    }
}
