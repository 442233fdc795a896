//! What other settings, or another pack, have changed.

use super::{Shown, look};
use crate::language::Locale;
use crate::studio::{PhotoResult, Studio};
use crate::{numbers, say, words};
use leptos::prelude::*;

/// A small table: the answer before, and the one now.
#[component]
pub fn Changed(studio: Studio, shown: Shown) -> impl IntoView {
    let Shown { result, before } = shown;
    before.map(|before| {
        view! {
            <table class="changed" data-testid="changed">
                <caption class="hidden">{say!(studio, look.changed)}</caption>
                <tbody>
                    <tr><th scope="row">{say!(studio, look.before)}</th>{cells(studio, before)}</tr>
                    <tr><th scope="row">{say!(studio, look.now)}</th>{cells(studio, result)}</tr>
                </tbody>
            </table>
        }
    })
}

fn cells(studio: Studio, result: std::sync::Arc<PhotoResult>) -> impl IntoView {
    move || row(studio.locale.get(), &result).map(|text| view! { <td>{text}</td> }).collect_view()
}

/// Settings, best class, time.
fn row(locale: Locale, result: &PhotoResult) -> [String; 3] {
    let millis = result.timings.total_millis;
    [look::words(locale, result), words::found(locale, result), numbers::duration(locale, millis)]
}
