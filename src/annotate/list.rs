//! The boxes as a list.

use super::boxes::{compared, origin_name};
use super::keys;
use super::store::Work;
use super::verdict::Verdict;
use crate::language::Locale;
use crate::numbers::{self, fixed};
use crate::studio::Studio;
use crate::{say, text};
use leptos::prelude::*;
use vitrine_pixels::boxes::Extent;
use vitrine_pixels::boxes::edit::{EditedBox, Labelled, Origin};

/// A line a box; pressing one selects it.
#[component]
pub fn List(studio: Studio, work: Work) -> impl IntoView {
    let compared = compared(&work);
    let editor = work.editor.clone();
    let work = StoredValue::new(work);
    let rows = move || {
        let (locale, compared) = (studio.locale.get(), compared.get());
        editor.with(|editor| {
            let selected = editor.selected().map(|it| it.id);
            let row = |(at, it): (usize, &EditedBox)| {
                let verdict = compared.as_ref().and_then(|it| it.verdicts.get(at)).copied();
                row(studio, work, locale, it, selected == Some(it.id), verdict)
            };
            editor.boxes().iter().enumerate().map(row).collect::<Vec<_>>()
        })
    };
    let empty =
        Signal::derive(move || !work.with_value(|work| work.editor.with(|editor| editor.boxes().is_empty())));
    view! {
        <p class="quiet" hidden=empty>{say!(studio, annotate.empty)}</p>
        <ul class="edit-list" data-testid="edit-list">{rows}</ul>
    }
}

fn row(
    studio: Studio,
    work: StoredValue<Work>,
    locale: Locale,
    it: &EditedBox,
    selected: bool,
    verdict: Option<Verdict>,
) -> AnyView {
    let id = it.id;
    let Extent { left, top, width, height } = it.labelled.extent;
    let [left, top, width, height] = [left, top, width, height].map(|side| fixed(side, 0));
    let mark = match verdict {
        Some(Verdict::Found(_)) => "found",
        Some(Verdict::Wrong) => "wrong",
        Some(Verdict::Free) => "free",
        None => origin_name(it.labelled.origin),
    };
    let select = move |_| keys::change(studio, &work.get_value(), |editor| editor.select(Some(id)));
    view! {
        <li>
            <button type="button" class=format!("edit-row {mark}") data-testid="edit-row"
                aria-pressed=selected.to_string() on:click=select>
                <strong>{it.labelled.class.to_string()}</strong>
                <span>{words(locale, &it.labelled, verdict)}</span>
                <small>{format!("{left}, {top} \u{b7} {width}\u{a0}\u{d7}\u{a0}{height}")}</small>
            </button>
        </li>
    }
    .into_any()
}

fn words(locale: Locale, labelled: &Labelled, verdict: Option<Verdict>) -> String {
    match (verdict, labelled.origin) {
        (Some(Verdict::Found(iou)), _) => text!(locale, annotate.found_iou, iou = fixed(iou, 2)),
        (Some(Verdict::Wrong), _) => text!(locale, annotate.wrong_one),
        (Some(Verdict::Free), _) => text!(locale, annotate.free_one),
        (None, Origin::Predicted) => numbers::percent(locale, labelled.confidence.unwrap_or_default()),
        (None, Origin::Read) => text!(locale, annotate.read),
        (None, Origin::Corrected) => text!(locale, annotate.corrected),
        (None, Origin::Drawn) => text!(locale, annotate.drawn),
    }
}
