//! What is going on, in a sentence that a screen reader hears too.

use super::icon::{Glyph, Icon};
use super::progress_bar::ProgressBar;
use crate::say;
use crate::studio::Studio;
use crate::words;
use leptos::prelude::*;

/// The bottom line. Figures that change often stand outside the part that is read aloud.
#[component]
pub fn StatusLine(studio: Studio) -> impl IntoView {
    let said = Signal::derive(move || words::notice(studio.locale.get(), &studio.notice.get()));
    view! {
        <footer class="status-line">
            <p class="status" data-testid="status" role="status" aria-live="polite">{said}</p>
            <ProgressBar studio />
            <p class="private" data-testid="private">
                <Icon glyph=Glyph::Lock />
                <span>{say!(studio, status.private)}</span>
            </p>
        </footer>
    }
}
