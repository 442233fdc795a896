//! Exit codes, and errors as one line.

use anyhow::Error;

/// Something that the person gave and can change: a name, a file, an option.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadInput(String);

/// An error with exit code 2.
pub fn bad_input(message: impl Into<String>) -> Error {
    BadInput(message.into()).into()
}

/// What clap has to say about wrong arguments, without its paragraphs on usage.
pub fn usage(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let message = text.split("\n\n").next().unwrap_or(&text);
    let message = message.trim().trim_start_matches("error: ");
    bad_input(format!("{message}; see `vitrine --help`"))
}

/// 2 for bad input, 1 for everything else.
pub fn exit_code(error: &Error) -> u8 {
    if error.chain().any(|cause| cause.is::<BadInput>()) { 2 } else { 1 }
}

/// The error and its causes in one line, without control characters: file names may contain anything.
pub fn one_line(error: &Error) -> String {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    let words = causes.join(": ");
    let printable = words.replace(|character: char| character.is_control(), " ");
    printable.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn an_error_is_one_line_whatever_the_file_is_called() {
        let error = bad_input("no file a\nb\u{1b}[2J").context("cannot run");
        assert_eq!(one_line(&error), "cannot run: no file a b [2J");
    }

    #[test]
    fn bad_input_is_recognised_below_its_context() {
        assert_eq!(exit_code(&bad_input("no such file").context("cannot run")), 2);
        let other: Result<(), _> = Err(std::io::Error::other("disk on fire"));
        assert_eq!(exit_code(&other.context("cannot run").unwrap_err()), 1);
    }
}
