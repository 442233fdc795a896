//! The gallery: a card for each installed model, and one photo looked at with several of them.

mod card;
mod compare;
mod entry;

use super::icon::{Glyph, Icon};
use crate::chunk;
use crate::studio::Studio;
use crate::{say, text};
use card::Card;
use compare::{Column, Columns};
use entry::Entry;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_split_helpers::wasm_split;
use web_sys::HtmlDialogElement;

const DIALOG_ID: &str = "gallery";

/// What the parts of the gallery share.
#[derive(Clone, Copy)]
struct Shelf {
    studio: Studio,
    /// Models of the host.
    entries: RwSignal<Vec<Arc<Entry>>>,
    /// Whether all of them are there: others follow then, so that no card moves that a person may be about to press.
    complete: RwSignal<bool>,
    /// Models that the person keeps here.
    kept: RwSignal<Vec<Arc<Entry>>>,
    /// Keys of the models to compare.
    ticked: RwSignal<Vec<String>>,
    /// What is compared, in place of the cards.
    columns: RwSignal<Option<Vec<Column>>>,
    /// Counts measurements: each changes what is remembered.
    measured: RwSignal<u32>,
    /// Whether a model is being measured or compared: one after the other on the device.
    busy: RwSignal<bool>,
}

impl Shelf {
    /// Those of the host first.
    fn all(&self) -> Vec<Arc<Entry>> {
        let kept = if self.complete.get() { self.kept.get() } else { vec![] };
        [self.entries.get(), kept].concat()
    }
}

/// The dialogue, from when it is first asked for.
#[component]
pub fn Gallery(studio: Studio) -> impl IntoView {
    move || studio.gallery.get().map(|dialog| dialog(studio))
}

#[wasm_split(panels, fallible)]
fn dialog_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <Dialog studio /> }.into_any())
}

/// Shows the gallery.
pub fn open_gallery(studio: Studio) {
    let dialog = document().get_element_by_id(DIALOG_ID);
    match dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        Some(dialog) => show(&dialog),
        None => chunk::with(studio, dialog_code, move |dialog| studio.gallery.set(Some(dialog))),
    }
}

fn show(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // It fails only for a dialogue that is open already.
        let _ = dialog.show_modal();
    }
}

fn close() {
    let dialog = document().get_element_by_id(DIALOG_ID);
    if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// Shows itself as soon as it is there.
#[component]
fn Dialog(studio: Studio) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    dialog.on_load(|dialog| show(&dialog));
    let shelf = Shelf {
        studio,
        entries: RwSignal::default(),
        complete: RwSignal::new(false),
        kept: RwSignal::default(),
        ticked: RwSignal::default(),
        columns: RwSignal::new(None),
        measured: RwSignal::new(0),
        busy: RwSignal::new(false),
    };
    spawn_local(async move {
        studio.workers().know_adapter().await;
        for id in studio.packs.get_untracked() {
            if let Some(entry) = Entry::fetch(&id).await {
                shelf.entries.update(|entries| entries.push(Arc::new(entry)));
            }
        }
        shelf.complete.set(true);
    });
    let refresh = move || {
        spawn_local(async move {
            let kept = Entry::kept().await.into_iter().map(Arc::new).collect();
            let _ = shelf.kept.try_set(kept);
        });
    };
    let name = say!(studio, gallery.close);
    view! {
        <dialog class="gallery" node_ref=dialog id=DIALOG_ID data-testid="gallery" aria-labelledby="gallery-title"
            on:toggle=move |_| refresh()>
            <form method="dialog">
                <h2 id="gallery-title">{say!(studio, gallery.title)}</h2>
                <button class="button-icon" aria-label=name title=name data-testid="gallery-close">
                    <Icon glyph=Glyph::Close />
                </button>
            </form>
            {move || match shelf.columns.get() {
                Some(columns) => view! { <Columns shelf columns /> }.into_any(),
                None => view! { <Cards shelf /> }.into_any(),
            }}
        </dialog>
    }
}

/// All cards, and the way to a comparison.
#[component]
fn Cards(shelf: Shelf) -> impl IntoView {
    let Shelf { studio, ticked, .. } = shelf;
    let photo = move || studio.on_stage.get();
    let ready = move || ticked.with(Vec::len) > 1 && photo().is_some() && !shelf.busy.get();
    let label = Signal::derive(move || match photo() {
        Some(photo) if ticked.with(Vec::len) > 1 => {
            text!(
                studio.locale.get(),
                gallery.compare,
                count = ticked.with(Vec::len),
                name = photo.name.clone()
            )
        }
        _ => text!(studio.locale.get(), gallery.pick),
    });
    view! {
        <p class="gallery-lead">{say!(studio, gallery.lead)}</p>
        <ul class="gallery-cards">
            {move || shelf.all().into_iter().map(|entry| view! { <Card shelf entry /> }).collect_view()}
        </ul>
        <div class="gallery-foot">
            <button class="button-main" type="button" data-testid="compare-packs" disabled=move || !ready()
                on:click=move |_| compare::start(shelf)>{label}</button>
        </div>
    }
}
