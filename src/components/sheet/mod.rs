//! All photos at once: how far the work is, their answers, their accuracy, and what was left out. Fetched when it is first
//! opened.

mod card;
mod grid;
mod head;
mod left_out;
mod tools;

use crate::chunk;
use crate::components::scores::Scores;
use crate::evaluation;
use crate::language::Locale;
use crate::studio::{Photo, PhotoResult, Studio};
use crate::view::Tab;
use crate::words;
use grid::Grid;
use head::Head;
use left_out::LeftOut;
use leptos::prelude::*;
use std::collections::BTreeSet;
use vitrine_protocol::Answer;
use wasm_split_helpers::wasm_split;

/// The sheet, in place of the stage.
#[component]
pub fn Sheet(studio: Studio) -> impl IntoView {
    chunk::view(studio, sheet_code)
}

#[wasm_split(many, fallible)]
fn sheet_code() -> chunk::Fetched<chunk::View> {
    Ok(|studio| view! { <All studio /> }.into_any())
}

#[component]
fn All(studio: Studio) -> impl IntoView {
    let tab = studio.view.sheet.tab;
    // A pack that knows nothing of the folders' names has no scores.
    let possible = Memo::new(move |_| {
        // A set of boxes comes a moment after its photos.
        studio.tick.track();
        let pack = studio.pack_ready();
        pack.is_some_and(|pack| studio.photos.with(|photos| evaluation::Scores::are_possible(photos, &pack)))
    });
    let failed = Memo::new(move |_| {
        studio.tick.track();
        studio.photos.with(|photos| photos.iter().filter(|photo| photo.fault().is_some()).count())
    });
    let shown = Memo::new(move |_| match tab.get() {
        Tab::Scores if !possible.get() => Tab::Photos,
        Tab::LeftOut if failed.get() == 0 => Tab::Photos,
        tab => tab,
    });
    view! {
        <section class="sheet" data-testid="sheet">
            <Head studio shown possible failed />
            {move || match shown.get() {
                Tab::Photos => view! { <Grid studio /> }.into_any(),
                Tab::Scores => view! { <Scores studio /> }.into_any(),
                Tab::LeftOut => view! { <LeftOut studio /> }.into_any(),
            }}
        </section>
    }
}

/// What an answer says first: a class or a group, and how sure or how large it is, 0..=1.
fn headline(result: &PhotoResult) -> Option<(u32, f64)> {
    match &result.answer {
        Answer::Classify(classes) => classes.ranked.first().map(|best| (best.class, best.confidence)),
        Answer::Segment(areas) => areas.categories.first().map(|largest| (largest.id.into(), largest.share)),
        Answer::Detect(found) => found.objects.first().map(|surest| (surest.class, surest.confidence.into())),
        Answer::Act(actions) => actions.ranked.first().map(|best| (best.class, best.confidence)),
    }
}

/// The classes, or the group, by which the photos can be limited to this one.
fn kinds(result: &PhotoResult) -> Vec<u32> {
    let Answer::Detect(found) = &result.answer else {
        return headline(result).map(|(id, _)| id).into_iter().collect();
    };
    let classes: BTreeSet<u32> = found.objects.iter().map(|it| it.class).collect();
    classes.into_iter().collect()
}

/// The name of what [`headline`] found.
fn name_of(locale: Locale, result: &PhotoResult, id: u32) -> String {
    match &result.answer {
        Answer::Classify(_) | Answer::Detect(_) | Answer::Act(_) => words::class(locale, &result.pack, id),
        Answer::Segment(_) => words::group(locale, &result.pack, id as u8),
    }
}

/// The photos that are to be shown, in order.
fn listed(studio: Studio) -> Vec<Photo> {
    use crate::view::Order;
    let (locale, view) = (studio.locale.get(), studio.view.sheet);
    let (order, only) = (view.order.get(), view.only.get());
    studio.tick.track();
    let row = |photo: &Photo| {
        let result = photo.result.get_untracked();
        let found = result.as_ref().and_then(|result| headline(result));
        let meant = only.is_none_or(|only| result.as_ref().is_some_and(|it| kinds(it).contains(&only)));
        let name = result.zip(found).map(|(result, (id, _))| name_of(locale, &result, id));
        (photo.clone(), found, name, meant)
    };
    let mut rows: Vec<_> = studio.photos.with(|photos| photos.iter().map(row).collect());
    rows.retain(|(photo, _, _, meant)| *meant && (only.is_some() || photo.fault().is_none()));
    let sure = |found: Option<(u32, f64)>, none: f64| found.map_or(none, |(_, confidence)| confidence);
    match order {
        Order::Name => {}
        Order::Class => rows.sort_by(|a, b| {
            let named = (a.2.is_none(), &a.2).cmp(&(b.2.is_none(), &b.2));
            named.then(sure(b.1, 0.0).total_cmp(&sure(a.1, 0.0)))
        }),
        Order::Surest => rows.sort_by(|a, b| sure(b.1, -1.0).total_cmp(&sure(a.1, -1.0))),
        Order::Unsurest => rows.sort_by(|a, b| sure(a.1, 2.0).total_cmp(&sure(b.1, 2.0))),
    }
    rows.into_iter().map(|(photo, ..)| photo).collect()
}
