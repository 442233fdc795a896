//! How each class fares.

use crate::components::css;
use crate::evaluation::Scores;
use crate::numbers::{self, plain};
use crate::studio::Studio;
use crate::{say, text, words};
use leptos::prelude::*;
use vitrine_overlay::Colour;

/// One line of the list.
struct Row {
    name: String,
    share: Option<f64>,
    note: String,
    colour: Option<String>,
}

/// Classes by recall, least recognised first; categories by intersection over union.
#[component]
pub fn Recalls(studio: Studio, scores: Scores) -> impl IntoView {
    let title = match scores {
        Scores::Ranking(_) => say!(studio, scores.recall),
        Scores::Areas(_) => say!(studio, scores.iou),
        Scores::Objects(_) => say!(studio, scores.ap_classes),
    };
    view! {
        <section class="recalls">
            <h2>{title}</h2>
            <ul data-testid="recalls">
                {move || rows(studio, &scores).into_iter().map(|row| line(studio, row)).collect_view()}
            </ul>
        </section>
    }
}

fn rows(studio: Studio, scores: &Scores) -> Vec<Row> {
    let locale = studio.locale.get();
    match scores {
        Scores::Ranking(ranking) => {
            let row = |recall: crate::evaluation::Recall| Row {
                name: words::class(locale, &ranking.pack, recall.class),
                share: Some(recall.share()),
                note: text!(locale, scores.of, count = recall.right, total = recall.n),
                colour: None,
            };
            ranking.recalls().into_iter().map(row).collect()
        }
        Scores::Areas(areas) => {
            let row = |(id, iou): (u8, Option<f64>)| Row {
                name: words::group(locale, &areas.pack, id),
                share: iou,
                note: String::new(),
                colour: areas.pack.group(id).map(|group| group.colour.clone()),
            };
            areas.ious().into_iter().map(row).collect()
        }
        Scores::Objects(objects) => {
            let row = |&(class, ap): &(u32, f64)| Row {
                name: words::class(locale, &objects.pack, class),
                share: Some(ap),
                note: String::new(),
                colour: Some(css(Colour::of_class(class))),
            };
            objects.by_class.iter().map(row).collect()
        }
    }
}

fn line(studio: Studio, row: Row) -> impl IntoView {
    let locale = studio.locale.get();
    let percent = row.share.map_or("\u{2013}".to_owned(), |share| numbers::percent(locale, share));
    let colour = row.colour.unwrap_or_else(|| "var(--brass-fill)".to_owned());
    let style = format!("transform:scaleX({});background:{colour}", plain(row.share.unwrap_or(0.0)));
    view! {
        <li>
            <span class="recall-name">{row.name}</span>
            <small>{row.note}</small>
            <span class="recall-percent">{percent}</span>
            <span class="bar"><span style=style></span></span>
        </li>
    }
}
