//! The form as it is seen.

use super::file::{self, HOSTS_MAX};
use super::form::{Form, State};
use super::inside::Inside;
use super::questions::Questions;
use crate::components::{Glyph, Icon, listed};
use crate::numbers;
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitrine_packs::Task;
use web_sys::DragEvent;

/// A panel at the page's side: what the model is, the questions, the way to keep it.
#[component]
pub fn Sheet(form: Form) -> impl IntoView {
    let name = form.given.with_value(|given| given.as_ref().map(|given| given.name.clone()));
    let close = Signal::derive(move || form.words().close.to_owned());
    Effect::new(move |_| form.follow());
    view! {
        <aside class="own" data-testid="own-form" data-state=move || form.state.get().tag()
            aria-labelledby="own-heading" on:drop=move |event| take_list(form, &event)>
            <header class="own-head">
                <div>
                    <h2 id="own-heading">{move || form.words().heading}</h2>
                    <p class="quiet own-file">{name}</p>
                </div>
                <button class="button-icon" type="button" data-testid="own-close" title=close aria-label=close
                    on:click=move |_| form.close()>
                    <Icon glyph=Glyph::Close />
                </button>
            </header>
            <div class="own-body">
                {move || (form.state.get() == State::Looking).then(|| view! {
                    <p class="quiet">{move || form.words().looking}</p>
                })}
                <Show when=move || form.looked.with(Option::is_some)>
                    <Understood form />
                    <Show when=move || !form.has_pack() && form.proposal().is_some()>
                        <Questions form />
                    </Show>
                    <Inside form />
                </Show>
            </div>
            <footer class="own-foot">
                <Status form />
                <Show when=move || form.looked.with(Option::is_some) && can_be_kept(&form.state.get())>
                    <div class="own-actions">
                        {move || if form.state.get() == State::Kept {
                            view! {
                                <button class="button-main" type="button" data-testid="own-done"
                                    on:click=move |_| form.close()>{form.words().done}</button>
                            }.into_any()
                        } else {
                            view! {
                                <button class="button-main" type="button" data-testid="own-keep"
                                    prop:disabled=move || form.state.get() != State::Works
                                    on:click=move |_| spawn_local(form.keep())>{form.words().keep}</button>
                            }.into_any()
                        }}
                        <button class="button" type="button" data-testid="own-zip"
                            prop:disabled=move || !matches!(form.state.get(), State::Works | State::Kept)
                            on:click=move |_| spawn_local(form.save_zip())>
                            {move || form.words().save_zip}
                        </button>
                    </div>
                </Show>
                <p class="own-private">{move || form.words().private}</p>
            </footer>
        </aside>
    }
}

fn can_be_kept(state: &State) -> bool {
    matches!(state, State::Trying | State::Works | State::Kept)
}

/// A list of labels that is dropped on the form.
fn take_list(form: Form, event: &DragEvent) {
    let files = event.data_transfer().and_then(|data| data.files());
    let mut files = listed(files);
    if let (Some(file), true) = (files.pop(), files.is_empty()) {
        let name = file.name().to_ascii_lowercase();
        if [".txt", ".csv", ".json", ".names", ".labels"].iter().any(|ending| name.ends_with(ending)) {
            // The page leaves the drop alone then.
            event.prevent_default();
            spawn_local(super::questions::read_labels(form, file));
        }
    }
}

/// What the model is, in a sentence or two.
#[component]
fn Understood(form: Form) -> impl IntoView {
    let locale = form.studio.locale;
    let large = move || {
        let bytes = form.looked.get()?.bytes;
        (bytes > HOSTS_MAX)
            .then(|| format!("{}: {}", numbers::bytes(locale.get(), bytes), form.words().large))
    };
    let sentence = move || {
        let (words, looked) = (form.words(), form.looked.get()?);
        let name =
            form.given.with_value(|given| given.as_ref().map(|it| it.name.clone())).unwrap_or_default();
        let file = format!("{}, {}.", file::format(&name), numbers::bytes(locale.get(), looked.bytes));
        if form.has_pack() {
            return Some(format!("{file} {}", words.with_pack));
        }
        let Some(proposal) = form.proposal() else { return Some(file) };
        let kind = match proposal.task {
            Task::Segment => words.segments,
            Task::Classify => words.classifies,
            Task::Detect => words.detects,
            Task::Act => words.acts,
        };
        let kind = kind.replace("{n}", &proposal.scores.to_string());
        let size = if proposal.free_size {
            words.any_size.to_owned()
        } else {
            words.size.replace("{s}", &numbers::size(proposal.width, proposal.height))
        };
        Some(format!("{file} {kind} {size}"))
    };
    view! {
        <section class="own-part">
            <p class="own-sentence" data-testid="own-sentence">{sentence}</p>
            {move || large().map(|large| view! { <p class="own-warning" data-testid="own-large">{large}</p> })}
        </section>
    }
}

/// One line: it works, or what is wrong.
#[component]
fn Status(form: Form) -> impl IntoView {
    let line = move || {
        let words = form.words();
        match form.state.get() {
            State::Looking => String::new(),
            State::Trying => words.trying.to_owned(),
            State::Works if form.studio.photos.with(Vec::is_empty) => words.works_without_photo.to_owned(),
            State::Works => words.works.to_owned(),
            State::Kept => words.kept.to_owned(),
            State::Trouble(trouble) => trouble,
        }
    };
    view! {
        <p class="own-status" role="status" data-testid="own-status"
            class:own-trouble=move || matches!(form.state.get(), State::Trouble(_))>
            {line}
        </p>
    }
}
