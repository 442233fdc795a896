//! What the browser remembers for the next visit. A browser that forbids storage just forgets.

use gloo::storage::{LocalStorage, Storage};

/// Names of remembered choices.
pub const THEME: &str = "vitrine-theme";
/// The language's tag.
pub const LANGUAGE: &str = "vitrine-language";
/// Where to compute.
pub const DEVICE: &str = "vitrine-device";
/// The person's own model that was last in use; empty if it was one of the host's.
pub const OWN: &str = "vitrine-own";

/// What was chosen on an earlier visit.
pub fn recall(name: &str) -> Option<String> {
    LocalStorage::raw().get_item(name).ok().flatten()
}

/// Keeps a choice.
pub fn remember(name: &str, value: &str) {
    // A full or forbidden storage is no reason to bother a person.
    let _ = LocalStorage::raw().set_item(name, value);
}

/// Whether the page begins in dark colours.
pub fn starts_dark() -> bool {
    match recall(THEME).as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => {
            matches!(leptos::prelude::window().match_media("(prefers-color-scheme: dark)"), Ok(Some(list)) if list.matches())
        }
    }
}
