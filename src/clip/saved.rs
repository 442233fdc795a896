//! The timeline as files: the same as `vitrine run --out` writes.

use super::publish::report;
use super::state::Clip;
use super::words;
use crate::language::Locale;
use crate::save::{blob, offer};
use crate::studio::{Studio, to_json};
use leptos::prelude::*;
use vitrine_protocol::timeline;

/// What can be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Segments and all windows.
    Json,
    /// Windows as a table.
    Csv,
    /// Segments as subtitles, in the page's language.
    Vtt,
}

impl Kind {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::Json, Self::Csv, Self::Vtt];

    /// Of the file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Vtt => "vtt",
        }
    }
}

/// Makes a file and hands it to the browser.
pub fn save(studio: Studio, clip: &Clip, kind: Kind) {
    let locale = studio.locale.get_untracked();
    let file = match kind {
        Kind::Json => report(clip, true).and_then(|report| blob(&to_json(&report)?, "application/json")),
        Kind::Csv => blob(&clip.windows.with_untracked(|windows| timeline::csv(windows)), "text/csv"),
        Kind::Vtt => blob(
            &timeline::web_vtt(&untrack(|| clip.segments()), |it| words::action(clip, locale, it)),
            "text/vtt",
        ),
    };
    let name = clip.file.name();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    offer(studio, file, format!("{stem}.{}", kind.ending()));
}

impl Kind {
    /// The words of its button: what it is, and what is in it.
    pub fn words(self, locale: Locale) -> (String, String) {
        use crate::text;
        match self {
            Self::Json => (text!(locale, clip.json), text!(locale, clip.json_note)),
            Self::Csv => (text!(locale, clip.csv), text!(locale, clip.csv_note)),
            Self::Vtt => (text!(locale, clip.vtt), text!(locale, clip.vtt_note)),
        }
    }
}
