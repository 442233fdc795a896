//! What can be saved of the boxes, and what can be brought.

use super::files_code;
use super::store::{self, Work};
use super::surface::shown;
use crate::chunk;
use crate::components::open_picker;
use crate::studio::{Photo, Studio};
use crate::{say, text};
use leptos::prelude::*;
use vitrine_pixels::annotations::Format;

const FORMATS: [(Format, &str); 3] =
    [(Format::Yolo, "YOLO"), (Format::Voc, "Pascal VOC"), (Format::Coco, "COCO")];

/// A format, and the photos whose boxes are saved in it.
#[component]
pub fn Files(studio: Studio, work: Work) -> impl IntoView {
    let format = RwSignal::new(0_usize);
    let chosen = move || FORMATS.get(format.get_untracked()).map_or(Format::Yolo, |(format, _)| *format);
    let one = move |_| {
        if let Some(shown) = untrack(|| shown(studio)) {
            save(studio, vec![shown], chosen());
        }
    };
    let editor = work.editor;
    let edited = Signal::derive(move || {
        editor.track();
        store::edited(studio).len()
    });
    let all = move |_| save(studio, untrack(|| store::edited(studio)), chosen());
    let all_words =
        Signal::derive(move || text!(studio.locale.get(), annotate.save_all, count = edited.get()));
    view! {
        <section class="edit-files" aria-label=say!(studio, annotate.files)>
            <h3>{say!(studio, annotate.files)}</h3>
            <div class="segmented" role="group" aria-label=say!(studio, annotate.format)>
                {FORMATS.iter().enumerate().map(|(at, &(_, name))| view! {
                    <button type="button" data-testid=format!("format-{at}")
                        aria-pressed=Signal::derive(move || (format.get() == at).to_string())
                        on:click=move |_| format.set(at)>{name}</button>
                }).collect_view()}
            </div>
            <div class="edit-save">
                <button type="button" class="button" data-testid="save-boxes" on:click=one>
                    {say!(studio, annotate.save_one)}
                </button>
                <button type="button" class="button" data-testid="save-all-boxes" on:click=all
                    hidden=Signal::derive(move || edited.get() < 2)>{all_words}</button>
                <button type="button" class="button" data-testid="open-boxes" on:click=move |_| open_picker()>
                    {say!(studio, annotate.open)}
                </button>
            </div>
        </section>
    }
}

fn save(studio: Studio, photos: Vec<(Photo, Work)>, format: Format) {
    chunk::with(studio, files_code, move |files| (files.save)(studio, &photos, format));
}
