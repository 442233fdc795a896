//! Figures and fields of the tables that the page and the command write alike.

/// A figure with that many decimals, at most 9, rounded half away from zero.
///
/// The standard library writes every float exactly, with 30 KB of code and tables that the page need not carry.
pub fn fixed(value: f64, digits: u32) -> String {
    let scale = 10_i64.pow(digits);
    // Beyond 2^53 the cast saturates; no figure is so large.
    let scaled = (value * scale as f64).round() as i64;
    let sign = if scaled < 0 { "-" } else { "" };
    let (whole, rest) = (scaled.unsigned_abs() / scale as u64, scaled.unsigned_abs() % scale as u64);
    let width = digits as usize;
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest:0width$}") }
}

/// A field of a CSV file, quoted where RFC 4180 asks for it. A spreadsheet must not take a file's name for a formula.
pub fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_half_away_from_zero() {
        assert_eq!(fixed(0.25, 6), "0.250000");
        assert_eq!(fixed(2.5, 0), "3");
        assert_eq!(fixed(-0.125, 2), "-0.13");
        assert_eq!(fixed(-0.001, 2), "0.00");
    }

    #[test]
    fn a_field_is_quoted_as_rfc_4180_says_and_is_never_a_formula() {
        let fields = ["a,b", "say \"ah\"", "plain", "=1+1", "two\nlines"].map(field);
        assert_eq!(fields, ["\"a,b\"", "\"say \"\"ah\"\"\"", "plain", "'=1+1", "\"two\nlines\""]);
    }
}
