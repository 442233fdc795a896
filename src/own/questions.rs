//! What cannot be told from a file, and is asked.

use super::file;
use super::form::Form;
use super::looked::Proposed;
use super::reading::{BoxKind, ScoreKind};
use crate::components::listed;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitrine_packs::own::{Preset, labels_in};
use vitrine_packs::{Colour, Resize, Task};
use web_sys::File;

/// Longest list of labels that is read, in bytes.
const LIST_MAX: f64 = 4e6;

/// Labels, preparation, size, decoding, name: only those that matter to the proposal.
#[component]
pub fn Questions(form: Form) -> impl IntoView {
    let task = move || form.proposal().map(|proposal| proposal.task);
    let asks_scores = move || form.proposal().is_some_and(|it| it.task == Task::Classify && !it.decoded);
    let asks_boxes = move || form.proposal().is_some_and(|it| it.any_boxes);
    view! {
        <Which form />
        <Labels form />
        <Preparation form />
        <Show when=move || matches!(task(), Some(Task::Segment | Task::Classify))><Reading form /></Show>
        <Show when=move || form.proposal().is_some_and(|it| it.free_size)><Side form /></Show>
        <Show when=asks_scores><ScoreKind form /></Show>
        <Show when=asks_boxes><BoxKind form /></Show>
        <Title form />
    }
}

/// Where a model can be understood in several ways.
#[component]
fn Which(form: Form) -> impl IntoView {
    let proposals = move || form.looked.get().map(|it| it.proposals.clone()).unwrap_or_default();
    let name = move |task: Task| {
        let words = form.words();
        match task {
            Task::Segment => words.areas,
            Task::Classify => words.classes,
            Task::Detect => words.objects,
            Task::Act => words.actions,
        }
    };
    let option = move |(index, proposal): (usize, Proposed)| {
        let family = proposal.family.map(|family| format!(", {family}"));
        view! {
            <label class="own-choice">
                <input type="radio" name="own-which" data-testid=format!("own-which-{index}")
                    prop:checked=move || form.which.get() == index
                    on:change=move |_| {
                        form.resize.set(None);
                        form.preset.set(0);
                        form.which.set(index);
                    } />
                <span>
                    {move || name(proposal.task)} " (" {proposal.scores} ")" {family}
                </span>
            </label>
        }
    };
    view! {
        <Show when=move || { proposals().len() > 1 }>
            <fieldset class="own-part">
                <legend>{move || form.words().which}</legend>
                {move || proposals().into_iter().enumerate().map(option).collect_view()}
            </fieldset>
        </Show>
    }
}

/// A list that is pasted, typed, dropped or chosen.
#[component]
fn Labels(form: Form) -> impl IntoView {
    let wanted = move || form.proposal().map_or(0, |proposal| proposal.scores as usize);
    let count = move || {
        let (given, wanted) = (labels_in(&form.labels.get()).len(), wanted());
        let words = form.words();
        if given == 0 {
            words.no_labels.replace("{n}", &wanted.to_string())
        } else {
            format!("{given} / {wanted}")
        }
    };
    let hint = move || match form.proposal().map(|it| it.task) {
        Some(Task::Segment) => form.words().labels_hint_areas,
        _ => form.words().labels_hint,
    };
    let pick = move |input: web_sys::HtmlInputElement| {
        if let Some(file) = listed(input.files()).pop() {
            spawn_local(read_labels(form, file));
        }
        input.set_value("");
    };
    view! {
        <section class="own-part">
            <label class="own-label" for="own-labels">{move || form.words().labels}</label>
            <textarea id="own-labels" data-testid="own-labels" rows="4" spellcheck="false"
                placeholder=hint
                prop:value=move || form.labels.get()
                on:input:target=move |event| form.labels.set(event.target().value())></textarea>
            <div class="own-row">
                <span class="quiet" data-testid="own-labels-count">{count}</span>
                <label class="own-pick">
                    {move || form.words().choose_list}
                    <input class="hidden" type="file" accept=".txt,.csv,.json,.names,.labels"
                        data-testid="own-labels-file" on:change:target=move |event| pick(event.target()) />
                </label>
            </div>
        </section>
    }
}

