//! The figures that sum it up, and what can be taken home.

use super::{files, paint};
use crate::components::icon::{Glyph, Icon};
use crate::evaluation::{Matrix, Scores};
use crate::studio::Studio;
use crate::{numbers, say, text};
use leptos::prelude::*;

/// Large figures in a row, files below them.
#[component]
pub fn Figures(studio: Studio, scores: Scores, matrix: Option<Matrix>) -> impl IntoView {
    let shown = scores.clone();
    let figures = move || figures(studio, &shown);
    let (json, csv) = (scores.clone(), scores);
    view! {
        <section class="figures">
            <dl>
                {move || figures().into_iter().map(|(testid, name, value)| view! {
                    <div><dt>{name}</dt><dd data-testid=testid>{value}</dd></div>
                }).collect_view()}
            </dl>
            <div class="figures-files">
                <FileButton testid="scores-json" name="JSON" press=move || files::json(studio, &json) />
                <FileButton testid="scores-csv" name="CSV" press=move || files::csv(studio, &csv) />
                {matrix.map(|matrix| view! {
                    <FileButton testid="scores-matrix" name="PNG" press=move || paint::save(studio, &matrix) />
                })}
            </div>
            <p class="quiet">{say!(studio, scores.same)}</p>
        </section>
    }
}

fn figures(studio: Studio, scores: &Scores) -> Vec<(&'static str, String, String)> {
    let locale = studio.locale.get();
    let percent =
        |share: Option<f64>| share.map_or("\u{2013}".to_owned(), |share| numbers::percent(locale, share));
    let time = |millis| ("scores-time", text!(locale, scores.time), numbers::duration(locale, millis));
    let n = |count: usize| ("scores-n", text!(locale, scores.photos), count.to_string());
    match scores {
        Scores::Ranking(ranking) => vec![
            ("top1", text!(locale, scores.top_one), percent(Some(ranking.top(1)))),
            ("top5", text!(locale, scores.top_five), percent(Some(ranking.top(5)))),
            n(ranking.items.len()),
            time(ranking.millis_median),
        ],
        Scores::Areas(areas) => vec![
            ("pixel-accuracy", text!(locale, scores.pixels), percent(areas.confusion.pixel_accuracy())),
            ("miou", text!(locale, scores.miou), percent(areas.confusion.miou())),
            n(areas.photos.len()),
            time(areas.millis_median),
        ],
        Scores::Objects(objects) => {
            let summary = &objects.summary;
            let figure = |testid, name: &str, share| (testid, name.to_owned(), percent(share));
            vec![
                figure("ap", "AP .50:.95", summary.ap),
                figure("ap50", "AP .50", summary.ap50),
                figure("ap75", "AP .75", summary.ap75),
                ("ap-small", text!(locale, scores.ap_small), percent(summary.ap_small)),
                ("ap-medium", text!(locale, scores.ap_medium), percent(summary.ap_medium)),
                ("ap-large", text!(locale, scores.ap_large), percent(summary.ap_large)),
                figure("ar100", "AR 100", summary.ar100),
                n(objects.n),
                time(objects.millis_median),
            ]
        }
    }
}

#[component]
fn FileButton(testid: &'static str, name: &'static str, press: impl Fn() + 'static) -> impl IntoView {
    view! {
        <button class="button" type="button" data-testid=testid on:click=move |_| press()>
            <Icon glyph=Glyph::Save /><span>{name}</span>
        </button>
    }
}
