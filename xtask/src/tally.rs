//! Counts of tests, read from what the test runners print.

use std::fmt;
use std::ops::AddAssign;

/// How many tests did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// They ran and held.
    pub passed: u32,
    /// They ran and did not hold.
    pub failed: u32,
    /// They did not run, and said why.
    pub skipped: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Reads `cargo test -- --show-output` line by line.
///
/// libtest knows no skipping at run time: a test that lacks its data prints a line that starts with `skipped:` and
/// returns. It would count as passed; here it counts as skipped.
#[derive(Default)]
pub struct CargoReader {
    tally: Tally,
    skipped_here: u32,
    block_has_skipped: bool,
}

impl CargoReader {
    /// Takes the next line.
    pub fn line(&mut self, line: &str) {
        let line = line.trim();
        if line.starts_with("---- ") {
            self.block_has_skipped = false;
        } else if line.starts_with("skipped:") && !self.block_has_skipped {
            self.block_has_skipped = true;
            self.skipped_here += 1;
        } else if let Some(counts) = line.strip_prefix("test result: ") {
            let skipped = std::mem::take(&mut self.skipped_here);
            self.tally += Tally {
                passed: number_before(counts, "passed").saturating_sub(skipped),
                failed: number_before(counts, "failed"),
                skipped: number_before(counts, "ignored") + skipped,
            };
        }
    }

    /// All that was counted.
    pub fn tally(&self) -> Tally {
        self.tally
    }
}

/// Reads the summary of Node's TAP reporter.
pub fn from_tap(text: &str) -> Tally {
    let count = |name: &str| {
        let prefix = format!("# {name} ");
        let line = text.lines().rev().find_map(|line| line.strip_prefix(prefix.as_str()));
        line.and_then(|number| number.trim().parse::<u32>().ok()).unwrap_or(0)
    };
    Tally {
        passed: count("pass"),
        failed: count("fail") + count("cancelled"),
        skipped: count("skipped") + count("todo"),
    }
}

/// `ok. 3 passed; 1 failed` and `failed` -> 1.
fn number_before(text: &str, name: &str) -> u32 {
    let mut words = text.split_whitespace().map(|word| word.trim_end_matches([';', '.']));
    let mut before = "";
    words
        .find_map(|word| {
            let found = (word == name).then(|| before.parse().unwrap_or(0));
            before = word;
            found
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tally {
        let mut reader = CargoReader::default();
        text.lines().for_each(|line| reader.line(line));
        reader.tally()
    }

    #[test]
    fn results_of_several_test_programs_add_up() {
        let text = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\
                    test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s\n";
        assert_eq!(read(text), Tally { passed: 15, failed: 2, skipped: 1 });
    }

    #[test]
    fn a_test_that_says_that_it_was_skipped_has_not_passed() {
        let text = "test a ... ok\ntest b ... ok\n\nsuccesses:\n\n---- a stdout ----\nskipped: no data here\n\
                    skipped: nor there\n\n---- b stdout ----\nfine\n\n\
                    test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(read(text), Tally { passed: 1, failed: 0, skipped: 1 });
    }

    #[test]
    fn the_summary_of_tap_is_read() {
        let text =
            "ok 1 - a\n# tests 9\n# suites 0\n# pass 5\n# fail 1\n# cancelled 1\n# skipped 2\n# todo 0\n";
        assert_eq!(from_tap(text), Tally { passed: 5, failed: 2, skipped: 2 });
    }
}
