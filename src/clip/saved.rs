//! The timeline as files: the same as `vitrine run --out` writes.

use super::publish::report;
use super::state::Clip;
use super::words;
use crate::language::Locale;
use crate::numbers::fixed;
use crate::save::{blob, field, offer};
use crate::studio::{Studio, to_json};
use leptos::prelude::*;
use vitrine_protocol::{ActionSegment, ActionWindow};

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
        Kind::Json => report(clip).and_then(|report| blob(&to_json(&report)?, "application/json")),
        Kind::Csv => blob(&clip.windows.with_untracked(|windows| csv(windows)), "text/csv"),
        Kind::Vtt => {
            blob(&web_vtt(&untrack(|| clip.segments()), |it| words::action(clip, locale, it)), "text/vtt")
        }
    };
    let name = clip.file.name();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    offer(studio, file, format!("{stem}.{}", kind.ending()));
}

/// A header, then a line for each of the best classes of each window.
fn csv(windows: &[ActionWindow]) -> String {
    let mut text = "start_secs,end_secs,rank,action,confidence\r\n".to_owned();
    for window in windows {
        let (start, end) = (fixed(window.start_secs, 3), fixed(window.end_secs, 3));
        for (index, ranked) in window.ranked.iter().enumerate() {
            let (rank, name, confidence) = (index + 1, field(&ranked.name), fixed(ranked.confidence, 6));
            text.push_str(&format!("{start},{end},{rank},{name},{confidence}\r\n"));
        }
    }
    text
}

/// WebVTT (W3C Candidate Recommendation of 4 April 2019): a cue for each segment.
fn web_vtt(segments: &[ActionSegment], name: impl Fn(&ActionSegment) -> String) -> String {
    let mut text = "WEBVTT\n".to_owned();
    for segment in segments {
        let (start, end) = (timestamp(segment.start_secs), timestamp(segment.end_secs));
        let name = name(segment).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let percent = fixed(segment.confidence * 100.0, 0);
        text.push_str(&format!("\n{start} --> {end}\n{name} ({percent} %)\n"));
    }
    text
}

/// Hours, minutes, seconds and milliseconds.
fn timestamp(secs: f64) -> String {
    let millis = (secs.max(0.0) * 1000.0).round() as u64;
    let (hours, minutes, seconds) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", millis % 1000)
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

#[cfg(test)]
mod tests {
    use super::*;
    use vitrine_protocol::RankedClass;

    #[test]
    fn subtitles_have_times_and_escaped_names() {
        let segment = ActionSegment {
            class: 0,
            name: "rock & <roll>".to_owned(),
            start_secs: 59.9996,
            end_secs: 3_723.4,
            confidence: 0.456,
        };
        let expected = "WEBVTT\n\n00:01:00.000 --> 01:02:03.400\nrock &amp; &lt;roll&gt; (46 %)\n";
        assert_eq!(web_vtt(&[segment], |segment| segment.name.clone()), expected);
        assert_eq!(web_vtt(&[], |_| String::new()), "WEBVTT\n");
    }

    #[test]
    fn a_table_has_a_line_for_each_rank_of_each_window() {
        let ranked = |name: &str, confidence| RankedClass { class: 0, name: name.to_owned(), confidence };
        let ranked = vec![ranked("a,b", 0.75), ranked("c", 0.125)];
        let expected = "start_secs,end_secs,rank,action,confidence\r\n\
                        0.200,0.400,1,\"a,b\",0.750000\r\n\
                        0.200,0.400,2,c,0.125000\r\n";
        assert_eq!(csv(&[ActionWindow { start_secs: 0.2, end_secs: 0.4, ranked }]), expected);
    }
}
