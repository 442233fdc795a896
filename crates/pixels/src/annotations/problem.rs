//! What was wrong with a file, and what a format cannot hold.

use std::fmt;

/// Something wrong with an annotation file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, as the caller named it.
    pub file: String,
    /// From 1; none where the whole file is meant.
    pub line: Option<usize>,
    /// What was found.
    pub cause: String,
    /// What a person can do.
    pub remedy: &'static str,
    /// Whether something was left out because of it; else it was put right.
    pub lost: bool,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}: {}", self.cause, self.remedy)
    }
}

/// Something that the written format has no place for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What is lost, in the plural.
    pub what: &'static str,
    /// How many of them.
    pub count: usize,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.count)
    }
}

/// Counts lines on the way through a text.
#[derive(Default)]
pub struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    /// At the text's beginning.
    pub fn new(text: &'a str) -> Self {
        Self { text, offset: 0, line: 1 }
    }

    /// Which line the byte at `offset` is in, from 1. Offsets must not decrease; one that does gives the line before.
    pub fn line_of(&mut self, offset: usize) -> usize {
        let offset = offset.clamp(self.offset, self.text.len());
        let passed = &self.text.as_bytes()[self.offset..offset];
        self.line += passed.iter().filter(|&&byte| byte == b'\n').count();
        self.offset = offset;
        self.line
    }
}

/// The beginning of a text from a file, for messages: without control characters, at most 40 characters.
pub fn quoted(text: &str) -> String {
    let printable = |character: char| if character.is_control() { ' ' } else { character };
    let mut beginning: String = text.chars().take(40).map(printable).collect();
    if beginning.len() < text.len() && text.chars().nth(40).is_some() {
        beginning.push('…');
    }
    format!("\"{beginning}\"")
}
