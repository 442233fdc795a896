//! The languages that the page speaks. The texts lie in `assets/locales` and become typed keys at build time.

#[allow(
    dead_code,
    unused_imports,
    clippy::all,
    clippy::expect_used,
    missing_docs,
    reason = "written by a generator for every use"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}

pub use generated::i18n;
pub use i18n::Locale;
use leptos_i18n::Locale as _;
use std::str::FromStr;

/// A text in the language of a locale: `text!(locale, save.title)`, `text!(locale, status.saved, name = name)`.
#[macro_export]
macro_rules! text {
    ($locale:expr, $($key:tt)*) => {
        String::from($crate::language::i18n::td_string!($locale, $($key)*))
    };
}

/// A text that follows the page's language: `say!(studio, save.title)`. All of them have one type, which keeps the page
/// small: the view of a closure is compiled once for each closure.
#[macro_export]
macro_rules! say {
    ($studio:expr, $($key:tt)*) => {
        $studio.say(|locale| $crate::text!(locale, $($key)*))
    };
}

/// The first of these language tags that the page speaks; English otherwise.
pub fn first_spoken(tags: impl IntoIterator<Item = String>) -> Locale {
    tags.into_iter().find_map(|tag| spoken(&tag)).unwrap_or_default()
}

fn spoken(tag: &str) -> Option<Locale> {
    let primary = tag.split(['-', '_']).next().unwrap_or(tag);
    Locale::from_str(&primary.to_ascii_lowercase()).ok()
}

/// The language of an earlier choice, or the browser's.
pub fn preferred(asked: Option<String>) -> Locale {
    let remembered = crate::memory::recall(crate::memory::LANGUAGE);
    let languages = leptos::prelude::window().navigator().languages();
    let browser = languages.iter().filter_map(|tag| tag.as_string());
    first_spoken(asked.into_iter().chain(remembered).chain(browser))
}

/// The language's tag: `en` or `fr`.
pub fn tag(locale: Locale) -> &'static str {
    locale.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(tags: &[&str]) -> Locale {
        first_spoken(tags.iter().map(|&tag| tag.to_owned()))
    }

    #[test]
    fn a_region_does_not_hide_the_language() {
        assert_eq!(first(&["fr-CA"]), Locale::fr);
        assert_eq!(first(&["FR"]), Locale::fr);
        assert_eq!(first(&["en-GB", "fr"]), Locale::en);
    }

    #[test]
    fn the_first_spoken_language_wins_and_english_is_the_rest() {
        assert_eq!(first(&["de", "fr", "en"]), Locale::fr);
        assert_eq!(first(&["de"]), Locale::en);
        assert_eq!(first(&[]), Locale::en);
    }
}
