//! Sizes and times of the photo on the stage.

use crate::chunk;
use crate::say;
use crate::studio::{PhotoResult, Studio};
use crate::{numbers, text, words};
use leptos::prelude::*;
use vitrine_protocol::Answer;
use wasm_split_helpers::wasm_split;

/// A small table below the legend.
#[component]
pub fn Details(studio: Studio) -> impl IntoView {
    chunk::view(studio, table_code)
}

#[wasm_split(panels, fallible)]
fn table_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <Table studio /> }.into_any())
}

#[component]
fn Table(studio: Studio) -> impl IntoView {
    let result = move || studio.on_stage.get().and_then(|photo| photo.result.get());
    move || {
        let result = result()?;
        Some(view! {
            <section class="details" data-testid="details">
                <h2>{say!(studio, details.title)}</h2>
                <dl>{move || rows(studio, &result)}</dl>
            </section>
        })
    }
}

fn rows(studio: Studio, result: &PhotoResult) -> impl IntoView + use<> {
    let locale = studio.locale.get();
    let timings = &result.timings;
    let [width, height] = result.answer.frame_size();
    let map = text!(locale, details.map);
    let read = match &result.answer {
        Answer::Segment(areas) => (map, numbers::size(areas.map_width, areas.map_height)),
        Answer::Classify(classes) => {
            (text!(locale, details.read), numbers::size(classes.resolution, classes.resolution))
        }
        Answer::Detect(_) => (text!(locale, details.read), numbers::size(result.pack.side, result.pack.side)),
        Answer::Act(actions) => (text!(locale, details.size), numbers::size(actions.width, actions.height)),
    };
    let time = |millis| numbers::duration(locale, millis);
    [
        (text!(locale, details.size), numbers::size(width, height)),
        read,
        (text!(locale, details.format), result.format.clone()),
        (text!(locale, details.device), words::device(result.device).to_owned()),
        (text!(locale, details.decode), time(result.decode_millis)),
        (text!(locale, details.prepare), time(timings.prepare_millis)),
        (text!(locale, details.infer), time(timings.infer_millis)),
        (text!(locale, details.read_out), time(timings.read_out_millis)),
        (text!(locale, details.total), time(timings.total_millis)),
    ]
    .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
    .collect_view()
}
