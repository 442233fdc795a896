//! Names of actions, times and colours.

use super::state::{Clip, Phase, Trouble};
use crate::language::Locale;
use crate::numbers::fixed;
use crate::{text, words};
use leptos::prelude::*;
use vitrine_protocol::{ActionSegment, MediaTroubleKind};

/// The name of a class in a language.
pub fn class(clip: &Clip, locale: Locale, class: u32, english: &str) -> String {
    let pack = clip.pack.get();
    let name = pack.map(|pack| words::class(locale, &pack, class)).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| english.to_owned())
}

/// The name of a segment's action.
pub fn action(clip: &Clip, locale: Locale, segment: &ActionSegment) -> String {
    class(clip, locale, segment.class, &segment.name)
}

/// A time as players show it: `0:04.2`, `12:30.0`.
pub fn time(locale: Locale, secs: f64) -> String {
    let tenths = (secs.max(0.0) * 10.0).round() as u64;
    let (minutes, seconds, tenths) = (tenths / 600, tenths / 10 % 60, tenths % 10);
    let comma = if locale == Locale::en { '.' } else { ',' };
    format!("{minutes}:{seconds:02}{comma}{tenths}")
}

/// A short time: `0.4 s`, `0,4 s`.
pub fn seconds(locale: Locale, secs: f64) -> String {
    let figure = fixed(secs, 1);
    let figure = if locale == Locale::en { figure } else { figure.replace('.', ",") };
    format!("{figure}\u{a0}s")
}

/// The colour of a class, for styles: those that come up have one each, in the order in which they do, and others none.
pub fn colour(clip: &Clip, class: u32) -> String {
    let place = clip.classes.with(|classes| classes.iter().position(|known| *known == class));
    let Some(place) = place else { return "var(--ink-soft)".to_owned() };
    // Turned on by the golden angle, no two of the first dozen hues are alike.
    let hue = (250.0 + place as f64 * 137.508) % 360.0;
    format!("hsl({} 58% 52%)", fixed(hue, 1))
}

/// What is going on.
pub fn phase(clip: &Clip, locale: Locale) -> String {
    let seen = || time(locale, clip.seen());
    match clip.phase.get() {
        Phase::Waiting => text!(locale, clip.waiting),
        Phase::Switching => text!(locale, clip.switching),
        Phase::Opening => text!(locale, clip.opening),
        Phase::Running => {
            let whole = time(locale, clip.span());
            let progress = text!(locale, clip.progress, secs = seen(), whole = whole);
            format!("{} ({progress})", text!(locale, clip.looking))
        }
        Phase::Done if clip.damage.with(Option::is_some) => text!(locale, clip.damage, secs = seen()),
        Phase::Done => text!(locale, clip.done),
        Phase::Stopped => text!(locale, clip.cancelled, secs = seen()),
        Phase::Failed(trouble) => self::trouble(&trouble, locale).0,
    }
}

/// What went wrong, what to do, and the cause in English.
pub fn trouble(trouble: &Trouble, locale: Locale) -> (String, String, String) {
    macro_rules! said {
        ($kind:ident, $cause:expr) => {
            (text!(locale, clip.error.$kind.title), text!(locale, clip.error.$kind.remedy), $cause)
        };
    }
    match trouble {
        Trouble::NoPack => said!(no_pack, String::new()),
        Trouble::Compute(cause) => said!(compute, cause.clone()),
        Trouble::File(trouble) => {
            let cause = trouble.cause.clone();
            match trouble.kind {
                MediaTroubleKind::Empty => said!(empty, cause),
                MediaTroubleKind::Unknown => said!(unknown, cause),
                MediaTroubleKind::NoPicture => said!(no_picture, cause),
                MediaTroubleKind::Damaged => said!(damaged, cause),
                MediaTroubleKind::Crashed => said!(crashed, cause),
                MediaTroubleKind::Codec => {
                    let codec = codec(&cause);
                    let title = text!(locale, clip.error.codec.title, codec = codec);
                    (title, text!(locale, clip.error.codec.remedy), cause)
                }
            }
        }
    }
}

/// The name that people know a codec by.
fn codec(name: &str) -> String {
    const KNOWN: [(&str, &str); 12] = [
        ("avc", "H.264"),
        ("hvc", "H.265 (HEVC)"),
        ("hev", "H.265 (HEVC)"),
        ("dvh", "Dolby Vision"),
        ("av01", "AV1"),
        ("vp8", "VP8"),
        ("vp09", "VP9"),
        ("mp4v", "MPEG-4 Visual"),
        ("ap", "ProRes"),
        ("mjp", "Motion JPEG"),
        ("jpeg", "Motion JPEG"),
        ("enc", "protected video"),
    ];
    let known = KNOWN.iter().find(|(beginning, _)| name.starts_with(beginning));
    known.map_or_else(|| name.to_owned(), |(_, known)| format!("{known} ({name})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_seconds_and_tenths() {
        assert_eq!(time(Locale::en, 4.24), "0:04.2");
        assert_eq!(time(Locale::fr, 59.96), "1:00,0");
        assert_eq!(time(Locale::en, 750.0), "12:30.0");
        assert_eq!(seconds(Locale::fr, 0.4), "0,4\u{a0}s");
    }

    #[test]
    fn codecs_have_names_that_people_know() {
        assert_eq!(codec("hvc1.1.6.L93.b0"), "H.265 (HEVC) (hvc1.1.6.L93.b0)");
        assert_eq!(codec("mp4v"), "MPEG-4 Visual (mp4v)");
        assert_eq!(codec("V_THEORA"), "V_THEORA");
    }
}