/// Reads a list of labels into the form.
pub async fn read_labels(form: Form, list: File) {
    if list.size() <= LIST_MAX
        && let Ok(text) = file::text(&list).await
    {
        let _ = form.labels.try_set(labels_in(&text).join("\n"));
    }
}

/// How pixels become numbers.
#[component]
fn Preparation(form: Form) -> impl IntoView {
    let known = move || form.proposal().is_some_and(|proposal| proposal.known);
    let option = move |(index, preset): (usize, &'static Preset)| {
        view! { <option value=index.to_string() prop:selected=move || form.preset.get() == index>{preset.name}</option> }
    };
    let options = move || form.proposal().map(|it| it.presets().enumerate().map(option).collect_view());
    let numbers = move || {
        let preset = form.preset()?;
        let list = |values: [f32; 3]| values.map(|value| value.to_string()).join(", ");
        if form.proposal()?.grey {
            return Some(format!("{}, {} / {}", form.words().grey, preset.mean[0], preset.std[0]));
        }
        let colour = if preset.colour == Colour::Bgr { "BGR" } else { "RGB" };
        Some(format!("{colour}, ({}) / ({})", list(preset.mean), list(preset.std)))
    };
    view! {
        <section class="own-part">
            <label class="own-label" for="own-preset">{move || form.words().preparation}</label>
            <Show when=move || !known()
                fallback=move || view! { <p class="quiet" data-testid="own-known">{move || form.words().known}</p> }>
                <select id="own-preset" data-testid="own-preset" on:change:target=move |event| {
                    form.resize.set(None);
                    form.preset.set(event.target().value().parse().unwrap_or(0));
                }>{options}</select>
                <small>{numbers}</small>
            </Show>
        </section>
    }
}

/// How a photo is brought to size.
#[component]
fn Reading(form: Form) -> impl IntoView {
    let rules = move || {
        let (words, proposal) = (form.words(), form.proposal()?);
        let crop = match form.preset().map(|preset| preset.resize) {
            Some(crop @ Resize::Crop { .. }) => crop,
            _ => Resize::Crop { share: 1.0 },
        };
        // Neighbouring tiles share an eighth: enough for their scores to fade into each other.
        let tiles = Resize::Tiles { overlap: proposal.width.min(proposal.height) / 8 };
        Some(match proposal.task {
            Task::Classify => [("crop", crop, words.crop), ("squash", Resize::Squash, words.squash)],
            _ => [("squash", Resize::Squash, words.squash), ("tiles", tiles, words.tiles)],
        })
    };
    let chosen = move || form.resize.get().or_else(|| form.preset().map(|preset| preset.resize));
    let alike = |a: Resize, b: Resize| std::mem::discriminant(&a) == std::mem::discriminant(&b);
    let option = move |(tag, rule, name): (&'static str, Resize, &'static str)| {
        view! {
            <label class="own-choice">
                <input type="radio" name="own-resize" data-testid=format!("own-resize-{tag}")
                    prop:checked=move || chosen().is_some_and(|chosen| alike(chosen, rule))
                    on:change=move |_| form.resize.set(Some(rule)) />
                <span>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="own-part">
            <legend>{move || form.words().reading}</legend>
            {move || rules().map(|rules| rules.into_iter().map(option).collect_view())}
        </fieldset>
    }
}

/// Rows and columns, where the file leaves them free.
#[component]
fn Side(form: Form) -> impl IntoView {
    view! {
        <section class="own-part">
            <label class="own-label" for="own-side">{move || form.words().side}</label>
            <input id="own-side" type="number" min="32" max="2048" step="32" data-testid="own-side"
                prop:value=move || form.side.get().to_string()
                on:change:target=move |event| {
                    if let Ok(side) = event.target().value().parse::<u32>() {
                        form.side.set(side.clamp(16, 2048));
                    }
                } />
        </section>
    }
}

/// What the model is called.
#[component]
fn Title(form: Form) -> impl IntoView {
    view! {
        <section class="own-part">
            <label class="own-label" for="own-title">{move || form.words().name}</label>
            <input id="own-title" type="text" maxlength="80" data-testid="own-title"
                prop:value=move || form.title.get()
                on:input:target=move |event| form.title.set(event.target().value()) />
        </section>
    }
}
