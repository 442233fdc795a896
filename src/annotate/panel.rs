//! What stands beside the photo while its boxes are edited.

use super::class_field::ClassField;
use super::files::Files;
use super::keys;
use super::list::List;
use super::score::Score;
use super::store::{self, Work};
use super::surface::shown;
use super::tools::Tools;
use crate::say;
use crate::studio::Studio;
use leptos::prelude::*;
use vitrine_pixels::annotations::Problem;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Problems that are shown at once: when they are solved the next ones follow.
const SHOWN_MAX: usize = 40;

/// The panel.
#[component]
pub fn Panel(studio: Studio) -> impl IntoView {
    let number = Memo::new(move |_| shown(studio).map(|(photo, _)| photo.number));
    let said = store::desk().said;
    let parts = move || {
        let photo = studio.photo(number.get()?)?;
        let work = store::work(studio, &photo)?;
        Some(view! { <Parts studio work /> })
    };
    view! {
        <aside class="panel edit-panel" data-testid="edit-panel" aria-labelledby="edit-title">
            <div class="panel-head">
                <h2 id="edit-title">{say!(studio, annotate.title)}</h2>
                <button type="button" class="button" data-testid="edit-done" on:click=move |_| studio.editing.set(false)>
                    {say!(studio, annotate.done)}
                </button>
            </div>
            <p class="hidden" aria-live="polite" data-testid="edit-said">{move || said.get()}</p>
            {parts}
        </aside>
    }
}

#[component]
fn Parts(studio: Studio, work: Work) -> impl IntoView {
    let keyed = StoredValue::new(work.clone());
    let key = move |event: KeyboardEvent| {
        let command = event.ctrl_key() || event.meta_key();
        if command && !is_typing(&event) && keys::undo_or_redo(studio, &keyed.get_value(), &event) {
            event.prevent_default();
        }
    };
    view! {
        <div on:keydown=key>
            <Tools studio work=work.clone() />
            <ClassField studio work=work.clone() />
            <Score studio work=work.clone() />
            <List studio work=work.clone() />
            <Problems studio work=work.clone() />
            <Files studio work />
            <p class="quiet edit-hint">{say!(studio, annotate.hint)}</p>
        </div>
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.tag_name() == "INPUT")
}

/// What was wrong with the files of this photo, and with those of none; and what the written ones cannot hold.
#[component]
fn Problems(studio: Studio, work: Work) -> impl IntoView {
    let (loose, losses) = (store::desk().problems, store::desk().losses);
    let problems = move || {
        let mut problems = loose.get();
        problems.extend(work.known.with(|known| known.problems.clone()));
        problems.extend(losses.get());
        problems.truncate(SHOWN_MAX);
        problems
    };
    let one = |problem: Problem| {
        let place = match problem.line {
            Some(line) => format!("{}, line {line}", problem.file),
            None => problem.file.clone(),
        };
        view! {
            <li data-testid="edit-problem" class:lost=problem.lost>
                <strong>{place}</strong>
                <span>{problem.cause}</span>
                <small>{problem.remedy}</small>
            </li>
        }
    };
    move || {
        let problems = problems();
        (!problems.is_empty()).then(|| {
            view! {
                <section class="edit-problems" aria-label=say!(studio, annotate.problems)>
                    <h3>{say!(studio, annotate.problems)}</h3>
                    <ul lang="en">{problems.into_iter().map(one).collect::<Vec<_>>()}</ul>
                </section>
            }
        })
    }
}
