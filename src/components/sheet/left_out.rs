//! Files that could not be used, and why.

use crate::studio::Studio;
use crate::words;
use leptos::prelude::*;

/// A list of names with reasons.
#[component]
pub fn LeftOut(studio: Studio) -> impl IntoView {
    let rows = move || {
        studio.tick.track();
        let locale = studio.locale.get();
        let row = |photo: &crate::studio::Photo| {
            let fault = photo.fault()?;
            let said = words::fault(locale, fault.code);
            Some(view! {
                <li data-testid="left-out">
                    <strong>{photo.path()}</strong>
                    <p>{said.title} ". " {said.remedy}</p>
                    <small>{fault.cause}</small>
                </li>
            })
        };
        studio.photos.with(|photos| photos.iter().filter_map(row).collect_view())
    };
    view! { <div class="sheet-frame"><ul class="left-out">{rows}</ul></div> }
}
