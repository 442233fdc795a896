//! Figures as people of a language write them. French has a comma, and a space before the unit that does not break.

use crate::language::Locale;
pub use vitrine_protocol::text::fixed;

/// A share in 0..1 as a percentage: `38.4%`, `38,4 %`; what would round to nothing is `<0.1%`.
pub fn percent(locale: Locale, share: f64) -> String {
    let (number, below) = if share > 0.0 && share < 0.0005 {
        (decimal(locale, 0.1, 1), "<")
    } else {
        (decimal(locale, share * 100.0, 1), "")
    };
    match locale {
        Locale::en => format!("{below}{number}%"),
        Locale::fr => format!("{below}{number}\u{a0}%"),
    }
}

/// A large whole number, its thousands parted: `1,234,567`, `1 234 567`.
pub fn whole(locale: Locale, value: f64) -> String {
    let digits = fixed(value, 0);
    let comma = if locale == Locale::en { "," } else { "\u{202f}" };
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push_str(comma);
        }
        text.push(digit);
    }
    text
}

/// A time: `85 ms`, `1.2 s`.
pub fn duration(locale: Locale, millis: f64) -> String {
    if millis < 999.5 {
        format!("{}\u{a0}ms", decimal(locale, millis, 0))
    } else {
        format!("{}\u{a0}s", decimal(locale, millis / 1000.0, 1))
    }
}

/// An amount of data: `2.2 MB`, `2,2 Mo`.
pub fn bytes(locale: Locale, bytes: u64) -> String {
    let megabytes = decimal(locale, bytes as f64 / 1e6, 1);
    match locale {
        Locale::en => format!("{megabytes}\u{a0}MB"),
        Locale::fr => format!("{megabytes}\u{a0}Mo"),
    }
}

/// Columns and rows: `2048 x 1024` with a multiplication sign.
pub fn size(width: u32, height: u32) -> String {
    format!("{width}\u{a0}\u{d7}\u{a0}{height}")
}

/// A figure with up to four decimals for a style or a file: `-1.25`, `0.3`, `12`.
pub fn plain(value: f64) -> String {
    let text = fixed(value, 4);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The nearest value in `low..=high`. [`f64::clamp`] would bring the writer of floats along, for its panic message.
#[allow(clippy::manual_clamp, reason = "see above")]
pub fn within(value: f64, low: f64, high: f64) -> f64 {
    value.max(low).min(high)
}

/// A figure with that many decimals, as people write it.
pub fn decimal(locale: Locale, value: f64, digits: u32) -> String {
    let text = fixed(value, digits);
    match locale {
        Locale::en => text,
        Locale::fr => text.replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_follow_the_language() {
        assert_eq!(percent(Locale::en, 0.3842), "38.4%");
        assert_eq!(percent(Locale::fr, 0.3842), "38,4\u{a0}%");
        assert_eq!(percent(Locale::en, 1.0), "100.0%");
        assert_eq!(percent(Locale::en, 0.0), "0.0%");
        assert_eq!(percent(Locale::en, 0.0001), "<0.1%");
    }

    #[test]
    fn plain_figures_have_no_more_decimals_than_they_need() {
        for (value, text) in [
            (0.0, "0"),
            (12.0, "12"),
            (-1.25, "-1.25"),
            (0.30001, "0.3"),
            (-0.00001, "0"),
            (1234.56789, "1234.5679"),
            (100.0, "100"),
        ] {
            assert_eq!(plain(value), text);
        }
    }

    #[test]
    fn thousands_are_parted() {
        assert_eq!(whole(Locale::en, 1_234_567.0), "1,234,567");
        assert_eq!(whole(Locale::fr, 12_345.0), "12\u{202f}345");
        assert_eq!(whole(Locale::en, 999.0), "999");
    }

    #[test]
    fn times_and_amounts_have_sensible_units() {
        assert_eq!(duration(Locale::en, 84.6), "85\u{a0}ms");
        assert_eq!(duration(Locale::en, 999.4), "999\u{a0}ms");
        assert_eq!(duration(Locale::fr, 1234.0), "1,2\u{a0}s");
        assert_eq!(bytes(Locale::fr, 2_157_328), "2,2\u{a0}Mo");
    }
}
