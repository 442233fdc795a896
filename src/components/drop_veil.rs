//! What is seen while a file hovers over the page.

use super::icon::{Glyph, Icon};
use crate::say;
use crate::studio::Studio;
use leptos::prelude::*;

/// A veil over the whole page.
#[component]
pub fn DropVeil(studio: Studio, #[prop(into)] shown: Signal<bool>) -> impl IntoView {
    view! {
        <div class="drop-veil" class:shown=shown aria-hidden="true" data-testid="drop-veil">
            <div class="drop-veil-pane">
                <Icon glyph=Glyph::Add />
                <strong>{say!(studio, drop.title)}</strong>
                <span>{say!(studio, drop.text)}</span>
            </div>
        </div>
    }
}
