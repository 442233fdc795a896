//! An honest word where the photo may show something else altogether.

use super::Shown;
use crate::components::icon::{Glyph, Icon};
use crate::studio::Studio;
use crate::{numbers, say, text};
use leptos::prelude::*;

/// A notice, if the network believes in something outside the pack's classes.
#[component]
pub fn Doubt(studio: Studio, shown: Shown) -> impl IntoView {
    let outside = shown.result.classes().map_or(0.0, |classes| classes.outside);
    let words = Signal::derive(move || {
        let locale = studio.locale.get();
        text!(locale, breeds.doubt_text, percent = numbers::percent(locale, outside))
    });
    shown.result.is_doubtful().then(|| {
        view! {
            <div class="doubt" role="note" data-testid="not-a-dog">
                <Icon glyph=Glyph::Warning />
                <div>
                    <strong>{say!(studio, breeds.doubt_title)}</strong>
                    <p>{words}</p>
                </div>
            </div>
        }
    })
}
