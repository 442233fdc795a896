//! Browser tests that failed get a second run, alone: a browser sometimes stands still on a busy machine.
//!
//! Who needed it is printed. A test that fails twice has failed, and so have tests of which many fail.

use crate::tally::Tally;
use anyhow::Result;
use std::path::PathBuf;

/// More failures than these are no accident.
const MOST: usize = 3;

/// A test that failed.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its name in the report.
    pub name: String,
    /// Where it stands.
    pub file: PathBuf,
}

impl Failure {
    /// The option of Node's test runner that chooses this test.
    pub fn pattern(&self) -> String {
        let mut pattern = String::from("--test-name-pattern=^");
        for character in self.name.chars() {
            if !character.is_alphanumeric() && character != ' ' {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        pattern + "$"
    }
}

/// The tests that failed in a report of Node's TAP reporter, where it says in which file they stand.
pub fn failures(tap: &str) -> Vec<Failure> {
    let mut lines = tap.lines();
    let mut failures = Vec::new();
    while let Some(line) = lines.next() {
        let Some((_, name)) = line.strip_prefix("not ok ").and_then(|rest| rest.split_once(" - ")) else {
            continue;
        };
        let details = lines.by_ref().take_while(|line| *line != "  ...");
        let location = details.filter_map(|line| line.strip_prefix("  location: '")).last();
        // `path:line:column'`
        if let Some(file) = location.and_then(|location| location.rsplitn(3, ':').nth(2)) {
            failures.push(Failure { name: unescaped(name), file: file.into() });
        }
    }
    failures
}

/// TAP marks `#` and the backslash with a backslash.
fn unescaped(name: &str) -> String {
    name.replace("\\#", "#").replace("\\\\", "\\")
}

/// The counts after a second run, which `repeat` makes; it returns how many held.
///
/// # Errors
/// As `repeat`.
pub fn tally(
    (first, failures): (Tally, Vec<Failure>),
    repeat: impl FnOnce(&[Failure]) -> Result<u32>,
) -> Result<Tally> {
    let all_known = u32::try_from(failures.len()).is_ok_and(|known| known == first.failed);
    if failures.is_empty() || failures.len() > MOST || !all_known {
        return Ok(first);
    }
    let held = repeat(&failures)?.min(first.failed);
    for Failure { name, file } in &failures {
        println!("ran twice: {name} ({})", file.display());
    }
    println!("{held} of {} held when they ran again", failures.len());
    Ok(Tally { passed: first.passed + held, failed: first.failed - held, ..first })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "ok 1 - a\n  ---\n  duration_ms: 1\n  ...\n\
        not ok 2 - it isn't (so), \\# two\n  ---\n  duration_ms: 501\n  location: '/tests/a.test.mjs:2:36'\n  \
        error: 'timed out'\n  ...\n# pass 1\n# fail 1\n";

    fn failure() -> Failure {
        Failure { name: "it isn't (so), # two".into(), file: "/tests/a.test.mjs".into() }
    }

    #[test]
    fn failed_tests_are_found_with_their_files() {
        assert_eq!(failures(REPORT), [failure()]);
    }

    #[test]
    fn a_pattern_means_the_name_and_nothing_else() {
        assert_eq!(failure().pattern(), r"--test-name-pattern=^it isn\'t \(so\)\, \# two$");
    }

    #[test]
    fn what_holds_the_second_time_has_passed_and_the_rest_has_failed() {
        let first = Tally { passed: 5, failed: 2, skipped: 1 };
        let twice = tally((first, vec![failure(), failure()]), |_| Ok(1)).expect("it ran");
        assert_eq!(twice, Tally { passed: 6, failed: 1, skipped: 1 });
    }

    #[test]
    fn many_failures_and_such_without_a_place_stay_failures() {
        let four = Tally { failed: 4, ..Tally::default() };
        let never = |_: &[Failure]| -> Result<u32> { panic!("no second run") };
        let all = (0..4).map(|_| failure()).collect();
        assert_eq!(tally((four, all), never).expect("nothing runs"), four);
        assert_eq!(tally((four, vec![failure()]), never).expect("nothing runs"), four);
    }
}
