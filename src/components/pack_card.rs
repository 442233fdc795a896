//! The model's name, and what there is to know about it.

use super::gallery::open_gallery;
use super::menu::Menu;
use crate::bridge::Fields;
use crate::chunk;
use crate::say;
use crate::studio::{ShownPack, Studio};
use crate::{address, fetch, own};
use crate::{language, numbers, text};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use vitrine_packs::{Metric, Task, Text};
use wasm_split_helpers::wasm_split;

/// The model's name; behind it a panel with its summary, terms and figures.
#[component]
pub fn PackCard(studio: Studio) -> impl IntoView {
    let about = say!(studio, pack.about);
    let title = Signal::derive(move || studio.pack_ready().map(|pack| in_language(studio, &pack.title)));
    let button = move || view! { <span class="pack-name">{title}</span> };
    let ready = Memo::new(move |_| title.with(Option::is_some));
    // Another pack changes the name and leaves the panel open.
    move || {
        let button = ViewFn::from(button);
        ready.get().then(|| {
            view! {
                <Menu class="menu-pack" testid="pack-card" label=about button>
                    {chunk::view(studio, panel_code)}
                </Menu>
            }
        })
    }
}

fn in_language(studio: Studio, text: &vitrine_packs::Text) -> String {
    text.in_language(language::tag(studio.locale.get())).to_owned()
}

#[wasm_split(panels, fallible)]
fn panel_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| {
        view! {
            <PackChoice studio />
            <OpenGallery studio />
            {own::shelf(studio)}
            {move || studio.pack_ready().map(|pack| view! { <PackPanel studio pack /> })}
        }
        .into_any()
    })
}

/// The installed packs, where there is more than one.
#[component]
fn PackChoice(studio: Studio) -> impl IntoView {
    // All have their line at once, or what lies below would move away under the person's finger.
    let untitled = studio.packs.get_untracked().into_iter().map(|id| (id, None::<Text>));
    let titles = RwSignal::new(untitled.collect::<Vec<_>>());
    spawn_local(async move {
        let mut titled = Vec::new();
        for id in studio.packs.get_untracked() {
            let pack = fetch::json(&format!("{}pack.json", address::pack_folder(&id)))
                .await
                .filter(ShownPack::can_be_shown);
            if let Some(title) = pack.and_then(|pack| title_of(&pack)) {
                titled.push((id, Some(title)));
            }
        }
        // The panel may have been closed.
        let _ = titles.try_set(titled);
    });
    let option = move |(id, title): (String, Option<Text>)| {
        let (chosen, testid) = (id.clone(), format!("pack-{id}"));
        let named = id.clone();
        view! {
            <label class="choice">
                <input type="radio" name="pack" data-testid=testid
                    prop:checked=move || studio.asked_pack.with(|asked| *asked == chosen)
                    on:change=move |_| studio.switch_pack(id.clone()) />
                <span class="choice-text">
                    <span>{move || title.as_ref().map_or_else(|| "\u{2026}".to_owned(), |title| in_language(studio, title))}</span>
                    <small>{named}</small>
                </span>
            </label>
        }
    };
    view! {
        <Show when=move || { studio.packs.with(Vec::len) > 1 }>
            <fieldset class="choices pack-choices" data-testid="pack-choice">
                <legend>{say!(studio, pack.choose)}</legend>
                {move || titles.get().into_iter().map(option).collect_view()}
            </fieldset>
        </Show>
    }
}

/// The way to what there is to know about all of them.
#[component]
fn OpenGallery(studio: Studio) -> impl IntoView {
    view! {
        <button class="button open-gallery" type="button" data-testid="open-gallery" on:click=move |_| open_gallery(studio)>
            {say!(studio, pack.all)}
        </button>
    }
}

fn title_of(pack: &Fields) -> Option<Text> {
    let title = pack.field("title")?;
    Some(Text { en: title.text("en")?, fr: title.text("fr")? })
}

/// Summary, file, licence, terms, figures.
#[component]
fn PackPanel(studio: Studio, pack: Arc<ShownPack>) -> impl IntoView {
    let counts = {
        let (classes, groups) = (pack.classes.len(), pack.groups.len());
        let task = pack.task;
        Signal::derive(move || match task {
            Task::Segment => text!(studio.locale.get(), pack.classes, classes = classes, groups = groups),
            Task::Classify | Task::Detect | Task::Act => {
                text!(studio.locale.get(), pack.classes_only, classes = classes)
            }
        })
    };
    let bytes = pack.bytes;
    let licence = pack.licence.clone();
    let file = pack.file.clone();
    let figures = pack.metrics.clone();
    let (titled, summed, termed) = (pack.clone(), pack.clone(), pack);
    view! {
        <div class="pack-panel">
            <h2>{Signal::derive(move || in_language(studio, &titled.title))}</h2>
            <p>{Signal::derive(move || in_language(studio, &summed.summary))}</p>
            <p class="quiet">{counts}</p>
            <dl>
                <dt>{say!(studio, pack.file)}</dt>
                <dd>{file} " (" {Signal::derive(move || numbers::bytes(studio.locale.get(), bytes))} ")"</dd>
                <dt>{say!(studio, pack.licence)}</dt>
                <dd>{licence}</dd>
                <dt>{say!(studio, pack.terms)}</dt>
                <dd>{Signal::derive(move || in_language(studio, &termed.terms))}</dd>
                <dt>{say!(studio, pack.figures)}</dt>
                <dd>{figures.into_iter().map(|metric| view! { <Figure studio metric /> }).collect_view()}</dd>
            </dl>
        </div>
    }
}

/// One accuracy figure with its data.
#[component]
fn Figure(studio: Studio, metric: Metric) -> impl IntoView {
    view! {
        <p class="figure">
            <strong>{Signal::derive(move || numbers::percent(studio.locale.get(), metric.value))}</strong>
            " " {metric.name} <small>{metric.data} {metric.n.map(|n| format!(", n = {n}"))}</small>
        </p>
    }
}
