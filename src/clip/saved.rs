//! The timeline as files: the same as `vitrine run --out` writes.

use super::publish::{in_turns, report, value};
use super::state::Clip;
use super::words;
use crate::language::Locale;
use crate::save::{blob, made, offer};
use crate::studio::{Studio, to_json};
use js_sys::{Array, JSON, JsString};
use leptos::prelude::*;
use leptos::task::spawn_local;
use vitrine_protocol::timeline;
use web_sys::Blob;

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
    let clip = clip.clone();
    spawn_local(async move {
        let file = match kind {
            Kind::Json => json(&clip).await,
            Kind::Csv => csv(&clip).await,
            Kind::Vtt => {
                let locale = studio.locale.get_untracked();
                let segments = untrack(|| clip.segments());
                blob(&timeline::web_vtt(&segments, |it| words::action(&clip, locale, it)), "text/vtt")
            }
        };
        let name = clip.file.name();
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        offer(studio, file, format!("{stem}.{}", kind.ending()));
    });
}

/// Each window is one line.
async fn json(clip: &Clip) -> Option<Blob> {
    let windows = in_turns(clip, |window| JSON::stringify(&value(window)?).ok()).await?;
    let whole = to_json(&report(clip)?)?;
    // A quote inside a text has a backslash before it: this is the field.
    let (before, behind) = whole.split_once("\"windows\": []")?;
    let parts = Array::of1(&format!("{before}\"windows\": [\n").into());
    for index in 0..windows.length() {
        let line_end = if index + 1 < windows.length() { ",\n" } else { "\n" };
        parts.push(&windows.get(index));
        parts.push(&line_end.into());
    }
    parts.push(&format!("]{behind}").into());
    made(&parts, "application/json")
}

async fn csv(clip: &Clip) -> Option<Blob> {
    let lines = in_turns(clip, |window| {
        let table = timeline::csv(std::slice::from_ref(window));
        table.split_once("\r\n").map(|(_, lines)| JsString::from(lines))
    });
    let parts = Array::of1(&timeline::csv(&[]).into());
    made(&parts.concat(&lines.await?), "text/csv")
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
