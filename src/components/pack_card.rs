//! The model's name, and what there is to know about it.

use super::menu::Menu;
use crate::chunk;
use crate::say;
use crate::studio::{ShownPack, Studio};
use crate::{language, numbers, text};
use leptos::prelude::*;
use std::sync::Arc;
use vitrine_packs::Metric;
use wasm_split_helpers::wasm_split;

/// The model's name; behind it a panel with its summary, terms and figures.
#[component]
pub fn PackCard(studio: Studio) -> impl IntoView {
    let about = say!(studio, pack.about);
    move || {
        let pack = studio.pack_ready()?;
        let button = move || {
            let pack = pack.clone();
            view! { <span class="pack-name">{Signal::derive(move || in_language(studio, &pack.title))}</span> }
        };
        Some(view! {
            <Menu class="menu-pack" testid="pack-card" label=about button=ViewFn::from(button)>
                {chunk::view(studio, panel_code)}
            </Menu>
        })
    }
}

fn in_language(studio: Studio, text: &vitrine_packs::Text) -> String {
    text.in_language(language::tag(studio.locale.get())).to_owned()
}

#[wasm_split(panels, fallible)]
fn panel_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| studio.pack_ready().map(|pack| view! { <PackPanel studio pack /> }).into_any())
}

/// Summary, file, licence, terms, figures.
#[component]
fn PackPanel(studio: Studio, pack: Arc<ShownPack>) -> impl IntoView {
    let counts = {
        let (classes, groups) = (pack.classes.len(), pack.groups.len());
        Signal::derive(move || text!(studio.locale.get(), pack.classes, classes = classes, groups = groups))
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
            " " {metric.name} <small>{metric.data} ", n = " {metric.n}</small>
        </p>
    }
}
