//! The day on which something was written.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY_SECS: u64 = 86_400;

/// `2026-11-22`, in UTC.
pub fn today() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day(now / DAY_SECS)
}

/// The date of a day counted from 1970-01-01. Years begin in March here, so that the leap day is the last of its year
/// (`civil_from_days` of H. Hinnant, "chrono-compatible low-level date algorithms", 2021).
fn day(days: u64) -> String {
    let days = days + 719_468; // from 0000-03-01
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    format!("{:04}-{month:02}-{date:02}", era * 400 + year + u64::from(month <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `datetime.date(1970, 1, 1) + datetime.timedelta(days)` of Python 3.12.
    #[test]
    fn days_are_those_of_the_calendar() {
        let dates = [0, 58, 59, 11_016, 19_782, 19_783, 20_779].map(day);
        let expected = [
            "1970-01-01",
            "1970-02-28",
            "1970-03-01",
            "2000-02-29",
            "2024-02-29",
            "2024-03-01",
            "2026-11-22",
        ];
        assert_eq!(dates, expected);
    }
}
