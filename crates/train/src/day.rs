//! The day, for what is written into packs.

use std::time::{SystemTime, UNIX_EPOCH};

/// Today, in UTC: `2026-11-22`.
pub fn today() -> String {
    let secs = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day(secs / 86_400)
}

/// The day so many days after 1 January 1970, by the Gregorian calendar: years are counted from March on, so that the day that
/// leap years have is their last.
fn day(days: u64) -> String {
    let since = days + 719_468; // from 1 March of the year 0
    let (era, of_era) = (since / 146_097, since % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let date = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    format!("{:04}-{month:02}-{date:02}", era * 400 + year + u64::from(month <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `date -u -d @SECONDS +%F` of coreutils.
    #[test]
    fn days_are_those_of_the_calendar() {
        let days = [0, 59, 11_016, 11_017, 20_779, 47_540];
        let expected = ["1970-01-01", "1970-03-01", "2000-02-29", "2000-03-01", "2026-11-22", "2100-02-28"];
        assert_eq!(days.map(day), expected);
    }
}
