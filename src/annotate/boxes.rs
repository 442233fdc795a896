//! The boxes over the photo.

use super::store::{self, Work};
use super::surface::placement;
use super::truth::TruthBox;
use super::verdict::{Compared, Verdict};
use crate::numbers::{fixed, plain};
use crate::studio::Studio;
use leptos::prelude::*;
use vitrine_pixels::boxes::Extent;
use vitrine_pixels::boxes::edit::{EditedBox, Handle, Origin};

/// The boxes, what the truth says of them, and the handles of the selected one.
#[component]
pub fn Boxes(studio: Studio, work: Work) -> impl IntoView {
    let compared = compared(&work);
    let boxes = {
        let work = work.clone();
        move || {
            let (placement, compared) = (placement(studio, &work), compared.get());
            work.editor.with(|editor| {
                let selected = editor.selected().map(|it| it.id);
                let verdict = |at: usize| compared.as_ref().and_then(|it| it.verdicts.get(at)).copied();
                let one = |(at, it): (usize, &EditedBox)| {
                    let place = placement.screen_from_image(&it.labelled.extent);
                    shown_box(it, place, selected == Some(it.id), verdict(at))
                };
                editor.boxes().iter().enumerate().map(one).collect::<Vec<_>>()
            })
        }
    };
    let missed = {
        let (compared, work) = (self::compared(&work), work.clone());
        move || {
            let placement = placement(studio, &work);
            let truth = work.truth();
            let missed = compared.get().map(|it| it.missed).unwrap_or_default();
            let missed =
                missed.into_iter().filter_map(|at| truth.get(at)).map(|it| missed_box(it, &placement));
            missed.collect::<Vec<_>>()
        }
    };
    let handles = move || {
        let placement = placement(studio, &work);
        work.editor.with(|editor| {
            let place = editor.selected().map(|it| placement.screen_from_image(&it.labelled.extent));
            place.map(|[left, top, width, height]| {
                let extent = Extent { left, top, width, height };
                Handle::all().map(|handle| handle_at(handle.place(&extent))).collect::<Vec<_>>()
            })
        })
    };
    view! { <div class="edit-boxes" aria-hidden="true">{missed}{boxes}{handles}</div> }
}

/// The boxes against the truth; none where there is no truth to compare them with.
pub fn compared(work: &Work) -> Signal<Option<Compared>> {
    let (work, desk) = (work.clone(), store::desk());
    Signal::derive(move || {
        let truth = work.truth();
        if truth.is_empty() || work.from_file.get() {
            return None;
        }
        let min_iou = desk.min_iou.get();
        Some(work.editor.with(|editor| Compared::new(editor.boxes(), &truth, min_iou)))
    })
}

fn shown_box(it: &EditedBox, place: [f64; 4], selected: bool, verdict: Option<Verdict>) -> AnyView {
    let labelled = &it.labelled;
    let (class, words) = match verdict {
        Some(Verdict::Found(iou)) => ("found", format!("\u{2713} {} {}", labelled.class, fixed(iou, 2))),
        Some(Verdict::Wrong) => ("wrong", format!("\u{2717} {}", labelled.class)),
        Some(Verdict::Free) => ("free", format!("\u{2248} {}", labelled.class)),
        None => (origin_name(labelled.origin), labelled.class.to_string()),
    };
    let class = if selected { format!("edit-box {class} selected") } else { format!("edit-box {class}") };
    let Extent { left, top, width, height } = labelled.extent;
    let extent = [left, top, width, height].map(plain).join(" ");
    view! {
        <div class=class style=style(place) data-testid="edit-box" data-extent=extent data-class=labelled.class.to_string()>
            <span class=if place[1] < 22.0 { "inside" } else { "" }>{words}</span>
        </div>
    }
    .into_any()
}

fn missed_box(it: &TruthBox, placement: &super::placement::Placement) -> AnyView {
    let place = placement.screen_from_image(&it.extent);
    view! {
        <div class="edit-box missed" style=style(place) data-testid="missed-box">
            <span>{format!("? {}", it.class)}</span>
        </div>
    }
    .into_any()
}

fn handle_at([left, top]: [f64; 2]) -> AnyView {
    view! { <i style=format!("left:{}px;top:{}px", plain(left), plain(top))></i> }.into_any()
}

fn style(place: [f64; 4]) -> String {
    let [left, top, width, height] = place.map(plain);
    format!("left:{left}px;top:{top}px;width:{width}px;height:{height}px")
}

/// For styles and tests.
pub fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Predicted => "predicted",
        Origin::Read => "read",
        Origin::Corrected => "corrected",
        Origin::Drawn => "drawn",
    }
}
